"""The welcome: three presses at most."""

from bot.conversation.card import Button, Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import WelcomeConsent, WelcomeLanguage, WelcomeQuiet, WhichWorkspace
from bot.domain.language import LANGS

PLACE = "place"  # the verb of a press that says which workspace is meant, by the platform's key of it


def language(view: WelcomeLanguage, pen: Pen) -> Card:
    """In both languages, since nobody knows yet which one is read."""
    other = pen.in_other_language()
    return Card(
        title=pen.say("welcome.title", name=view.name),
        lines=(pen.say("welcome.what"), other.say("welcome.what")),
        buttons=tuple(Button(pen.say(f"language.{lang}"), pen.actions.token("lang", lang)) for lang in LANGS),
    )


def quiet(view: WelcomeQuiet, pen: Pen) -> Card:
    times = pen.words.windows(view.windows) or (pen.say("week.none"),)
    return Card(
        title=pen.say("welcome.quiet.title"),
        lines=(pen.say("welcome.quiet.intro"), *times, pen.say("welcome.quiet.promise")),
        buttons=(
            pen.button("quiet_ok", "quiet", "ok", style="primary"),
            pen.button("quiet_edit", "quiet", "edit"),
        ),
    )


def consent(view: WelcomeConsent, pen: Pen) -> Card:
    return Card(
        title=pen.say("welcome.consent.title"),
        lines=(pen.say("welcome.consent.kept"), pen.say("welcome.consent.seen")),
        buttons=(pen.button("deliver_yes", "deliver", "yes"), pen.button("deliver_no", "deliver", "no")),
    )


def workspace(view: WhichWorkspace, pen: Pen) -> Card:
    return Card(
        title=pen.say("welcome.which_workspace"),
        buttons=tuple(Button(name, pen.actions.token(PLACE, key)) for key, name in view.workspaces),
    )

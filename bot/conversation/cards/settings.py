"""Settings, help, and what belongs to one's own data."""

from bot.conversation.card import Button, Card, Field, File, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import ExportReady, ForgetConfirm, HelpView, SettingsView, WindowsForm, WindowsSaved
from bot.domain.language import LANGS
from bot.domain.people import Consent, Role
from bot.intake.windows import LONGEST_TEXT

COMMANDS = (
    *("learn", "who", "wallet", "map", "record", "endorsing", "settings", "me", "take_in", "address", "verify"),
    *("link", "accounts", "roles", "move"),
)


def settings(view: SettingsView, pen: Pen) -> Card:
    roles = pen.words.listed(pen.say(f"role.{role}") for role in Role if role in view.roles)
    language = pen.say("settings.language", language=pen.say(f"language.{view.lang}"))
    others = tuple(
        Button(pen.say(f"language.{lang}"), pen.actions.token("my_lang", lang)) for lang in LANGS if lang != view.lang
    )
    return Card(
        title=pen.say("settings.title"),
        sections=(
            Section(pen.say("settings.you", name=view.name, roles=roles), (language, *_subjects(view, pen)), others),
            _week(view, pen),
            *(_consent(consent, consent in view.consents, pen) for consent in Consent),
            Section(
                pen.say("settings.accounts"),
                (pen.say("settings.accounts_means"),),
                (pen.button("accounts", "accounts"),),
            ),
            Section(
                pen.say("settings.data"),
                (pen.say("settings.data_means"),),
                (pen.button("export", "export"), pen.button("forget", "forget", style="danger")),
            ),
        ),
        links=pen.door(view.door),
    )


def _subjects(view: SettingsView, pen: Pen) -> tuple[str, ...]:
    return (pen.say("settings.subjects", subjects=pen.words.listed(view.subjects)),) if view.subjects else ()


def _week(view: SettingsView, pen: Pen) -> Section:
    lines = [*(pen.words.windows(view.windows) or (pen.say("week.none"),))]
    buttons = [pen.button("quiet_edit", "windows")]
    if view.pace > 1:
        lines.append(pen.say("settings.pace", n=view.pace))
        buttons.append(pen.button("pace_resume", "pace", "resume"))
    if view.next_on is None:
        lines.append(pen.say("settings.next_none"))
    else:
        lines.append(pen.say("settings.next", day=pen.words.day(view.next_on), at=view.next_at))
    return Section(pen.say("settings.week"), tuple(lines), tuple(buttons))


def _consent(consent: Consent, given: bool, pen: Pen) -> Section:
    name = f"settings.consent.{consent}"
    turn = "off" if given else "on"
    switch = pen.button(f"{consent}_{turn}", "consent", consent, turn)
    state = pen.say("settings.on") if given else pen.say("settings.off")
    return Section(pen.say(name), (pen.say(f"{name}.means"), state), (switch,))


def windows_form(view: WindowsForm, pen: Pen) -> Card:
    """What is sent takes the place of what there is: said in the message, and in the form itself, which covers it."""
    title, example = pen.say("windows.title"), pen.say("windows.hint")
    hints = (example, pen.say("windows.replaces")) if view.windows else (example,)
    wrong = pen.say(f"complaint.{view.complaint}", **view.complaint_params) if view.complaint else ""
    above = (wrong,) if wrong else ()
    times = pen.words.windows(view.windows) or (pen.say("week.none"),)
    field = pen.say("windows.field")
    hint = "\n".join(hints)
    words = Field("words", field, hint, value=view.typed, multiline=True, max_chars=LONGEST_TEXT, error=wrong)
    form = Form(title, pen.form_token("windows"), pen.say("label.save"), (words,), cancel=pen.say("label.cancel"))
    return Card(title=title, lines=(*above, pen.say("windows.now"), *times, *hints), form=form)


def windows_saved(view: WindowsSaved, pen: Pen) -> Card:
    return Card(lines=(pen.say("windows.saved"), *(pen.words.windows(view.windows) or (pen.say("week.none"),))))


def help_(view: HelpView, pen: Pen) -> Card:
    words = [word for word in COMMANDS if word != "me" or view.has_pages]
    commands = tuple(Section(pen.say(f"help.{word}"), (pen.say(f"help.{word}_means"),)) for word in words)
    return Card(
        title=pen.say("help.title"),
        lines=(pen.say("help.how"),),
        sections=(*commands, Section(pen.say("help.endorse"), (pen.say("help.endorse_means"),))),
        buttons=tuple(pen.button(room, room) for room in ("wallet", "map", "record", "settings")),
    )


def export_ready(view: ExportReady, pen: Pen) -> Card:
    return Card(
        title=pen.say("export.title"),
        lines=(pen.say("export.note"),),
        files=(File(view.file_name, "application/zip", view.data, pen.say("export.alt")),),
    )


def forget_confirm(view: ForgetConfirm, pen: Pen) -> Card:
    """Plainly: what goes for good, and what stays."""
    goes = [pen.say("forget.goes")]
    if view.badges:
        goes.append(pen.say_n("forget.badges", view.badges))
    if view.endorsements:
        stays = pen.say_n("forget.endorsements", view.endorsements)
    else:
        stays = pen.say("forget.no_endorsements")
    return Card(
        title=pen.say("forget.title"),
        lines=(*goes, stays, pen.say("forget.first")),
        buttons=(
            pen.button("forget_yes", "forget_yes", style="danger"),
            pen.button("export", "export"),
            pen.button("cancel", "cancel"),
        ),
    )

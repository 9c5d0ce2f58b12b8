"""Badges from elsewhere: what was found of one, and whether it is kept."""

from collections.abc import Sequence

from bot.badges.verdict import Outcome, Verdict
from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.endorsing import endorse_button
from bot.conversation.cards.pen import Pen
from bot.conversation.foreign import standing
from bot.conversation.views import FileRefused, ForeignFindable, ForeignLine, LinkForm, NotTakenIn, TakenIn, VerdictView
from bot.domain.language import Bilingual
from bot.services.foreign import in_the_way
from bot.services.verification import LONGEST_LINK
from bot.wording.verdicts import ToldCheck, told

MOST_SHOWN = 20
MOST_SWITCHES = 5  # of the newest; the others are switched on one's own pages


def link_form(view: LinkForm, pen: Pen) -> Card:
    """Asks for the address; a file is sent where nobody else sees it, or brought on one's own pages."""
    form = Form(
        pen.say(f"foreign.form.{view.purpose}"),
        pen.form_token(view.purpose),
        pen.say(f"label.{view.purpose}"),
        (Field("link", pen.say("foreign.link"), pen.say("foreign.link_hint"), max_chars=LONGEST_LINK),),
        cancel=pen.say("label.cancel"),
    )
    means = pen.say(f"foreign.form.{view.purpose}_means")
    file = (pen.say(f"foreign.form.file.{view.platform}"),) if view.purpose == "take_in" else ()
    pages = (pen.say("foreign.form.pages"),) if view.door is not None else ()
    return Card(title=form.title, lines=(means, *file, *pages), form=form, links=pen.door(view.door))


def verdict(view: VerdictView, pen: Pen) -> Card:
    """The conclusion, what was read, and every check by its name."""
    found = told(view.verdict, pen.words)
    if view.file and _holds_none(view.verdict):
        return Card(title=pen.say("file.no_badge"), lines=(*_file(view.file, pen), *_sentences(found.checks)))
    rehearsal = (pen.say("web.badge.rehearsal"),) if found.rehearsal else ()
    offered = view.held is not None
    take_in = (pen.button("take_in_file", "take_in_file", view.held),) if view.held is not None else ()
    return Card(
        title=found.conclusion,
        lines=(*_file(view.file, pen), *found.facts, *rehearsal, *((pen.say("file.offer"),) if offered else ())),
        sections=(Section(pen.say("web.verify.checks"), _checks(found.checks, pen)),),
        buttons=(*take_in, *((endorse_button(view.issuer, pen),) if view.issuer else ())),
    )


def file_refused(view: FileRefused, pen: Pen) -> Card:
    """The file, and why it was not looked at."""
    return Card(lines=(*_file(view.file, pen), pen.say(f"problem.{view.code}", **view.params)))


def taken_in(view: TakenIn, pen: Pen) -> Card:
    line = view.line
    return Card(
        title=pen.say("foreign.taken" if view.new else "foreign.kept_already"),
        lines=(
            *_file(view.file, pen),
            pen.say("foreign.line", name=line.name, issuer=line.issuer, date=pen.words.full_date(line.on)),
            *standing(line, pen.words),
            pen.say("foreign.private"),
        ),
        buttons=(*_switch(line, pen), pen.button("wallet", "wallet")),
        links=pen.door(view.door),
    )


def findable(view: ForeignFindable, pen: Pen) -> Card:
    """What being found for it means; nothing is changed before a press."""
    return Card(
        title=pen.say("foreign.find_title"),
        lines=(pen.say("foreign.find_about", name=view.line.name), pen.say("foreign.find_means", host=view.line.host)),
        buttons=(
            pen.button("findable_yes", "find_foreign", view.line.badge, "yes"),
            pen.button("findable_no", "find_foreign", view.line.badge, "no"),
        ),
    )


def _switch(line: ForeignLine, pen: Pen) -> tuple[Button, ...]:
    """Being found for it or not; nothing where nobody may be."""
    if line.findable:
        return (pen.button("findable_off", "find_foreign", line.badge, "no"),)
    return (pen.button("findable_on", "find_foreign", line.badge, "ask"),) if line.may_be_found else ()


def not_taken_in(view: NotTakenIn, pen: Pen) -> Card:
    """Why not, in a sentence; then what stood in the way, by name."""
    sentence = pen.say(f"refused.{view.refusal.reason}", **view.refusal.params)
    found = _checks(told(in_the_way(view.verdict), pen.words).checks, pen)
    again = () if view.file else (pen.button("take_in_again", "take_in"),)
    return Card(lines=(*_file(view.file, pen), sentence, *found), buttons=again)


def kept(lines: Sequence[ForeignLine], pen: Pen) -> tuple[Section, ...]:
    """In the wallet they stand apart from one's own, each with who vouches for it and since when."""
    if not lines:
        return ()
    shown = [
        pen.say(
            "foreign.wallet_line",
            line=pen.say("foreign.line", name=line.name, issuer=line.issuer, date=pen.words.full_date(line.on)),
            standing=pen.words.listed(standing(line, pen.words)),
        )
        for line in lines[:MOST_SHOWN]
    ]
    more = len(lines) - len(shown)
    rest = (pen.say_n("record.more", more),) if more else ()
    switches = tuple(
        pen.about(switch, Bilingual(line.name, line.name))
        for line in lines[:MOST_SWITCHES]
        for switch in _switch(line, pen)
    )
    return (Section(pen.say("foreign.title"), (*shown, *rest, pen.say("foreign.private")), switches),)


def _file(name: str, pen: Pen) -> tuple[str, ...]:
    return (pen.say("file.name", name=name),) if name else ()


def _holds_none(verdict: Verdict) -> bool:
    """Whether nothing could be read as a badge: that says nothing about any badge."""
    return verdict.summary is None and any(
        check.name == "form" and check.outcome is Outcome.FAIL for check in verdict.checks
    )


def _sentences(checks: Sequence[ToldCheck]) -> tuple[str, ...]:
    return tuple(check.sentence for check in checks)


def _checks(checks: Sequence[ToldCheck], pen: Pen) -> tuple[str, ...]:
    return tuple(
        pen.say(f"foreign.check.{check.outcome}", name=check.name, sentence=check.sentence) for check in checks
    )

"""Badges from elsewhere: what was found of one, and whether it is kept."""

from collections.abc import Sequence

from bot.conversation.card import Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.foreign import standing
from bot.conversation.views import ForeignLine, LinkForm, NotTakenIn, TakenIn, VerdictView
from bot.services.foreign import in_the_way
from bot.wording.verdicts import ToldCheck, told

MOST_SHOWN = 20
LONGEST_LINK = 2000


def link_form(view: LinkForm, pen: Pen) -> Card:
    """Asks for the address; a file is brought on one's own pages, where there are any."""
    form = Form(
        pen.say(f"foreign.form.{view.purpose}"),
        pen.form_token(view.purpose),
        pen.say(f"label.{view.purpose}"),
        (Field("link", pen.say("foreign.link"), pen.say("foreign.link_hint"), max_chars=LONGEST_LINK),),
        cancel=pen.say("label.cancel"),
    )
    lines = (pen.say(f"foreign.form.{view.purpose}_means"),)
    return Card(title=form.title, lines=lines, form=form, links=pen.door(view.door))


def verdict(view: VerdictView, pen: Pen) -> Card:
    """The conclusion, what was read, and every check by its name."""
    found = told(view.verdict, pen.words)
    rehearsal = (pen.say("web.badge.rehearsal"),) if found.rehearsal else ()
    return Card(
        title=found.conclusion,
        lines=(*found.facts, *rehearsal),
        sections=(Section(pen.say("web.verify.checks"), _checks(found.checks, pen)),),
    )


def taken_in(view: TakenIn, pen: Pen) -> Card:
    line = view.line
    return Card(
        title=pen.say("foreign.taken" if view.new else "foreign.kept_already"),
        lines=(
            pen.say("foreign.line", name=line.name, issuer=line.issuer, date=pen.words.full_date(line.on)),
            *standing(line, pen.words),
            pen.say("foreign.private"),
        ),
        buttons=(pen.button("wallet", "wallet"),),
        links=pen.door(view.door),
    )


def not_taken_in(view: NotTakenIn, pen: Pen) -> Card:
    """Why not, in a sentence; then what stood in the way, by name."""
    sentence = pen.say(f"refused.{view.refusal.reason}", **view.refusal.params)
    found = _checks(told(in_the_way(view.verdict), pen.words).checks, pen)
    return Card(lines=(sentence, *found), buttons=(pen.button("take_in_again", "take_in"),))


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
    return (Section(pen.say("foreign.title"), (*shown, *rest, pen.say("foreign.private"))),)


def _checks(checks: Sequence[ToldCheck], pen: Pen) -> tuple[str, ...]:
    return tuple(
        pen.say(f"foreign.check.{check.outcome}", name=check.name, sentence=check.sentence) for check in checks
    )

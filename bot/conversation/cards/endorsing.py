"""The endorser's receipt and words, what one may endorse, and what a holder received."""

from bot.conversation.acts.endorsing import HERE
from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import (
    CommentForm,
    CommentReceived,
    EndorsableLine,
    EndorsableView,
    EndorsedAlready,
    Receipt,
    ReceivedLine,
    ReceivedView,
)
from bot.domain.comments import LONGEST_COMMENT
from bot.domain.recognition import As, TargetKind

NEWEST_RECEIVED = 8
NEWEST_CONTENT = 8


def receipt(view: Receipt, pen: Pen) -> Card:
    target = _endorsed(view)
    holder = view.holder or ""
    if not view.stands:
        return Card(lines=(pen.say(f"receipt.withdrawn.{target}.{view.role}", holder=holder, name=view.name),))
    thanks = pen.say(f"receipt.{target}.{view.role}", holder=holder, name=view.name)
    words = () if view.comment is None else (pen.say("comment.yours", words=pen.words.quoted(view.comment)),)
    return Card(
        lines=(thanks, *words, pen.say("receipt.signed.named" if view.named else "receipt.signed.unnamed")),
        buttons=(
            pen.button("undo", "undo", view.endorsement),
            pen.button("comment_change" if words else "comment", "comment", view.endorsement),
        ),
    )


def endorsed_already(view: EndorsedAlready, pen: Pen) -> Card:
    said = pen.say("notice.endorsed_stays" if view.beside_reaction else "notice.endorsed_already")
    return Card(lines=(said,), buttons=(pen.button("undo", "undo", view.endorsement, HERE),))


def _endorsed(view: Receipt) -> str:
    if view.moved:
        return "moved"
    return "issuer" if view.of_issuer else "content" if view.holder is None else "award"


def endorsable(view: EndorsableView, pen: Pen) -> Card:
    """Few of the content; the page has all."""
    shown = view.content[:NEWEST_CONTENT]
    more = len(view.content) - len(shown)
    return Card(
        title=pen.say("endorsable.title"),
        lines=(
            pen.say("endorsable.means" if view.content or view.issuers else "endorsable.none"),
            *((pen.say_n("received.more", more),) if more else ()),
        ),
        sections=tuple(_endorsable(line, pen) for line in (*shown, *view.issuers)),
        links=pen.door(view.door),
    )


def _endorsable(line: EndorsableLine, pen: Pen) -> Section:
    what = pen.say("endorsable.issuer") if line.level is None else pen.words.level(line.level)
    said = () if line.comment is None else (pen.words.quoted(line.comment),)
    if not line.given:
        return Section(pen.read(line.name), (what,), (endorse_button(line, pen),))
    return Section(
        pen.read(line.name),
        (what, pen.say(f"endorsable.given.{line.role}"), *said),
        (
            pen.about(pen.button("undo", "undo", line.given, HERE), line.name),
            pen.about(pen.button("comment_change" if said else "comment", "comment", line.given), line.name),
        ),
    )


def endorse_button(line: EndorsableLine, pen: Pen) -> Button:
    verb = "endorse_issuer" if line.of is TargetKind.ISSUER else "endorse_content"
    label = "recommend" if line.role is As.LEADER else "endorse_this"
    return pen.about(pen.button(label, verb, line.subject), line.name)


def comment_form(view: CommentForm, pen: Pen) -> Card:
    """Says whom the words reach before anything is typed."""
    title = pen.say("comment.title")
    wrong = (pen.say(f"refused.{view.refusal.reason}", **view.refusal.params),) if view.refusal else ()
    hint = pen.say("comment.hint", most=LONGEST_COMMENT)
    words = Field(
        "words",
        pen.say("comment.field"),
        hint,
        value=view.comment,
        optional=True,
        multiline=True,
        max_chars=LONGEST_COMMENT,
    )
    seen = pen.say(f"comment.seen.named.{view.of}" if view.named else f"comment.seen.unnamed.{view.of}")
    form = Form(
        title,
        pen.form_token("comment_say", view.endorsement),
        pen.say("label.save"),
        (words,),
        cancel=pen.say("label.cancel"),
    )
    return Card(title=title, lines=(*wrong, pen.say("comment.about", name=view.name), seen), form=form)


def comment_received(view: CommentReceived, pen: Pen) -> Card:
    if view.comment is None:
        return Card(lines=(pen.say("comment.taken_back", name=view.name),))
    return Card(
        title=pen.say("comment.received", name=view.name),
        lines=(
            _by(view.role, view.by, pen),
            pen.words.quoted(view.comment),
            pen.say("received.hidden" if view.hidden else "comment.stands"),
        ),
        buttons=(_turn(view.endorsement, view.hidden, pen),),
    )


def received(view: ReceivedView, pen: Pen) -> Card:
    """The newest ones; the page has all."""
    shown = sorted(view.lines, key=lambda line: line.on, reverse=True)[:NEWEST_RECEIVED]
    more = len(view.lines) - len(shown)
    means = pen.say("received.means" if view.lines else "received.none")
    return Card(
        title=pen.say("received.title", name=view.name),
        lines=(means, *((pen.say_n("received.more", more),) if more else ())),
        sections=tuple(_line(line, pen) for line in shown),
        links=pen.door(view.page),
    )


def _line(line: ReceivedLine, pen: Pen) -> Section:
    words = () if line.comment is None else (pen.words.quoted(line.comment),)
    hidden = (pen.say("received.hidden"),) if line.hidden else ()
    return Section(
        _by(line.role, line.by, pen),
        (pen.words.full_date(line.on), *words, *hidden),
        (_turn(line.endorsement, line.hidden, pen),),
    )


def _by(role: As, name: str | None, pen: Pen) -> str:
    """Who endorsed: by role, and by name only where the endorser agreed to that."""
    return pen.say(f"received.by.{role}") if name is None else pen.say(f"received.by_named.{role}", name=name)


def _turn(endorsement: str, hidden: bool, pen: Pen) -> Button:
    return (
        pen.button("show_endorsement", "hide", endorsement, "no")
        if hidden
        else pen.button("hide_endorsement", "hide", endorsement, "yes")
    )

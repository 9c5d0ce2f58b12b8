"""The endorser's receipt and words, and what a holder received."""

from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import CommentForm, CommentReceived, Receipt, ReceivedLine, ReceivedView
from bot.domain.comments import LONGEST_COMMENT
from bot.domain.recognition import As

NEWEST_RECEIVED = 8


def receipt(view: Receipt, pen: Pen) -> Card:
    target = "moved" if view.moved else "content" if view.holder is None else "award"
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
    seen = pen.say("comment.seen.named" if view.named else "comment.seen.unnamed")
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

"""A badge that was revoked or suspended: said to its holder, and on the badge; and how an owner does it."""

from bot.conversation.card import Button, Card, Field, Form
from bot.conversation.cards.pen import Pen
from bot.conversation.views import StopChoice, StopForm, StopNews, StopQuestion, StopView
from bot.domain.stops import LONGEST_REASON, StopChange, StopKind

LONGEST_ID = 500  # a badge is named by its address too, as it is copied


def news(view: StopNews, pen: Pen) -> Card:
    buttons = (pen.button("view_badge", "badge", view.award),)
    if view.stop is None:
        return Card(title=pen.say("stop.news.reinstated", name=view.name), buttons=buttons)
    return Card(
        title=pen.say(f"stop.news.{view.stop.kind}", name=view.name),
        lines=(*stopped(view.stop, pen), pen.say(f"stop.means.{view.stop.kind}")),
        buttons=buttons,
    )


def stopped(stop: StopView | None, pen: Pen) -> tuple[str, ...]:
    """The line that says so; none on a badge that counts."""
    if stop is None:
        return ()
    return (pen.say(f"stop.line.{stop.kind}", date=pen.words.full_date(stop.on), reason=stop.reason),)


# ---------------------------------------------------------------- by an owner


def which(view: StopForm, pen: Pen) -> Card:
    return Card(
        title=pen.say("stop.owner.title"),
        lines=(pen.say("stop.owner.means"), pen.say("stop.owner.whose")),
        form=Form(
            pen.say("stop.owner.form"),
            pen.form_token("stop_find"),
            pen.say("label.stop_find"),
            (
                Field(
                    "badge",
                    pen.say("stop.owner.field_badge"),
                    pen.say("stop.owner.hint_badge"),
                    max_chars=LONGEST_ID,
                ),
            ),
            cancel=pen.say("label.cancel"),
        ),
    )


def choice(view: StopChoice, pen: Pen) -> Card:
    return Card(
        title=pen.say("stop.owner.found", name=view.name),
        lines=(pen.say("stop.owner.on", date=pen.words.full_date(view.awarded_on)), *_how_it_stands(view, pen)),
        buttons=tuple(_changes(view, pen)),
    )


def _how_it_stands(view: StopChoice, pen: Pen) -> tuple[str, ...]:
    return stopped(view.stop, pen) or (pen.say("stop.owner.counts"),)


def _changes(view: StopChoice, pen: Pen) -> list[Button]:
    if view.stop is not None and view.stop.kind is StopKind.REVOKED:
        return []
    first = (
        pen.button("stop_suspend", "stop_ask", view.award, StopChange.SUSPEND)
        if view.stop is None
        else pen.button("stop_reinstate", "stop_reinstate", view.award, style="primary")
    )
    return [first, pen.button("stop_revoke", "stop_ask", view.award, StopChange.REVOKE, style="danger")]


def question(view: StopQuestion, pen: Pen) -> Card:
    complaint = (pen.say("refused.stop_reason", limit=LONGEST_REASON),) if view.is_unclear else ()
    title = pen.say(f"stop.owner.ask.{view.change}", name=view.name)
    return Card(
        title=title,
        lines=(
            *complaint,
            pen.say("stop.owner.on", date=pen.words.full_date(view.awarded_on)),
            pen.say(f"stop.owner.follows.{view.change}"),
        ),
        form=Form(
            title,
            pen.form_token(f"stop_{view.change}", view.award),
            pen.say(f"label.stop_{view.change}"),
            (
                Field(
                    "reason",
                    pen.say("stop.owner.field_reason"),
                    pen.say("stop.owner.hint_reason", limit=LONGEST_REASON),
                    max_chars=LONGEST_REASON,
                ),
            ),
            cancel=pen.say("label.cancel"),
        ),
    )

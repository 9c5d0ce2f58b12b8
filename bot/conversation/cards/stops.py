"""A badge that was revoked or suspended: said to its holder, and on the badge."""

from bot.conversation.card import Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import StopNews, StopView


def news(view: StopNews, pen: Pen) -> Card:
    buttons = (pen.button("view_badge", "badge", view.award),)
    if view.stop is None:
        return Card(title=pen.say("stop.news.reinstated", name=view.name), buttons=buttons)
    return Card(
        title=pen.say(f"stop.news.{view.stop.kind}", name=view.name),
        lines=(*stopped(view.stop, pen), pen.say("stop.means")),
        buttons=buttons,
    )


def stopped(stop: StopView | None, pen: Pen) -> tuple[str, ...]:
    """The line that says so; none on a badge that counts."""
    if stop is None:
        return ()
    return (pen.say(f"stop.line.{stop.kind}", date=pen.words.full_date(stop.on), reason=stop.reason),)

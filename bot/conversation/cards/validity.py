"""Until when a badge is valid, or that it has expired; reminding of it, and renewing it."""

from bot.conversation.card import Button, Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import BadgeRenewed, ExpiryReminder, UnitDoneAgain, ValidityView


def valid(view: ValidityView | None, pen: Pen) -> tuple[str, ...]:
    """The line; none for a badge that is valid for good."""
    if view is None:
        return ()
    key = "validity.expired" if view.expired else "validity.until"
    return (pen.say(key, date=pen.words.full_date(view.last_day)),)


def renew(award: str, view: ValidityView | None, pen: Pen) -> tuple[Button, ...]:
    """The button, once the time to renew has begun."""
    return (pen.button("renew", "renew", award),) if view is not None and view.renewable else ()


def reminder(view: ExpiryReminder, pen: Pen) -> Card:
    how = "renewal.how" if view.can_renew else "renewal.cannot"
    return Card(
        title=pen.say("renewal.reminder", name=view.name, date=pen.words.full_date(view.last_day)),
        lines=(pen.say(how), pen.say("renewal.stays")),
        buttons=(pen.button("renew", "renew", view.award, style="primary"),)
        if view.can_renew
        else (pen.button("view_badge", "badge", view.award),),
    )


def renewed(view: BadgeRenewed, pen: Pen) -> Card:
    return Card(
        title=pen.say("renewal.done", name=view.name),
        lines=(pen.say("validity.until", date=pen.words.full_date(view.last_day)),),
    )


def done_again(view: UnitDoneAgain, pen: Pen) -> Card:
    title = pen.say("renewal.again", title=view.title)
    if view.name is None or view.next_title is None:
        return Card(title=title)
    button = pen.about(pen.button("go_on", "learn", view.next_key, style="primary"), view.next_title)
    lines = (pen.say_n("renewal.left", view.left, badge=view.name), pen.say("renewal.next", title=view.next_title))
    return Card(title=title, lines=lines, buttons=(button,))

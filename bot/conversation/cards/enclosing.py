"""The badges that one's own badge rests on, and which of them stand inside its file."""

from bot.conversation.card import Button, Card, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import PartsView
from bot.services.enclosing import Part, PartState

MOST_SHOWN = 8
_ENDED = (PartState.STOPPED, PartState.EXPIRED)


def parts(view: PartsView, pen: Pen) -> Card:
    """What is given away stands before the buttons. So many at once: the others are a press away."""
    first = min(view.at, max(0, len(view.parts) - 1)) // MOST_SHOWN * MOST_SHOWN
    shown = view.parts[first : first + MOST_SHOWN]
    others = len(view.parts) - len(shown)
    means = ("parts.means", "parts.undo") if view.parts else ("parts.none",)
    return Card(
        title=pen.say("parts.title", name=view.name),
        lines=(*map(pen.say, means), *((pen.say_n("parts.others", others),) if others else ())),
        sections=tuple(_part(view.award, part, pen) for part in shown),
        buttons=_turning(view, first, pen),
        links=pen.door(view.page),
    )


def _turning(view: PartsView, first: int, pen: Pen) -> tuple[Button, ...]:
    """To the parts before and after those that are shown."""
    before = (pen.button("parts_before", "parts", view.award, str(first - MOST_SHOWN)),) if first else ()
    rest = first + MOST_SHOWN < len(view.parts)
    return (*before, *((pen.button("parts_after", "parts", view.award, str(first + MOST_SHOWN)),) if rest else ()))


def _part(award: str, part: Part, pen: Pen) -> Section:
    buttons: tuple[Button, ...] = ()
    if part.wanted:
        buttons = (pen.about(pen.button("take_out", "enclose", award, f"out.{part.award}"), part.name),)
    elif part.state not in _ENDED:
        buttons = (pen.about(pen.button("enclose", "enclose", award, f"in.{part.award}"), part.name),)
    within = (pen.say_n("parts.holds_badges", part.badges),) if part.badges else ()
    state = pen.say(f"parts.state.{part.state}")
    return Section(pen.read(part.name), (holds(part, pen), *within, state), buttons)


def holds(part: Part, pen: Pen) -> str:
    """What somebody who reads the file would see in the part."""
    date = pen.words.full_date(part.on)
    if part.endorsers:
        names = pen.words.listed(part.endorsers)
        return pen.say_n("parts.holds_named", part.endorsements, date=date, names=names)
    if part.endorsements:
        return pen.say_n("parts.holds_endorsed", part.endorsements, date=date)
    return pen.say("parts.holds", date=date)

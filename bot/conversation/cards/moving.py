"""Moving to another school: the code, and what it would bring."""

from bot.conversation.card import Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import MoveCode, MovePreview


def code(view: MoveCode, pen: Pen) -> Card:
    """The code, then what comes along, what stays, and the way to another deployment."""
    return Card(
        title=pen.say("move.title"),
        lines=(
            pen.say("move.code", code=view.code),
            pen.say("move.until", day=pen.words.day(view.until)),
            pen.say("move.comes", badges=view.badges, completions=view.completions),
            pen.say("move.ends"),
            _stays(view.given, pen),
            pen.say("move.secret"),
            pen.say("move.elsewhere"),
        ),
        buttons=(pen.button("export", "export"),),
    )


def preview(view: MovePreview, pen: Pen) -> Card:
    """What will be true after the press, and what will not."""
    doubled = (pen.say_n("move.doubled", view.doubled),) if view.doubled else ()
    return Card(
        title=pen.say("move.preview", school=view.school),
        lines=(
            pen.say("move.comes", badges=view.badges, completions=view.completions),
            pen.say_n("move.endorsed", view.endorsements),
            *doubled,
            pen.say("move.ends"),
            _stays(view.given, pen),
        ),
        buttons=(pen.button("move_yes", "move_yes", view.move, style="primary"), pen.button("cancel", "cancel")),
    )


def _stays(given: int, pen: Pen) -> str:
    return pen.say_n("move.given", given) if given else pen.say("move.stays")

"""The endorser's receipt."""

from bot.conversation.card import Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import Receipt


def receipt(view: Receipt, pen: Pen) -> Card:
    target = "moved" if view.moved else "content" if view.holder is None else "award"
    holder = view.holder or ""
    if not view.stands:
        return Card(lines=(pen.say(f"receipt.withdrawn.{target}.{view.role}", holder=holder, name=view.name),))
    thanks = pen.say(f"receipt.{target}.{view.role}", holder=holder, name=view.name)
    return Card(
        lines=(thanks, pen.say("receipt.signed.named" if view.named else "receipt.signed.unnamed")),
        buttons=(pen.button("undo", "undo", view.endorsement),),
    )

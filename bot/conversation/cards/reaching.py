"""That something waits for somebody, and nothing of what it is."""

from bot.conversation.card import Card
from bot.conversation.cards.pen import Pen


def waits(pen: Pen) -> Card:
    return Card(lines=(pen.say("reach.waits"),), buttons=(pen.button("fetch", "fetch", style="primary"),))

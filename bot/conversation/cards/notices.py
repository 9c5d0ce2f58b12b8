"""One sentence."""

from bot.conversation.card import Card
from bot.conversation.cards.pen import Pen
from bot.conversation.views import Notice


def notice(view: Notice, pen: Pen) -> Card:
    return Card(lines=(pen.say(view.key, **view.params),))

"""What sending has in common wherever it goes: the forms in which a card is tried, and that nobody is pinged."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import discord
import structlog

from bot.conversation.card import Card
from bot.domain.language import Lang
from bot.handlers.discord.components import Drawn, drawn
from bot.handlers.discord.troubles import UNFIT, NotPermitted, Refused, in_our_words

NOBODY = discord.AllowedMentions.none()
log = structlog.get_logger(__name__)


def renditions(card: Card, lang: Lang, *, mark: int = 0, as_layout: bool = False) -> list[Drawn]:
    """A card in the forms in which it is tried: whole, without its files, at last its words alone."""
    cards = [card, replace(card, files=()), Card(card.title, card.lines)]
    different = [each for number, each in enumerate(cards) if each not in cards[:number]]
    return [drawn(each, lang, mark=mark, as_layout=as_layout) for each in different]


async def first_taken(forms: Sequence[Drawn], show: Callable[[Drawn], Awaitable[None]]) -> Drawn:
    """Show the first form that Discord takes, and say which. Files that may not be attached are left out.

    Raises what the last form met, as `troubles` says.
    """
    for number, form in enumerate(forms, 1):
        try:
            with in_our_words():
                await show(form)
        except (Refused, NotPermitted) as trouble:
            is_unfit = trouble.code in UNFIT or (isinstance(trouble, NotPermitted) and bool(form.files))
            if number == len(forms) or not is_unfit:
                raise
            log.warning("discord.message_unfit", code=trouble.code, form=number)
        else:
            return form
    raise ValueError("no form")

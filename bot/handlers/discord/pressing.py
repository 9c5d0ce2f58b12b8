"""Buttons and lists of whatever age: what they carry says what they do, so that they work after a restart.

One item takes all of them. The library gives it only what still stands in its message: the rest is taken here, too.
What Sukima does not know is asked of the router, which says so kindly.
Source: discord.py 2.7.1, `ui.dynamic`, `ui.view.ViewStore`.
"""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import discord

from bot.conversation.intents import Answerable, Pressed
from bot.domain.language import Lang
from bot.handlers.discord.answering import SEES
from bot.handlers.discord.components import OPENS
from bot.handlers.discord.inbound import Interaction, by_whom, lang_of

ANYTHING = re.compile(r".*", re.DOTALL)
Item = discord.ui.Item[Any]


class Hears(Protocol):
    """The part of `hearing.Hearing` that takes what was asked."""

    async def interaction(self, asked: Interaction, intent: Answerable) -> None: ...
    async def reads(self, asked: Interaction) -> Lang: ...


class Opens(Protocol):
    """The part of `answering.Answering` that needs no router."""

    async def open(self, asked: Interaction, action: str, reads: Callable[[], Awaitable[Lang]]) -> bool: ...
    async def see(self, asked: Interaction, key: str, lang: Lang) -> None: ...


class Pressing:
    """What a press means."""

    def __init__(self, hears: Hears, opens: Opens) -> None:
        self._hears = hears
        self._opens = opens

    def lost(self, asked: Interaction) -> "Awaitable[None] | None":
        """What a press means that the library gives to nobody; None where it does."""
        return self.pressed(asked) if asked.type is discord.InteractionType.component and not _stands(asked) else None

    async def pressed(self, asked: Interaction) -> None:
        """Do what a button or a choice of a list carries."""
        carried = _carried(asked)
        if carried.startswith(SEES):
            await self._opens.see(asked, carried.removeprefix(SEES), lang_of(asked.locale))
            return
        if carried.startswith(OPENS):
            carried = carried.removeprefix(OPENS)
            if await self._opens.open(asked, carried, partial(self._hears.reads, asked)):
                return
        await self._hears.interaction(asked, Pressed(by_whom(asked), carried))


def pressable(pressing: Pressing) -> type[discord.ui.DynamicItem[Item]]:
    """The item that takes every button and list."""

    class Pressable(discord.ui.DynamicItem[Item], template=ANYTHING):
        """Any button or list of ours, whenever it was sent."""

        @classmethod
        async def from_custom_id(cls, asked: Interaction, item: Item, match: re.Match[str], /) -> "Pressable":
            return cls(item)

        async def callback(self, asked: Interaction) -> Any:
            await pressing.pressed(asked)

    return Pressable


def _carried(asked: Interaction) -> str:
    """The token: of what was chosen of a list, else the button's own id."""
    data: Any = asked.data or {}
    chosen = data.get("values")
    return str(chosen[0]) if chosen else str(data.get("custom_id", ""))


def _stands(asked: Interaction) -> bool:
    """Whether what was pressed is in its message, as it was told."""
    data: Any = asked.data or {}
    carried = data.get("custom_id")
    components = list(asked.message.components) if asked.message is not None else []
    while components:
        each: Any = components.pop()
        if getattr(each, "custom_id", None) == carried:
            return True
        components += getattr(each, "children", ())
        accessory = getattr(each, "accessory", None)
        components += [] if accessory is None else [accessory]
    return False

"""App Home: a page of one's own, drawn anew when it is opened and after each press in it.

What stands there is the router's to say; here it is put one below the other, within what a page may hold: a long part
gives way to the short ones, visibly, and keeps what can be pressed.
Source: docs.slack.dev, "App Home", `views.publish`, reference of views.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.conversation.card import Card
from bot.conversation.intents import Origin
from bot.conversation.views import View
from bot.domain.language import Lang
from bot.handlers.slack import limits
from bot.handlers.slack.blocks import Block, card_blocks, weight
from bot.handlers.slack.client import TROUBLES, Calls, reason_of
from bot.handlers.slack.installs import Installs
from bot.handlers.slack.patience import patiently
from bot.handlers.slack.sender import Draws
from bot.services.ports import Unsendable

DIVIDER: Block = {"type": "divider"}
_NUMBER = re.compile(r"\d*$")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class HomePages:
    """Shows people their page."""

    calls: Calls
    installs: Installs
    cards: Draws

    async def show(self, origin: Origin, views: Sequence[View], lang: Lang) -> None:
        """Put the views on the page of whoever opened it; what cannot be shown for long is shown when next opened."""
        install = await self.installs.of(origin.workspace_key)
        if install is None:
            return
        home, token = origin.workspace_key, install.token
        page = {"type": "home", "blocks": home_blocks([self.cards.draw(view, lang) for view in views], lang)}

        async def publish(_: bool) -> None:
            await self.calls.call(home, token, "views.publish", user_id=origin.user_key, view=page)

        try:
            await patiently(publish, self.calls.rest)
        except (*TROUBLES, Unsendable) as error:
            log.info("slack.home_not_shown", workspace=origin.workspace_key, reason=reason_of(error))


def home_blocks(cards: Sequence[Card], lang: Lang) -> list[Block]:
    """The cards one below the other, parted by lines, within the limits of a page."""
    blocks: list[Block] = []
    for part in _parts(cards, lang):
        blocks += [DIVIDER, *part] if blocks else part
    return _numbered(blocks)


def _parts(cards: Sequence[Card], lang: Lang) -> list[list[Block]]:
    """Each card's blocks, the short ones whole: what they leave is shared by the longer ones."""
    parts = [card_blocks(card, lang, room=limits.VIEW) for card in cards]
    left, text = limits.VIEW.blocks - (len(cards) - 1), limits.VIEW.text - limits.BLOCK_WEIGHS * (len(cards) - 1)
    by_length = sorted(range(len(cards)), key=lambda number: len(parts[number]))
    for done, number in enumerate(by_length):
        others = len(cards) - done
        room = limits.Room(left // others, text // others)
        if len(parts[number]) > room.blocks or _text(parts[number]) > room.text:
            parts[number] = card_blocks(cards[number], lang, room=room)
        left, text = left - len(parts[number]), text - _text(parts[number])
    return parts


def _text(blocks: Sequence[Block]) -> int:
    return sum(map(weight, blocks))


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    """No two buttons of a page have the same id."""
    used = 0

    def named(element: Block) -> Block:
        nonlocal used
        used += 1
        return {**element, "action_id": _NUMBER.sub(str(used), element["action_id"], count=1)}

    numbered: list[Block] = []
    for block in blocks:
        if "accessory" in block:
            block = {**block, "accessory": named(block["accessory"])}
        if block["type"] == "actions":
            block = {**block, "elements": [named(each) for each in block["elements"]]}
        numbered.append(block)
    return numbered

"""Scenes that several tests begin with."""

from dataclasses import dataclass

import pytest

from bot.handlers.local.room_types import Message
from bot.handlers.local.stage import Actor
from scenarios.shelf import CARE, FIRST
from scenarios.town import Town, posts_of, shares, studies


@dataclass(frozen=True)
class Shared:
    """Aoki's badge stands in the staff channel of the eastern school."""

    town: Town
    holder: Actor
    post: Message

    async def award(self) -> int:
        return int((await self.town.award(self.town.east, "aoki", FIRST)).id)

    def text(self) -> str:
        """What the post says now."""
        found = posts_of(self.holder, self.holder, FIRST)
        assert len(found) == 1
        return found[0].card.text()

    async def standing(self) -> int:
        return len(await self.town.standing(await self.award()))


@pytest.fixture
async def shared_badge(town: Town) -> Shared:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    return Shared(town, aoki, await shares(aoki, FIRST))


@pytest.fixture
async def badge_in_english(town: Town) -> Actor:
    """Hall has done everything in the course on self-care."""
    await studies(town.east["hall"], "u-breath")
    assert await town.award(town.east, "hall", CARE)
    return town.east["hall"]

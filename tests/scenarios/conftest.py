"""Scenes that several tests begin with."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.handlers.local.room_types import Message
from bot.handlers.local.stage import Actor
from scenarios.shelf import CARE, FIRST
from scenarios.town import Town, copy_town, open_town, post_of, posts_of, shares, studies


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


@pytest.fixture(scope="session")
def town_with_a_post(town_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template a little later: Aoki has studied, and shows the badge."""
    folder = copy_town(town_template, tmp_path_factory.mktemp("shared") / "template")

    async def begin() -> None:
        async with open_town(folder) as town:
            await studies(town.east["aoki"], "u-board")
            await shares(town.east["aoki"], FIRST)

    asyncio.run(begin())
    return folder


@pytest.fixture
def town_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A town of one's own; under a badge that is shown it is the one with the post."""
    template = "town_with_a_post" if "shared_badge" in request.fixturenames else "town_template"
    return copy_town(request.getfixturevalue(template), tmp_path / "town")


@pytest.fixture
def shared_badge(town: Town) -> Shared:
    aoki = town.east["aoki"]
    return Shared(town, aoki, post_of(aoki, aoki, FIRST))


@pytest.fixture
async def badge_in_english(town: Town) -> Actor:
    """Hall has done everything in the course on self-care."""
    await studies(town.east["hall"], "u-breath")
    assert await town.award(town.east, "hall", CARE)
    return town.east["hall"]

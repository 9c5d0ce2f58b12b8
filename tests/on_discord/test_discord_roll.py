"""Who left a server is found by asking, slowly; and nobody is taken for gone who may not be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.conversation.intents import Origin
from bot.handlers.discord.people import GONE, Profile
from bot.handlers.discord.roll import BETWEEN_TWO, EVERY, LONGEST_PAUSE, Roll
from bot.handlers.discord.troubles import Refused
from bot.services.ports import RetryLater

HERE = Profile("青木", roles=frozenset())


@dataclass
class World:
    """Guilds and who is in them; what is known of whom; what was heard."""

    people: dict[str, dict[str, Profile | Exception]]
    guilds: dict[int, Any] = field(default_factory=dict)
    heard: list[tuple[str, str, bool]] = field(default_factory=list)
    worn: list[frozenset[str] | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    rested: list[float] = field(default_factory=list)
    now: datetime = datetime(2026, 6, 1, 9, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.guilds = {int(key): SimpleNamespace(unavailable=False) for key in self.people}
        self.roll = Roll(self, self, self.ask, lambda: self.now, self.rest)  # type: ignore[arg-type]

    def get_guild(self, key: int) -> Any:
        return self.guilds.get(key)

    async def workspaces(self, platform: str) -> tuple[str, ...]:
        return tuple(self.people)

    async def known_in(self, platform: str, workspace_key: str) -> Sequence[str]:
        return tuple(self.people[workspace_key])

    async def changed(self, origin: Origin, *, is_gone: bool) -> None:
        self.worn.append(origin.wears)
        self.heard.append((origin.workspace_key, origin.user_key, is_gone))

    async def ask(self, home: str, user: str) -> Profile:
        self.asked.append(user)
        told = self.people[home][user]
        if isinstance(told, Exception):
            self.people[home][user] = HERE
            raise told
        return told

    async def rest(self, seconds: float) -> None:
        self.rested.append(seconds)


async def test_everybody_known_is_asked_for_once_a_day() -> None:
    world = World(
        {
            "1": {"11": HERE, "12": GONE, "13": replace(HERE, is_bot=True)},
            "2": {"11": HERE},
        }
    )
    await world.roll.look()
    assert world.heard == [("1", "11", False), ("1", "12", True), ("2", "11", False)]
    assert world.rested == [BETWEEN_TWO] * 4
    world.now += EVERY - timedelta(minutes=1)
    await world.roll.look()
    assert len(world.asked) == 4
    world.now += timedelta(minutes=1)
    await world.roll.look()
    assert len(world.asked) == 8


async def test_roles_are_told_of_who_is_there() -> None:
    world = World(
        {
            "1": {
                "11": replace(HERE, roles=frozenset({"7"})),
                "12": HERE,
                "13": GONE,
            }
        }
    )
    await world.roll.look()
    assert world.worn == [{"7"}, frozenset(), None]


@pytest.mark.parametrize("is_there", [None, SimpleNamespace(unavailable=True)])
async def test_where_we_are_not_nobody_is_gone(is_there: Any) -> None:
    world = World({"1": {"11": HERE, "12": GONE}, "2": {"21": HERE}})
    ask = world.ask

    async def leave(home: str, user: str) -> Profile:
        if user == "12":
            world.guilds[1] = is_there
        return await ask(home, user)

    world.roll = Roll(world, world, leave, lambda: world.now, world.rest)  # type: ignore[arg-type]
    await world.roll.look()
    assert world.heard == [("1", "11", False), ("2", "21", False)]


async def test_a_pause_is_waited_for_and_a_long_one_or_a_trouble_leaves_the_rest_to_the_next_time() -> None:
    brief = timedelta(seconds=3)
    world = World({"1": {"11": RetryLater(brief), "12": HERE}})
    await world.roll.look()
    assert world.heard == [("1", "11", False), ("1", "12", False)]
    assert 3.0 in world.rested
    for trouble in (RetryLater(LONGEST_PAUSE * 2), Refused(503, 0)):
        world = World({"1": {"11": trouble, "12": HERE}, "2": {"21": HERE}})
        await world.roll.look()
        assert world.heard == [("2", "21", False)]

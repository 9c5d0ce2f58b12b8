"""Which guild a direct conversation speaks for: the last one used, else the only one, else the person says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.handlers.discord.keys import PLATFORM
from bot.handlers.discord.marks import mark_of
from bot.handlers.discord.people import GONE, Profile
from bot.handlers.discord.whereabouts import Guild, Several, Whereabouts
from bot.services.ports import Unsendable

ASAHI, EAST, MINAMI = "1", "2", "3"


@dataclass
class World:
    """`members`: whose guilds are whose. `schools`: the guilds of each school. `left`: we are there no more."""

    guilds: tuple[str, ...] = (ASAHI, EAST, MINAMI)
    schools: tuple[tuple[str, ...], ...] = ((ASAHI,), (EAST,))
    members: set[str] = field(default_factory=set)
    last: str | None = None
    known: tuple[str, ...] = ()
    left: str = ""
    now: datetime = datetime(2026, 11, 23, tzinfo=UTC)
    asked: list[str] = field(default_factory=list)
    rested: list[float] = field(default_factory=list)

    async def workspaces(self, platform: str) -> tuple[str, ...]:
        return tuple(key for school in self.schools for key in school)

    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]:
        return next((school for school in self.schools if workspace_key in school), ())

    async def last_used(self, user_key: str) -> str | None:
        return self.last

    async def known_in(self, user_key: str) -> tuple[str, ...]:
        return self.known

    async def rest(self, seconds: float) -> None:
        self.rested.append(seconds)

    async def who(self, guild: str, user: str) -> Profile:
        self.asked.append(guild)
        if guild == self.left:
            raise Unsendable("50001")
        return Profile("somebody") if guild in self.members else GONE

    def whereabouts(self) -> Whereabouts:
        def there() -> list[Guild]:
            return [Guild(key, f"guild {key}") for key in self.guilds]

        return Whereabouts(PLATFORM, self, self, there, self.who, lambda: self.now, self.rest)


async def test_the_only_one() -> None:
    assert await World(members={EAST}).whereabouts().of("u") == EAST
    assert await World(members={EAST, MINAMI}).whereabouts().of("u") == EAST, "a school comes before none"
    assert await World(members={MINAMI}).whereabouts().of("u") == MINAMI, "there a school may be claimed"
    assert await World().whereabouts().of("u") is None


async def test_several_schools_are_asked_for_and_several_guilds_of_one_are_not() -> None:
    several = await World(members={ASAHI, EAST}).whereabouts().of("u")
    assert several == Several((Guild(ASAHI, "guild 1"), Guild(EAST, "guild 2")))
    one = World(members={ASAHI, EAST}, schools=((ASAHI, EAST),))
    assert await one.whereabouts().of("u") == ASAHI


async def test_the_last_one_used_as_long_as_they_are_there() -> None:
    assert await World(members={ASAHI, EAST}, last=EAST).whereabouts().of("u") == EAST
    assert await World(members={ASAHI}, last=EAST).whereabouts().of("u") == ASAHI, "they left it"
    assert await World(members={ASAHI, EAST}, last=EAST, left=EAST).whereabouts().of("u") == ASAHI, "we left it"
    assert await World(guilds=(ASAHI,), members={ASAHI, EAST}, last=EAST).whereabouts().of("u") == ASAHI


async def test_however_many_guilds_there_are_theirs_is_found() -> None:
    many = tuple(str(number) for number in range(1, 131))
    world = World(guilds=many, schools=tuple((key,) for key in many), members={"121"})
    assert await world.whereabouts().of("u") == "121"
    assert len(world.rested) == 2, "others have their turn"
    world.asked.clear()
    world.known = ("9999", "120", "121")
    assert await world.whereabouts().of("u") == "121"
    assert set(world.asked) == {"120", "121"}, "where they are known comes first"


async def test_what_they_chose_counts_until_they_act_elsewhere() -> None:
    world = World(members={ASAHI, EAST})
    where = world.whereabouts()
    assert not await where.may_choose("u", MINAMI), "they are no member"
    assert not await where.may_choose("u", "9"), "no guild of ours"
    assert await where.may_choose("u", EAST)
    where.choose("u", EAST)
    assert await where.of("u") == EAST
    world.members.remove(EAST)
    assert await where.of("u") == ASAHI
    where.choose("v", ASAHI)
    world.members.add(EAST)
    world.now += timedelta(hours=1)
    assert isinstance(await where.of("v"), Several), "what is not kept is asked anew"


async def test_a_message_is_of_the_guild_that_it_was_said_for() -> None:
    where = World(members={ASAHI, EAST}).whereabouts()
    assert await where.marked("u", mark_of(EAST, "a promise")) == EAST
    assert await where.marked("u", mark_of(MINAMI, "a promise")) is None, "they are no member"
    assert await where.marked("u", 0) is None

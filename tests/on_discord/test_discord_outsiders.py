"""Where a server names the roles of its school, nobody else may read a channel that badges are shown in."""

from collections.abc import AsyncIterator

import pytest

from bot.handlers.discord.outsiders import DiscordOutsiders
from bot.services.ports import RetryLater
from on_discord.connected import connected
from on_discord.server import PUBLIC_THREAD, Clock, DiscordLike, Guild, open_discord, permissions

GUILD, STAFF, TEACHERS, PUPILS, HEADS, AOKI = (str(200000000000000000 + 10 * number) for number in range(6))
SEES = permissions.VIEW_CHANNEL


class Here:
    def __init__(self, discord: DiscordLike, outsiders: DiscordOutsiders, guild: Guild) -> None:
        self.discord, self.outsiders, self.guild = discord, outsiders, guild
        self.staff = discord.add_channel(guild, STAFF, "staff")

    async def lets_in(self, of: str, *, in_: bool = True) -> None:
        self.discord.overwrite(self.staff, of, **{"allow" if in_ else "deny": SEES})
        await self.discord.quiet()

    async def are_in(self, channel: str = STAFF) -> bool:
        return await self.outsiders.surely_in(GUILD, channel)


@pytest.fixture
async def named() -> set[str]:
    return {TEACHERS}


@pytest.fixture
async def guests() -> set[str]:
    return set()


@pytest.fixture
async def here(named: set[str], guests: set[str]) -> AsyncIterator[Here]:
    async with open_discord(DiscordLike(Clock())) as discord:
        guild = discord.add_guild(GUILD)
        for key, name in ((TEACHERS, "教員"), (PUPILS, "生徒")):
            discord.add_role(guild, key, name)
        discord.add_role(guild, HEADS, "管理職", permissions.ADMINISTRATOR)
        discord.install(guild)
        discord.add_member(guild, AOKI, "aoki", roles=[TEACHERS])

        async def own_roles(home: str) -> set[str]:
            return named

        async def is_guest(home: str, user: str) -> bool:
            return user in guests

        async with connected(discord) as client:
            made = Here(discord, DiscordOutsiders(client, own_roles, is_guest), guild)
            await discord.quiet()
            yield made


async def test_a_channel_for_all_is_read_by_outsiders_and_one_for_teachers_is_not(here: Here, named: set[str]) -> None:
    assert await here.are_in()
    await here.lets_in(GUILD, in_=False)
    assert not await here.are_in()
    await here.lets_in(TEACHERS)
    assert not await here.are_in(), "administrators see it, and the teachers"
    await here.lets_in(PUPILS)
    assert await here.are_in()
    named.add(PUPILS)
    assert not await here.are_in()
    named.clear()
    await here.lets_in(GUILD)
    assert not await here.are_in(), "where no role is named, everybody belongs to the school"


async def test_whom_a_channel_lets_in_by_themselves_is_asked_for(here: Here, guests: set[str]) -> None:
    await here.lets_in(GUILD, in_=False)
    await here.lets_in(here.discord.bot.id)
    await here.lets_in(AOKI)
    assert not await here.are_in()
    guests.add(AOKI)
    assert await here.are_in()
    await here.lets_in(AOKI, in_=False)
    assert not await here.are_in()


async def test_a_thread_is_read_as_its_channel_is_and_a_direct_conversation_by_nobody(here: Here) -> None:
    thread = here.discord.add_thread(here.staff, "t", PUBLIC_THREAD, owner=here.discord.bot.id)
    assert not await here.are_in(here.discord.open_direct(AOKI).id)
    assert not await here.are_in("no id")
    await here.lets_in(GUILD, in_=False)
    assert not await here.are_in(thread.id)


async def test_while_a_server_is_not_there_nothing_is_posted_and_nobody_is_refused(here: Here) -> None:
    here.discord.outage(here.guild)
    await here.discord.quiet()
    with pytest.raises(RetryLater):
        await here.are_in()
    assert not await here.outsiders.are_in(GUILD, STAFF)
    here.discord.remove_app(here.guild)
    await here.discord.quiet()
    with pytest.raises(RetryLater):
        await here.are_in()

"""People who take no direct messages, and a server with others than the school's people in it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from scenarios.shelf import BOARD

from bot.handlers.discord.ways import OPEN_FOR
from bot.services.directory import BindWorkspace, bind_workspace
from bot.wording import Wording
from on_discord.at_work import AtWork, at_work
from on_discord.conftest import AOKI, ASAHI, HALL
from on_discord.first_steps import WELCOME, founded
from on_discord.server import PRIVATE_THREAD, Channel, DiscordLike, Guild
from storage import tables as t

JA = Wording("ja")
TEACHERS, LEADERS = "1601", "1602"


@pytest.fixture
async def sukima(discord: DiscordLike, tmp_path: Path) -> AsyncIterator[AtWork]:
    async with at_work(discord, tmp_path) as working:
        await founded(working)
        yield working


def private_threads(discord: DiscordLike) -> list[Channel]:
    return [each for each in discord.channels.values() if each.kind == PRIVATE_THREAD]


async def later(sukima: AtWork, after: timedelta) -> None:
    sukima.server.clock.move(after.total_seconds())
    await sukima.settle()


async def welcomed_in_general(sukima: AtWork) -> None:
    aoki = sukima.server.person(AOKI)
    await aoki.commands("help", where="general")
    for label in WELCOME:
        await aoki.presses(label, where="general")


async def test_who_takes_no_direct_messages_hears_beside_what_they_do(sukima: AtWork) -> None:
    discord = sukima.server
    discord.users[AOKI].accepts_direct = False
    aoki, hall = discord.person(AOKI), discord.person(HALL)
    await welcomed_in_general(sukima)
    await aoki.commands("learn 電子黒板", where="general")
    offer = await aoki.sees(BOARD.title.ja, where="general")
    assert offer.reader == AOKI
    assert not private_threads(discord), "nobody is called who is here"
    await aoki.presses("あとで", beside=BOARD.title.ja, where="general")
    await aoki.presses("20分後", where="general")
    await later(sukima, OPEN_FOR + timedelta(minutes=6, seconds=1))
    (thread,) = private_threads(discord)
    await aoki.sees(JA.say("reach.waits"), where=thread)
    assert not hall.reads(thread)
    (waiting,) = await sukima.house.store.read(lambda scope: scope.all(t.outbox.select()))
    assert (waiting.state, waiting.attempts) == ("new", 0)
    await aoki.presses(JA.say("label.fetch"), where=thread)
    await aoki.sees(JA.say("reach.comes"), where=thread)
    fetched = await aoki.sees(BOARD.title.ja, where=thread)
    assert fetched.reader == AOKI, "whoever moderates the server reads the thread, and not this"
    assert not await sukima.house.store.read(lambda scope: scope.all(t.outbox.select()))
    assert not discord.pings
    assert not [each for each in hall.messages("general") if BOARD.title.ja in hall.words(each)]


async def test_the_roles_of_the_server_say_who_is_of_the_school_and_who_leads(sukima: AtWork, asahi: Guild) -> None:
    discord, aoki = sukima.server, sukima.server.person(AOKI)
    discord.add_role(asahi, TEACHERS, "教職員")
    discord.add_role(asahi, LEADERS, "管理職")
    discord.set_role(asahi, AOKI, TEACHERS)
    await welcomed_in_general(sukima)
    (place,) = await sukima.house.store.read(lambda scope: scope.all(t.workspace.select()))
    command = BindWorkspace(
        school=(await sukima.house.store.read(lambda scope: scope.the(t.school.select()))).key,
        platform="discord",
        workspace=ASAHI,
        channel=place.staff_channel,
        lang=None,
        emoji=(),
        teacher_role=TEACHERS,
        leader_role=LEADERS,
    )
    await sukima.house.store.run(bind_workspace, command)
    discord.clock.move(61)
    discord.set_role(asahi, AOKI, LEADERS)
    await aoki.commands("settings", where="general")
    await aoki.sees(JA.say("roles.given", role="管理職"))
    for role in (TEACHERS, LEADERS):
        discord.set_role(asahi, AOKI, role, has=False)
    await aoki.commands("learn 電子黒板", where="general")
    await aoki.sees(JA.say("refused.guest_own"), where="general")
    hall = discord.person(HALL)
    await hall.commands("help", where="general")
    await hall.sees(Wording("en").say("refused.guest"), where="general")
    chain = await sukima.house.store.read(
        lambda scope: scope.all(t.audit.select().where(t.audit.c.act == "grant_role"))
    )
    assert {"role": "leader", "by": "platform"} in [each.detail for each in chain]

"""People who take no direct messages, and a server with others than the school's people in it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from scenarios.shelf import BOARD

from bot.handlers.discord.ways import OPEN_FOR
from bot.services.commands import OfSchool
from bot.services.directory import BindWorkspace, bind_workspace
from bot.services.ports import Work
from bot.services.promises import Kind, promise_to
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


async def test_what_a_colleague_asks_calls_who_acted_a_while_ago_and_is_found_again(sukima: AtWork) -> None:
    discord = sukima.server
    discord.users[AOKI].accepts_direct = False
    aoki, hall = discord.person(AOKI), discord.person(HALL)
    await welcomed_in_general(sukima)
    await aoki.commands("wallet", where="general")
    await sukima.settle()
    people = await sukima.house.store.read(lambda scope: scope.all(t.person.select()))
    holder = next(each for each in people if each.name == aoki.name)
    await hall.commands("help", where="general")
    await sukima.settle()
    people = await sukima.house.store.read(lambda scope: scope.all(t.person.select()))
    asker = next(each for each in people if each.name == hall.name)

    async def asks(work: Work, command: OfSchool) -> None:
        asked = await work.introductions.add(asker.id, holder.id, None, "分数の教え方は？", "絵")
        await promise_to(work, holder.id, Kind.ASK, asked.id)

    await later(sukima, timedelta(minutes=5))
    await sukima.house.store.run(asks, OfSchool(school_id=holder.school_id))
    await sukima.settle()
    (thread,) = private_threads(discord)
    assert not [each for each in aoki.messages("general") if "分数" in aoki.words(each)], "nobody looks there any more"
    await aoki.presses(JA.say("label.fetch"), where=thread)
    asked = await aoki.sees("分数の教え方", where=thread)
    assert asked.reader == AOKI
    await aoki.commands("wallet", where="general")
    again = await aoki.sees("分数の教え方", where="general")
    assert (again.reader, aoki.buttons(again)) == (AOKI, aoki.buttons(asked))
    await aoki.presses(aoki.buttons(again)[0], on=again)
    seen = len(aoki.messages("general"))
    await aoki.commands("help", where="general")
    assert not [each for each in aoki.messages("general")[seen:] if "分数" in aoki.words(each)], "it is answered"


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

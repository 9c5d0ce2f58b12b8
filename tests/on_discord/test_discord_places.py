"""Places that close to Sukima and open again: who waits hears of it, and nothing that happened there is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.promised import LOOKED_AT_AGAIN
from bot.handlers.discord.reopened import GATHERED
from bot.wording import Wording
from on_discord.at_work import AtWork, at_work
from on_discord.first_steps import founded, learned
from on_discord.server import Channel, DiscordLike, Guild, Message, happenings

JA = Wording("ja")
FLOWER = "💮"
ADMINISTRATOR, VIEW, SEND = 1 << 3, 1 << 10, 1 << 11
SOON = GATHERED + 5
READ = "GET /channels/{channel}/messages/{message}"


@pytest.fixture
async def sukima(discord: DiscordLike, tmp_path: Path) -> AsyncIterator[AtWork]:
    async with at_work(discord, tmp_path) as working:
        await founded(working)
        yield working


def general(guild: Guild) -> Channel:
    return next(each for each in guild.channels.values() if each.name == "general")


async def test_who_shares_where_no_channel_is_any_more_hears_of_it_once(sukima: AtWork, asahi: Guild) -> None:
    aoki = sukima.server.person("aoki")
    told = await learned(aoki)
    sukima.server.remove_channel(general(asahi))
    await aoki.presses("同僚に見せる", on=told)
    await aoki.sees(JA.say("refused.channel_post"))
    sukima.server.clock.move(LOOKED_AT_AGAIN.total_seconds() + 1)
    await sukima.settle()
    assert [aoki.words(each) for each in aoki.messages()].count(JA.say("refused.channel_post")) == 1


async def shared(sukima: AtWork) -> Message:
    """青木 shows a badge; the post."""
    aoki = sukima.server.person("aoki")
    await aoki.presses("同僚に見せる", on=await learned(aoki))
    return await aoki.sees("裏書：まだありません", where="general")


async def test_what_was_put_off_for_a_permission_is_posted_soon_after_it_is_given(sukima: AtWork, asahi: Guild) -> None:
    discord, aoki = sukima.server, sukima.server.person("aoki")
    told = await learned(aoki)
    discord.overwrite(general(asahi), discord.bot.id, deny=SEND)
    await aoki.presses("同僚に見せる", on=told)
    assert not [each for each in aoki.messages("general") if "裏書" in aoki.words(each)]
    before = discord.clock.now()
    discord.overwrite(general(asahi), discord.bot.id)
    await sukima.settle()
    await aoki.sees("裏書：まだありません", where="general")
    assert discord.clock.now() - before < SOON


@pytest.mark.parametrize("closes", ["channel", "role", "server"])
async def test_reactions_out_of_sight_count_once_it_is_seen_again(closes: str, sukima: AtWork, asahi: Guild) -> None:
    discord, hall = sukima.server, sukima.server.person("hall")
    post = await shared(sukima)
    role = next(each for each in asahi.roles.values() if each.bot_id == discord.bot.id)
    granted = role.permissions
    match closes:
        case "channel":
            discord.overwrite(general(asahi), discord.bot.id, deny=VIEW)
        case "role":
            discord.overwrite(general(asahi), asahi.id, deny=VIEW)
            discord.overwrite(general(asahi), hall.id, allow=VIEW)
            discord.overwrite(general(asahi), discord.person("aoki").id, allow=VIEW)
        case "server":
            discord.remove_app(asahi)
    await hall.reacts(post, FLOWER)
    match closes:
        case "channel":
            discord.overwrite(general(asahi), discord.bot.id)
        case "role":
            role.permissions |= ADMINISTRATOR
            happenings.role_told(discord, "UPDATE", asahi, role.id)
        case "server":
            discord.install(asahi, granted=granted)
    await sukima.settle()
    await discord.person("aoki").sees("裏書：同僚 1", where="general")


async def test_nothing_is_asked_where_nothing_opened(sukima: AtWork, asahi: Guild) -> None:
    await shared(sukima)
    asked = len(sukima.server.called(READ))
    for allowed in (SEND, 0, SEND):
        sukima.server.overwrite(general(asahi), "2002", allow=allowed)
    await sukima.settle()
    assert len(sukima.server.called(READ)) == asked

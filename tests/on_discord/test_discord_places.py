"""Places that close to Sukima: whoever waits for something there hears of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.promised import LOOKED_AT_AGAIN
from bot.wording import Wording
from on_discord.at_work import AtWork, at_work
from on_discord.first_steps import founded, learned
from on_discord.server import Channel, DiscordLike, Guild

JA = Wording("ja")


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

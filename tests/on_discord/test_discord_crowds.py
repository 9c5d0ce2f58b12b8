"""Many at once: acts wait their turn, none is lost, and each is answered."""

import asyncio
from pathlib import Path

import pytest

from bot.conversation.intents import Intent
from bot.conversation.router import Answer, Router
from bot.handlers.discord.hearing import AT_ONCE
from on_discord.at_work import at_work
from on_discord.first_steps import founded
from on_discord.server import DiscordLike


async def test_so_many_acts_are_decided_at_once_and_the_others_in_turn(
    discord: DiscordLike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, most = 0, 0
    handle = Router.handle

    async def counted(router: Router, intent: Intent) -> Answer:
        nonlocal now, most
        now += 1
        most = max(most, now)
        try:
            return await handle(router, intent)
        finally:
            now -= 1

    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        monkeypatch.setattr(Router, "handle", counted)
        aoki = discord.person("aoki")
        aoki.waits = False
        acts = [await aoki.commands("help", where="general") for _ in range(3 * AT_ONCE)]
        await asyncio.gather(*(discord.interactions.over(each) for each in acts))
        await sukima.settle()
        assert most == AT_ONCE
        assert all(each.answered for each in acts)

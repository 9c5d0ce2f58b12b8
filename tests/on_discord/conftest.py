"""A Discord-like server with one school's guild in it."""

from collections.abc import AsyncIterator

import pytest

from bot.handlers.discord.client import Client
from on_discord.server import DiscordLike, Guild, open_discord

ASAHI = "1001"
SATO, AOKI, HALL = "2001", "2002", "2003"
MANAGE_GUILD = 1 << 5


@pytest.fixture(autouse=True)
def identified_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would wait five seconds before it identifies again."""

    async def at_once(client: Client, shard_id: int | None, *, initial: bool = False) -> None:
        pass

    monkeypatch.setattr(Client, "before_identify_hook", at_once)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordLike]:
    """Serving, with the guild あさひ: 佐藤, who manages it, 青木 and Hall, and Sukima in it."""
    async with open_discord(DiscordLike()) as serving:
        guild = serving.add_guild(ASAHI)
        serving.add_role(guild, "1500", "先生", MANAGE_GUILD)
        serving.add_member(guild, SATO, "sato", "佐藤 あさひ", roles=["1500"])
        serving.add_member(guild, AOKI, "aoki", "青木 あさひ")
        serving.add_member(guild, HALL, "hall", "Emma Hall", locale="en-GB")
        serving.install(guild)
        yield serving


@pytest.fixture
def asahi(discord: DiscordLike) -> Guild:
    return discord.guilds[ASAHI]

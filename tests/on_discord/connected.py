"""The product's client, connected to the Discord-like server, with nobody listening."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.handlers.discord.client import Client, Places
from on_discord.server import DiscordLike

GUILDS_WITHIN = 0.02
"""Seconds: here guilds come at once."""


@asynccontextmanager
async def connected(discord: DiscordLike) -> AsyncIterator[Client]:
    client = Client(Places(discord.api_url, discord.gateway_url, discord.cdn_url))
    client._connection.guild_ready_timeout = GUILDS_WITHIN
    await client.log_in(discord.token)
    at_work = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    try:
        yield client
    finally:
        await client.close()
        await at_work

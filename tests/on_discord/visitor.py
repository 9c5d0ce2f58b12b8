"""The real library with nothing in it: what it hears is written down, what it is asked it does by `on`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from on_discord.server import DiscordLike

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, guild_reactions=True, dm_reactions=True)
On = Callable[[discord.Interaction[Any]], Awaitable[None]]


class Visitor(discord.AutoShardedClient):
    """`heard` are events by name, with what came. `on` answers interactions."""

    def __init__(self, intents: discord.Intents = INTENTS, **more: Any) -> None:
        more.setdefault("chunk_guilds_at_startup", False)
        more.setdefault("guild_ready_timeout", 0.05)
        super().__init__(intents=intents, max_messages=None, **more)
        self.heard: list[tuple[str, Any]] = []
        self.on: On | None = None

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if not event.startswith("socket"):
            self.heard.append((event, args[0] if args else None))
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if self.on is not None:
            await self.on(interaction)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would wait five seconds between shards, and before it begins anew."""

    def events(self, name: str) -> list[Any]:
        return [what for event, what in self.heard if event == name]


def towards(server: DiscordLike) -> None:
    """The library's addresses, which are global."""
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    Asset.BASE = server.cdn_url


@asynccontextmanager
async def visiting(server: DiscordLike, intents: discord.Intents = INTENTS, **more: Any) -> AsyncIterator[Visitor]:
    """Connected and ready, until the block ends."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
    towards(server)
    client = Visitor(intents, **more)
    try:
        await client.login(server.token)
        running = asyncio.create_task(client.connect())
        try:
            ready = asyncio.create_task(client.wait_until_ready())
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                await running
            yield client
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
    finally:
        await client.close()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before

"""The floor of `discord_events.py`: a discord.py bot that listens to what is measured and does nothing.

    python benchmarks/_discord_bare.py

It asks for the same intents as Sukima and remembers as little. The environment says where Discord is. See `_asked.py`
for how it is asked.
"""

import asyncio
import os

import discord
import yarl
from _asked import answer
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Bare(discord.AutoShardedClient):
    def __init__(self) -> None:
        asked = discord.Intents.none()
        asked.guilds = asked.guild_messages = asked.dm_messages = asked.guild_reactions = asked.dm_reactions = True
        super().__init__(
            intents=asked,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        pass

    async def on_message(self, message: discord.Message) -> None:
        pass

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()


async def settle() -> None:
    """Until the handlers of all that arrived have run: the library begins a task for each, named so."""
    at_work = [each for each in asyncio.all_tasks() if each.get_name().startswith("discord.py: on_")]
    if at_work:
        await asyncio.wait(at_work)


async def main() -> None:
    Route.BASE = os.environ["DISCORD_API_BASE"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    async with Bare() as bot:
        await bot.login(os.environ["DISCORD_TOKEN"])
        at_work = asyncio.create_task(bot.connect())
        await bot.wait_until_ready()
        await answer("ready", {"settle": settle})
        await bot.close()
        await at_work


if __name__ == "__main__":
    asyncio.run(main())

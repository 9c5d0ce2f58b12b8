"""Sukima with Discord, for `discord_events.py`: all that `sukima run` begins, in a process that can be asked.

    python benchmarks/_discord_house.py

The environment says where Discord is. Promises wait until they are asked for. See `_asked.py` for how it is asked.
"""

import asyncio
import os
from datetime import timedelta

from _asked import answer

from bot.app import World, open_house
from bot.app.discord import discord_at_work
from bot.app.house import House
from bot.app.running import going
from bot.log import configure
from bot.scheduler.engine import InProcessEngine
from bot.settings import Settings


async def main() -> None:
    configure("info", json=True)
    settings = Settings.from_env(dict(os.environ), env_file=None)
    async with open_house(settings, World()) as house, going(house), discord_at_work(house) as discord:
        assert discord is not None
        await discord.quiet()  # until what happened before is looked at
        acts = {"keep": lambda: keep(house), "leave": lambda: leave(house), "settle": discord.quiet}
        await answer("ready", acts)


async def keep(house: House) -> None:
    """Begin to keep promises, with a new engine: one that was stopped does not begin again."""
    house.engine = InProcessEngine(house.relay, house.world.now)
    await house.start()


async def leave(house: House) -> None:
    """Keep none any more; those that are being kept are kept."""
    await house.engine.stop(timedelta(minutes=1))


if __name__ == "__main__":
    asyncio.run(main())

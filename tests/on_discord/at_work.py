"""The product at work on the Discord-like server: its own house, its own clock."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from scenarios.shelf import catalogue
from scenarios.town import short_rsa
from scenarios.web import Web

from bot.app.catalogues import Pages
from bot.app.discord import discord_settings
from bot.app.house import House, open_house
from bot.app.world import World
from bot.domain.catalogue import Catalogue
from bot.domain.ownership import RANDOM_BYTES
from bot.handlers.discord.keys import PLATFORM
from bot.handlers.discord.platform import Discord, open_discord
from bot.handlers.discord.timing import Timing
from bot.services.command_sets import CommandDesk
from bot.services.contacts import ContactDesk
from bot.services.ownership import EnsureClaim, ensure_claim
from bot.settings import Settings
from on_discord.server import DiscordLike
from tests.prepared import prepare

GATHERED = timedelta(seconds=3)
"""What comes together in a moment has happened after this time."""
TIMING = Timing(guilds_within=0.05, first_wait=0.05, longest_wait=0.2, looks_every=0.1, between_tries=0.0)


@dataclass(frozen=True)
class Beginning:
    """What is there when Discord begins: the shelf, and what `prepare` makes. `now`: the server's time, or the past."""

    catalogues: Sequence[tuple[Catalogue, Pages]] = ((catalogue(), {}),)
    now: Callable[[], datetime] | None = None
    prepare: Callable[[House], Awaitable[None]] | None = None


@dataclass(frozen=True)
class AtWork:
    """The house and its Discord; `code` is the first owner's, while there is none."""

    house: House
    discord: Discord
    server: DiscordLike
    code: str

    async def settle(self) -> None:
        """Until everything that arrived is answered, and everything promised is kept."""
        await self.server.quiet()
        await self.discord.quiet()
        await self.house.engine.settle(self.house.world.now() + GATHERED)
        await self.discord.quiet()


@asynccontextmanager
async def at_work(
    server: DiscordLike,
    folder: Path,
    *,
    beginning: Beginning | None = None,
    timing: Timing = TIMING,
    reaches: bool = True,
    **environment: str,
) -> AsyncIterator[AtWork]:
    """Sukima in the server's guilds, nobody's school yet; acts of people wait until all that follows has happened.

    In the folder of a work before, it begins again. With `reaches` False nobody waits until Discord is reached.
    """
    given = {
        "SUKIMA_DATA_DIR": str(folder),
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_BASE": server.api_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        "DISCORD_CDN_BASE": server.cdn_url,
    }
    settings = Settings.from_env(given | environment, env_file=None)
    begun = beginning or Beginning()
    now = begun.now or server.clock.moment
    world = World(now=now, rng=random.Random(1), fetch=Web(), stands=True, new_rsa=short_rsa)

    async def until(moment: datetime) -> None:
        server.clock.put(moment)

    async def sleep(seconds: float) -> None:
        server.clock.move(seconds)

    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(prepare(settings), world, until))
        await house.load_catalogues(begun.catalogues)
        told = discord_settings(settings)
        assert told is not None

        async def begun_on() -> None:
            await house.begin_on(PLATFORM, discord.sender)

        contacts = ContactDesk(house.store, PLATFORM, now)
        discord = await stack.enter_async_context(
            open_discord(
                told,
                house.router,
                house.cards,
                now,
                begun_on,
                partial(house.reopened_on, PLATFORM),
                contacts,
                CommandDesk(house.store),
                sleep,
                timing,
            )
        )
        house.watch(PLATFORM, discord.trouble, discord.state, discord.pulse, discord.attention, discord.outsiders)
        if begun.prepare is not None:
            await begun.prepare(house)
        await house.start()
        code = await house.store.run(ensure_claim, EnsureClaim(random=world.entropy(RANDOM_BYTES)))
        discord.start()
        if reaches:
            await discord.quiet()
        working = AtWork(house, discord, server, code or "")
        server.settle = working.settle
        try:
            yield working
        finally:
            server.settle = None

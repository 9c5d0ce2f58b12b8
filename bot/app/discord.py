"""Discord for the house: made from the settings, at work while inside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.app.house import House
from bot.handlers.discord.client import Places
from bot.handlers.discord.keys import PLATFORM
from bot.handlers.discord.platform import Discord, DiscordSettings, open_discord
from bot.services.command_sets import CommandDesk
from bot.services.contacts import ContactDesk
from bot.settings import Settings


def discord_settings(settings: Settings) -> DiscordSettings | None:
    """What the environment says of Discord; None: nothing."""
    if settings.discord_token is None:
        return None
    return DiscordSettings(
        settings.discord_token.get_secret_value(),
        Places(settings.discord_api_base, settings.discord_gateway_url, settings.discord_cdn_base),
        message_content=settings.discord_message_content == "yes",
    )


@asynccontextmanager
async def discord_at_work(house: House) -> AsyncIterator[Discord | None]:
    """Discord at work, where the environment names it. It comes and goes by itself: the house goes on without it."""
    told = discord_settings(house.settings)
    if told is None:
        yield None
        return
    contacts = ContactDesk(house.store, PLATFORM, house.world.now)

    async def begun() -> None:
        await house.begin_on(PLATFORM, discord.sender)

    opened = partial(house.reopened_on, PLATFORM)
    commands = CommandDesk(house.store)
    async with open_discord(
        told, house.router, house.cards, house.world.now, begun, opened, contacts, commands
    ) as discord:
        house.watch(PLATFORM, discord.trouble, discord.state, discord.pulse, discord.attention, discord.outsiders)
        discord.start()
        yield discord

"""Setting Discord up from the command line: telling it the commands, and the address that invites Sukima."""

from bot.app.beside import world_beside
from bot.app.house import open_house
from bot.errors import Problem
from bot.handlers.discord.client import Places
from bot.handlers.discord.setting_up import invitation, tell_commands
from bot.services.command_sets import CommandDesk
from bot.settings import Settings


def discord_places(settings: Settings) -> Places:
    """Where the environment says that Discord is."""
    return Places(settings.discord_api_base, settings.discord_gateway_url, settings.discord_cdn_base)


def discord_token(settings: Settings) -> str:
    """Raises `Problem` `discord.no_token`."""
    if settings.discord_token is None:
        raise Problem("discord.no_token")
    return settings.discord_token.get_secret_value()


async def sync_discord(settings: Settings, *, anew: bool) -> bool:
    """Tell Discord the commands, if they have changed; with `anew` in any case. Whether they were told.

    Raises `Problem` `discord.…` where Discord does not take them, or the token.
    """
    token = discord_token(settings)
    async with open_house(settings, world_beside(settings)) as house:
        return await tell_commands(discord_places(settings), token, CommandDesk(house.store), anew=anew)


async def discord_invitation(settings: Settings) -> str:
    """The address by which whoever manages a server lets Sukima in. Raises `Problem` as `sync_discord`."""
    return await invitation(discord_places(settings), discord_token(settings))

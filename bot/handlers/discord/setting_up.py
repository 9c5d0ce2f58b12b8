"""What is asked of Discord from the command line, where nothing is heard: telling it the commands, who we are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import Problem
from bot.handlers.discord.client import Client, Places, intents
from bot.handlers.discord.commands import Unheard, tree_of
from bot.handlers.discord.permissions import invite_url
from bot.handlers.discord.sync import KeepsTold, fingerprint_of, payload_of, sync


async def tell_commands(places: Places, token: str, desk: KeepsTold, *, anew: bool) -> bool:
    """Tell Discord the commands, if they have changed; with `anew` in any case. Whether they were told.

    Raises `Problem` `discord.…` where Discord does not take them, or the token.
    """
    async with _logged_in(places, token) as client:
        return await sync(tree_of(client, Unheard()), desk, anew=anew)


async def invitation(places: Places, token: str) -> str:
    """The address by which whoever manages a server lets Sukima in. Raises `Problem` as `tell_commands`."""
    async with _logged_in(places, token) as client:
        return invite_url(str(client.application_id))


async def own_commands() -> str:
    """The fingerprint of the commands that this version has."""
    return fingerprint_of(await payload_of(tree_of(discord.Client(intents=intents()), Unheard())))


@asynccontextmanager
async def _logged_in(places: Places, token: str) -> AsyncIterator[Client]:
    """A client that may ask, and hears nothing: no connection to the gateway is opened."""
    client = Client(places)
    try:
        await client.log_in(token)
        yield client
    except discord.LoginFailure:
        raise Problem("discord.token_refused") from None
    except discord.HTTPException as error:
        raise Problem("discord.refused", status=error.status, number=error.code) from None
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
        raise Problem("discord.unreachable") from None
    finally:
        await client.close()

"""Telling Discord which commands there are: once, and again when they have changed, never at each connection.

Discord takes 200 new commands a day and slows down who tells too often. What was told last is kept by its fingerprint;
a restored backup forgets it, so that commands are told anew. Source: docs.discord.com, "Application Commands";
discord.py 2.7.1, `CommandTree.sync`.
"""

import hashlib
import json
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands

from bot.handlers.discord.translations import Translations

log = structlog.get_logger(__name__)


class KeepsTold(Protocol):
    """Keeps what Discord was told, by application (`services.command_sets`)."""

    async def told(self, application: str) -> str | None: ...
    async def keep(self, application: str, fingerprint: str) -> None: ...


Commands = app_commands.CommandTree[Any]
KINDS = (discord.AppCommandType.chat_input, discord.AppCommandType.message, discord.AppCommandType.user)


async def sync(tree: Commands, desk: KeepsTold, *, anew: bool = False) -> bool:
    """Tell Discord the commands, where it does not know them as they are; with `anew` in any case. Whether it was told.

    Raises what the library raises where Discord does not take them.
    """
    application = str(tree.client.application_id)
    fingerprint = fingerprint_of(await payload_of(tree))
    if not anew and await desk.told(application) == fingerprint and await _are_there(tree):
        return False
    await tree.sync()
    await desk.keep(application, fingerprint)
    log.info("discord.commands_told", application=application)
    return True


async def sync_at_start(tree: Commands, desk: KeepsTold) -> None:
    """As `sync`. Where Discord does not take the commands, those that it knows do; it is said, and tried next time."""
    try:
        await sync(tree, desk)
    except (discord.DiscordException, OSError, TimeoutError) as error:
        log.warning("discord.commands_not_told", error=type(error).__name__, code=getattr(error, "code", None))


async def _are_there(tree: Commands) -> bool:
    """Whether Discord still has all of them: whoever runs the application may have taken some away by hand."""
    known = {(each.type, each.name) for each in await tree.fetch_commands()}
    return all((kind, each.name) in known for kind in KINDS for each in tree.get_commands(type=kind))


async def payload_of(tree: Commands) -> list[dict[str, Any]]:
    """All commands as Discord is told them."""
    translations = Translations()
    await tree.set_translator(translations)
    return [
        await each.get_translated_payload(tree, translations) for kind in KINDS for each in tree.get_commands(type=kind)
    ]


def fingerprint_of(payload: list[dict[str, Any]]) -> str:
    """Changes when anything does that Discord is told."""
    told = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()

"""What the library heard, as intents. Pure: no network, no clock, no decisions.

In a direct conversation nothing says which guild is meant: the workspace is then empty, until `whereabouts` tells it.
Source: discord.py 2.7.1 (`message`, `raw_models`, `interactions`); docs.discord.com, "Receiving and Responding".
"""

from dataclasses import replace
from typing import Any, TypeVar

import discord

from bot.conversation.intents import EndorseMessage, Intent, Origin, ReactionAdded, ReactionRemoved, Said
from bot.domain.language import Lang
from bot.handlers.discord.emoji import emoji_name
from bot.handlers.discord.keys import PLATFORM, ref
from bot.handlers.discord.received import Received
from bot.handlers.discord.spoken import after_name, spoken

NOWHERE = ""
"""The workspace of a direct conversation, until it is known."""
HEARD = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""What people write; all other types tell of something else."""

Interaction = discord.Interaction[Any]
Understood = TypeVar("Understood", bound=Intent)


def lang_of(locale: discord.Locale) -> Lang:
    """The language of somebody whose Discord speaks `locale`."""
    return "ja" if locale is discord.Locale.japanese else "en"


def said(message: discord.Message, own_user: int) -> Said | None:
    """Words to Sukima: in a direct conversation, or with a mention. None for all other talk."""
    direct = message.guild is None
    if not _is_heard(message, own_user) or not (direct or own_user in message.raw_mentions):
        return None
    return Said(_author(message), spoken(message.content, str(own_user)), _files(message))


def called(message: discord.Message, own_user: int) -> Said | None:
    """Words in a channel that begin with Sukima's name, where Discord tells them. None for all other talk."""
    if message.guild is None or not _is_heard(message, own_user):
        return None
    words = after_name(message.content)
    return None if words is None else Said(_author(message), spoken(words), _files(message))


def reaction(told: discord.RawReactionActionEvent) -> ReactionAdded | ReactionRemoved:
    """A reaction put on or taken off. The library tells only in a guild, and only of one put on, by whom exactly."""
    guild = NOWHERE if told.guild_id is None else str(told.guild_id)
    is_bot = told.member is not None and told.member.bot
    origin = Origin(PLATFORM, guild, str(told.user_id), None, str(told.channel_id), not guild, is_bot=is_bot)
    message = ref(guild, told.channel_id, told.message_id)
    kind = ReactionAdded if told.event_type == "REACTION_ADD" else ReactionRemoved
    return kind(origin, message, emoji_name(told.emoji))


def by_whom(asked: Interaction) -> Origin:
    """Who pressed, chose or sent something, and where. Discord says in which language they read it."""
    guild = NOWHERE if asked.guild_id is None else str(asked.guild_id)
    return Origin(
        platform=PLATFORM,
        workspace_key=guild,
        user_key=str(asked.user.id),
        user_name=None,
        channel=str(asked.channel_id or asked.user.id),
        direct=not guild,
        is_bot=asked.user.bot,
        locale=lang_of(asked.locale),
    )


def at(intent: Understood, origin: Origin) -> Understood:
    """The intent of somebody of whom more is known now; what it is about is of the same workspace."""
    if isinstance(intent, EndorseMessage | ReactionAdded | ReactionRemoved):
        return replace(intent, origin=origin, message=replace(intent.message, workspace_key=origin.workspace_key))
    return replace(intent, origin=origin)


def _is_heard(message: discord.Message, own_user: int) -> bool:
    return message.type in HEARD and message.author.id != own_user and message.webhook_id is None


def _author(message: discord.Message) -> Origin:
    guild = NOWHERE if message.guild is None else str(message.guild.id)
    return Origin(
        platform=PLATFORM,
        workspace_key=guild,
        user_key=str(message.author.id),
        user_name=None,
        channel=str(message.channel.id),
        direct=not guild,
        event_id=str(message.id),
        is_bot=message.author.bot,
    )


def _files(message: discord.Message) -> tuple[Received, ...]:
    return tuple(Received(each) for each in message.attachments)

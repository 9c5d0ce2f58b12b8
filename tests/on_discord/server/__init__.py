"""A Discord-like server for tests: behaves as Discord does in what the product relies on, over real sockets."""

from slack.server.clock import Clock, LiveClock

from on_discord.server.actor import Actor, NotAnswered
from on_discord.server.app import App
from on_discord.server.server import DiscordLike, open_discord
from on_discord.server.world import (
    DIRECT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    User,
)

__all__ = [
    "DIRECT",
    "PRIVATE_THREAD",
    "PUBLIC_THREAD",
    "TEXT",
    "Actor",
    "App",
    "Attachment",
    "Channel",
    "Clock",
    "DiscordLike",
    "Guild",
    "LiveClock",
    "Member",
    "Message",
    "NotAnswered",
    "Role",
    "User",
    "open_discord",
]

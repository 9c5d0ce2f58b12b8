"""Places that were closed to us and are open again: a server that we were out of, a channel that we may see again.

Nobody brings what happened there meanwhile, and what was put off for it would wait for its turn. Only what opens
something is told on, and what opens within a while at once: roles and channels are often changed many at a time.
Source: discord/discord-api-docs, topics/permissions; events/gateway-events (guilds, channels, roles).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import discord
import structlog

from bot.handlers.discord.client import Client
from bot.handlers.discord.permissions import asked_for

GATHERED = 5.0
"""Seconds in which what opens is gathered."""
ADMINISTRATOR = discord.Permissions(administrator=True)
Channels = frozenset[str] | None
"""Some of a server's; None: all of them."""
Opened = Callable[[Mapping[str, Channels]], Awaitable[None]]
"""Told of the channels that are open again, by their server."""
log = structlog.get_logger(__name__)


class Reopened:
    """Hears what opens, and says so; one telling after another."""

    def __init__(self, client: Client, opened: Opened, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._client = client
        self._opened = opened
        self._sleep = sleep
        self._open: dict[str, Channels] = {}
        """Not told yet."""
        self._away: set[int] = set()
        """Servers that are not there."""
        self.telling: asyncio.Task[None] | None = None
        client.hear("shard_ready", self._on_session)
        client.hear("guild_unavailable", self._on_away)
        client.hear("guild_remove", self._on_away)
        client.hear("guild_available", self._on_back)
        client.hear("guild_join", self._on_come)
        client.hear("guild_channel_update", self._on_channel)
        client.hear("guild_role_update", self._on_role)
        client.hear("member_update", self._on_member)

    def _on_session(self, _: int) -> None:
        """A new session is caught up with as a whole, but for servers that are not there yet."""
        self._away |= {guild.id for guild in self._client.guilds if guild.unavailable}

    def _on_away(self, guild: discord.Guild) -> None:
        self._away.add(guild.id)

    def _on_back(self, guild: discord.Guild) -> None:
        if guild.id in self._away:
            self._on_come(guild)

    def _on_come(self, guild: discord.Guild) -> None:
        self._away.discard(guild.id)
        self._tell(guild, None)

    def _on_channel(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        me = after.guild.me
        if me is not None and _gains(before.permissions_for(me), after.permissions_for(me)):
            self._tell(after.guild, frozenset({str(after.id)}))

    def _on_role(self, before: discord.Role, after: discord.Role) -> None:
        me = after.guild.me
        if me is not None and after in me.roles and _gains(before.permissions, after.permissions):
            self._tell(after.guild, _visible(after.guild))

    def _on_member(self, before: discord.Member, after: discord.Member) -> None:
        """Of ourselves Discord tells it unasked."""
        if after == after.guild.me and set(after.roles) - set(before.roles):
            self._tell(after.guild, _visible(after.guild))

    def _tell(self, guild: discord.Guild, channels: Channels) -> None:
        home = str(guild.id)
        before = self._open.get(home, frozenset())
        self._open[home] = None if before is None or channels is None else before | channels
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self._tell_all(), name="discord reopened")

    async def _tell_all(self) -> None:
        while self._open:
            await self._sleep(GATHERED)
            opened, self._open = self._open, {}
            log.info("discord.reopened", workspaces=sorted(opened))
            try:
                await self._opened(opened)
            except Exception:
                log.exception("discord.not_reconciled")  # the clock comes back to it


def _gains(before: discord.Permissions, after: discord.Permissions) -> bool:
    return bool((asked_for() | ADMINISTRATOR).value & after.value & ~before.value)


def _visible(guild: discord.Guild) -> frozenset[str]:
    return frozenset(str(each.id) for each in guild.channels if each.permissions_for(guild.me).view_channel)

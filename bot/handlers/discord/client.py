"""The library's client as Sukima uses it: the intents it asks for, where Discord is, what it keeps, who listens.

It keeps nothing but guilds and channels; whatever else is needed is asked for (design.md 4.8: events can be missed).
Events go to their listeners at once and in their order: the library would begin a task for each.
Source: discord.py 2.7.1, `client`, `shard`, `gateway`, `http`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

PATIENCE = 30.0
"""Seconds that the library waits by itself for its turn; where it would be longer, it raises `discord.RateLimited`."""
READY = "READY"
"""Begins a session: one that cannot be read is none."""

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # Sukima never speaks aloud: nothing lacks
Hear = Callable[..., None]
"""Takes an event's arguments, as the library's `on_…` would, and returns at once."""
SetUp = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Places:
    """Where Discord is: addresses without a last slash. Without a `gateway` the API says where it is."""

    api: str = "https://discord.com/api/v10"
    gateway: str | None = None
    cdn: str = "https://cdn.discordapp.com"

    def use(self) -> None:
        """Let the library use them from now on. It knows one Discord in a process."""
        Route.BASE = self.api
        discord.Asset.BASE = self.cdn
        if self.gateway is not None:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway)


def intents(*, message_content: bool = False) -> discord.Intents:
    """What Discord is asked to tell. Nothing privileged, unless the content of everybody's messages is."""
    asked = discord.Intents.none()
    asked.guilds = asked.guild_messages = asked.dm_messages = True
    asked.guild_reactions = asked.dm_reactions = True
    asked.message_content = message_content
    return asked


class Client(discord.AutoShardedClient):
    """One process's Discord. Never pings anybody: what it sends mentions nobody, whatever is written in it."""

    def __init__(self, places: Places, *, message_content: bool = False, guilds_within: float = 0.5) -> None:
        """`guilds_within`: seconds without a further guild, after which we are ready; later ones are taken, too."""
        places.use()
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is to speak
        super().__init__(
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=guilds_within,
            max_ratelimit_timeout=PATIENCE,
        )
        parsers = self._connection.parsers
        parsers.update({event: _read_apart(event, parse) for event, parse in parsers.items() if event != READY})
        self._gateway = yarl.URL(places.gateway) if places.gateway is not None else None
        self._hears: dict[str, tuple[Hear, ...]] = {}
        self._setups: list[SetUp] = []
        self._launching: set[int] = set()
        self.was_open = False
        """Whether there is anything to close."""

    def hear(self, event: str, listener: Hear) -> None:
        """Let `listener` have an event, by the library's name without `on_`: at once, before what comes after it."""
        self._hears[event] = (*self._hears.get(event, ()), listener)

    def at_setup(self, setup: SetUp) -> None:
        """Do something after each login, before anything is heard: dynamic items are forgotten in between."""
        self._setups.append(setup)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """What the library calls for everything that happens."""
        for listener in self._hears.get(event, ()):
            try:
                listener(*args, **kwargs)
            except Exception:  # one event that cannot be read closes no connection
                log.exception("discord.event_failed", event_type=event)

    async def setup_hook(self) -> None:
        for setup in self._setups:
            await setup()

    async def log_in(self, token: str) -> None:
        """Learn who we are. After `close`, or a try that failed, it begins anew. Raises what the library raises."""
        if self.was_open:
            await self._reopen()
        self.was_open = True
        await self.login(token)

    async def _reopen(self) -> None:
        """The library can begin anew, but keeps a closed connector, the number of shards and the word of its end."""
        await self.http.close()
        self.clear()
        self.http.connector = discord.utils.MISSING
        unknown: Any = None  # as it was at the start, which the library's own types leave out
        self.shard_count = unknown
        await self._async_setup_hook()

    async def launch_shards(self) -> None:
        """Begin all connections. Where we were told where, a gateway that stands in may not say how many: one."""
        try:
            await super().launch_shards()
        except discord.GatewayNotFound as missing:
            if self._gateway is None or not isinstance(missing.__cause__, discord.NotFound):
                raise
            self.shard_count = 1
            await super().launch_shards()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Begin a connection where we were told to, and come back there when a session is over.

        The library would try for ever, every five seconds, each try within the one before. Raises
        `discord.GatewayNotFound` after its first: then there is a next login (`line`).
        """
        if shard_id in self._launching:
            raise discord.GatewayNotFound
        gateway = self._gateway or gateway
        DiscordWebSocket.DEFAULT_GATEWAY = gateway
        self._launching.add(shard_id)
        try:
            await super().launch_shard(gateway, shard_id, initial=initial)
        finally:
            self._launching.discard(shard_id)


def _read_apart(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], None]:
    """The library's reading of an event: one that it cannot read would end the connection of all."""

    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            log.warning("discord.event_unreadable", event_type=event.lower(), error=type(error).__name__)

    return read

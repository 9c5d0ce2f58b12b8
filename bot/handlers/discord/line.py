"""The line to Discord: logged in and connected, and again whenever it is lost, until it is hung up.

The library mends connections by itself, ever more slowly; whoever waits too long for that, and whatever ends the
library's own tries, is begun anew from the login. A token that is refused, and intents that are not granted, are said
once; they are tried again, too, since both can be mended without us.
Source: discord.py 2.7.1, `client.connect`, `shard`; docs.discord.com, "Opcodes and Status Codes" (close codes).
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import discord
import structlog

from bot.handlers.discord.client import Client
from bot.handlers.discord.timing import Timing
from bot.handlers.discord.troubles import TROUBLES

TOKEN_REFUSED, INTENTS_REFUSED = "discord.token_refused", "discord.intents_refused"
NO_ANSWER, NOT_CONNECTED = "discord.no_answer", "discord.not_connected"
CLOSES = {4004: TOKEN_REFUSED, 4013: INTENTS_REFUSED, 4014: INTENTS_REFUSED}
"""What Discord closes a connection with, when it will not take the next one either."""
MENDED = (discord.DiscordException, *TROUBLES)
"""What ends a try, while nothing is wrong with us."""
ANY = -1
log = structlog.get_logger(__name__)


class Line:
    """One process's connections, a shard each."""

    def __init__(self, client: Client, token: str, timing: Timing, begun: Callable[[], None]) -> None:
        """`begun` is called after each new session of all shards: what happened before it has to be asked for."""
        self._client = client
        self._token = token
        self._timing = timing
        self._begun = begun
        self._refused: str | None = None
        self._said: tuple[str | None, str] | None = None
        """What was said last of why it did not go well."""
        self._up: set[int] = set()
        self._fresh: set[int] = set()
        """Shards of whose new session nobody was told yet."""
        self._was_up = False
        self._lost: dict[int, float] = {}
        """Since when shards are lost; `ANY` while there was none yet."""
        self._live: asyncio.Task[None] | None = None
        self._sessions = self._resumed = 0
        client.hear("shard_connect", self._on_session)
        client.hear("shard_ready", self._on_ready)
        client.hear("shard_resumed", self._on_resumed)
        client.hear("shard_disconnect", self._on_lost)

    def start(self) -> None:
        """Begin; returns at once, since Discord may be away."""
        self._live = asyncio.create_task(self._stay(), name="discord line")

    async def hang_up(self) -> None:
        """Hear nothing more; what is to be said can still be said."""
        if self._live is not None:
            self._live.cancel()
            with suppress(asyncio.CancelledError):
                await self._live
        if self._client.was_open and not self._client.is_closed():
            leaving = [shard.disconnect() for shard in self._client.shards.values()]
            with suppress(*MENDED):
                async with asyncio.timeout(self._timing.farewell):
                    await asyncio.gather(*leaving)

    async def close(self) -> None:
        """Say nothing more either."""
        if self._client.was_open:
            with suppress(*MENDED):
                async with asyncio.timeout(self._timing.farewell):
                    await self._client.close()

    def trouble(self) -> str | None:
        """Why nothing reaches us from Discord, as a code; None: all is well."""
        if self._refused is not None:
            return self._refused
        if not self._was_up:
            return NO_ANSWER
        return None if self._is_whole else NOT_CONNECTED

    def state(self) -> Mapping[str, str | int]:
        """For those who look after it."""
        known = {"shards": self._client.shard_count or 0, "shards_connected": len(self._up)}
        latency = self._client.latency if self._up else float("nan")
        slow = {} if latency != latency else {"latency_ms": round(latency * 1000)}
        return {**known, "sessions": self._sessions, "resumed": self._resumed, **slow}

    @property
    def _is_whole(self) -> bool:
        return bool(self._up) and len(self._up) >= (self._client.shard_count or 1)

    # ------------------------------------------------------------------ what the library tells

    def _on_session(self, shard: int) -> None:
        self._up.add(shard)
        self._sessions += 1
        self._found(shard)
        self._refused = self._said = None
        log.info("discord.connected", shard=shard)

    def _on_ready(self, shard: int) -> None:
        """Its guilds are there. Once all shards have a new session, or one has its second, there is news to ask for."""
        self._fresh.add(shard)
        self._begin()

    def _on_resumed(self, shard: int) -> None:
        """It missed nothing; another, which came back before it, may have."""
        self._up.add(shard)
        self._resumed += 1
        self._found(shard)
        self._begin()

    def _begin(self) -> None:
        every = len(self._fresh) >= (self._client.shard_count or 1)
        if self._is_whole and (every or (self._was_up and self._fresh)):
            self._was_up = True
            self._fresh.clear()
            self._begun()

    def _found(self, shard: int) -> None:
        self._lost.pop(ANY, None)
        self._lost.pop(shard, None)

    def _on_lost(self, shard: int) -> None:
        self._up.discard(shard)
        self._lost.setdefault(shard, time.monotonic())
        log.info("discord.connection_lost", shard=shard)

    # ------------------------------------------------------------------ staying there

    async def _stay(self) -> None:
        wait = self._timing.first_wait
        while True:
            sessions = self._sessions
            await self._try()
            self._up.clear()
            with suppress(*MENDED):
                await self._client.close()
            if self._sessions > sessions:
                wait = self._timing.first_wait
            await asyncio.sleep(wait)
            wait = min(wait * 2, self._timing.longest_wait)

    async def _try(self) -> None:
        """Log in and stay connected, as long as that goes well."""
        try:
            await self._client.log_in(self._token)
            await self._connected()
        except asyncio.CancelledError:
            raise
        except MENDED as trouble:
            self._say(trouble)
        except Exception:
            log.exception("discord.line_failed")

    async def _connected(self) -> None:
        connecting = asyncio.create_task(self._client.connect(), name="discord connection")
        self._lost = {ANY: time.monotonic()}
        try:
            while not connecting.done() and not self._is_lost():
                await asyncio.wait({connecting}, timeout=self._timing.looks_every)
            if connecting.done():
                connecting.result()
        finally:
            if not connecting.done():
                connecting.cancel()
                with suppress(asyncio.CancelledError, *MENDED):
                    await connecting

    def _is_lost(self) -> bool:
        return any(time.monotonic() - since > self._timing.lost_for for since in self._lost.values())

    def _say(self, trouble: Exception) -> None:
        """Why it did not go well, once: loudly where somebody has to mend it."""
        self._refused, reason = _code_of(trouble), type(trouble).__name__
        if (self._refused, reason) == self._said:
            return
        self._said = (self._refused, reason)
        if self._refused is None:
            log.warning("discord.unreachable", reason=reason)
        else:
            log.error(self._refused, reason=reason, code=getattr(trouble, "code", None))


def _code_of(trouble: Exception) -> str | None:
    if isinstance(trouble, discord.LoginFailure):
        return TOKEN_REFUSED
    if isinstance(trouble, discord.PrivilegedIntentsRequired):
        return INTENTS_REFUSED
    return CLOSES.get(trouble.code) if isinstance(trouble, discord.ConnectionClosed) else None

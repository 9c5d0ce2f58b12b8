"""Who is still in a server: asked for one known person after another, when Sukima begins and once a day.

Discord says who leaves only with an intent that it grants to few; everybody's membership is asked for instead, slowly.
Who left keeps everything and is brought nothing; back again, everything goes on. Where we are in a server no more, or
it is not there now, nobody of it is taken for gone. Source: discord/discord-api-docs, resources/guild (Get Member).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import discord
import structlog

from bot.conversation.intents import Origin
from bot.handlers.discord import keys
from bot.handlers.discord.people import Profile
from bot.handlers.discord.troubles import in_our_words, reason_of
from bot.services.ports import RetryLater

EVERY = timedelta(days=1)
BETWEEN_TWO = 0.5
"""Seconds: a server of two thousand people is called over within twenty minutes."""
LONGEST_PAUSE = timedelta(minutes=2)
"""Where Discord asks for a longer one, the rest is left to the next time."""

log = structlog.get_logger(__name__)


class Routes(Protocol):
    """What it asks of the router."""

    async def workspaces(self, platform: str) -> tuple[str, ...]: ...
    async def known_in(self, platform: str, workspace_key: str) -> Sequence[str]: ...
    async def changed(self, origin: Origin, *, is_gone: bool) -> None: ...


class Roll:
    """Calls over the people of all servers."""

    def __init__(
        self,
        client: discord.Client,
        router: Routes,
        ask: Callable[[str, str], Awaitable[Profile]],
        now: Callable[[], datetime],
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`ask` asks Discord anew who somebody is in a server."""
        self._client = client
        self._router = router
        self._ask = ask
        self._now = now
        self._rest = rest
        self._called: dict[str, datetime] = {}

    async def look(self) -> None:
        """Call over whatever was not called over for a day. To be awaited by one at a time."""
        for home in await self._router.workspaces(keys.PLATFORM):
            before = self._called.get(home)
            if (before is None or self._now() - before >= EVERY) and self._is_there(home):
                self._called[home] = self._now()
                await self.call(home)

    async def call(self, home: str) -> None:
        """Follow everybody. What cannot be asked changes nothing, and is said in the log."""
        try:
            for user in await self._router.known_in(keys.PLATFORM, home):
                if not self._is_there(home):
                    return
                await self._follow(home, user)
                await self._rest(BETWEEN_TWO)
        except Exception as error:
            log.info("discord.roll_not_called", workspace=home, reason=reason_of(error))

    def _is_there(self, home: str) -> bool:
        guild = self._client.get_guild(keys.snowflake(home) or 0)
        return guild is not None and not guild.unavailable

    async def _follow(self, home: str, user: str) -> None:
        try:
            found = await self._asked(home, user)
        except RetryLater as later:
            if later.after > LONGEST_PAUSE:
                raise
            await self._rest(later.after.total_seconds())
            found = await self._asked(home, user)
        if found.is_bot or (found.is_gone and not self._is_there(home)):
            return
        told = Origin(keys.PLATFORM, home, user, found.name, user, direct=True, locale=found.locale)
        await self._router.changed(replace(told, standing=found.standing, wears=found.roles), is_gone=found.is_gone)

    async def _asked(self, home: str, user: str) -> Profile:
        with in_our_words():
            return await self._ask(home, user)

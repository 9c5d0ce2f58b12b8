"""Whether somebody would rather not be disturbed, as far as Slack lets a bot see: hints, kept for minutes, in memory.

Of *do not disturb* a bot sees only the next window that is planned, no pause of the moment; of a status, what stands
there. The leave to see the first is optional: without it there is no such hint, and nothing else is missing.
Source: docs.slack.dev, `dnd.info`, event `dnd_updated_user`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.conversation.remembering import remember
from bot.handlers.slack.client import Calls, MissingScope
from bot.handlers.slack.installs import Installs
from bot.handlers.slack.people import People
from bot.handlers.slack.statuses import quiet_window

FRESH = timedelta(minutes=10)
ASKED_AGAIN = timedelta(hours=1)
"""After the leave to ask was lacking."""
ANSWERS_WITHIN = 3.0
"""Seconds that asking for a hint may take: somebody's unit is on its way."""
MOST_REMEMBERED = 20_000
SCOPE = "dnd:read"

Window = tuple[datetime, datetime] | None
log = structlog.get_logger(__name__)


class Attentive:
    """Implements `Attention`."""

    def __init__(self, calls: Calls, installs: Installs, people: People, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._installs = installs
        self._people = people
        self._now = now
        self._windows: OrderedDict[tuple[str, str], tuple[Window, datetime]] = OrderedDict()
        self._without: dict[str, datetime] = {}
        """Workspaces that gave no leave to ask, and until when they are not asked again."""

    def learn(self, home: str, user: str, dnd: Mapping[str, Any]) -> None:
        """Keep what Slack says by itself of somebody's *do not disturb*."""
        remember(self._windows, (home, user), (quiet_window(dnd), self._now() + FRESH), MOST_REMEMBERED)

    async def busy_until(self, workspace_key: str, user_key: str) -> datetime | None:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                hints = [await self._quiet(workspace_key, user_key), await self._status(workspace_key, user_key)]
        except Exception as error:
            log.info("slack.no_hint", workspace=workspace_key, person=user_key, reason=type(error).__name__)
            return None
        return max((hint for hint in hints if hint is not None and hint > self._now()), default=None)

    async def _status(self, home: str, user: str) -> datetime | None:
        return (await self._people.of(home, user)).busy_until

    async def _quiet(self, home: str, user: str) -> datetime | None:
        kept = self._windows.get((home, user))
        if kept is None or kept[1] <= self._now():
            await self._ask(home, user)
            kept = self._windows.get((home, user))
        window = kept[0] if kept is not None else None
        return window[1] if window is not None and window[0] <= self._now() else None

    async def _ask(self, home: str, user: str) -> None:
        install = await self._installs.of(home)
        lacks_leave = install is not None and install.scopes and SCOPE not in install.scopes
        if install is None or lacks_leave or self._without.get(home, self._now()) > self._now():
            return
        try:
            self.learn(home, user, await self._calls.call(home, install.token, "dnd.info", user=user))
        except MissingScope:
            self._without[home] = self._now() + ASKED_AGAIN  # said in the log, where the call was refused

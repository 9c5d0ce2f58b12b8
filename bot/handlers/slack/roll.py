"""Who is in a workspace now: called over when Sukima begins there, since what Slack said meanwhile may be lost.

Source: docs.slack.dev, `users.list` (pages by cursor; an organisation's token names the team).
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.handlers.slack.client import Calls
from bot.handlers.slack.installs import Installs
from bot.handlers.slack.keys import team_of
from bot.handlers.slack.people import Profile, profile
from bot.services.ports import RetryLater

A_PAGE = 200
LONGEST_PAUSE = timedelta(minutes=2)
"""Where Slack asks for a longer one, it is left to the next beginning."""

Follow = Callable[[str, str, Profile], Awaitable[None]]
"""Lets the house know who somebody is: workspace, user, profile. It matters where they are known."""
log = structlog.get_logger(__name__)


class Roll:
    """Calls over the people of a workspace."""

    def __init__(self, calls: Calls, installs: Installs, follow: Follow) -> None:
        self._calls = calls
        self._installs = installs
        self._follow = follow

    async def call(self, home: str) -> None:
        """Follow everybody. What cannot be asked changes nothing, and is said in the log."""
        try:
            await self._call(home)
        except Exception as error:
            log.info("slack.roll_not_called", workspace=home, reason=getattr(error, "code", type(error).__name__))

    async def _call(self, home: str) -> None:
        install = await self._installs.of(home)
        if install is None:
            return
        values: dict[str, Any] = {"limit": A_PAGE, "include_locale": True}
        if install.of_organisation:
            values["team_id"] = team_of(home)
        while True:
            page = await self._page(home, install.token, values)
            for user in page.get("members") or ():
                if isinstance(user, Mapping) and isinstance(user.get("id"), str):
                    await self._follow(home, user["id"], profile(user, home))
            values["cursor"] = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not values["cursor"]:
                return

    async def _page(self, home: str, token: str, values: dict[str, Any]) -> Mapping[str, Any]:
        try:
            return await self._calls.call(home, token, "users.list", **values)
        except RetryLater as later:
            if later.after > LONGEST_PAUSE:
                raise
            await self._calls.rest(later.after.total_seconds())
        return await self._calls.call(home, token, "users.list", **values)

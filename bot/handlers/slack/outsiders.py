"""Whether outsiders are in a channel: asked of Slack just before a post, kept for minutes, in memory.

What Slack says by itself holds at once. While it does not answer, what was known goes on; without the leave to ask
(`channels:read`, `groups:read`: `sukima check` names what lacks) there is nothing but what events said.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

import structlog

from bot.conversation.remembering import remember
from bot.handlers.slack.client import TROUBLES, Calls, Refused, reason_of
from bot.handlers.slack.installs import Installs
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.sharing import Sharing, has_outsiders, sharing, sharing_news
from bot.services.ports import Unsendable

FRESH = timedelta(minutes=3)
ANSWERS_WITHIN = 3.0
"""Seconds that somebody who pressed waits for it."""
ALONE = Sharing(is_external=False)
"""What a channel is that no other workspace has."""

Kept = tuple[Sharing, datetime]
"""Until when it need not be asked again."""
log = structlog.get_logger(__name__)


class SlackOutsiders:
    """Implements `services.outsiders.Outsiders`."""

    def __init__(
        self,
        calls: Calls,
        installs: Installs,
        now: Callable[[], datetime],
        own: Callable[[str], Awaitable[Collection[str]]],
    ) -> None:
        """`own`: the keys of all workspaces of the school that uses a workspace."""
        self._calls = calls
        self._installs = installs
        self._now = now
        self._own = own
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def notice(self, body: Payload) -> None:
        """Hear what any event says of its channel."""
        news = sharing_news(body)
        if news is None:
            return
        if news.is_external:
            remember(self._kept, (news.home, news.channel), (Sharing(is_external=True), self._now() + FRESH))
        else:
            self._kept.pop((news.home, news.channel), None)

    async def are_in(self, workspace_key: str, channel: str) -> bool:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await self.surely_in(workspace_key, channel)
        except (*TROUBLES, Unsendable) as trouble:  # whatever is posted is looked at again before
            log.info("slack.sharing_unknown", workspace=workspace_key, channel=channel, reason=reason_of(trouble))
            return False

    async def surely_in(self, home: str, channel: str) -> bool:
        """As `are_in`, for what is about to be posted. Raises what asking raises where nothing is known, and where
        what is known is old and would let it pass."""
        kept = self._kept.get((home, channel))
        if kept is None or kept[1] <= self._now():
            kept = await self._asked(home, channel, kept)
        return kept is not None and has_outsiders(kept[0], {home, *await self._own(home)})

    async def _asked(self, home: str, channel: str, before: Kept | None) -> Kept | None:
        install = await self._installs.of(home)
        if install is None:
            return before
        try:
            told = await self._calls.call(home, install.token, "conversations.info", place=channel, channel=channel)
        except TROUBLES as trouble:
            was_refused = isinstance(trouble, Refused) and not trouble.may_pass
            if was_refused or (before is not None and before[0] != ALONE):
                return before
            raise
        except Unsendable:  # nor can anything be posted there
            return before
        newest = self._kept.get((home, channel))
        if newest is not before and newest is not None:
            return newest  # Slack's own word came meanwhile
        found = sharing(told.get("channel") or {}), self._now() + FRESH
        remember(self._kept, (home, channel), found)
        return found

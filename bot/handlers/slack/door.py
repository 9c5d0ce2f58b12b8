"""Before Bolt, on both transports: what nobody can read, what is for nobody here, what Slack says of itself.

Nothing is acknowledged before it is known whether the app is in the workspace that it is for (design.md 4.2). Where it
is not, Bolt would post to whatever address the payload names, before the acknowledgement: it is not asked.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.conversation.tasks import Tasks
from bot.handlers.slack import inbound
from bot.handlers.slack.keys import Payload, enterprise_of, home_of, team_of
from bot.handlers.slack.listening import Listening
from bot.handlers.slack.shapes import is_readable

LIMITED = "app_rate_limited"
CHECK = "url_verification"
MOST_NAMED = 1_000
log = structlog.get_logger(__name__)


class Door:
    """`serves`: whether the app is in a workspace, by its key; None while that is not known."""

    def __init__(
        self,
        app: AsyncApp,
        listening: Listening,
        serves: Callable[[str], Awaitable[bool | None]],
        tasks: Tasks,
        turned_away: Callable[[str], Awaitable[None]],
    ) -> None:
        """`turned_away` answers, at an interaction's address, who acted where the app is not."""
        self._app = app
        self._listening = listening
        self._serves = serves
        self._tasks = tasks
        self._turned_away = turned_away
        self._named: set[str] = set()
        """The workspaces of which the log says that the app is not there."""

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        body = request.body
        if not is_readable(body):
            log.warning("slack.unreadable")
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="")
        if body.get("type") == LIMITED:
            return self._listening.limited(body)
        if body.get("type") != CHECK and not inbound.is_removal(body):
            home = home_of(body) or ""
            is_served = await self._is_served(home)
            if is_served is None:
                return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body="")
            if not is_served:
                return self._turn_away(home, body)
            self._named.discard(home)
            request.context["team_id"], request.context["enterprise_id"] = team_of(home), enterprise_of(home)
        answer: BoltResponse = await self._app.async_dispatch(request)
        return answer

    async def _is_served(self, home: str) -> bool | None:
        try:
            return await self._serves(home)
        except Exception:
            log.exception("slack.workspace_unknown", workspace=home)
            return None

    def _turn_away(self, home: str, body: Payload) -> BoltResponse:
        if home not in self._named and len(self._named) < MOST_NAMED:
            self._named.add(home)
            log.warning("slack.not_installed", workspace=home)
        if (url := inbound.way(body).response_url) is not None:
            self._tasks.begin(self._turned_away(url))
        return BoltResponse(status=200, body="")

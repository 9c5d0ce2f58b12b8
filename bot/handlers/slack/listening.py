"""What Bolt calls. Few listeners, for Bolt tries them one after another: what came is sorted out in here.

Every listener runs before the acknowledgement (`process_before_response`), so that an event is acknowledged only when
it was taken in; interactions are acknowledged at once and worked on behind. What has no listener would not be
acknowledged at all and come four times: there is one for everything.
"""

import re
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.intents import Intent, ReactionAdded, ReactionRemoved
from bot.handlers.slack import inbound
from bot.handlers.slack.hearing import Hearing
from bot.handlers.slack.inbound import HOME, MESSAGES, Arrived, Fetched, Opened
from bot.handlers.slack.manifest import LEARN_NOW
from bot.handlers.slack.taking import Taking, Tasks

EVERYTHING = re.compile(".*", re.DOTALL)

Authorize = Callable[..., Awaitable[AuthorizeResult]]
log = structlog.get_logger(__name__)


class Listening:
    """Sorts what came: acts of people go to `hearing`, all else is acknowledged and let go."""

    def __init__(self, hearing: Hearing, tasks: Tasks, fetched: Fetched) -> None:
        self._hearing = hearing
        self._tasks = tasks
        self._taking = Taking(tasks)
        self._fetched = fetched
        self._closed = False

    def close(self) -> None:
        """Take no event any more: Slack brings it again, to the next process."""
        self._closed = True

    async def event(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        opened = inbound.opened(body)
        if opened is not None:
            return self._opened(opened)
        arrived = inbound.event(body, context.bot_user_id or "", self._fetched)
        if arrived is None:
            return _taken()
        if self._closed:
            return BoltResponse(status=503, body="")
        event_id = arrived.intent.origin.event_id or ""
        taken = await self._taking.is_taken(event_id, _about(arrived.intent), lambda: self._hearing.event(arrived))
        return _taken() if taken else BoltResponse(status=503, body="")

    async def command(self, body: dict[str, Any]) -> BoltResponse:
        return self._interaction(inbound.command(body), body)

    async def action(self, body: dict[str, Any]) -> BoltResponse:
        return self._interaction(inbound.pressed(body), body)

    async def shortcut(self, body: dict[str, Any]) -> BoltResponse:
        known = body.get("callback_id") == LEARN_NOW
        return self._interaction(inbound.learn_now(body) if known else None, body)

    async def window(self, body: dict[str, Any]) -> BoltResponse:
        arrived = inbound.submitted(body)
        if arrived is None:
            return self._interaction(None, body)
        kept_open = await self._hearing.window(arrived, body["view"])
        return _taken() if kept_open is None else BoltResponse(status=200, body=kept_open)

    async def let_go(self) -> BoltResponse:
        """What asks for nothing: a window that was closed."""
        return _taken()

    async def options(self) -> BoltResponse:
        """We have no lists that ask for their choices."""
        return BoltResponse(status=200, body={"options": []})

    def _opened(self, opened: Opened) -> BoltResponse:
        """Nothing is to be kept of it: it is acknowledged at once, and a page that is not shown is opened again."""
        if self._closed:
            return _taken()
        if opened.tab == HOME:
            self._tasks.begin(self._hearing.home(opened.origin))
        if opened.tab == MESSAGES:
            self._tasks.begin(self._hearing.conversation(opened.origin))
        return _taken()

    def _interaction(self, arrived: Arrived | None, body: dict[str, Any]) -> BoltResponse:
        if arrived is None:
            log.warning("slack.unknown_callback", kind=str(body.get("type", "")))
        else:
            self._tasks.begin(self._hearing.interaction(arrived))
        return _taken()


def bolt_app(
    listening: Listening, client: AsyncWebClient, authorize: Authorize, signing_secret: str | None
) -> AsyncApp:
    """Bolt with our listeners. Without a signing secret it answers over Socket Mode only."""
    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=True,
    )
    app.event(EVERYTHING)(listening.event)
    app.command(EVERYTHING)(listening.command)
    app.block_action({"action_id": EVERYTHING})(listening.action)
    app.view_submission(EVERYTHING)(listening.window)
    app.view_closed(EVERYTHING)(listening.let_go)
    app.shortcut(EVERYTHING)(listening.shortcut)
    app.options(EVERYTHING)(listening.options)
    return app


def _taken() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _about(intent: Intent) -> Hashable:
    """Events about one thing are taken in order: one person's reactions to a message, one person's words."""
    origin = intent.origin
    message = intent.message if isinstance(intent, ReactionAdded | ReactionRemoved) else None
    return origin.workspace_key, origin.user_key, message

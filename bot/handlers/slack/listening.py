"""What Bolt calls. Few listeners, for Bolt tries them one after another: what came is sorted out in here.

Every listener runs before the acknowledgement (`process_before_response`), so that an event is acknowledged only when
it was taken in; interactions are acknowledged at once and worked on behind. What has no listener would not be
acknowledged at all and come four times: there is one for everything. Most events are people's talk: what asks nothing
of Sukima is passed over before Bolt looks at it (`passes_over`).
"""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.intents import Intent, ReactionAdded, ReactionRemoved
from bot.conversation.remembering import remember
from bot.conversation.tasks import Tasks
from bot.handlers.slack import inbound
from bot.handlers.slack.hearing import Hearing
from bot.handlers.slack.inbound import HOME, MESSAGES, Arrived, Changed, Fetched, Opened
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.manifest import ENDORSE_BADGE, LEARN_NOW
from bot.handlers.slack.taking import Key, Said, Taking, Work

SHORTCUTS: Mapping[str, Callable[[Payload], Arrived | None]] = {
    LEARN_NOW: inbound.learn_now,
    ENDORSE_BADGE: inbound.endorse_badge,
}
"""By callback id."""
TRIED_BEFORE = "x-slack-retry-num"
"""Which try it is, on both transports; the first one is 0, or says nothing of it."""
EVERYTHING = re.compile(".*", re.DOTALL)
REMEMBERED = 20_000
"""So many reactions and people are remembered, to tell what happened last."""

VERIFIED_BEFORE = "-"
"""Bolt wants a secret, and is not to use it."""
_STAMP = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)

Stamp = tuple[int, int]
Authorize = Callable[..., Awaitable[AuthorizeResult]]
log = structlog.get_logger(__name__)


class Listening:
    """Sorts what came: acts of people go to `hearing`, all else is acknowledged and let go."""

    def __init__(
        self,
        hearing: Hearing,
        tasks: Tasks,
        taking: Taking,
        fetched: Fetched,
        left: Callable[[str], Awaitable[None]],
        limited: Callable[[str, int], None],
        noticed: Callable[[Payload], None],
    ) -> None:
        """`left` is told from which workspace the app was taken; `limited`, which minute's events Slack kept back.

        `noticed` hears what every event says of its channel.
        """
        self._hearing = hearing
        self._left = left
        self._limited = limited
        self._noticed = noticed
        self._tasks = tasks
        self._taking = taking
        self._newest: OrderedDict[Hashable, Stamp] = OrderedDict()
        self._fetched = fetched
        self._closed = False

    def close(self) -> None:
        """Take nothing any more: Slack brings events again, to the next process, and tells people that we are away."""
        self._closed = True

    def passes_over(self, body: Payload) -> bool:
        """Whether an event, on its first try, can be acknowledged without a further look: it asks nothing of Sukima."""
        self._noticed(body)
        return inbound.asks_nothing(body, self._hearing.may_count)

    async def event(self, body: dict[str, Any], context: AsyncBoltContext, request: AsyncBoltRequest) -> BoltResponse:
        own_user, is_late = context.bot_user_id or "", _was_tried_before(request)
        self._noticed(body)  # what was tried before was not looked at elsewhere
        if (opened := inbound.opened(body)) is not None:
            return self._opened(opened)
        if (left := inbound.removed(body)) is not None:
            key = (left.home, left.event_id or object())
            return await self._take(key, (left.home, "app"), lambda: self._left(left.home))
        if (quiet := inbound.quiet(body)) is not None:
            self._hearing.hinted(quiet)
            return _taken()
        if (changed := inbound.changed(body)) is not None:
            return await self._follow(changed, is_late=is_late)
        if (arrived := inbound.event(body, own_user, self._fetched)) is not None:
            return await self._take(_key(arrived), _about(arrived.intent), lambda: self._hear(arrived, is_late=is_late))
        return _taken()

    async def _follow(self, changed: Changed, *, is_late: bool) -> BoltResponse:
        about = (changed.home, "profile", str(changed.user["id"]))

        async def follow() -> None:
            await self._hearing.changed(changed, is_late=is_late)

        in_order = self._unless_overtaken
        return await self._take(
            (changed.home, changed.event_id or object()), about, lambda: in_order(about, changed.happened, follow)
        )

    def limited(self, body: Payload) -> BoltResponse:
        """Too much happened in a minute: Slack does not bring all of it."""
        minute = body.get("minute_rate_limited")
        self._limited(str(body.get("team_id") or ""), minute if isinstance(minute, int) else 0)
        return _taken()

    async def _take(self, key: Key, about: Hashable, work: Work) -> BoltResponse:
        """Acknowledge an event once what it does is durable."""
        taken = not self._closed and await self._taking.is_taken(key, about, work)
        return _taken() if taken else _not_taken()

    async def command(self, body: dict[str, Any]) -> BoltResponse:
        return self._interaction(inbound.command(body), body)

    async def action(self, body: dict[str, Any]) -> BoltResponse:
        arrived = inbound.pressed(body)
        return self._interaction(arrived, body) if arrived or not inbound.only_opens(body) else _taken()

    async def shortcut(self, body: dict[str, Any]) -> BoltResponse:
        known = SHORTCUTS.get(str(body.get("callback_id")))
        return self._interaction(known(body) if known else None, body)

    async def window(self, body: dict[str, Any]) -> BoltResponse:
        arrived = inbound.submitted(body)
        if arrived is None or self._closed:
            return self._interaction(arrived, body)
        kept_open = await self._hearing.window(arrived, body["view"])
        return _taken() if kept_open is None else BoltResponse(status=200, body=kept_open)

    async def left(self, body: dict[str, Any]) -> BoltResponse:
        """A window that was closed: what it asked is left, where leaving it is an act."""
        arrived = inbound.left(body)
        return self._interaction(arrived, body) if arrived is not None else _taken()

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

    async def _hear(self, arrived: Arrived, *, is_late: bool) -> Said:
        """Of a reaction put on and taken off what happened last counts, in whatever order Slack brings the two."""
        intent = arrived.intent
        if not isinstance(intent, ReactionAdded | ReactionRemoved):
            return await self._hearing.event(arrived, is_late=is_late)
        what = (_about(intent), intent.emoji)
        await self._unless_overtaken(what, arrived.happened, lambda: self._hearing.event(arrived, is_late=is_late))
        return None

    async def _unless_overtaken(self, what: Hashable, happened: str, work: Work) -> None:
        """Work on what `happened`, as Slack stamps events, unless something newer of the same thing was taken in."""
        at = _stamp(happened)
        if at < self._newest.get(what, at):
            return
        await work()
        remember(self._newest, what, at, REMEMBERED)

    def _interaction(self, arrived: Arrived | None, body: dict[str, Any]) -> BoltResponse:
        if self._closed:
            return _not_taken()
        if arrived is None:
            log.warning("slack.unknown_callback", kind=str(body.get("type", "")))
        else:
            self._tasks.begin(self._hearing.interaction(arrived))
        return _taken()


def bolt_app(listening: Listening, client: AsyncWebClient, authorize: Authorize) -> AsyncApp:
    """Bolt with our listeners. Whether Slack signed what comes over HTTP is looked at before (`over_http`)."""
    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=VERIFIED_BEFORE,
        process_before_response=True,
        request_verification_enabled=False,
    )
    app.event(EVERYTHING)(listening.event)
    app.command(EVERYTHING)(listening.command)
    app.block_action({"action_id": EVERYTHING})(listening.action)
    app.view_submission(EVERYTHING)(listening.window)
    app.view_closed(EVERYTHING)(listening.left)
    app.shortcut(EVERYTHING)(listening.shortcut)
    app.options(EVERYTHING)(listening.options)
    return app


class Dispatches(Protocol):
    """Takes what came over either transport."""

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse: ...


def _was_tried_before(request: AsyncBoltRequest) -> bool:
    number = next(iter(request.headers.get(TRIED_BEFORE) or ()), "")
    return number.isdecimal() and int(number) > 0


def _taken() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _not_taken() -> BoltResponse:
    return BoltResponse(status=503, body="")


def _key(arrived: Arrived) -> Key:
    """By what an event is known when it comes again."""
    origin = arrived.intent.origin
    return origin.workspace_key, origin.event_id or object()


def _stamp(happened: str) -> Stamp:
    """Slack's stamp of an event as numbers; what is none is older than all."""
    seconds, _, fraction = happened.partition(".")
    return (int(seconds), int(fraction.ljust(6, "0"))) if _STAMP.fullmatch(happened) else (0, 0)


def _about(intent: Intent) -> Hashable:
    """Events about one thing are taken in order: one person's reactions to a message, one person's words."""
    origin = intent.origin
    message = intent.message if isinstance(intent, ReactionAdded | ReactionRemoved) else None
    return origin.workspace_key, origin.user_key, message

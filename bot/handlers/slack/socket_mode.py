"""Socket Mode, watched: there is always one connection, and another takes its place before the old one is closed.

A connection is replaced when it broke, when Slack wants it to be (`disconnect`), and when no sign of life came through
it: aiohttp pings every `ping_every` seconds and breaks off what does not answer; whatever that misses, a machine that
slept for instance, is found by the clock on the wall.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

import structlog
from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.remembering import remember
from bot.handlers.slack.client import TOKEN, pause_of, said_of
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.line import Line
from bot.handlers.slack.listening import Dispatches
from bot.handlers.slack.shapes import MISSHAPEN
from bot.handlers.slack.timing import Timing

CONNECTS_WITHIN = 20.0
"""Seconds from asking for an address to Slack's hello."""
LASTED = 10.0
"""Seconds: a connection that ends sooner is not replaced faster than those that cannot be made."""
TOO_MANY = "too_many_websockets"
REMEMBERED = 2_000
"""So many envelopes are remembered: one may come through the old connection and through the new one."""

log = structlog.get_logger(__name__)


EVENT = "events_api"
"""The type of an envelope with an event in it."""


class Socket:
    """The connection to Slack, kept up from `start` to `stop`."""

    def __init__(
        self,
        app: Dispatches,
        client: AsyncWebClient,
        session: ClientSession,
        app_token: str,
        timing: Timing,
        passes_over: Callable[[Payload], bool],
    ) -> None:
        """`timing.seconds` is the clock by which signs of life are told to be old.

        `passes_over`: which events are acknowledged without going through Bolt.
        """
        self._app = app
        self._client = client
        self._session = session
        self._passes_over = passes_over
        self._app_token = app_token
        self._timing = timing
        self._refused = ""
        self._line: Line | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._answers: OrderedDict[str, asyncio.Future[BoltResponse]] = OrderedDict()
        self._in_vain = 0
        self.restarts = 0

    def start(self) -> None:
        """Begin to connect; returns at once, since Slack may be away."""
        self._keeping = asyncio.create_task(self._keep(), name="slack socket")

    async def stop(self) -> None:
        """Acknowledge what has come, and close."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        line, self._line = self._line, None
        if line is not None:
            self._leave(line)
        await asyncio.gather(*self._leaving)

    @property
    def refused(self) -> str:
        """Why there is no connection, as a code; empty: there is one, or none was tried yet."""
        return self._refused

    @property
    def silent_for(self) -> float:
        """Seconds since the last sign of life; 0 before there ever was a connection."""
        return max(self._timing.seconds() - self._line.heard, 0.0) if self._line is not None else 0.0

    @property
    def is_alive(self) -> bool:
        """Whether events can come now."""
        return self._line is not None and self._line.is_open and self.silent_for < self._timing.silent_after

    def state(self) -> Mapping[str, str | int]:
        """For those who look after it: no ids, no names."""
        known = {"connection": "open" if self.is_alive else "connecting", "restarts": self.restarts}
        if self._line is not None:
            known["seconds_since_last_sign"] = round(self.silent_for)
        return {**known, **({"why": self._refused} if self._refused else {})}

    # ------------------------------------------------------------------ keeping it up

    async def _keep(self) -> None:
        while True:
            try:
                await self._keep_one()
            except Exception:
                log.exception("slack.socket_failed")
                await asyncio.sleep(self._timing.again_every)

    async def _keep_one(self) -> None:
        loop = asyncio.get_running_loop()
        line = await self._opened()
        before, self._line = self._line, line
        if before is None:
            self._in_vain = 0
        else:
            self.restarts += 1
            self._leave(before)
        begun = loop.time()
        await self._until_it_ends(line)
        log.info("slack.socket_ended", why=line.why)
        if loop.time() - begun >= LASTED:
            self._in_vain = 0

    async def _until_it_ends(self, line: Line) -> None:
        while not line.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.watch_every):
                    await line.ended.wait()
            if self.silent_for >= self._timing.silent_after and not line.ended.is_set():
                line.why = "silent"
                log.warning("slack.socket_silent", seconds=round(self.silent_for), restarts=self.restarts + 1)
                return

    async def _opened(self) -> Line:
        """A new connection, tried for until there is one: at once, then at growing intervals."""
        while True:
            await asyncio.sleep(self._rest())
            timing = self._timing
            line = Line(self._client, self._session, self._answer, timing.ping_every, timing.seconds)
            why = "stopped"
            try:
                why = await self._tried(line)
            finally:
                if why:
                    await line.close()
            if not why:
                self._refused = ""
                return line
            self._not_connected(why)
            if why == TOO_MANY and self._line is not None:
                await self._line.leave()

    async def _tried(self, line: Line) -> str:
        """Why a connection could not be made, as a code; empty: it is there."""
        try:
            async with asyncio.timeout(CONNECTS_WITHIN):
                answer = await self._client.apps_connections_open(app_token=self._app_token)
                return "" if await line.open(answer["url"]) else line.why or "closed"
        except SlackApiError as error:
            if (pause := pause_of(error)) is not None:
                await asyncio.sleep(pause.total_seconds())
            return str(said_of(error).get("error") or "unreadable")
        except Exception as error:
            return type(error).__name__

    def _rest(self) -> float:
        """Seconds until the next try. The first one is made at once."""
        before, self._in_vain = self._in_vain, self._in_vain + 1
        return min(self._timing.again_every * 2.0 ** (before - 1), self._timing.again_at_most) if before else 0.0

    def _leave(self, line: Line) -> None:
        task = asyncio.create_task(line.leave(), name="slack socket leaving")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _not_connected(self, code: str) -> None:
        """Say it once, until there is something else to say."""
        if code == self._refused:
            return
        self._refused = code
        if code in TOKEN:
            log.error("slack.app_token_refused", code=code)
        else:
            log.warning("slack.not_connected", code=code)

    # ------------------------------------------------------------------ what comes through it

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        """One answer to an envelope, through however many connections it comes; not to one that was not taken.

        An event that was tried before may have been missed: it is always looked at.
        """
        if request.type == EVENT and not request.retry_attempt and self._passes_over(request.payload):
            return BoltResponse(status=200)
        known = self._answers.get(request.envelope_id)
        if known is None or (known.done() and (known.exception() is not None or known.result().status != 200)):
            known = asyncio.ensure_future(self._dispatched(request))
            remember(self._answers, request.envelope_id, known, REMEMBERED)
        return await asyncio.shield(known)

    async def _dispatched(self, request: SocketModeRequest) -> BoltResponse:
        """What nobody can read is acknowledged: brought again it would be no better."""
        try:
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        except MISSHAPEN:
            log.warning("slack.unreadable")
            return BoltResponse(status=200, body="")
        answer = await self._app.async_dispatch(asked)
        return BoltResponse(status=200, body="") if answer.status == HTTPStatus.BAD_REQUEST else answer

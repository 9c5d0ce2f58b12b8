"""One Socket Mode connection: opened once and read until it ends. Another one is made by `socket_mode`, never in here.

The kit's own client makes its connection anew inside itself: it closes the old one first, tries an address that was
used up for ever, and learns of a connection that broke off, or fell silent, only with one of its next pings
(bolt-python#1529, #417, python-slack-sdk#1446). So this is another client on the kit's base, as the kit has several.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

GREETS_WITHIN = 5.0
"""Seconds in which Slack says hello on a new connection. One that never does, and is open, is taken as it is."""
CLOSES_WITHIN = 1.0
"""Seconds that the other side may take to close; one that fell silent takes for ever."""
LEFT_OPEN = 3.0
"""Seconds for which an old connection still takes the acknowledgements of what came through it."""

Answers = Callable[[SocketModeRequest], Awaitable[BoltResponse]]
log = structlog.get_logger(__name__)


class Line(AsyncBaseSocketModeClient):
    """One connection. `ended` is set when it is of no use any more, or Slack wants another in its place; see `why`."""

    logger = logging.getLogger("slack.socket")

    def __init__(
        self,
        client: AsyncWebClient,
        session: ClientSession,
        answers: Answers,
        ping_every: float,
        seconds: Callable[[], float],
    ) -> None:
        """`seconds` is the clock by which `heard` tells when there was the last sign of life."""
        self.ended = asyncio.Event()
        self.why = ""
        self.heard = seconds()
        self._client = client
        self._session = session
        self._answers = answers
        self._ping_every = ping_every
        self._seconds = seconds
        self._greeted = asyncio.Event()
        self._socket: ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._at_work: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def open(self, url: str) -> bool:
        """Connect, and wait for Slack's hello. False: Slack did not want this connection; `why` says more.

        Raises what aiohttp raises.
        """
        self._socket = await self._session.ws_connect(
            url,
            autoping=False,
            heartbeat=self._ping_every,
            timeout=ClientWSTimeout(ws_close=CLOSES_WITHIN),
            proxy=self._client.proxy,
            ssl=self._client.ssl or True,
        )
        self.heard = self._seconds()
        self._reading = asyncio.create_task(self._read(self._socket), name="slack socket reading")
        greeted, ended = asyncio.ensure_future(self._greeted.wait()), asyncio.ensure_future(self.ended.wait())
        try:
            await asyncio.wait({greeted, ended}, timeout=GREETS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()
            ended.cancel()
        return self._greeted.is_set() or (self.is_open and not self.ended.is_set())

    async def leave(self) -> None:
        """Close it once what came through it is acknowledged."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=LEFT_OPEN)
        await self.close()

    async def close(self) -> None:
        if self._socket is not None:
            with suppress(Exception):
                async with asyncio.timeout(2 * CLOSES_WITHIN):
                    await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def send_message(self, message: str) -> None:
        """As the kit says."""
        if self._socket is None:
            raise ConnectionError
        await self._socket.send_str(message)

    # ------------------------------------------------------------------ reading

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                self.heard = self._seconds()
                if message.type is WSMsgType.PING:
                    with suppress(ConnectionError):
                        await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._hear(message)
                elif message.type is WSMsgType.ERROR:
                    return self._end(type(message.data).__name__)
        except Exception:
            log.exception("slack.reading_failed")
        finally:
            self._end("closed")

    def _hear(self, message: WSMessage) -> None:
        try:
            told = _told(message.data)
            request = SocketModeRequest.from_dict(told)
        except (ValueError, TypeError, RecursionError):  # the kit means ValueError and raises the other
            log.warning("slack.unreadable")
            return
        if told.get("type") == "hello":
            self._greeted.set()
        elif told.get("type") == "disconnect":
            self._end(str(told.get("reason", "disconnect")))
        elif request is not None:
            task = asyncio.create_task(self._work(request))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def _work(self, request: SocketModeRequest) -> None:
        begun = self._seconds()
        try:
            await send_async_response(self, request, await self._answers(request), begun)
        except ConnectionError as error:
            # What it asked for is done. Slack brings an event again, and hears then that it was taken.
            log.info("slack.acknowledgement_lost", kind=request.type, reason=type(error).__name__)
        except Exception:
            log.exception("slack.envelope_failed", kind=request.type)

    def _end(self, why: str) -> None:
        self.why = self.why or why
        self.ended.set()


def _told(text: str) -> dict[str, Any]:
    """What Slack sends, as the kit takes it. Raises ValueError, or RecursionError, for what it would break on."""
    told = json.loads(text)
    if not isinstance(told, dict) or not isinstance(told.get("envelope_id", ""), str):
        raise ValueError
    return told

"""Socket Mode, watched: the kit's connection may fall silent without noticing, so a silent one is made anew.

Facts: bolt-python#1529 and #417, python-slack-sdk#1446. What counts as life is a message or a pong.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.handlers.slack.client import TOKEN, said_of
from bot.handlers.slack.keys import Payload
from bot.handlers.slack.timing import Timing

CLOSE_WITHIN = 5.0
"""Seconds."""

log = structlog.get_logger(__name__)


EVENT = "events_api"
"""The type of an envelope with an event in it."""


class _Handler(AsyncSocketModeHandler):
    passes_over: Callable[[Payload], bool]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """What was tried before may have been missed: it is always looked at."""
        if req.type == EVENT and not req.retry_attempt and self.passes_over(req.payload):
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        else:
            await super().handle(client, req)


class Socket:
    """One connection to Slack, kept alive from `start` to `stop`."""

    def __init__(self, app: AsyncApp, app_token: str, timing: Timing, passes_over: Callable[[Payload], bool]) -> None:
        """`timing.seconds` is the clock that the kit keeps the time of its last pong by.

        `passes_over`: which events are acknowledged without going through Bolt.
        """
        self._app = app
        self._passes_over = passes_over
        self._app_token = app_token
        self._timing = timing
        self._refused = ""
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._heard = 0.0
        self.restarts = 0

    def start(self) -> None:
        """Begin to connect; returns at once, since Slack may be away."""
        self._open()
        self._watching = asyncio.create_task(self._watch(), name="slack socket watch")

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._close()

    @property
    def refused(self) -> str:
        """Why Slack does not take the app's token, as a code; empty: it does."""
        return self._refused

    @property
    def silent_for(self) -> float:
        """Seconds since the last sign of life."""
        pong = self._handler.client.last_ping_pong_time if self._handler is not None else None
        return self._timing.seconds() - max(self._heard, pong or 0.0)

    async def is_alive(self) -> bool:
        """Whether events can come now."""
        handler = self._handler
        if handler is None or not await handler.client.is_connected():
            return False
        return self.silent_for < self._timing.silent_after

    def _open(self) -> None:
        self._heard = self._timing.seconds()
        handler = _Handler(
            self._app, self._app_token, logger=logging.getLogger("slack.socket"), ping_interval=self._timing.ping_every
        )
        handler.passes_over = self._passes_over
        handler.client.on_message_listeners.append(self._hear)
        self._handler = handler
        self._connecting = asyncio.create_task(self._connect(handler), name="slack socket")

    async def _close(self) -> None:
        handler, self._handler = self._handler, None
        if self._connecting is not None:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._connecting
        if handler is not None:
            with suppress(Exception):
                async with asyncio.timeout(CLOSE_WITHIN):
                    await handler.close_async()  # type: ignore[no-untyped-call]

    async def _hear(self, _: WSMessage) -> None:
        self._heard = self._timing.seconds()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._timing.watch_every)
            if self.silent_for >= self._timing.silent_after:
                self.restarts += 1
                log.warning("slack.socket_silent", seconds=round(self.silent_for), restarts=self.restarts)
                await self._close()
                self._open()

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        """Ask for an address and connect there, until it is done; the kit itself would not say why it cannot."""
        while True:
            try:
                answer = await self._app.client.apps_connections_open(app_token=self._app_token)
                break
            except SlackApiError as error:
                self._not_connected(str(said_of(error).get("error") or "unreadable"))
            except Exception as error:
                self._not_connected(type(error).__name__)
            await asyncio.sleep(self._timing.again_every)
            self._heard = self._timing.seconds()
        self._refused = ""
        handler.client.wss_uri = answer["url"]
        await handler.connect_async()  # type: ignore[no-untyped-call]

    def _not_connected(self, code: str) -> None:
        """Say it once, until there is something else to say."""
        if code == self._refused:
            return
        self._refused = code
        if code in TOKEN:
            log.error("slack.app_token_refused", code=code)
        else:
            log.warning("slack.not_connected", code=code)

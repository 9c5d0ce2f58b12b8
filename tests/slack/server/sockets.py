"""Socket Mode: up to ten connections of the app, envelopes on one of them, acknowledgements by envelope_id."""

import itertools
import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from slack.server.calls import Call, method
from slack.server.delivery import COMMANDS, EVENTS, Deadline, Delivery, Outcome
from slack.server.world import Json

if TYPE_CHECKING:
    from slack.server.server import SlackLike

MOST = 10


class Connection:
    """One WebSocket of the app. A silent one is open, and nothing comes through it any more."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.silent = False
        self._request = request

    async def send(self, said: Json) -> None:
        if not self.silent and not self.socket.closed:
            await self.socket.send_str(json.dumps(said))

    def cut(self) -> None:
        """The connection breaks without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


class Sockets:
    """The app's open connections. A test can `warn`, `refresh`, `silence` or `cut` them."""

    def __init__(self, slack: "SlackLike") -> None:
        self.open: list[Connection] = []
        self.opened = 0
        """How many were ever opened."""
        self.twice = False
        """Whether what is brought comes through every connection, with one envelope_id."""
        self.greets = True
        """Whether a connection is greeted."""
        self.first_words = ""
        """What comes before the greeting."""
        self._slack = slack
        self._tickets: set[str] = set()
        self._turn = itertools.count()
        self._pending: dict[str, tuple[Connection, Deadline]] = {}

    def ticket(self) -> str:
        key = self._slack.new_id()
        self._tickets.add(key)
        return f"{self._slack.url.replace('http', 'ws', 1)}/link/?ticket={key}&app_id={self._slack.app.id}"

    async def bring(self, delivery: Delivery) -> Outcome:
        """Send it on one of the connections, `twice` on every one, and wait for its acknowledgement."""
        if not self.open:
            return Outcome("no_connection")
        connection = self.open[next(self._turn) % len(self.open)]
        key = f"{self._slack.new_id()}-envelope"
        deadline = Deadline(self._slack)
        self._pending[key] = (connection, deadline)
        number, reason = delivery.retry
        try:
            for each in list(self.open) if self.twice else [connection]:
                await each.send(self._envelope(key, delivery, number, reason))
            return await deadline.wait()
        finally:
            del self._pending[key]

    def _envelope(self, key: str, delivery: Delivery, number: int, reason: str) -> Json:
        accepts = delivery.kind == COMMANDS or delivery.payload.get("type") in ("view_submission", "block_suggestion")
        said: Json = {
            "envelope_id": key, "payload": delivery.payload, "type": delivery.kind, "accepts_response_payload": accepts,
        }  # fmt: skip
        if delivery.kind == EVENTS:
            said |= {"retry_attempt": number, "retry_reason": "timeout" if reason == "http_timeout" else reason}
        return said

    # ------------------------------------------------------------------ what a test makes of them

    async def connected(self, count: int = 1) -> None:
        """Wait until the app has this many connections."""
        await self._slack.until(lambda: len(self.open) >= count, f"{count} connections")

    async def warn(self) -> None:
        """Every connection is told that it will be closed soon."""
        await self._disconnect("warning")

    async def disable(self) -> None:
        """Socket Mode is switched off: every connection is told so, and closed; new ones are refused likewise."""
        self._slack.app.socket_mode = False
        await self._disconnect("link_disabled")
        for connection in list(self.open):
            await connection.socket.close()

    async def refresh(self) -> None:
        """Every connection is told to be renewed, and closed."""
        await self._disconnect("refresh_requested")
        for connection in list(self.open):
            await connection.socket.close()

    def silence(self) -> None:
        """Every connection stays open, and neither pongs nor envelopes come any more."""
        for connection in self.open:
            connection.silent = True

    def forget_silent(self) -> None:
        """Nothing is sent through silent connections any more."""
        self.open[:] = [each for each in self.open if not each.silent]

    def cut(self) -> None:
        for connection in list(self.open):
            connection.cut()

    async def stop(self) -> None:
        for connection in list(self.open):
            await connection.socket.close()

    async def _disconnect(self, reason: str) -> None:
        for connection in list(self.open):
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-0"}})

    # ------------------------------------------------------------------ the connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        fault = self._slack.faults.meet("socket", {})
        ticket = request.query.get("ticket", "")
        if fault is not None or ticket not in self._tickets:
            return web.Response(status=fault.status if fault else 401)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        refused = "link_disabled" if not self._slack.app.socket_mode else "too_many_websockets"
        if not self._slack.app.socket_mode or len(self.open) >= MOST:
            await connection.send({"type": "disconnect", "reason": refused, "debug_info": {"host": "applink-0"}})
            await socket.close()
            return socket
        self.open.append(connection)
        self.opened += 1
        try:
            if self.first_words:
                await socket.send_str(self.first_words)
            if self.greets:
                await connection.send(self._hello())
            self._slack.changed()
            await self._listen(connection)
        finally:
            if connection in self.open:
                self.open.remove(connection)
            self._lose(connection)
            self._slack.changed()
        return socket

    def _hello(self) -> Json:
        info = {"host": "applink-0", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello", "num_connections": len(self.open), "debug_info": info,
            "connection_info": {"app_id": self._slack.app.id},
        }  # fmt: skip

    async def _listen(self, connection: Connection) -> None:
        while True:
            message = await connection.socket.receive()
            if message.type is WSMsgType.PING and not connection.silent:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT and not connection.silent:
                self._hear(message.data)
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return

    def _hear(self, text: str) -> None:
        said = json.loads(text)
        pending = self._pending.get(said.get("envelope_id", ""))
        if pending is not None:
            pending[1].end(Outcome(status=200, payload=said.get("payload")))

    def _lose(self, connection: Connection) -> None:
        for used, deadline in self._pending.values():
            if used is connection:
                deadline.end(Outcome("connection_closed"))


def serve(slack: "SlackLike", served: web.Application) -> None:
    """Where the app connects. A fault named `socket` refuses the next connection."""
    served.router.add_get("/link/", slack.sockets.serve)


@method("apps.connections.open", "connections:write", tier=1, kind="app")
def open_(call: Call) -> Json:
    return {"url": call.slack.sockets.ticket()}

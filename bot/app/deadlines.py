"""A connection has a deadline for what it asks: whoever sends a request too slowly makes nobody else wait.

Uvicorn ends a connection that is idle between two requests, but waits for ever for the rest of a head or of a body; a
thousand half requests would be all that it takes (`serving.MOST_AT_ONCE`).
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN = 15.0
"""Seconds from the connection, or from the first byte of a further request, to the end of the head."""
BODY_WITHIN = 60.0
"""Seconds from the head to the end of the body: enough for the largest upload over a slow line."""


class PunctualProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, but a request must have come whole by its deadline. Answers may take their time:
    windows of the room listen for hours."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._awaited: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is not h11.IDLE:  # idle, the connection has uvicorn's deadline for that
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None, 0)
        super().connection_lost(exc)

    def _look(self) -> None:
        """Set the deadline for what is awaited now; what was awaited already keeps the deadline it has."""
        within = {h11.IDLE: HEAD_WITHIN, h11.SEND_BODY: BODY_WITHIN}.get(self.conn.their_state)
        if within is None or self.transport.is_closing():
            self._await(None, 0)
        elif (awaited := (self.conn.their_state, self.cycle)) != self._awaited:
            self._await(awaited, within)

    def _await(self, awaited: object, within: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited = awaited
        self._deadline = None if awaited is None else self.loop.call_later(within, self.transport.abort)

"""Every request is counted and noted: which route, how it ended, how long it took. Not who asked, not for what.

The route is a template (`/badges/{id}`); path, query, address and headers stay out of the log. `request` is an id made
here, which the answer carries too (`X-Request-ID`), so that somebody who was shown an error can name it.
"""

from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.metrics import Metrics

log = structlog.get_logger(__name__)

UNMATCHED = "unmatched"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
"""Methods that are counted by their name."""
OTHER = "other"
BROKEN = 500
GONE_AWAY = 499
"""The reader closed the connection before there was an answer (as nginx counts it)."""
STREAM = "text/event-stream"


class Watch:
    """Counts and notes what the application answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics, seconds: Callable[[], float], new_id: Callable[[], str]) -> None:
        """`seconds` is a clock that never goes back."""
        self._app = app
        self._metrics = metrics
        self._seconds = seconds
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(self._new_id(), send, self._metrics)
        begun = self._seconds()
        structlog.contextvars.bind_contextvars(request=answer.request)
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            answer.status = answer.status or BROKEN
            raise
        finally:
            self._note(scope, answer, self._seconds() - begun)
            structlog.contextvars.unbind_contextvars("request")

    def _note(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        if answer.is_stream:
            self._metrics.streaming(-1)
        route = _template(scope)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        status = answer.status or GONE_AWAY
        self._metrics.answered(method, route, status, None if answer.is_stream else seconds)
        note = log.error if status >= BROKEN else log.info
        note("web.answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _template(scope: Scope) -> str:
    """The route as it was written, with what it is mounted under."""
    route = scope.get("route")
    if isinstance(route, Mount):
        return str(scope.get("root_path", "")) or UNMATCHED
    path = getattr(route, "path", None)
    return UNMATCHED if path is None else f"{scope.get('root_path', '')}{path}"


class _Answer:
    """One answer on its way."""

    def __init__(self, request: str, send: Send, metrics: Metrics) -> None:
        self.request = request
        self.status: int | None = None
        self.is_stream = False
        self._send = send
        self._metrics = metrics

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            self.is_stream = headers.get("content-type", "").startswith(STREAM)
            self._metrics.streaming(int(self.is_stream))
            headers["X-Request-ID"] = self.request
        await self._send(message)

"""What Slack posts to `/slack/events`: let in only when Slack signed it, just now, and did not send it before.

The signature is looked at before anything is read from the body. An event may come with the same signature again, for
Slack repeats it until it is acknowledged, and each is worked on once; a command or a press comes once, and the same
request again is somebody else's. Source: docs.slack.dev, "Verifying requests from Slack".
"""

import json
from collections import OrderedDict
from collections.abc import Callable

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

from bot.handlers.slack.keys import Payload
from bot.handlers.slack.listening import TRIED_BEFORE, Dispatches
from bot.handlers.slack.shapes import MISSHAPEN
from bot.handlers.slack.timing import Timing

SIGNED_WITHIN = 5 * 60
"""Seconds: an older signature is refused."""
EVENTS = frozenset({"event_callback", "url_verification", "app_rate_limited"})
"""The kinds of what Slack repeats until it is acknowledged."""
SOMEBODY_THERE = b"ssl_check=1"
"""Slack looks whether somebody is there: it may do so without a signature, and learns nothing else."""
STAMP_DIGITS = 12
log = structlog.get_logger(__name__)


class Requests:
    """The endpoint."""

    def __init__(
        self,
        app: Dispatches,
        secret: str,
        timing: Timing,
        passes_over: Callable[[Payload], bool],
    ) -> None:
        """`passes_over`: which events are acknowledged without going through Bolt."""
        self._app = app
        self._passes_over = passes_over
        self._seconds = timing.seconds
        self._verifier = SignatureVerifier(secret, _By(timing.seconds))
        self._used: OrderedDict[str, float] = OrderedDict()

    async def handle(self, request: Request) -> Response:
        """400: nobody can read it. 401: Slack did not send it. 503: Slack shall send it again.

        How much is read is bounded before (`app.site`), as for every address.
        """
        body = await request.body()
        if body.startswith(SOMEBODY_THERE):
            return Response()
        text = self._verified(request, body)
        event = _event(text) if text is not None else None
        if text is None or (event is None and self._is_used(request.headers["x-slack-signature"])):
            log.warning("slack.signature_refused")
            return Response(status_code=401)
        if event is not None and TRIED_BEFORE not in request.headers and self._passes_over(event):
            return Response()
        try:
            asked = to_async_bolt_request(request, body)
        except MISSHAPEN:
            return _unreadable()
        return to_starlette_response(await self._app.async_dispatch(asked))

    def _verified(self, request: Request, body: bytes) -> str | None:
        """The body as text; None: Slack did not sign it, or not now."""
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= STAMP_DIGITS and signature.isascii()):
            return None
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return None
        return text if self._verifier.is_valid(text, stamp, signature) else None

    def _is_used(self, signature: str) -> bool:
        now = self._seconds()
        while self._used and next(iter(self._used.values())) < now - 2 * SIGNED_WITHIN:
            self._used.popitem(last=False)
        if signature in self._used:
            return True
        self._used[signature] = now
        return False


class _By(Clock):
    """The kit's clock, as we tell it."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds()


def _unreadable() -> Response:
    """Slack signed what is none of its payloads."""
    log.warning("slack.unreadable")
    return Response(status_code=400)


def _event(text: str) -> Payload | None:
    """A body that is an event, told from itself: its headers are not signed."""
    if not text.startswith("{"):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    kind = told.get("type")
    return told if isinstance(kind, str) and kind in EVENTS else None

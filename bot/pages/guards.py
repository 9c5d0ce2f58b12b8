"""What stands before every web application: known hosts only, no endless bodies, headers that forbid what we never do.

Put them outside of the application (`SecureHeaders(HearsOut(KnownHosts(BodyLimit(app, …), …)), …)`), not among its
middleware: then what they refuse, and what an application answers when it breaks, is heard out and has the headers.
"""

import asyncio
import re
from collections.abc import Callable, Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.pages.errors import plainly

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""Content-Security-Policy: everything from this host, nothing inline, nobody frames us."""
UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
          "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking")  # fmt: skip
"""What a browser could do for a page and ours never ask."""


def _policy(**also: str) -> str:
    return "; ".join(f"{what} {who}" for what, who in {**POLICY, **also}.items())


WITH_PICTURE_INSIDE = _policy(**{"img-src": "'self' data:"})
"""The policy of a page that holds a picture of somebody else's."""
HEADERS = {
    "Content-Security-Policy": _policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it browsers send forms of ours with `Origin: null`. Other sites learn nothing either way.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{what}=()" for what in UNUSED),
    "Cache-Control": "no-store",
}
"""Set unless the answer has its own: a badge's picture may be shown elsewhere, a style may be kept."""
ONLY_HTTPS = "max-age=63072000"
"""Two years. Not for subdomains: they are the school's, not ours."""

HEARD_OUT_BYTES = 64 * 2**20
"""Far above any upload that is taken: somebody chose a wrong file, and is told so."""
HEARD_OUT_SECONDS = 15.0
"""How long a sender of too much is listened to."""

Refuse = Callable[[Request, int], Response]
"""Draws a refusal: what was asked, and the status."""


class SecureHeaders:
    """Adds to every answer the headers that hold for all pages."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        """`https`: whether readers reach us by https, so that browsers may be told to use nothing else."""
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": ONLY_HTTPS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


class KnownHosts:
    """Answers only to its own names: a name that somebody made point here is none (DNS rebinding, forged links)."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], refuse: Refuse = plainly) -> None:
        """`hosts` as in the header `Host`; one without a port stands for any port."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._knows(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await self._refuse(Request(scope), 400)(scope, receive, send)

    def _knows(self, named: list[str]) -> bool:
        if len(named) != 1:
            return False
        host = named[0].lower()
        return host in self._hosts or re.sub(r":\d*$", "", host) in self._hosts


class BodyLimit:
    """Reads no more of a request than is allowed: 413."""

    def __init__(
        self, app: ASGIApp, most: int, by_path: Mapping[str, int] | None = None, refuse: Refuse = plainly
    ) -> None:
        """`most` bytes; `by_path` says otherwise for paths that begin so (the longest beginning counts)."""
        self._app = app
        self._most = most
        self._by_path = sorted((by_path or {}).items(), key=lambda item: len(item[0]), reverse=True)
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limit(scope["path"])
        if _announced(scope) > most:
            await self._refuse(Request(scope), 413)(scope, receive, send)
            return
        started = False
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise _TooMuch
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooMuch:
            if started:
                raise
            await self._refuse(Request(scope), 413)(scope, receive, send)

    def _limit(self, path: str) -> int:
        return next((limit for beginning, limit in self._by_path if path.startswith(beginning)), self._most)


class HearsOut:
    """Reads a request to its end before it is answered, within bounds, and drops what nobody wanted.

    A browser that is still sending when the connection closes shows no answer, only that the connection was reset: the
    page that says "too large" would never be seen. Beyond the bounds it is cut off.
    """

    def __init__(self, app: ASGIApp, most: int = HEARD_OUT_BYTES, seconds: float = HEARD_OUT_SECONDS) -> None:
        """`most` bytes and `seconds` after the application has begun its answer."""
        self._app = app
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _brings_body(scope):
            await self._app(scope, receive, send)
            return
        is_open, was_asked_for = True, False

        async def heard() -> Message:
            nonlocal is_open, was_asked_for
            was_asked_for = True
            message = await receive()
            is_open = message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def answering(message: Message) -> None:
            # Who waits to be told to go on (`Expect`) has not begun to send.
            if message["type"] == "http.response.start" and is_open and (was_asked_for or not _awaits_word(scope)):
                await self._hear(heard, lambda: is_open)
            await send(message)

        await self._app(scope, heard, answering)

    async def _hear(self, receive: Receive, is_open: Callable[[], bool]) -> None:
        seen = 0
        try:
            async with asyncio.timeout(self._seconds):
                while is_open() and seen <= self._most:
                    seen += len((await receive()).get("body", b""))
        except TimeoutError:
            return


class _TooMuch(HTTPException):
    """Raised where the application reads; Starlette's answers it with the page for its status."""

    def __init__(self) -> None:
        super().__init__(413)


def _brings_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _awaits_word(scope: Scope) -> bool:
    return Headers(scope=scope).get("expect", "").lower() == "100-continue"


def _announced(scope: Scope) -> int:
    """The length that a request says it has; 0 when it does not say: then it is counted."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) else 0

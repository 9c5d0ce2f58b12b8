"""Who may speak to the room in the browser: only this computer, only our own pages, only who has the printed address.

The room is a rehearsal in which one person sits on every chair, so nothing in it tells people apart; what is guarded
is the way in. Other computers are not answered, names that somebody made point here are none (`Host`), other sites'
pages can send nothing (`Origin`, `Sec-Fetch-Site`, a token), and the printed key is changed for a cookie at once, so
that it stays in no address bar and no history.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.pages.csrf import Csrf, same_origin
from bot.pages.errors import plainly

NAMES = ("127.0.0.1", "localhost", "[::1]")
LASTS = timedelta(days=30)
TOKEN_HEADER = "x-csrf-token"  # noqa: S105 - the name of a header
_COOKIE = re.compile(r"(\d{1,12})\.([\w-]{16,64})\.([\w-]{43})")


class Loopback:
    """Answers this computer only, and only under its own names with the port that it came in by."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_ours(scope):
            await self._app(scope, receive, send)
        else:
            await plainly(Request(scope), 400)(scope, receive, send)


@dataclass(frozen=True)
class Session:
    """One browser that came with the key. `token` goes with everything that it sends."""

    id: str
    token: str


class Door:
    """Knows the printed key, and the browsers that came with it. Everything follows from `secret` (32 bytes): a
    restart ends no session."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._csrf = Csrf(secret)
        self.cookie = "sukima_room_" + self._mac("name of the cookie")[:8]
        """Browsers do not keep cookies apart by port, so two rooms have different ones."""

    @property
    def key(self) -> str:
        """What the printed address carries."""
        return self._mac("key")[:32]

    def opens(self, key: str) -> bool:
        """Whether somebody came with the printed key."""
        return hmac.compare_digest(key.encode("utf-8", "surrogatepass"), self.key.encode())

    def let_in(self, response: Response, now: datetime, nonce: str) -> None:
        """Give the browser its session. `nonce` was never used before."""
        value = f"{int(now.timestamp())}.{nonce}"
        response.set_cookie(
            self.cookie,
            f"{value}.{self._mac('session ' + value)}",
            max_age=int(LASTS.total_seconds()),
            path="/room",
            httponly=True,
            samesite="strict",
        )

    def session(self, request: HTTPConnection, now: datetime) -> Session | None:
        """Whose request it is; None for a browser that was not let in, or long ago."""
        match = _COOKIE.fullmatch(request.cookies.get(self.cookie, ""))
        if match is None:
            return None
        value = f"{match[1]}.{match[2]}"
        if not hmac.compare_digest(match[3], self._mac("session " + value)):
            return None
        if now.timestamp() - int(match[1]) > LASTS.total_seconds():
            return None
        return Session(value, self._csrf.token(value))

    def may_change(self, request: Request, session: Session) -> bool:
        """Whether a request that changes something comes from a page of ours in this session."""
        return same_origin(request) and self._csrf.check(request.headers.get(TOKEN_HEADER, ""), session.id)

    def _mac(self, purpose: str) -> str:
        digest = hmac.new(self._secret, b"sukima room 1\x00" + purpose.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def __repr__(self) -> str:
        return "Door(sealed)"


def from_elsewhere(request: HTTPConnection) -> bool:
    """Whether another site's page asked: what only our own scripts ask for is then refused."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    return (origin is not None or site is not None) and not same_origin(request)


def refused(status: int, sentence: str) -> Response:
    """One sentence for what needs no page."""
    return PlainTextResponse(sentence + "\n", status)


def _is_ours(scope: Scope) -> bool:
    client, server = scope.get("client"), scope.get("server")
    if client is not None and not _is_loopback(client[0]):
        return False
    hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    port = server[1] if server else None
    return len(hosts) == 1 and hosts[0] in {*(f"{name}:{port}" for name in NAMES), *(NAMES if port == 80 else ())}


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

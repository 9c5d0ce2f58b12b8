"""The two cookies that there are: one for a session, one that binds a one-time link to the browser that opened it.

Readers of public pages get none. Both are random words that say nothing by themselves.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

_WORD = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in base64 for addresses, as `WebParts.new_token` makes them."""


class Cookie(StrEnum):
    SESSION = "sukima"
    DOOR = "sukima-door"


@dataclass(frozen=True)
class Cookies:
    """Reads and sets them. Over https no other host or plain page can plant one: `__Host-`, Secure."""

    https: bool

    def name(self, cookie: Cookie) -> str:
        return f"__Host-{cookie}" if self.https else cookie

    def read(self, request: Request, cookie: Cookie) -> str | None:
        """The cookie's word; None when there is none or it is none of ours."""
        value = request.cookies.get(self.name(cookie), "")
        return value if _WORD.fullmatch(value) else None

    def set(self, response: Response, cookie: Cookie, value: str) -> None:
        """Until the browser is closed: on a machine that many use nothing stays behind."""
        response.set_cookie(self.name(cookie), value, path="/", secure=self.https, httponly=True, samesite="lax")

    def drop(self, response: Response, cookie: Cookie) -> None:
        response.delete_cookie(self.name(cookie), path="/", secure=self.https, httponly=True, samesite="lax")

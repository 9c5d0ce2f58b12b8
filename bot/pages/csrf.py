"""Against forms that another site makes a browser send: a token in every form, and a look at where it came from.

Neither is enough alone: a token can leak, an old browser may not say where a request comes from.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

KEY_BYTES = 32
PURPOSE = b"sukima csrf 1\x00"


class Csrf:
    """Makes and checks the tokens of forms. Shows nothing of its key."""

    def __init__(self, key: bytes) -> None:
        """`key` has 32 bytes that nobody else knows (`vault.derive`)."""
        if len(key) < KEY_BYTES:
            raise ValueError("the key of form tokens has 32 bytes")
        self._key = key

    def token(self, bound_to: str) -> str:
        """The token for forms of one session (or whatever `bound_to` names): always the same, good nowhere else."""
        digest = hmac.new(self._key, PURPOSE + bound_to.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def check(self, token: str, bound_to: str) -> bool:
        """Whether `token` was made for `bound_to`. Any text may be asked about."""
        given = token.encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, self.token(bound_to).encode("ascii"))

    def __repr__(self) -> str:
        return "Csrf(sealed)"


def same_origin(request: HTTPConnection) -> bool:
    """Whether a request that changes something comes from a page of ours.

    Browsers say so in `Sec-Fetch-Site`, which no page can set, and in `Origin`. Both must agree where both are sent;
    a request with neither comes from no page of ours. `Host` must have been checked before (`KnownHosts`). The scheme
    is left out: behind a proxy we do not see the one that the reader uses.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site is not None
    return _authority(origin) == request.headers.get("host", "").lower()


def _authority(origin: str) -> str | None:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None

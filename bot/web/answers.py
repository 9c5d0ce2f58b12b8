"""How public pages answer: what the reader accepts, what the reader has already, and nothing kept by others.

`private, no-cache` lets a browser keep a page and makes it ask each time: what is unpublished is gone at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from bot.pages.static import has_already

HTML = "text/html"
CREDENTIAL = "application/vc+ld+json"
"""What Open Badges 3.0 names for a credential that is a web resource."""
LINKED = "application/ld+json"
PLAIN = "application/json"
CREDENTIAL_TYPES = (CREDENTIAL, "application/vc", LINKED, PLAIN)
PROFILE_TYPES = (LINKED, PLAIN)
PNG = "image/png"
SVG = "image/svg+xml"
JWS = "text/plain"
"""What Open Badges 3.0 names for a credential as a compact JWS."""

FRESH = "private, no-cache"
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""For documents and pictures that wallets and verifiers on other sites read. No cookie of ours is ever involved."""
LONGEST_ACCEPT = 1000


@dataclass(frozen=True)
class Body:
    """Finished bytes, and the tag by which a reader asks for them again."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes | str) -> "Body":
        data = content.encode() if isinstance(content, str) else content
        return cls(data, f'"{sha256(data).hexdigest()[:32]}"')


def answer(request: Request, body: Body, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """The body, or word that the reader has it already (304)."""
    told = {"Cache-Control": FRESH, "ETag": body.etag, **(headers or {})}
    if has_already(request, body.etag):
        return Response(status_code=304, headers=told)
    return Response(body.content, media_type=media_type, headers=told)


def preferred(request: Request, offered: Sequence[str]) -> str:
    """Which of the types offered the reader's `Accept` likes most; the first of equals, and of none."""
    ranges = _ranges(request.headers.get("accept", "")[:LONGEST_ACCEPT])
    weighed = [(_weight(kind, ranges), -place, kind) for place, kind in enumerate(offered)]
    best = max(weighed, default=(0.0, 0, offered[0]))
    return best[2] if best[0] > 0 else offered[0]


def _ranges(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.split(","):
        kind, *params = (piece.strip().lower() for piece in part.split(";"))
        if kind:
            found[kind] = next((_quality(param) for param in params if param.startswith("q=")), 1.0)
    return found


def _quality(param: str) -> float:
    try:
        return min(1.0, max(0.0, float(param[2:])))
    except ValueError:
        return 0.0


def _weight(kind: str, ranges: Mapping[str, float]) -> float:
    """By the most specific range that fits."""
    if not ranges:
        return 1.0
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0

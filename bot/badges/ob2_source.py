"""An older badge (Open Badges 1 and 2) in a file: JSON, a token, an address; or any of these in a PNG or an SVG.

What stands in a file proves nothing yet: it says where the badge is published, or is signed. Nothing is asked here.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from bot.badges.bake import is_png, unbake_old
from bot.badges.jsontext import MEBIBYTE, JsonObject, as_list, from_text, require_modest, walk
from bot.badges.jwt import Token, is_compact, opened
from bot.badges.svg import is_svg, unbake_old_svg
from bot.errors import Problem

NAME = "Open Badges 2.0"
MAX_IMAGE_BYTES = MEBIBYTE
"""Of a picture inside a badge's text."""
NEWER = frozenset({"OpenBadgeCredential", "AchievementCredential", "EndorsementCredential"})
_ADDRESS = re.compile(rb"https?://[!-~]{1,2000}", re.IGNORECASE)
_DATA_URI = re.compile(r"data:image/(?:png|svg\+xml)(;[^,;]{1,40})*;base64,", re.IGNORECASE)
_MOODLE_PAGE = re.compile(r"(?P<before>https://[!-~]+/badges/)badge\.php\?hash=(?P<hash>[0-9a-f]{40})", re.ASCII)
_PNG_IN_BASE64 = "iVBORw0KGgo"


@dataclass(frozen=True)
class Source:
    """What a file holds: an assertion, with the token that it came in, or only the address of one."""

    format: str
    stated: JsonObject
    token: Token | None = None
    address: str = ""


def source_of(data: bytes) -> Source | None:
    """The older badge in a file of unknown origin; None where it holds none (perhaps a newer one).

    Raises `Problem`, as reading pictures, tokens and JSON does, for one that cannot be read.
    """
    if is_png(data):
        return _told(unbake_old(data), "PNG")
    if is_svg(data):
        baked = unbake_old_svg(data)
        return _told(baked, "SVG") if baked is not None else None
    return _told(data, "")


def is_old(document: JsonObject) -> bool:
    """Open Badges 1 and 2 have a context of their own; assertions of 1.0 have none but a `badge`."""
    named = as_list(document.get("@context"))
    if any(isinstance(item, str) and "openbadges" in item and "/v3" not in item for item in named):
        return True
    return "badge" in document and ("verify" in document or "verification" in document)


def assertion_behind(page: str) -> str | None:
    """The address of the assertion that a page of Moodle's shows to people; None for any other page."""
    found = _MOODLE_PAGE.fullmatch(page)
    return f"{found['before']}assertion.php?b={found['hash']}&obversion=2" if found else None


def picture_in(text: str) -> bytes | None:
    """The PNG or SVG that a data URI spells out; None for any other text, or one that is too large."""
    if not _DATA_URI.match(text):
        return None
    found = _decoded(text.partition(",")[2])
    return found if found is not None and (is_png(found) or is_svg(found)) else None


def _told(text: bytes, container: str) -> Source | None:
    text = text.strip()
    name = f"{NAME}, {container}" if container else NAME
    if _ADDRESS.fullmatch(text):
        return Source(name, {}, address=text.decode("ascii"))
    token = opened(text) if is_compact(text) else None
    stated = token.claims if token else from_text(text)
    return stated_in(stated, token, name)


def stated_in(stated: JsonObject, token: Token | None = None, name: str = NAME) -> Source | None:
    """The older badge that a document of unknown origin is, or wraps; None where it is none.

    Raises `Problem` document_too_complex.
    """
    if is_old(stated):
        require_modest(stated)
        return Source(f"{name}, JWS" if token else name, stated, token)
    return _wrapped(token.credential if token else stated)


def _wrapped(document: JsonObject) -> Source | None:
    """The older badge's picture inside a credential that only says who holds it (as wallets of OKUTEP write it)."""
    if NEWER & {kind for kind in as_list(document.get("type")) if isinstance(kind, str)}:
        return None
    for _, value in walk(document):
        inner = _picture_of(value)
        if inner is not None:
            return _baked_in(inner)
    return None


def _picture_of(value: Any) -> bytes | None:
    if not isinstance(value, str):
        return None
    return _decoded(value) if value.startswith(_PNG_IN_BASE64) else picture_in(value)


def _baked_in(picture: bytes) -> Source | None:
    try:
        return _told(unbake_old(picture), "PNG") if is_png(picture) else None
    except Problem:
        return None


def _decoded(text: str) -> bytes | None:
    if len(text) > MAX_IMAGE_BYTES * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None

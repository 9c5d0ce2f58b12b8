"""A badge inside a badge: evidence whose `id` is a data URI (RFC 2397) with the part's file, byte for byte.

Open Badges 3.0 says of that member: "or the evidence encoded as a Data URI".
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from bot.badges.jsontext import JsonObject, as_list, from_text, id_of
from bot.errors import Problem

MEDIA_TYPE = "application/vc+ld+json"
"""What Open Badges 3.0 calls a credential in JSON."""
_CREDENTIALS = frozenset({MEDIA_TYPE, "application/vc", "application/vc+jwt", "application/jwt"})
"""What is a credential by its media type."""
_PERHAPS = frozenset({"application/ld+json", "application/json"})
"""What is one if it says so itself."""
_DATA = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)


def data_uri(signed: str) -> str:
    """A signed credential as the `id` of the evidence that it is."""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(signed.encode()).decode('ascii')}"


def is_enclosing(evidence: Any) -> bool:
    """Whether an entry of evidence holds a badge."""
    return _file(id_of(evidence)) is not None


def enclosed(document: JsonObject) -> Iterator[bytes]:
    """The files of the badges inside a credential of unknown origin, in its order.

    One that cannot be read as a data URI is empty.
    """
    for item in as_list(document.get("evidence")):
        file = _file(id_of(item))
        if file is not None:
            yield file


def _file(uri: str) -> bytes | None:
    """The file in a data URI; None where it is none, or of something else than a credential."""
    if uri[:5].lower() != "data:" or (parts := _DATA.fullmatch(uri)) is None:
        return None
    media_type, parameters, text = parts[1].strip().lower(), parts[2].lower().split(";"), parts[3]
    if media_type not in _CREDENTIALS | _PERHAPS:
        return None
    data = unquote_to_bytes(text)
    if "base64" in parameters:
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            data = b""
    return data if media_type in _CREDENTIALS or _is_credential(data) else None


def _is_credential(data: bytes) -> bool:
    try:
        return "VerifiableCredential" in as_list(from_text(data).get("type"))
    except Problem:
        return False

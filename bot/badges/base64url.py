"""base64url without padding (RFC 7515, appendix C), strictly: one text for one value."""

import base64
import binascii


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Raises `ValueError` for anything but the one text that stands for its bytes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error
    if encoded(data) != text:
        raise ValueError("not canonical")
    return data

"""Action tokens: what a button or form carries, so that pressing it says which act on which thing.

A token is `verb:subject:argument:expiry~mac`: short enough for every platform (Discord allows 100 characters, one of
which its handler needs for itself) and authentic, since the deployment's key signs it. A token says *what*, never
*who may*: the use case looks at that.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.errors import Problem

MAC_BYTES = 9
LONGEST = 99
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Action:
    """`verb` names the act (see `conversation.router`), `subject` a public id or a word, `argument` an option."""

    verb: str
    subject: str = ""
    argument: str = ""


class Actions:
    """Writes and reads tokens under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, verb: str, subject: str = "", argument: str = "", *, until: datetime | None = None) -> str:
        """A token for a button; with `until` it is refused after that moment (forms)."""
        expiry = f"{int(until.timestamp()):x}" if until else ""
        body = f"{verb}:{_packed(subject)}:{argument}:{expiry}"
        token = f"{body}~{self._mac(body)}"
        if len(token) > LONGEST:
            raise ValueError(f"action token too long: {verb}")
        return token

    def read(self, token: str, *, now: datetime) -> Action:
        """The action in a token.

        Raises `Problem("action.unknown")` for anything forged, truncated or foreign, `Problem("action.expired")`
        after its time.
        """
        body, separator, mac = token.rpartition("~")
        if not separator or not hmac.compare_digest(_bytes(mac), self._mac(body).encode()):
            raise Problem("action.unknown")
        verb, subject, argument, expiry = body.split(":")
        if expiry and now.timestamp() > int(expiry, 16):
            raise Problem("action.expired")
        return Action(verb, _unpacked(subject), argument)

    def _mac(self, body: str) -> str:
        digest = hmac.new(self._key, _bytes(body), sha256).digest()[:MAC_BYTES]
        return base64.urlsafe_b64encode(digest).decode()


def _bytes(text: str) -> bytes:
    """Whatever somebody sent, half characters too."""
    return text.encode("utf-8", "surrogatepass")


def _packed(subject: str) -> str:
    """Public ids travel without their dashes, marked; words and keys as they are."""
    return f"={subject.replace('-', '')}" if _UUID.fullmatch(subject) else subject


def _unpacked(subject: str) -> str:
    return dashed(subject[1:]) if subject.startswith("=") else subject


def dashed(digits: str) -> str:
    """A public id from its 32 hexadecimal digits."""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

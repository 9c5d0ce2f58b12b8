"""What verifying needs from elsewhere, without asking for it itself: a check names an address, its caller reads it.

Nothing in this room touches the network (design.md 4.14). A check asks `Reads` for an address; what was not read yet
is noted as wanted and the check says "cannot tell now". The caller reads what is wanted and verifies again, until
nothing new is wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_WANTED = 16
"""Addresses that one verification may ask for: a hostile badge must not send us around the world."""

TOO_MANY = "fetch.too_many"
"""An address that was not asked: it was more than one verification may ask for."""


@dataclass(frozen=True)
class Read:
    """What an address answered. `url` is the one after redirects; `media_type` is lower-case, without parameters."""

    url: str
    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Unread:
    """An address that gave no answer: `code` says why (`fetch.…`, worded for people)."""

    code: str


class Reads:
    """The answers so far, and what is still wanted: address → the media types that would be welcome.

    `beyond` are the addresses that were more than one verification may ask for.
    """

    def __init__(self, answers: Mapping[str, Read | Unread] | None = None, *, others: int = 0) -> None:
        """`others`: how many of the answers other verifications asked for."""
        self._answers = answers or {}
        self._most = MAX_WANTED + others
        self.wanted: dict[str, str] = {}
        self.beyond: dict[str, Unread] = {}

    def ask(self, url: str, accept: str = "application/json") -> Read | Unread | None:
        """The answer of an address; None when nobody read it yet, which notes it as wanted."""
        if url in self._answers:
            return self._answers[url]
        if len(self._answers) + len(self.wanted) >= self._most:
            return self.beyond.setdefault(url, Unread(TOO_MANY))
        self.wanted[url] = accept
        return None

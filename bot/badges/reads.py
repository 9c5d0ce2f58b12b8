"""What verifying needs from elsewhere, without asking for it itself: a check names an address, its caller reads it.

Nothing in this room touches the network (design.md 4.14). A check asks `Reads` for an address; what was not read yet
is noted as wanted and the check says "cannot tell now". The caller reads what is wanted and verifies again, until
nothing new is wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_WANTED = 16
"""Addresses that one verification may ask for: a hostile badge must not send us around the world."""


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
    """The answers so far, and what is still wanted: address → the media types that would be welcome."""

    def __init__(self, answers: Mapping[str, Read | Unread] | None = None) -> None:
        self._answers = answers or {}
        self.wanted: dict[str, str] = {}

    def ask(self, url: str, accept: str = "application/json") -> Read | Unread | None:
        """The answer of an address; None when nobody read it yet, which notes it as wanted."""
        if url in self._answers:
            return self._answers[url]
        if len(self._answers) + len(self.wanted) >= MAX_WANTED:
            return Unread("fetch.too_many")
        self.wanted[url] = accept
        return None

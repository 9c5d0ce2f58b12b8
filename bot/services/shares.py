"""Fair shares of verifying: one caller takes neither all turns of reading elsewhere nor all threads.

Strangers together take half of the turns that the house has (`bot.net`), and so do people who are in (`turns`).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.badges.reads import Read, Reads, Unread
from bot.badges.verdict import Verdict
from bot.services.ports import Fetch
from bot.services.verification import Check
from bot.services.verifier import Busy

EACH = 4
"""Verifications of one caller at a time."""
READS_EACH = 2
"""Addresses that are asked for one caller at a time."""
READS = 4
"""Addresses that are asked for all callers at a time."""
NO_SITE = "fetch.no_site"
_INSIDE = ("fetch.not_public", "fetch.no_name")


@dataclass
class _Part:
    """What one caller has at this moment."""

    taken: int = 0
    reads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READS_EACH))
    checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


class Share:
    """How one caller reads and checks: a `Fetch`, and a check that takes turns with the caller's other ones."""

    def __init__(self, part: _Part, everybody: asyncio.Semaphore, fetch: Fetch, hides: bool) -> None:
        self._part = part
        self._hides = hides
        self._everybody = everybody
        self._fetch = fetch

    async def get(self, url: str, accept: str) -> Read | Unread:
        """What an address answers. A stranger is not told which names the house's own network knows."""
        async with self._part.reads, self._everybody:
            answer = await self._fetch.get(url, accept)
        hidden = self._hides and isinstance(answer, Unread) and answer.code in _INSIDE
        return Unread(NO_SITE) if hidden else answer

    def in_turn(self, check: Check) -> Check:
        """The check, one at a time."""

        async def checked(data: bytes, reads: Reads) -> Verdict:
            async with self._part.checks:
                return await check(data, reads)

        return checked


class Shares:
    """Everybody's shares, by whatever tells callers apart. Who has nothing running is not remembered."""

    def __init__(self, fetch: Fetch, *, hides: bool = True) -> None:
        """`hides`: nobody is told which names the house's own network knows."""
        self._fetch = fetch
        self._hides = hides
        self._parts: dict[str, _Part] = {}
        self._everybody = asyncio.Semaphore(READS)

    @contextmanager
    def of(self, caller: str) -> Iterator[Share]:
        """A share for one verification. Raises `Busy` where the caller has too many already."""
        part = self._parts.setdefault(caller, _Part())
        if part.taken >= EACH:
            raise Busy
        part.taken += 1
        try:
            yield Share(part, self._everybody, self._fetch, self._hides)
        finally:
            part.taken -= 1
            if not part.taken:
                del self._parts[caller]

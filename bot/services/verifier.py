"""Verifying what anybody sends: the same checks as `sukima verify`, a bounded number at a time, for a bounded time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.badges.reads import Reads
from bot.badges.verdict import Verdict
from bot.badges.verify import verify

AT_ONCE = 2
"""Verifications that run; canonicalization itself takes turns."""
WAITING = 8
"""Verifications that may wait. Whoever comes then is asked to come again."""
PATIENCE = timedelta(seconds=20)


class Busy(Exception):
    """Too many verifications at once, or this one takes too long."""


class Verifier:
    """Runs verifications in threads of its own, which nothing else waits for."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        patience: timedelta = PATIENCE,
        check: Callable[..., Verdict] = verify,
    ) -> None:
        self._now = now
        self._check = check
        self._most = at_once + waiting
        self._patience = patience.total_seconds()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="verify")
        self._taken = 0

    async def verify(self, data: bytes, reads: Reads, trusted: frozenset[str] = frozenset()) -> Verdict:
        """What can be said about a badge file of unknown origin, for somebody who trusts these issuers.

        Raises `Busy`.
        """
        if self._taken >= self._most:
            raise Busy
        self._taken += 1
        running = self._threads.submit(self._check, data, now=self._now(), reads=reads, trusted=trusted)
        future = asyncio.wrap_future(running)
        # A thread cannot be stopped: one that goes on after its time keeps its place until it is done.
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._patience)
        except TimeoutError:
            running.cancel()
            raise Busy from None

    def _done(self, future: "asyncio.Future[Verdict]") -> None:
        self._taken -= 1
        if not future.cancelled():
            future.exception()

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

"""The server's own time: it stands until a test moves it, or runs with the machine's."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Act = Callable[[], None]


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock:
    """Time that stands. `move` lets happen, in order, what is due on the way."""

    lives = False

    def __init__(self, start: datetime | float = 1_781_046_000.0) -> None:
        """By default Wednesday, 10 June 2026, 08:00 in Tokyo."""
        self._now = start.timestamp() if isinstance(start, datetime) else float(start)
        self._due: list[tuple[float, int, _Due]] = []
        self._count = itertools.count()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def later(self, seconds: float, act: Act) -> Timer:
        due = _Due(act)
        heapq.heappush(self._due, (self._now + seconds, next(self._count), due))
        return due

    def move(self, seconds: float) -> None:
        """Put the clock forward."""
        self.put(self._now + seconds)

    def put(self, moment: datetime | float) -> None:
        """Put the clock forward to a moment; never back."""
        until = moment.timestamp() if isinstance(moment, datetime) else moment
        while self._due and self._due[0][0] <= until:
            at, _, due = heapq.heappop(self._due)
            self._now = max(self._now, at)
            due.act()
        self._now = max(self._now, until)


class LiveClock(Clock):
    """The machine's time, for processes that have their own."""

    lives = True

    def now(self) -> float:
        return time.time()

    def later(self, seconds: float, act: Act) -> Timer:
        return asyncio.get_running_loop().call_later(max(seconds, 0), act)

    def put(self, moment: datetime | float) -> None:
        raise AssertionError("nobody moves the machine's time")


class _Due:
    def __init__(self, act: Act) -> None:
        self._act: Act | None = act

    def act(self) -> None:
        if self._act is not None:
            self._act()

    def cancel(self) -> None:
        self._act = None

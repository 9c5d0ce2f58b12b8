"""What one of the school's people may have looked at elsewhere: a few badges at a time, and so many within an hour.

Whoever sends one address after the other, in chat or on their pages, neither keeps colleagues waiting nor makes the
house ask the sites of others without end.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.errors import Problem
from bot.services.commands import ByPerson
from bot.services.ports import Fetch
from bot.services.shares import Share, Shares
from bot.services.verifier import Busy

MOST_AN_HOUR = 300
"""Badges of one person: more than can be kept, so that all of an export can be brought in."""
HOUR = timedelta(hours=1)


class Turns:
    """Everybody's turns. Who had nothing looked at within the hour is not remembered."""

    def __init__(self, fetch: Fetch, now: Callable[[], datetime]) -> None:
        self._shares = Shares(fetch, hides=False)
        self._now = now
        self._taken: dict[int, deque[datetime]] = {}

    @contextmanager
    def of(self, me: ByPerson) -> Iterator[Share]:
        """How to read for one badge. Raises `Problem` foreign_busy, or foreign_enough for who had many looked at."""
        self._count(me.person_id)
        try:
            with self._shares.of(str(me.person_id)) as share:
                yield share
        except Busy:
            raise Problem("foreign_busy") from None

    def _count(self, person_id: int) -> None:
        since = self._now() - HOUR
        self._taken = {who: moments for who, moments in self._taken.items() if moments[-1] > since}
        taken = self._taken.get(person_id, deque())
        while taken and taken[0] <= since:
            taken.popleft()
        if len(taken) >= MOST_AN_HOUR:
            raise Problem("foreign_enough", most=MOST_AN_HOUR)
        taken.append(self._now())
        self._taken[person_id] = taken

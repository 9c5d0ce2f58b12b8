"""Hints that somebody would rather not be disturbed just now: do not disturb, a meeting in their status.

They are hints and no more. What comes by itself may wait a few minutes for a better one, and comes in the end whatever
the hints say; what a person asked for never waits.
"""

from datetime import datetime, timedelta

LOOKED_AT_AGAIN = timedelta(minutes=5)
"""A meeting may end sooner than it says."""
LONGEST_WAIT = timedelta(minutes=30)
ON_THE_WAY = timedelta(minutes=5)
"""So much before its last moment an offer sets out: it must fit when it arrives."""


def better_moment(now: datetime, promised: datetime, last: datetime, busy_until: datetime | None) -> datetime | None:
    """When to look again before bringing something that came up at `promised` and fits until `last`.

    None: bring it now. `busy_until` is until when the person is busy, as far as anybody knows.
    """
    if busy_until is None:
        return None
    moment = min(busy_until, now + LOOKED_AT_AGAIN, promised + LONGEST_WAIT, last - ON_THE_WAY)
    return moment if moment > now else None

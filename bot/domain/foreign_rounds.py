"""In which order badges from elsewhere are verified again, and how many in one night. Pure.

Everyone's turn comes: the longest waiting first, but of many issuers each in turn, so that one with many badges, or
whose site is gone, keeps no other waiting.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.foreign import AGAIN_AFTER

AT_LEAST = 50
AT_MOST = 1000
"""Badges of one school that are verified again in one night."""
GIVES_UP = 5
"""After so many in a row of which nothing could be told, a host is left alone until the next night."""


@dataclass(frozen=True)
class Waiting:
    """A kept badge whose time to be verified again has come. `host` is its issuer's."""

    public_id: str
    person_id: int
    host: str
    tried_at: datetime


def share_of_a_night(kept: int) -> int:
    """How many to try in one night where a school keeps so many: every one of them once a week, within bounds."""
    return min(AT_MOST, max(AT_LEAST, -(-kept // AGAIN_AFTER.days)))


def in_turn(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """The longest waiting of each host, then the second of each, and so on."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, datetime, str, Waiting]] = []
    for one in sorted(waiting, key=lambda one: (one.tried_at, one.public_id)):
        turns.append((seen[one.host], one.tried_at, one.public_id, one))
        seen[one.host] += 1
    return tuple(turn[-1] for turn in sorted(turns, key=lambda turn: turn[:3]))

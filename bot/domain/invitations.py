"""Asking a colleague to endorse one's own badge: how many may be asked, how often, and how long it stands.

Whoever was asked counts, also when it was taken back or has ended: else one would ask everybody, one after another.
Whether the colleague endorsed, declined or kept silent changes nothing here: nobody could tell one from the other by
what they may ask next.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcomes import Refused

MOST_ASKED = 3
"""For one award, ever."""
STANDS_FOR = timedelta(days=14)
MOST_A_WEEK = 5
"""To one person, from all colleagues together."""


@dataclass(frozen=True)
class Invitation:
    """The holder of an award asked one colleague to endorse it, and so agreed to show it to them."""

    id: int
    public_id: str
    school_id: int
    award_id: int
    asked_id: int
    asked_at: datetime
    ended_at: datetime | None = None
    """Since when the holder does not ask any more."""

    def stands(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.asked_at + STANDS_FOR


def left_to_ask(so_far: Collection[Invitation]) -> int:
    """How many more colleagues may be asked for an award. `so_far` are all that were for it."""
    return max(0, MOST_ASKED - len(so_far))


def may_invite(holder_id: int, asked_id: int, so_far: Collection[Invitation], asked_this_week: int) -> Refused | None:
    """Whether the holder may ask this colleague; None means yes. `so_far` are all invitations for the award."""
    if holder_id == asked_id:
        return Refused("invite_yourself")
    if any(each.asked_id == asked_id for each in so_far):
        return Refused("invite_twice")
    if not left_to_ask(so_far):
        return Refused("invite_enough", {"most": MOST_ASKED})
    if asked_this_week >= MOST_A_WEEK:
        return Refused("asked_enough")
    return None

"""Asking a colleague to endorse one's own badge: how many may be asked, how often, and how long it stands.

Whether the colleague endorsed, declined or kept silent changes nothing here: nobody could tell one from the other by
what they may ask next.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcomes import Refused

MOST_STANDING = 3
"""For one award."""
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


def left_to_ask(so_far: Collection[Invitation], now: datetime) -> int:
    """How many more colleagues may be asked for an award now. `so_far` are all that were for it."""
    return max(0, MOST_STANDING - sum(each.stands(now) for each in so_far))


def may_invite(
    holder_id: int, asked_id: int, so_far: Collection[Invitation], now: datetime, asked_this_week: int
) -> Refused | None:
    """Whether the holder may ask this colleague; None means yes. `so_far` are all invitations for the award."""
    if holder_id == asked_id:
        return Refused("invite_yourself")
    if any(each.asked_id == asked_id for each in so_far):
        return Refused("invite_twice")
    if not left_to_ask(so_far, now):
        return Refused("invite_enough", {"most": MOST_STANDING})
    if asked_this_week >= MOST_A_WEEK:
        return Refused("asked_enough")
    return None

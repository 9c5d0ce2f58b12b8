"""How many endorsements count in a day, and how soon one who was endorsed may endorse in return.

An endorsement is worth something while it is given with thought: not by the dozen, and not as a favour returned.
What is beyond a limit is not held against anybody; it counts when it is given again later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcomes import Refused

DAILY_MOST = 20
"""Endorsements of one person that count in one local day."""
COOL_DOWN = timedelta(hours=24)
"""How long after an endorsement by a colleague one of their own badges cannot be endorsed in return."""


@dataclass(frozen=True)
class Recent:
    """What one endorser gave and got lately."""

    now: datetime
    today: int = 0
    """Endorsements that they gave since local midnight, also what they took back since: it had its effect."""
    favour: datetime | None = None
    """When the holder last endorsed a badge of theirs so that they can know it: by name, or by a reaction."""


def held_back(recent: Recent, given_before: datetime | None) -> Refused | None:
    """Why a new endorsement does not count now.

    `given_before` is when the same endorsement was given the last time, if it ever was: what was there before the
    other's returns no favour.
    """
    if recent.today >= DAILY_MOST:
        return Refused("endorsed_enough", {"most": DAILY_MOST})
    if recent.favour is None or recent.now - recent.favour >= COOL_DOWN:
        return None
    if given_before is not None and given_before <= recent.favour:
        return None
    return Refused("endorsed_back")

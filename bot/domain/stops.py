"""What its issuer may do to an award afterwards: suspend it, let it stand again, or revoke it for good.

Both are said with a reason, which the holder and whoever looks at the badge can read.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import Problem

LONGEST_REASON = 300
"""Characters."""


class StopKind(StrEnum):
    REVOKED = "revoked"
    """For good: status lists know no way back from it, and neither do those who keep what they read there."""
    SUSPENDED = "suspended"
    """For a while."""


class StopChange(StrEnum):
    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


@dataclass(frozen=True)
class Stop:
    """An award that does not count at present. `reason` is one line."""

    kind: StopKind
    reason: str
    since: datetime


def change_stop(current: Stop | None, change: StopChange, reason: str, now: datetime) -> Stop | None:
    """What an award's stop is after the change; None: it counts.

    Raises `Problem`: `badge.revoked_for_good`, `badge.not_suspended`, `badge.suspended_already`, `badge.bad_reason`.
    """
    if current is not None and current.kind is StopKind.REVOKED:
        raise Problem("badge.revoked_for_good")
    if change is StopChange.REINSTATE:
        if current is None:
            raise Problem("badge.not_suspended")
        return None
    if change is StopChange.SUSPEND and current is not None:
        raise Problem("badge.suspended_already")
    line = plain_reason(reason)
    if not line:
        raise Problem("badge.bad_reason", limit=LONGEST_REASON)
    return Stop(StopKind.REVOKED if change is StopChange.REVOKE else StopKind.SUSPENDED, line, now)


def plain_reason(typed: str) -> str:
    """A reason as one line without what cannot be printed; empty where it says nothing or is longer than allowed."""
    line = " ".join("".join(char if char.isprintable() else " " for char in typed).split())
    return line if len(line) <= LONGEST_REASON else ""

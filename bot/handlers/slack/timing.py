"""How long Sukima waits for what on Slack. Tests wait for less, by their own clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds. `seconds` is the clock by which signatures and signs of life are told to be old."""

    acknowledged_within: float = 2.0
    """Of Slack's three: an event that takes longer is brought again."""
    ping_every: float = 10.0
    again_every: float = 10.0
    """Between two tries to connect."""
    watch_every: float = 5.0
    """Between two looks at the connection."""
    drain: float = 8.0
    """What was begun may take so long when the house closes."""
    seconds: Callable[[], float] = time.time

    @property
    def silent_after(self) -> float:
        """A connection without a sign of life for so long is made anew."""
        return 4 * self.ping_every

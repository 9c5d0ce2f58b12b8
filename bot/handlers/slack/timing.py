"""How long Sukima waits for what on Slack. Tests wait for less, by their own clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds. `seconds` is the clock by which signatures and signs of life are told to be old."""

    acknowledged_within: float = 2.0
    """Of Slack's three: an event that takes longer is brought again."""
    answered_within: float = 1.0
    """So long, within the time above, the acknowledgement of what was taken in waits for its answer: what is not
    acknowledged comes again, also when this process dies meanwhile."""
    ping_every: float = 10.0
    silent_after: float = 30.0
    """A connection without a sign of life for so long is made anew."""
    again_every: float = 1.0
    """Between the first two tries to connect; each time it is twice as long, up to `again_at_most`."""
    again_at_most: float = 30.0
    watch_every: float = 1.0
    """Between two looks at the connection."""
    token_every: float = 30.0
    """Between two looks whether a token that was refused works again."""
    drain: float = 8.0
    """What was begun may take so long when the house closes."""
    seconds: Callable[[], float] = time.time

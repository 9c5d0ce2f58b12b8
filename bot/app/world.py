"""The world as it really is: the only place that takes time, ids and chance; everybody else is given them."""

import os
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class World:
    """What is passed in and never taken: time, ids, randomness."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    entropy: Callable[[int], bytes] = os.urandom
    rng: random.Random = field(default_factory=random.SystemRandom)
    stands: bool = False
    """Time stands still: waiting for a moment moves the room's clock there."""

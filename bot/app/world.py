"""The world as it really is: the only place that takes time, ids, chance and what is out there; everybody else is given
them."""

import os
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.badges.keys import generate_rsa
from bot.net import Net
from bot.services.ports import Fetch


@dataclass(frozen=True)
class World:
    """What is passed in and never taken: time, ids, randomness, other people's servers."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    entropy: Callable[[int], bytes] = os.urandom
    new_rsa: Callable[[], bytes] = generate_rsa
    rng: random.Random = field(default_factory=random.SystemRandom)
    fetch: Fetch = field(default_factory=Net)
    stands: bool = False
    """Time stands still: waiting for a moment moves the room's clock there."""

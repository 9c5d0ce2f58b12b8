"""How a person comes to their own pages in a browser: a door that opens once, and a session that ends by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DOOR_LIVES = timedelta(minutes=10)
IDLE = timedelta(hours=12)
"""A session that nobody uses for so long has ended: a working day, not a night."""
LONGEST = timedelta(days=7)
"""However much it is used, a session lasts no longer."""
NOTED_AFTER = timedelta(minutes=15)
"""Use is noted no more often than this."""
LONGEST_BROWSER = 60
"""Characters of a browser's name that are kept."""


class Room(StrEnum):
    """What of one's own pages a door leads to."""

    WALLET = "wallet"
    MAP = "map"
    RECORD = "record"
    SETTINGS = "settings"


class DoorState(StrEnum):
    UNKNOWN = "unknown"
    OPEN = "open"
    USED = "used"
    LATE = "late"


@dataclass(frozen=True)
class Door:
    """A one-time link. The house knows it by a hash only."""

    id: int
    school_id: int
    person_id: int
    until: datetime
    room: Room
    used_at: datetime | None = None

    def state(self, now: datetime) -> DoorState:
        if self.used_at is not None:
            return DoorState.USED
        return DoorState.OPEN if now < self.until else DoorState.LATE


@dataclass(frozen=True)
class Session:
    """One browser in which a person is in. `browser` is what it calls itself, in few words."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    browser: str
    begun_at: datetime
    seen_at: datetime

    def lasts(self, now: datetime) -> bool:
        """Whether it has not ended by itself."""
        return now < self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is used again."""
        return min(self.seen_at + IDLE, self.begun_at + LONGEST)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether its use is worth a note: it keeps the session going."""
        return now >= self.seen_at + NOTED_AFTER

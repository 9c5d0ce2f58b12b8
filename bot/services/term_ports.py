"""What use cases ask for about badges that expire: when to remind, what is being renewed, what was done again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.awards import Award, Evidence
from bot.domain.periods import Period


@dataclass(frozen=True)
class DueReminder:
    """A reminder whose moment, `at`, has come."""

    award: Award
    at: datetime


@dataclass(frozen=True)
class Redone:
    """A unit's check was passed again."""

    unit_key: str
    done_at: datetime
    self_assessed: bool


class Terms(Protocol):
    """Of one school's awards that expire; the first two look over all schools, for the clock."""

    async def schools_due(self) -> tuple[int, ...]:
        """Schools in which a reminder's moment has come."""

    async def coming(self) -> datetime | None:
        """The earliest moment of any reminder."""

    async def due(self) -> tuple[DueReminder, ...]:
        """Reminders of the school whose moment has come."""

    async def put_reminder(self, award_id: int, was: datetime | None, moment: datetime | None) -> bool:
        """Keep when the next reminder is due, None: never; False when that had changed from what it `was`."""

    async def renewing(self, person_id: int) -> tuple[Award, ...]:
        """What the person has begun to renew."""

    async def begin(self, award_id: int) -> None:
        """The person wants to renew it."""

    async def renew(
        self, award_id: int, valid_until: datetime, evidence: tuple[Evidence, ...], remind_at: datetime | None
    ) -> None:
        """It is renewed: valid longer, on this evidence."""

    async def lapse(self, award: Award, lapsed: Period) -> None:
        """Keep a time that is over in which it did not hold."""

    async def redo(self, person_id: int, unit_key: str, *, self_assessed: bool) -> None: ...

    async def redone(self, person_id: int) -> tuple[Redone, ...]:
        """Everything that the person did again, oldest first."""

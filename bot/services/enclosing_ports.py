"""What use cases ask of the rows that say which badges stand inside which (docs/decisions/0014-enclosing-parts.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Enclosure:
    """The holder wants the award `part_id` inside another one of theirs."""

    part_id: int
    inside: bool
    """The newest edition holds it."""


class Enclosures(Protocol):
    """Of one school's awards; `schools_ended` and `coming` look over all schools, for the clock."""

    async def of_award(self, award_id: int) -> tuple[Enclosure, ...]: ...
    async def around(self, award_id: int) -> tuple[int, ...]:
        """The awards that their holder wants this one inside of."""

    async def enclose(self, award_id: int, part_id: int) -> bool:
        """Want one award inside another of the same person's; False where it was wanted already."""

    async def take_out(self, award_id: int, part_id: int) -> bool:
        """Want it no more; False where it was not wanted."""

    async def set_inside(self, award_id: int, part_ids: tuple[int, ...]) -> None:
        """Keep which of them the newest edition holds."""

    async def schools_ended(self) -> tuple[int, ...]:
        """Schools with an award as in `ended`."""

    async def ended(self) -> tuple[int, ...]:
        """Awards whose newest edition holds a part that is stopped or has expired."""

    async def coming(self) -> datetime | None:
        """The earliest end of any part that stands inside and is valid now."""

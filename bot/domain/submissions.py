"""Submitting: a board of education gets a badge, because its holder chose to (design.md 4.4)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Submission:
    """One award that a board was given. It stands until its holder takes it back."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    award_id: int
    board_id: int
    from_school_id: int
    """The school that its holder was at when they gave it: the board knows it as that school's, wherever they go."""
    submitted_at: datetime
    taken_back_at: datetime | None = None
    seen_at: datetime | None = None
    """When somebody of the board first looked."""

    @property
    def stands(self) -> bool:
        return self.taken_back_at is None

"""One proposed unit: where it stands and how it was answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.learning import Why


class OfferState(StrEnum):
    PROMISED = "promised"
    """A slot is claimed; the unit is chosen when it is delivered."""
    DELIVERED = "delivered"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    """Nothing fitted, or its moment passed before it could be delivered."""


class Answer(StrEnum):
    OPENED = "opened"
    DONE = "done"
    LATER = "later"
    ANOTHER = "another"
    KNOWN = "known"


@dataclass(frozen=True)
class Offer:
    """One proposal to one person in one slot. `slot_key` is unique per person (design.md 4.1)."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    slot_key: str
    minutes: int
    """How many minutes the person has."""
    state: OfferState
    created_at: datetime
    until: datetime
    """After this moment it is no longer brought (the slot has closed)."""
    requested: bool = False
    """The person asked for it: it does not count against the send budget."""
    topic: str = ""
    """What the person asked for, in their words; empty for a proactive offer."""
    unit_key: str | None = None
    why: Why | None = None
    answer: Answer | None = None
    slower: bool = False
    """Three offers before this one stayed unanswered: this one says once that they come half as often."""
    passed_over: tuple[str, ...] = ()
    """Units declined by *Another* in this offer."""

"""What may cross from one school to another, and only by an agreement that both recorded (design.md 4.17)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.outcomes import Refused
from bot.domain.people import Consent


class Purpose(StrEnum):
    FIND = "find"
    """Findable people of the giving school may be named to colleagues of the receiving one."""
    TRANSFER = "transfer"
    """A person of the giving school may move to the receiving one and take along what is theirs."""


@dataclass(frozen=True)
class Agreement:
    """What one school (`giver_id`) gives to another (`receiver_id`). `offered_by` is the school that offered it."""

    id: int
    public_id: str
    giver_id: int
    receiver_id: int
    purpose: Purpose
    offered_by: int
    offered_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        return self.accepted_at is not None and self.ended_at is None

    @property
    def schools(self) -> frozenset[int]:
        return frozenset({self.giver_id, self.receiver_id})

    def other(self, school_id: int) -> int:
        """The school at the other side."""
        return self.receiver_id if school_id == self.giver_id else self.giver_id


def may_offer(school_id: int, other_id: int, already: Agreement | None) -> Refused | None:
    """Whether a school may offer an agreement; None means yes. `already` is one of the same content, not ended."""
    if school_id == other_id:
        return Refused("agreement_with_itself")
    return None if already is None else Refused("agreement_there")


def may_accept(agreement: Agreement, school_id: int) -> Refused | None:
    """Only the school that did not offer it accepts, once, while it stands; None means yes."""
    if school_id not in agreement.schools:
        return Refused("unknown_thing")
    if agreement.ended_at is not None:
        return Refused("agreement_ended")
    if agreement.accepted_at is not None:
        return Refused("agreement_there")
    if agreement.offered_by == school_id:
        return Refused("agreement_own_offer")
    return None


def may_end(agreement: Agreement, school_id: int) -> Refused | None:
    """Either school ends it at once; None means yes."""
    if school_id not in agreement.schools:
        return Refused("unknown_thing")
    return None if agreement.ended_at is None else Refused("agreement_ended")


def may_be_found_beyond(consents: Collection[Consent], findable_at: datetime | None) -> bool:
    """Whether a holder may be named beyond their own school: for this badge, and by a consent of its own."""
    return findable_at is not None and Consent.BEYOND in consents

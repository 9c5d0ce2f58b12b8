"""What has been earned, and what a completion earns (design.md 4.1, 4.4, 4.10)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.catalogue import Course, TextCheck
from bot.domain.language import Bilingual
from bot.domain.periods import Period, without
from bot.domain.stops import Stop


class Level(StrEnum):
    KNOWLEDGE = "knowledge"
    COMPETENCE = "competence"
    PATHWAY = "pathway"


@dataclass(frozen=True)
class Achievement:
    """One version of the definition of what can be earned.

    `key` is the author's badge key, `version` counts from 1 and `definition` is the frozen text of that version
    (see `services.catalogue`): an award keeps the version it was given for.
    """

    id: int
    public_id: str
    key: str
    version: int
    level: Level
    definition: dict[str, object]


@dataclass(frozen=True)
class Evidence:
    """One completion (of a knowledge badge) or one part (of any other badge) that an award rests on, by date.

    Kept with the award, since the catalogue may change afterwards.
    """

    key: str
    name: Bilingual
    on: date
    prior: bool = False
    self_assessed: bool = False
    renewed: bool = False
    """Its checks were passed again, to renew the award."""


@dataclass(frozen=True)
class Award:
    """Our fact: this person earned this achievement. Display, findable and publish are acts of their own."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    achievement_id: int
    achievement_key: str
    awarded_at: datetime
    evidence: tuple[Evidence, ...] = ()
    displayed_at: datetime | None = None
    findable_at: datetime | None = None
    published_at: datetime | None = None
    issuer_school_id: int | None = None
    """Who signs it, where that is not the school that it belongs to: the school that its holder has moved from, or the
    institution in whose name it was awarded."""
    source_school_id: int | None = None
    """The school that awarded it in an institution's name; None: who signs it awarded it."""
    stop: Stop | None = None
    """Its issuer revoked or suspended it; None: it was not."""
    valid_until: datetime | None = None
    """The local midnight that ends it; None: it is valid for good."""
    lapses: tuple[Period, ...] = ()
    """Times that are over in which it did not hold: expired before it was renewed. A suspension that was lifted leaves
    none."""
    reached_at: datetime | None = None
    """Of a pathway: when all that it rests on first held together, which may have become known later."""

    @property
    def issued_by(self) -> int:
        """The school or institution whose profile and key its credential carries, for good (design.md 4.10)."""
        return self.school_id if self.issuer_school_id is None else self.issuer_school_id

    @property
    def awarded_by(self) -> int:
        """The school that found it earned, and answers for that: the issuer, or who awarded it in its name."""
        return self.issued_by if self.source_school_id is None else self.source_school_id

    def is_expired(self, now: datetime) -> bool:
        return self.valid_until is not None and self.valid_until <= now

    def counts(self, now: datetime) -> bool:
        """Whether it counts for anything new: neither stopped by its issuer nor expired."""
        return self.stop is None and not self.is_expired(now)

    @property
    def begins(self) -> datetime:
        """From when on it holds: a pathway's from when it was reached, however late that became known."""
        return self.awarded_at if self.reached_at is None else self.reached_at

    def periods(self) -> tuple[Period, ...]:
        """When it held, for what may be built on it now: while it is stopped nothing is, on no day of it."""
        if self.stop is not None:
            return ()
        return without(Period(self.begins, self.valid_until), self.lapses)


@dataclass(frozen=True)
class Due:
    """An achievement that is earned now, with the completions (unit keys) or parts (badge keys) it rests on."""

    key: str
    level: Level
    parts: tuple[str, ...]


def due_awards(
    courses: Sequence[Course],
    completed: Collection[str],
    awarded: Collection[str],
    idle: Collection[str] = frozenset(),
) -> tuple[Due, ...]:
    """Everything earned but not yet awarded, knowledge badges before the competence badges they complete.

    Looks at all courses, so that a change of the catalogue strands nobody: a person who has done all that a module
    still holds earns its badge. What was awarded for an earlier version counts for good. A module of nothing but
    texts earns none: one's own words never complete a module alone (4.20). What is `idle` among the awarded, stopped or
    expired, is not earned again, and is no part of anything.
    """
    due: list[Due] = []
    held = set(awarded)
    for course in courses:
        for module in course.modules:
            units = tuple(unit.key for unit in module.units)
            is_checked = any(not isinstance(unit.check, TextCheck) for unit in module.units)
            if module.badge.key not in held and is_checked and all(key in completed for key in units):
                due.append(Due(module.badge.key, Level.KNOWLEDGE, units))
                held.add(module.badge.key)
        parts = tuple(module.badge.key for module in course.modules)
        if course.badge.key not in held and parts and all(key in held and key not in idle for key in parts):
            due.append(Due(course.badge.key, Level.COMPETENCE, parts))
            held.add(course.badge.key)
    return tuple(due)

"""Moving to another school: what comes along, and which of two facts about one person stays. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from bot.domain.awards import Award
from bot.domain.learning import Completion, Progress
from bot.domain.people import Person, Role
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.domain.spare import Window

CODE_LIVES = timedelta(days=14)
"""From the last day at the old school to the first at the new one."""
MOST_COMPLETIONS = 5_000
"""From elsewhere, of one person: one on each working day of twenty years."""


class Kept(StrEnum):
    """What kinds of signed documents from elsewhere are kept."""

    CREDENTIAL = "credential"
    ENDORSEMENT = "endorsement"
    """One that the person gave."""
    STATEMENT = "statement"
    """A school's statement of the record."""


T = TypeVar("T", Completion, Award, Endorsement)


@dataclass(frozen=True)
class Completions:
    """Completions by their internal ids: which come along, which give way, and what a kept one says from now on."""

    take: tuple[int, ...]
    drop: tuple[int, ...]
    reflections: tuple[tuple[int, str], ...]


def merge_completions(coming: Sequence[Completion], there: Sequence[Completion]) -> Completions:
    """One completion for each unit: the earlier one stays, with the reflections of both."""
    theirs = {item.unit_key: item for item in there}
    take, drop, reflections = [], [], []
    for item in coming:
        other = theirs.get(item.unit_key)
        if other is None:
            take.append(item.id)
            continue
        kept, later = (item, other) if item.completed_at < other.completed_at else (other, item)
        drop.append(later.id)
        if kept is item:
            take.append(item.id)
        said = _both(kept.reflection, later.reflection)
        if said is not None and said != kept.reflection:
            reflections.append((kept.id, said))
    return Completions(tuple(take), tuple(drop), tuple(reflections))


def _both(first: str | None, second: str | None) -> str | None:
    said = [*dict.fromkeys(text for text in (first, second) if text)]
    return "\n".join(said) or None


def merge_progress(coming: Progress, there: Progress) -> Progress:
    """Opened is opened; what guards against guessing (design.md 4.20) is not begun anew by moving."""
    opened = [moment for moment in (coming.opened_at, there.opened_at) if moment is not None]
    tested = [day for day in (coming.tested_out_on, there.tested_out_on) if day is not None]
    return Progress(max(opened, default=None), max(coming.wrong_tries, there.wrong_tries), max(tested, default=None))


@dataclass(frozen=True)
class Awards:
    """Awards by their internal ids: which come along, and which give way to which (later, kept)."""

    take: tuple[int, ...]
    give_way: tuple[tuple[int, int], ...]


def merge_awards(coming: Sequence[Award], there: Sequence[Award]) -> Awards:
    """One award for each badge: the earlier one stays as it is, since its credential was the first."""
    theirs = {item.achievement_key: item for item in there}
    take, give_way = [], []
    for item in coming:
        other = theirs.get(item.achievement_key)
        if other is None:
            take.append(item.id)
        elif item.awarded_at < other.awarded_at:
            take.append(item.id)
            give_way.append((other.id, item.id))
        else:
            give_way.append((item.id, other.id))
    return Awards(tuple(take), tuple(give_way))


@dataclass(frozen=True)
class Given:
    """Endorsements that the person gave, by their internal ids: which stay theirs, and which go."""

    keep: tuple[int, ...]
    drop: tuple[int, ...]


def merge_given(given: Sequence[Endorsement], own_awards: Iterable[int]) -> Given:
    """What one person gave under two names is one endorsement of each target; none of it is of their own badge.

    One that stands is kept before one that was withdrawn, then the earlier one.
    """
    own = {Target(TargetKind.AWARD, award_id) for award_id in own_awards}
    kept: dict[Target, Endorsement] = {}
    for item in sorted(given, key=lambda item: (not item.stands, item.given_at, item.id)):
        if item.target not in own:
            kept.setdefault(item.target, item)
    keep = {item.id for item in kept.values()}
    return Given(tuple(sorted(keep)), tuple(sorted({item.id for item in given} - keep)))


def carried(
    later: Sequence[Endorsement], kept: Sequence[Endorsement], traces: Mapping[int, str], award_id: int
) -> Given:
    """Endorsements of an award that gives way go over to the one that is kept, unless their endorser is there already.

    `traces` tells endorsers who were forgotten apart. Those by the holder cannot be.
    """
    there = {_by(item, traces) for item in kept}
    keep, drop = [], []
    for item in sorted(later, key=lambda item: (not item.stands, item.given_at, item.id)):
        if item.stands and _by(item, traces) not in there:
            there.add(_by(item, traces))
            keep.append(item.id)
        else:
            drop.append(item.id)
    return Given(tuple(sorted(keep)), tuple(sorted(drop)))


def _by(item: Endorsement, traces: Mapping[int, str]) -> int | str:
    return item.endorser_id if item.endorser_id is not None else traces.get(item.id, f"endorsement {item.id}")


def leaves_no_owner(person: Person, everybody: Iterable[Person]) -> bool:
    """Whether the school would be without an owner once this person has left."""
    return Role.OWNER in person.roles and not any(
        Role.OWNER in other.roles for other in everybody if other.id != person.id
    )


def windows_there(
    coming: tuple[Window, ...], there: tuple[Window, ...], at_first: tuple[Window, ...]
) -> tuple[Window, ...]:
    """The weekly windows after moving: those of before, unless the person has set some at the new school already."""
    return coming if frozenset(there) == frozenset(at_first) and coming else there

"""What a person has done, and what they do again to renew a badge (docs/decisions/0018-terms-and-renewal.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.awards import Award
from bot.domain.catalogue import Shelf, Unit
from bot.domain.validity import RENEWS_AHEAD
from bot.services.ports import Work


@dataclass(frozen=True)
class LastDone:
    """When a unit's check was passed last."""

    at: datetime
    self_assessed: bool


async def last_done(work: Work, person_id: int) -> Mapping[str, LastDone]:
    """By unit: the completion, or what was done again after it."""
    found = {
        item.unit_key: LastDone(item.completed_at, item.self_assessed)
        for item in await work.learning.completions(person_id)
    }
    again = await work.terms.redone(person_id)
    return found | {item.unit_key: LastDone(item.done_at, item.self_assessed) for item in again}


def units_for(shelf: Shelf, badge: str) -> tuple[Unit, ...]:
    """The units that a knowledge or competence badge is made of on today's shelf, in the author's order."""
    for course in shelf.courses:
        if course.badge.key == badge:
            return tuple(course.units())
        for module in course.modules:
            if module.badge.key == badge:
                return module.units
    return ()


def still_to_do(award: Award, shelf: Shelf, done: Mapping[str, LastDone]) -> tuple[Unit, ...]:
    """The units of a badge whose checks were not passed since it could be renewed."""
    if award.valid_until is None:
        return ()
    since = award.valid_until - RENEWS_AHEAD
    units = units_for(shelf, award.achievement_key)
    return tuple(unit for unit in units if unit.key not in done or done[unit.key].at < since)


async def open_again(work: Work, person_id: int, shelf: Shelf) -> frozenset[str]:
    """Units that the person does again to renew a badge, and has not yet."""
    renewing = await work.terms.renewing(person_id)
    if not renewing:
        return frozenset()
    done = await last_done(work, person_id)
    return frozenset(unit.key for award in renewing for unit in still_to_do(award, shelf, done))


async def done_units(work: Work, person_id: int, shelf: Shelf) -> set[str]:
    """The units that need not be offered: done, and not to be done again."""
    done = {completion.unit_key for completion in await work.learning.completions(person_id)}
    return done - await open_again(work, person_id, shelf)

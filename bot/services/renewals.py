"""What becomes of a renewal as checks are passed again: how far it is, and the longer term when all are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.awards import Award, Evidence, Level
from bot.domain.catalogue import Shelf, Unit
from bot.domain.language import Bilingual
from bot.domain.people import Person, School
from bot.domain.periods import Period
from bot.domain.reminders import next_reminder
from bot.domain.validity import end_after
from bot.services.composition import local_day, midnight_of
from bot.services.definitions import definition_of
from bot.services.earning import earn
from bot.services.ports import Work
from bot.services.promises import promise_award, promise_issue
from bot.services.redoing import LastDone, last_done, still_to_do, units_for


@dataclass(frozen=True)
class Renewed:
    """The badge is valid again, or longer, until this moment."""

    name: Bilingual
    valid_until: datetime


@dataclass(frozen=True)
class Renewing:
    """How far the renewal of a badge is. `next` is the first unit left."""

    name: Bilingual
    left: int
    next: Unit


async def settle(work: Work, person: Person, shelf: Shelf) -> tuple[tuple[Award, Renewed], ...]:
    """Renew everything that was begun and whose checks were all passed again; what that completes is awarded."""
    done = await last_done(work, person.id)
    renewed = []
    for award in await work.terms.renewing(person.id):
        if award.stop is None and units_for(shelf, award.achievement_key) and not still_to_do(award, shelf, done):
            renewed.append((award, await _renew(work, person, award, shelf, done)))
    if renewed:
        await earn(work, person, shelf)
    return tuple(renewed)


async def progress(work: Work, person_id: int, shelf: Shelf, unit_key: str) -> Renewing | None:
    """What is left of a renewal that a unit is part of; None where nothing is."""
    done = await last_done(work, person_id)
    for award in await work.terms.renewing(person_id):
        left = still_to_do(award, shelf, done)
        if left and any(unit.key == unit_key for unit in units_for(shelf, award.achievement_key)):
            name = definition_of(await work.shelves.achievement(award.achievement_id)).name
            return Renewing(name, len(left), left[0])
    return None


async def _renew(work: Work, person: Person, award: Award, shelf: Shelf, done: Mapping[str, LastDone]) -> Renewed:
    """From the end of the running term, so that nobody loses a day by renewing early; of an expired one from today."""
    achievement = await work.shelves.achievement(award.achievement_id)
    facts, school = definition_of(achievement), await work.directory.school(award.issued_by)
    if facts.valid_months is None or award.valid_until is None:
        raise ValueError("only a badge with a term is renewed")
    begins = max(local_day(award.valid_until, school), local_day(work.now, school))
    until = midnight_of(end_after(begins, facts.valid_months), school)
    evidence = (*award.evidence, *_evidence(achievement.level, award.achievement_key, shelf, done, school))
    if award.is_expired(work.now):
        await work.terms.lapse(award, Period(award.valid_until, work.now))
    await work.terms.renew(award.id, until, evidence, next_reminder(until, work.now))
    await work.audit.record("renew", actor=person, subject=award.public_id)
    await promise_issue(work, award.id, settle=False)
    await promise_award(work, person.id, award.id)
    return Renewed(facts.name, until)


def _evidence(
    level: Level, badge: str, shelf: Shelf, done: Mapping[str, LastDone], school: School
) -> tuple[Evidence, ...]:
    """What was done again: of a knowledge badge its units, of a competence badge its parts."""

    def on(units: Sequence[Unit]) -> date:
        return local_day(max(done[unit.key].at for unit in units), school)

    if level is Level.KNOWLEDGE:
        return tuple(
            Evidence(unit.key, unit.title, on([unit]), self_assessed=done[unit.key].self_assessed, renewed=True)
            for unit in units_for(shelf, badge)
        )
    modules = [module for course in shelf.courses if course.badge.key == badge for module in course.modules]
    return tuple(Evidence(each.badge.key, each.badge.name, on(each.units), renewed=True) for each in modules)

"""Awarding everything that is due: from completions, then what badges and endorsements complete (design.md 4.1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import validity
from bot.domain.awards import Achievement, Award, Due, Evidence, Level, due_awards
from bot.domain.catalogue import Shelf
from bot.domain.learning import Completion, Route
from bot.domain.pathways import counted, due_pathways
from bot.domain.people import Person
from bot.domain.reminders import next_reminder
from bot.errors import Problem
from bot.services.composition import local_day, midnight_of
from bot.services.definitions import definition_of
from bot.services.pathways import facts_of
from bot.services.ports import Work
from bot.services.promises import promise_issue


async def earn(work: Work, person: Person, shelf: Shelf) -> tuple[Award, ...]:
    """Award everything that is due and promise its credentials. Once each, however often it is asked."""
    completions = {item.unit_key: item for item in await work.learning.completions(person.id)}
    held = {award.achievement_key: award for award in await work.awards.of_person(person.id)}
    zone = ZoneInfo((await work.school()).zone)
    new: list[Award] = []
    idle = {key for key, award in held.items() if not award.counts(work.now)}
    for due in due_awards(shelf.courses, completions, held, idle):
        achievement = await _newest(work, due.key)
        evidence = _evidence(due, shelf, completions, held, zone)
        award = await work.awards.add(person.id, achievement, evidence, await _valid_until(work, achievement))
        if award is None:
            continue
        if award.valid_until is not None:
            await work.terms.put_reminder(award.id, None, next_reminder(award.valid_until, work.now))
        held[due.key] = award
        new.append(award)
    new += await _earn_pathways(work, person, shelf, held, zone)
    for award in new:
        await work.audit.record("award", actor=person, subject=award.public_id)
        await promise_issue(work, award.id, settle=False)
    return tuple(new)


async def _earn_pathways(
    work: Work, person: Person, shelf: Shelf, held: dict[str, Award], zone: ZoneInfo
) -> list[Award]:
    """The badges of pathways whose rule is met now, with the badges that they rest on."""
    open_ones = [pathway for pathway in shelf.pathways if pathway.badge.key not in held]
    if not open_ones:
        return []
    facts = await facts_of(work, person, open_ones, held)
    today = work.now.astimezone(zone).date()
    days = dict(facts.earned)
    new: list[Award] = []
    for key, progress in due_pathways([(one.badge.key, one.rule) for one in open_ones], facts, today):
        achievement = await _newest(work, key)
        days[key] = today
        names = {part.key: part.name for part in definition_of(achievement).parts}
        evidence = tuple(Evidence(part, names[part], days[part]) for part in counted(progress))
        award = await work.awards.add(person.id, achievement, evidence)
        if award is not None:
            new.append(award)
    return new


async def _valid_until(work: Work, achievement: Achievement) -> datetime | None:
    """When an award that is given now expires: at a local midnight (design.md 4.6)."""
    months, school = definition_of(achievement).valid_months, await work.school()
    return None if months is None else midnight_of(validity.end_after(local_day(work.now, school), months), school)


async def _newest(work: Work, badge: str) -> Achievement:
    achievement = await work.shelves.newest(badge)
    if achievement is None:
        raise Problem("catalogue.not_loaded", badge=badge)
    return achievement


def _evidence(
    due: Due, shelf: Shelf, completions: dict[str, Completion], held: dict[str, Award], zone: ZoneInfo
) -> tuple[Evidence, ...]:
    if due.level is Level.COMPETENCE:
        names = {module.badge.key: module.badge.name for course in shelf.courses for module in course.modules}
        return tuple(Evidence(part, names[part], held[part].awarded_at.astimezone(zone).date()) for part in due.parts)
    evidence = []
    for key in due.parts:
        unit, completion = shelf.unit(key), completions[key]
        if unit is not None:
            on = completion.completed_at.astimezone(zone).date()
            prior = completion.route is Route.PRIOR
            evidence.append(Evidence(key, unit.title, on, prior, completion.self_assessed))
    return tuple(evidence)

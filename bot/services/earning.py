"""Awarding everything that is due: from completions, then what badges and endorsements complete (design.md 4.1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import validity
from bot.domain.awards import Achievement, Award, Due, Evidence, Level, due_awards
from bot.domain.catalogue import Shelf
from bot.domain.learning import Completion, Route
from bot.domain.pathway_history import reached_pathways
from bot.domain.pathways import counted
from bot.domain.people import Person
from bot.domain.reminders import next_reminder
from bot.errors import Problem
from bot.services.composition import local_day, midnight_of
from bot.services.definitions import definition_of
from bot.services.mandates import issuing_for
from bot.services.pathways import history_of
from bot.services.ports import Work
from bot.services.promises import promise_issue


async def earn(work: Work, person: Person, shelf: Shelf) -> tuple[Award, ...]:
    """Award everything that is due and promise its credentials. Once each, however often it is asked."""
    return await earn_all(work, (person,), shelf)


async def earn_all(work: Work, people: Sequence[Person], shelf: Shelf) -> tuple[Award, ...]:
    """As `earn`, for several people: what is the same for all of them is asked once."""
    ways = {one.badge.key: await _newest(work, one.badge.key) for one in shelf.pathways}
    return tuple([award for person in people for award in await _earn(work, person, shelf, ways)])


async def _earn(work: Work, person: Person, shelf: Shelf, ways: Mapping[str, Achievement]) -> tuple[Award, ...]:
    completions = {item.unit_key: item for item in await work.learning.completions(person.id)}
    held = {award.achievement_key: award for award in await work.awards.of_person(person.id)}
    zone = ZoneInfo((await work.school()).zone)
    new: list[Award] = []
    idle = {key for key, award in held.items() if not award.counts(work.now)}
    for due in due_awards(shelf.courses, completions, held, idle):
        achievement = await _newest(work, due.key)
        evidence = _evidence(due, shelf, completions, held, zone)
        institution = await issuing_for(work, shelf, due.key)
        until = await _valid_until(work, achievement, institution)
        award = await work.awards.add(person.id, achievement, evidence, until, institution_id=institution)
        if award is None:
            continue
        if award.valid_until is not None:
            await work.terms.put_reminder(award.id, None, next_reminder(award.valid_until, work.now))
        held[due.key] = award
        new.append(award)
    new += await _earn_pathways(work, person, shelf, ways, held)
    for award in new:
        await work.audit.record("award", actor=person, subject=award.public_id)
        await promise_issue(work, award.id, settle=False)
    return tuple(new)


async def _earn_pathways(
    work: Work, person: Person, shelf: Shelf, newest: Mapping[str, Achievement], held: dict[str, Award]
) -> list[Award]:
    """The badges of pathways that were ever reached, with the badges that they rest on.

    Of one that is held already it may become known that it was reached earlier, or rests on more: that is kept.
    """
    asked = [one for one in shelf.pathways if _is_judged(held, one.badge.key, newest[one.badge.key])]
    if not asked:
        return []
    history = await history_of(work, person, shelf, asked, held)
    new: list[Award] = []
    reached = reached_pathways([(one.badge.key, one.rule) for one in asked], history, work.now)
    for key, one in reached.items():
        days = history.having(reached).at(one.at).earned
        names = {part.key: part.name for part in definition_of(newest[key]).parts}
        evidence = tuple(Evidence(part, names[part], days[part]) for part in counted(one.progress))
        former = held.get(key)
        if former is not None:
            await _tell_anew(work, former, one.at, evidence)
        else:
            institution = await issuing_for(work, shelf, key)
            award = await work.awards.add(
                person.id, newest[key], evidence, reached_at=one.at, institution_id=institution
            )
            new += () if award is None else (award,)
    return new


def _is_judged(held: Mapping[str, Award], key: str, newest: Achievement) -> bool:
    """Whether a pathway is asked for: one that is held, by the rule and the school that gave it only, and while
    neither it nor a badge that it rests on is stopped."""
    award = held.get(key)
    if award is None:
        return True
    if award.awarded_by != award.school_id or award.achievement_id != newest.id:
        return False
    return not any(badge in held and held[badge].stop for badge in (key, *(part.key for part in award.evidence)))


async def _tell_anew(work: Work, award: Award, at: datetime, evidence: tuple[Evidence, ...]) -> None:
    """Keep what became known of an award: an earlier moment, or of the same moment other badges or days."""
    if (at, evidence) == (award.begins, award.evidence) or at > award.begins:
        return
    await work.awards.reach(award.id, at, evidence)
    if evidence != award.evidence:
        await promise_issue(work, award.id, settle=False)


async def _valid_until(work: Work, achievement: Achievement, institution: int | None) -> datetime | None:
    """When an award that is given now expires: at a midnight of who issues it (design.md 4.6)."""
    months = definition_of(achievement).valid_months
    school = await work.school() if institution is None else await work.directory.school(institution)
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

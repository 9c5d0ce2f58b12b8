"""Reminders that a badge expires: claimed when due, told once each, never at a moment that the person closed."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.people import Consent, Person, School
from bot.domain.reminders import good_moment, is_near, is_workday, next_reminder
from bot.domain.spare import may_send, offered
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.definitions import definition_of
from bot.services.ports import Store, Work
from bot.services.preferences import closed_days
from bot.services.promises import Kind, promise_to
from bot.services.redoing import units_for
from bot.services.term_ports import DueReminder


async def remind_all(store: Store) -> int:
    """Claim every reminder whose moment has come, school by school; counts what is promised."""
    schools = await store.look(_schools_due, OfNoSchool())
    return sum([await store.run(remind, OfSchool(school_id=school_id)) for school_id in schools])


async def _schools_due(work: Work, _: OfNoSchool) -> tuple[int, ...]:
    return await work.terms.schools_due()


async def remind(work: Work, command: OfSchool) -> int:
    """Promise the school's reminders that are due, or put them off to a better moment."""
    return sum([await _remind(work, reminder) for reminder in await work.terms.due()])


async def _remind(work: Work, reminder: DueReminder) -> bool:
    award = reminder.award
    await work.people.lock(award.person_id)
    person = await work.people.get(award.person_id)
    moment = await _moment(work, person, award)
    if moment is not None and moment > work.now:
        await work.terms.put_reminder(award.id, reminder.at, moment)
        return False
    later = None if award.valid_until is None else next_reminder(award.valid_until, work.now)
    if not await work.terms.put_reminder(award.id, reminder.at, later) or moment is None:
        return False
    rhythm = await work.people.rhythm(person.id)
    await work.people.save_rhythm(person.id, offered(rhythm, work.now), await work.people.planned(person.id))
    await promise_to(work, person.id, Kind.REMINDER, award.id, once=f"reminder:{award.id}")
    return True


async def _moment(work: Work, person: Person, award: Award) -> datetime | None:
    """When the person may be reminded of a badge that is about to expire; None: not at all."""
    if award.valid_until is None or not award.counts(work.now) or Consent.DELIVERY not in person.consents:
        return None
    rhythm = await work.people.rhythm(person.id)
    return good_moment(rhythm, work.now, await closed_days(work), award.valid_until)


@dataclass(frozen=True, kw_only=True)
class BringReminder(OfSchool):
    """The relay is about to bring the reminder of this award."""

    award_id: int


@dataclass(frozen=True)
class ReminderNews:
    """`can_renew`: its units are still on the shelf."""

    award: Award
    name: Bilingual
    school: School
    """Who issued it."""
    can_renew: bool


async def bring(work: Work, command: BringReminder) -> ReminderNews | None:
    """What the reminder says now; None when there is nothing to say: renewed, stopped, forgotten or not wanted
    meanwhile. After an outage at a bad moment it is put off."""
    award = await work.awards.get(command.award_id)
    if award is None or award.valid_until is None or not award.counts(work.now):
        return None
    person = await work.people.get(award.person_id)
    if not is_near(award.valid_until, work.now) or Consent.DELIVERY not in person.consents:
        return None
    rhythm, closed = await work.people.rhythm(person.id), await closed_days(work)
    if not (is_workday(rhythm, work.now) and may_send(rhythm, work.now, closed)):
        planned = next_reminder(award.valid_until, work.now)
        await work.terms.put_reminder(award.id, planned, good_moment(rhythm, work.now, closed, award.valid_until))
        return None
    name = definition_of(await work.shelves.achievement(award.achievement_id)).name
    school = await work.directory.school(award.issued_by)
    return ReminderNews(award, name, school, bool(units_for(await work.shelves.current(), award.achievement_key)))

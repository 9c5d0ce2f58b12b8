"""What people set for themselves: language, consents, windows, pace; and the roles that a school gives."""

from dataclasses import dataclass, replace

from bot.domain.language import Lang
from bot.domain.people import Consent, Person, Role
from bot.domain.spare import Closed, Period, Planned, Rhythm, Window, WindowKind, answered, next_moment
from bot.errors import Complaint
from bot.intake.windows import read_windows
from bot.services.commands import ByPerson, OfSchool
from bot.services.endorsements import unname
from bot.services.ports import Work
from bot.services.promises import is_gone
from bot.services.redoing import done_units


@dataclass(frozen=True, kw_only=True)
class SetLanguage(ByPerson):
    lang: Lang


async def set_language(work: Work, command: SetLanguage) -> Person:
    await work.people.lock(command.person_id)
    person = replace(await work.people.get(command.person_id), lang=command.lang)
    await work.people.save(person)
    return person


async def language_of(work: Work, command: ByPerson) -> Lang | None:
    """The person's language; None once they are forgotten."""
    if not await work.people.exists(command.person_id):
        return None
    return (await work.people.get(command.person_id)).lang


@dataclass(frozen=True, kw_only=True)
class SetConsent(ByPerson):
    consent: Consent
    given: bool


async def set_consent(work: Work, command: SetConsent) -> Person:
    """Give or withdraw a consent. It holds from now on; withdrawn, what rested on it goes (names in endorsements)."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    consents = person.consents | {command.consent} if command.given else person.consents - {command.consent}
    if consents == person.consents:
        return person
    person = replace(person, consents=consents)
    await work.people.save(person)
    await work.audit.record(
        "consent", actor=person, subject=person.public_id, detail={command.consent: str(command.given).lower()}
    )
    if command.consent is Consent.NAMED and not command.given:
        await unname(work, person.id)
    if command.consent is Consent.DELIVERY:
        await plan(work, person, await work.people.rhythm(person.id))
    return person


async def welcome(work: Work, command: SetConsent) -> Person:
    """The last press of the welcome: with or without spare moments, the person has begun."""
    await work.people.lock(command.person_id)
    person = await set_consent(work, command)
    if person.welcomed_at is None:
        person = replace(person, welcomed_at=work.now)
        await work.people.save(person)
    return person


@dataclass(frozen=True, kw_only=True)
class SetWindows(ByPerson):
    """`default` is what words mean that do not say which kind they are. With `add`, what is kept stays as well."""

    words: str
    default: WindowKind = WindowKind.FREE
    add: bool = False


async def set_windows(work: Work, command: SetWindows) -> tuple[Window, ...] | tuple[Complaint, ...]:
    """Free windows, quiet hours and lessons in words. They are added, or replace those of the kinds they name."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    school = await work.school()
    periods = tuple(Period(*times) for times in school.period_times)
    read = read_windows(command.words, periods, command.default)
    windows = tuple(item for item in read if isinstance(item, Window))
    if len(windows) < len(read) or not read:
        return tuple(item for item in read if isinstance(item, Complaint))
    rhythm = await work.people.rhythm(person.id)
    named = set() if command.add else {window.kind for window in windows}
    new = {_times(window) for window in windows}
    kept = tuple(window for window in rhythm.windows if window.kind not in named and _times(window) not in new)
    await plan(work, person, replace(rhythm, windows=kept + windows))
    return kept + windows


def _times(window: Window) -> tuple[WindowKind, int, int, int]:
    return window.kind, window.weekday, window.start, window.end


async def resume(work: Work, command: ByPerson) -> None:
    """Back to the usual pace, because the person asked for it."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    await plan(work, person, answered(await work.people.rhythm(person.id)))


async def hear_from(work: Work, person: Person) -> None:
    """The person answered an offer: the pace is the usual one again."""
    await work.people.lock(person.id)
    rhythm = await work.people.rhythm(person.id)
    if rhythm != answered(rhythm):
        await plan(work, person, answered(rhythm))


async def plan(work: Work, person: Person, rhythm: Rhythm) -> None:
    """Keep the rhythm and plan the next spare moment by it; none without the consent to be brought something, and for
    nobody whose accounts are closed."""
    planned: Planned | None = None
    if Consent.DELIVERY in person.consents and not await is_gone(work, person.id):
        shortest = await _shortest_left(work, person.id)
        if shortest is not None:
            planned = next_moment(rhythm, person.public_id, work.now, await closed_days(work), shortest)
    await work.people.save_rhythm(person.id, rhythm, planned)


async def _shortest_left(work: Work, person_id: int) -> int | None:
    """The least minutes of what the person has not done yet; None when all is done."""
    shelf = await work.shelves.current()
    done = await done_units(work, person_id, shelf)
    return min(
        (unit.minutes for course in shelf.courses for unit in course.units() if unit.key not in done), default=None
    )


async def replan_idle(work: Work, command: OfSchool) -> int:
    """Plan again for those who want to be brought something but had no moment within the horizon. Counts them."""
    count = 0
    for person in await work.people.all():
        if Consent.DELIVERY in person.consents and await work.people.planned(person.id) is None:
            await work.people.lock(person.id)
            await plan(work, person, await work.people.rhythm(person.id))
            count += 1
    return count


async def closed_days(work: Work) -> Closed:
    """Says whether the school of this transaction is closed on a day."""
    country = (await work.school()).country
    return lambda day: work.calendar.closed(country, day)


@dataclass(frozen=True, kw_only=True)
class GrantRoles(ByPerson):
    roles: frozenset[Role]


async def grant_roles(work: Work, command: GrantRoles) -> Person:
    """Set a person's roles: for set-up and staff lists. Nobody grants themselves anything from chat."""
    await work.people.lock(command.person_id)
    person = replace(await work.people.get(command.person_id), roles=command.roles)
    await work.people.save(person)
    roles = " ".join(sorted(person.roles))
    await work.audit.record("roles", actor=None, subject=person.public_id, detail={"roles": roles})
    return person

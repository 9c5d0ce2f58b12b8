"""What a person looks at: map, record and settings. Reads only."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.awards import Award
from bot.domain.catalogue import Course, Module, Shelf, Unit
from bot.domain.language import Bilingual
from bot.domain.learning import Completion
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.spare import Planned, Rhythm
from bot.services.awards import AboutAward, own_award
from bot.services.brought import BroughtBadge, brought_badges
from bot.services.commands import ByPerson
from bot.services.ports import BroughtCompletion, Held, Revision, Work
from bot.services.term_ports import Redone


@dataclass(frozen=True)
class ModuleState:
    module: Module
    done: int
    earned: bool
    next: bool
    """The first module of its course that is begun, or to begin, but not earned."""
    expired: bool = False
    """Earned, and expired meanwhile."""


@dataclass(frozen=True)
class CourseState:
    course: Course
    earned: bool
    modules: tuple[ModuleState, ...]
    expired: bool = False


async def look_at_map(work: Work, command: ByPerson) -> tuple[CourseState, ...]:
    """Courses × modules: earned, started, next, open."""
    done = {item.unit_key for item in await work.learning.completions(command.person_id)}
    held = {award.achievement_key: award for award in await work.awards.of_person(command.person_id)}
    expired = {key for key, award in held.items() if award.is_expired(work.now)}
    return tuple(_course(course, done, set(held), expired) for course in (await work.shelves.current()).courses)


def _course(course: Course, done: set[str], held: set[str], expired: set[str]) -> CourseState:
    open_modules = [module for module in course.modules if module.badge.key not in held]
    begun = [module for module in open_modules if any(unit.key in done for unit in module.units)]
    following = next(iter(begun or open_modules), None)
    return CourseState(
        course,
        course.badge.key in held,
        tuple(
            ModuleState(
                module,
                sum(unit.key in done for unit in module.units),
                module.badge.key in held,
                module is following,
                module.badge.key in expired,
            )
            for module in course.modules
        ),
        course.badge.key in expired,
    )


@dataclass(frozen=True)
class Entry:
    """One completion; `unit` is None when no catalogue holds it any more."""

    completion: Completion
    unit: Unit | None
    title: Bilingual


@dataclass(frozen=True)
class Again:
    """A unit's check that was passed again."""

    title: Bilingual
    done: Redone


@dataclass(frozen=True)
class Record:
    entries: tuple[Entry, ...]
    awards: tuple[Award, ...]
    zone: ZoneInfo
    brought: tuple[BroughtCompletion, ...] = ()
    """Done elsewhere, newest first."""
    again: tuple[Again, ...] = ()
    """Checks passed again to renew a badge, newest first."""


async def look_at_record(work: Work, command: ByPerson) -> Record:
    """Everything done, newest first."""
    shelf = await work.shelves.current()
    completions = await work.learning.completions(command.person_id)
    newest_first = sorted(completions, key=lambda item: (item.completed_at, item.id), reverse=True)
    entries = []
    for completion in newest_first:
        unit = shelf.unit(completion.unit_key)
        entries.append(Entry(completion, unit, _title(shelf, completion.unit_key)))
    awards = await work.awards.of_person(command.person_id)
    brought = await work.moves.completions(command.person_id)
    again = tuple(
        Again(_title(shelf, done.unit_key), done) for done in reversed(await work.terms.redone(command.person_id))
    )
    return Record(tuple(entries), awards, ZoneInfo((await work.school()).zone), brought, again)


def _title(shelf: Shelf, unit_key: str) -> Bilingual:
    unit = shelf.unit(unit_key)
    return unit.title if unit else Bilingual(unit_key, unit_key)


@dataclass(frozen=True)
class Preferences:
    person: Person
    school: School
    rhythm: Rhythm
    planned: Planned | None


async def look_at_settings(work: Work, command: ByPerson) -> Preferences:
    return Preferences(
        await work.people.get(command.person_id),
        await work.school(),
        await work.people.rhythm(command.person_id),
        await work.people.planned(command.person_id),
    )


async def look_at_wallet(work: Work, command: ByPerson) -> tuple[Held, ...]:
    """One's own badges, newest first."""
    return await work.queries.wallet(command.person_id)


async def look_at_brought(work: Work, command: ByPerson) -> tuple[BroughtBadge, ...]:
    """The badges that one has brought from other deployments, newest first."""
    return brought_badges(await work.moves.documents(command.person_id))


@dataclass(frozen=True)
class BadgeSeen:
    held: Held
    revision: Revision | None
    issuer: School
    """The school that signed it: not one's own where one has moved since."""
    is_listed: bool
    """Every file of it names the list that says whether it was revoked."""


async def look_at_badge(work: Work, command: AboutAward) -> BadgeSeen | Refused:
    """One's own badge, closely."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    held = await work.queries.held(award.id)
    if held is None:
        return Refused("unknown_thing")
    return BadgeSeen(
        held,
        await work.credentials.newest(award.id),
        await work.directory.school(award.issued_by),
        await work.status.is_in_every_file(award.id),
    )

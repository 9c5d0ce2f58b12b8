"""Staff lists: who works at a school, with roles and subjects, before and after they sign in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.addresses import normalised
from bot.domain.people import Person, Role
from bot.domain.staff import Expected, Listed
from bot.errors import Complaint, Problem
from bot.services.commands import OfSchool
from bot.services.ports import Work
from bot.services.roles import set_roles


@dataclass(frozen=True, kw_only=True)
class LoadStaff(OfSchool):
    """All rows of one school. With `dry_run` everything is looked at and nothing written."""

    rows: tuple[Listed, ...]
    dry_run: bool = False


@dataclass(frozen=True)
class Loaded:
    """What a list did to one school, or would do."""

    new: int
    """Wait now for their first sign-in."""
    updated: int
    """Waiting rows that the list changed."""
    people: int
    """People already here whose roles or subjects changed."""
    unchanged: int
    forgotten: int
    """Rows of people who asked to be forgotten: they are not kept."""
    vanished: tuple[str, ...]
    """Addresses of a former list that this one does not name. They stay as they are."""
    jobs: tuple[str, ...] = ()
    """Job titles that are no role here: they changed nobody's roles."""


async def check_staff(work: Work, command: LoadStaff) -> tuple[Complaint, ...]:
    """What is wrong with the rows that only the school itself can tell."""
    await work.people.lock_owners()
    return (*await _officers(work, command), *await _owners(work, command))


async def load_staff(work: Work, command: LoadStaff) -> Loaded:
    """Bring the school in line with its list; doing it again changes nothing. Nobody is removed.

    Raises `Problem("staff.refused")` with what `check_staff` says; nothing is written then.
    """
    complaints = await check_staff(work, command)
    if complaints:
        raise Problem("staff.refused", complaints)
    return await _Load(work, command).run()


class _Load:
    """One run over the rows of a school."""

    def __init__(self, work: Work, command: LoadStaff) -> None:
        self._work = work
        self._command = command
        self._writes = not command.dry_run

    async def run(self) -> Loaded:
        work, rows = self._work, self._command.rows
        here = await work.staff.people()
        waiting = {row.address: row for row in await work.staff.expected()}
        gone = await work.staff.forgotten([row.address for row in rows if row.address not in here])
        known = [row for row in rows if row.address in here]
        awaited = {row.address: _expected(row, waiting.get(row.address)) for row in rows if row.address not in here}
        fresh = [row for address, row in awaited.items() if address not in gone and row != waiting.get(address)]
        people = [await self._update(row, here[row.address]) for row in known]
        named = {row.address for row in rows}
        vanished = (set(await work.staff.listed()) | set(waiting)) - named
        if self._writes:
            await work.staff.expect(fresh)
            await work.staff.note_listed([row.address for row in known])
        new = sum(row.address not in waiting for row in fresh)
        return Loaded(
            new=new,
            updated=len(fresh) - new,
            people=sum(people),
            unchanged=len(rows) - len(fresh) - sum(people) - len(gone),
            forgotten=len(gone),
            vanished=tuple(sorted(vanished)),
            jobs=tuple(sorted({job for row in rows for job in row.jobs})),
        )

    async def _update(self, row: Listed, person_id: int) -> bool:
        """Bring somebody who is here in line with their row; whether that changed anything."""
        await self._work.people.lock(person_id)
        person = await self._work.people.get(person_id)
        subjects = person.subjects if row.subjects is None else row.subjects
        roles = person.roles if row.roles is None else row.roles
        if (subjects, roles) == (person.subjects, person.roles):
            return False
        if self._writes:
            await give(self._work, person, subjects, roles)
        return True


async def give(work: Work, person: Person, subjects: tuple[str, ...], roles: frozenset[Role]) -> Person:
    """Subjects and roles as a staff list says. The caller has locked the person."""
    person = replace(person, subjects=subjects)
    if roles == person.roles:
        await work.people.save(person)
        return person
    return await set_roles(work, person, roles, actor=None)


@dataclass(frozen=True, kw_only=True)
class StaffOf(OfSchool):
    """The staff of one school."""


@dataclass(frozen=True)
class StaffCounts:
    people: int
    waiting: int


async def count_staff(work: Work, command: StaffOf) -> StaffCounts:
    return StaffCounts(len(await work.people.all()), await work.staff.count_expected())


@dataclass(frozen=True, kw_only=True)
class DropExpected(OfSchool):
    address: str


async def drop_expected(work: Work, command: DropExpected) -> bool:
    """Erase the waiting row of an address, when its person (or a vanished row) is not to be kept."""
    address = normalised(command.address)
    return address is not None and await work.staff.take(address) is not None


async def recognise(work: Work, person: Person, address: str) -> Person:
    """The platform proved a person's address: keep it, and give what a waiting row of the staff list says."""
    proved = normalised(address)
    if proved is None or not await work.staff.prove(person.id, proved):
        return person
    waiting = await work.staff.take(proved)
    if waiting is None:
        return person
    await work.people.lock_owners()
    await work.people.lock(person.id)
    await work.staff.note_listed([proved])
    person = await work.people.get(person.id)
    if waiting.lang is not None and person.welcomed_at is None:
        person = replace(person, lang=waiting.lang)
    subjects = person.subjects if waiting.subjects is None else waiting.subjects
    return await give(work, person, subjects, _roles_on_arrival(person, waiting))


def _roles_on_arrival(person: Person, waiting: Expected) -> frozenset[Role]:
    """What the list says. Being recognised takes an owner's role from nobody, who may be the last one."""
    if waiting.roles is None:
        return person.roles
    return waiting.roles | (person.roles & {Role.OWNER})


def _expected(row: Listed, former: Expected | None) -> Expected:
    """The waiting row; what the list does not say stays as a former list said."""
    subjects = former.subjects if former and row.subjects is None else row.subjects
    roles = former.roles if former and row.roles is None else row.roles
    lang = former.lang if former and row.lang is None else row.lang
    return Expected(row.name, row.address, subjects, roles, lang)


async def _officers(work: Work, command: LoadStaff) -> list[Complaint]:
    if await work.directory.board_of(command.school_id) is not None:
        return []
    return [
        _at(row, "no_board", {"school": row.school}) for row in command.rows if row.roles and Role.OFFICER in row.roles
    ]


async def _owners(work: Work, command: LoadStaff) -> list[Complaint]:
    """The list may take an owner's role away, but not from all of them."""
    owners = {owner.id for owner in await work.people.lock_owners()}
    here = await work.staff.people()
    rows = {here[row.address]: row for row in command.rows if row.address in here}
    stays = [owner for owner in owners if (roles := _roles_of(rows.get(owner))) is None or Role.OWNER in roles]
    gained = any(Role.OWNER in (row.roles or ()) for row in rows.values())
    if not owners or stays or gained:
        return []
    return [_at(row, "last_owner", {"name": row.name}) for row in _rows_of(command.rows, here, owners)]


def _roles_of(row: Listed | None) -> frozenset[Role] | None:
    return None if row is None else row.roles


def _rows_of(rows: Sequence[Listed], here: dict[str, int], people: set[int]) -> Iterator[Listed]:
    return (row for row in rows if here.get(row.address) in people)


def _at(row: Listed, code: str, params: dict[str, str | int]) -> Complaint:
    return Complaint(f"staff.{code}", params, row.file, row.line)

"""Schools, boards and staff lists, for the command line: each opens the house, does one thing, and closes it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app.beside import store_beside, world_beside
from bot.app.files import read_bytes
from bot.app.house import House, open_house
from bot.domain.people import Board, School, Workspace
from bot.domain.staff import Listed
from bot.errors import Complaint, Problem
from bot.intake.staff import LARGEST_MIB, read_staff
from bot.services import directory, staff
from bot.services.commands import OfNoSchool
from bot.services.directory import BoardListed, Joined, SchoolListed
from bot.services.staff import Loaded, StaffCounts
from bot.settings import Settings


async def add_school(settings: Settings, command: directory.AddSchool) -> School:
    """A new school with its signing key."""
    async with open_house(settings, world_beside(settings)) as house:
        school = await house.store.run(directory.add_school, command)
        await house.keys.ensure(school.id)
        return school


async def list_schools(settings: Settings) -> tuple[SchoolListed, ...]:
    """Also while Sukima runs."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        return await store.look(directory.list_schools, OfNoSchool())


async def bind_workspace(settings: Settings, command: directory.BindWorkspace) -> Workspace:
    async with open_house(settings, world_beside(settings)) as house:
        return await house.store.run(directory.bind_workspace, command)


async def add_board(settings: Settings, command: directory.AddBoard) -> Board:
    async with open_house(settings, world_beside(settings)) as house:
        return await house.store.run(directory.add_board, command)


async def join_board(settings: Settings, board: str, school: str, *, moves: bool) -> Joined:
    """Put a school under a board, each by its key."""
    async with open_house(settings, world_beside(settings)) as house:
        found = await house.store.look(directory.named_school, directory.Named(key=school))
        return await house.store.run(
            directory.join_board, directory.JoinBoard(school_id=found.id, board=board, moves=moves)
        )


async def list_boards(settings: Settings) -> tuple[BoardListed, ...]:
    """Also while Sukima runs."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        return await store.look(directory.list_boards, OfNoSchool())


@dataclass(frozen=True)
class StaffLoaded:
    school: School
    loaded: Loaded


async def load_staff(
    settings: Settings, files: Sequence[Path], school: str | None, *, dry_run: bool
) -> tuple[StaffLoaded, ...]:
    """Read staff lists, then bring each school in line; nothing is written while anything is wrong in one of them.

    `school` is the key of rows that name none; where there is one school only, it is that one.
    """
    contents = [(file.name, read_bytes(file, LARGEST_MIB)) for file in files]
    async with open_house(settings, world_beside(settings)) as house:
        schools = [each.school for each in await house.store.look(directory.list_schools, OfNoSchool())]
        if school is not None and school not in {each.key for each in schools}:
            raise Problem("school.unknown", key=school)
        default = school or (schools[0].key if len(schools) == 1 else None)
        rows = read_staff(contents, schools, default)
        return await load_rows(house, schools, rows, dry_run=dry_run)


async def load_rows(
    house: House, schools: Sequence[School], rows: Sequence[Listed], *, dry_run: bool
) -> tuple[StaffLoaded, ...]:
    """Bring each school in line with its rows, after all of them were looked at."""
    by_school: dict[str, list[Listed]] = defaultdict(list)
    for row in rows:
        by_school[row.school].append(row)
    loads = [
        (each, staff.LoadStaff(school_id=each.id, rows=tuple(by_school[each.key]), dry_run=dry_run))
        for each in schools
        if each.key in by_school
    ]
    complaints: list[Complaint] = []
    for _, load in loads:
        complaints += await house.store.run(staff.check_staff, load)
    if complaints:
        raise Problem("staff.refused", tuple(complaints))
    return tuple([StaffLoaded(each, await house.store.run(staff.load_staff, load)) for each, load in loads])


async def list_staff(settings: Settings) -> tuple[tuple[School, StaffCounts], ...]:
    """How many people each school has, and how many it waits for."""
    async with open_house(settings, world_beside(settings)) as house:
        listed = await house.store.look(directory.list_schools, OfNoSchool())
        counted = [
            await house.store.look(staff.count_staff, staff.StaffOf(school_id=each.school.id)) for each in listed
        ]
        return tuple(zip((each.school for each in listed), counted, strict=True))


async def drop_expected(settings: Settings, address: str) -> int:
    """Erase an address from the waiting rows of every school. Counts the rows."""
    async with open_house(settings, world_beside(settings)) as house:
        schools = [each.school for each in await house.store.look(directory.list_schools, OfNoSchool())]
        drops = [staff.DropExpected(school_id=each.id, address=address) for each in schools]
        return sum([await house.store.run(staff.drop_expected, drop) for drop in drops])

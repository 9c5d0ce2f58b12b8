"""Schools, boards and workspaces: opened and joined by whoever runs the deployment."""

import re
import zoneinfo
from dataclasses import dataclass, replace

from bot.domain.language import Bilingual, Lang
from bot.domain.people import Board, Person, PlatformRoles, School, Workspace
from bot.errors import Problem
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.ports import Work
from bot.services.roles import drop_officers

KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class AddBoard(OfNoSchool):
    key: str
    name: Bilingual


async def add_board(work: Work, command: AddBoard) -> Board:
    """A new board. Raises `Problem`: `board.exists`, `school.bad_key`, `school.bad_name`."""
    _check_names(command.key, command.name)
    if await work.directory.board_by_key(command.key) is not None:
        raise Problem("board.exists", key=command.key)
    return await work.directory.add_board(command.key, command.name)


@dataclass(frozen=True, kw_only=True)
class AddSchool(OfNoSchool):
    """`board` is the key of the board it is under, if any; `country` two letters, for its holidays."""

    key: str
    name: Bilingual
    zone: str
    lang: Lang
    country: str
    periods: tuple[tuple[int, int, int], ...] = ()
    board: str | None = None


async def add_school(work: Work, command: AddSchool) -> School:
    """A new school. Raises `Problem`: `school.exists`, `school.bad_…`, `board.unknown`."""
    _check_names(command.key, command.name)
    if command.zone not in zoneinfo.available_timezones():
        raise Problem("school.bad_zone", zone=command.zone)
    if not COUNTRY.fullmatch(command.country):
        raise Problem("school.bad_country", country=command.country)
    if await is_key_taken(work, command.key):
        raise Problem("school.exists", key=command.key)
    board = None if command.board is None else await _board(work, command.board)
    school = await work.directory.add_school(
        command.key,
        command.name,
        zone=command.zone,
        lang=command.lang,
        country=command.country,
        period_times=command.periods,
        rehearsal=False,
    )
    if board is not None:
        await work.directory.put_under(school.id, board.id)
    return school


async def is_key_taken(work: Work, key: str) -> bool:
    """Whether a school or an institution has this key."""
    found = await work.directory.school_by_key(key) or await work.directory.institution_by_key(key)
    return found is not None


@dataclass(frozen=True, kw_only=True)
class Named(OfNoSchool):
    """A school by its key."""

    key: str


async def named_school(work: Work, command: Named) -> School:
    """Raises `Problem("school.unknown")`."""
    return await find_school(work, command.key)


@dataclass(frozen=True, kw_only=True)
class JoinBoard(OfSchool):
    """`board` is its key; `moves`: the school may leave another board for this one."""

    board: str
    moves: bool = False


@dataclass(frozen=True)
class Joined:
    board: Board
    school: School
    former: Board | None
    """The board that it left."""
    officers: tuple[Person, ...] = ()
    """Who was an officer of the board that it left, and is none of the new one."""


async def join_board(work: Work, command: JoinBoard) -> Joined:
    """Put the school under a board. Raises `Problem`: `board.unknown`, `school.under_another`.

    An officer is of one board: nobody comes into another board's cabinet by a move of their school.
    """
    await work.people.lock_owners()
    board, school = await _board(work, command.board), await work.school()
    former = await work.directory.board_of(school.id)
    if former is not None and former != board and not command.moves:
        raise Problem("school.under_another", school=school.key, board=former.key)
    if former == board:
        return Joined(board, school, None)
    officers = await drop_officers(work)
    await work.directory.put_under(school.id, board.id)
    return Joined(board, school, former, officers)


@dataclass(frozen=True, kw_only=True)
class BindWorkspace(OfNoSchool):
    """`channel` is the staff channel: shared badges go there.

    `teacher_role` and `leader_role` are the platform's ids of roles to follow (`domain.platform_roles`); None: as it
    was, empty: none any more.
    """

    school: str
    platform: str
    workspace: str
    channel: str
    lang: Lang | None
    emoji: tuple[str, ...]
    teacher_role: str | None = None
    leader_role: str | None = None

    def roles(self, before: PlatformRoles) -> PlatformRoles:
        """Those that are followed from now on."""
        return PlatformRoles(
            before.teacher if self.teacher_role is None else self.teacher_role or None,
            before.leader if self.leader_role is None else self.leader_role or None,
        )


async def bind_workspace(work: Work, command: BindWorkspace) -> Workspace:
    """Let a school use a workspace; it may use several. One that it uses already gets this channel, and these roles.

    Raises `Problem`: `school.unknown`, `school.workspace_taken` by another school.
    """
    school = await find_school(work, command.school)
    found = await work.directory.workspace(command.platform, command.workspace)
    if found is not None and found.school_id != school.id:
        other = await work.directory.school(found.school_id)
        raise Problem("school.workspace_taken", workspace=command.workspace, school=other.key)
    bound = found or await work.directory.add_workspace(
        school.id,
        command.platform,
        command.workspace,
        staff_channel=command.channel,
        lang=command.lang or school.lang,
        emoji=command.emoji,
    )
    bound = replace(
        bound, staff_channel=command.channel, lang=command.lang or bound.lang, roles=command.roles(bound.roles)
    )
    await work.directory.save_workspace(bound)
    return bound


async def find_school(work: Work, key: str) -> School:
    """The school of a key. Raises `Problem("school.unknown")`."""
    school = await work.directory.school_by_key(key)
    if school is None:
        raise Problem("school.unknown", key=key)
    return school


@dataclass(frozen=True)
class SchoolListed:
    school: School
    board: Board | None
    workspaces: tuple[Workspace, ...]


async def list_schools(work: Work, command: OfNoSchool) -> tuple[SchoolListed, ...]:
    found = []
    for school in await work.directory.schools():
        board = await work.directory.board_of(school.id)
        found.append(SchoolListed(school, board, await work.directory.workspaces(school.id)))
    return tuple(found)


@dataclass(frozen=True)
class BoardListed:
    board: Board
    schools: tuple[School, ...]


async def list_boards(work: Work, command: OfNoSchool) -> tuple[BoardListed, ...]:
    listed = await list_schools(work, command)
    return tuple(
        BoardListed(board, tuple(each.school for each in listed if each.board == board))
        for board in await work.directory.boards()
    )


async def _board(work: Work, key: str) -> Board:
    board = await work.directory.board_by_key(key)
    if board is None:
        raise Problem("board.unknown", key=key)
    return board


def _check_names(key: str, name: Bilingual) -> None:
    if not KEY.fullmatch(key):
        raise Problem("school.bad_key", key=key)
    if not all(text.strip() and len(text) <= LONGEST_NAME and text.isprintable() for text in (name.ja, name.en)):
        raise Problem("school.bad_name", limit=LONGEST_NAME)

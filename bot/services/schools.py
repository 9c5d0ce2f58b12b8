"""Which school and workspace an act belongs to, and what its people can learn."""

from dataclasses import dataclass

from bot.domain.catalogue import Shelf
from bot.domain.language import Lang
from bot.domain.people import Person, School, Workspace
from bot.services.arrivals import Arrive, known
from bot.services.commands import ByPerson, OfNoSchool, OfSchool
from bot.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class FindHome(OfNoSchool):
    platform: str
    key: str


async def find_home(work: Work, command: FindHome) -> tuple[Workspace, School] | None:
    """The workspace that a platform's key stands for, and its school; None when no school uses it."""
    workspace = await work.directory.workspace(command.platform, command.key)
    return None if workspace is None else (workspace, await work.directory.school(workspace.school_id))


@dataclass(frozen=True, kw_only=True)
class OnPlatform(OfNoSchool):
    platform: str


async def workspaces_on(work: Work, command: OnPlatform) -> tuple[str, ...]:
    """The keys of the platform's workspaces that schools use."""
    kept = [each for school in await work.directory.schools() for each in await work.directory.workspaces(school.id)]
    return tuple(workspace.key for workspace in kept if workspace.platform == command.platform)


@dataclass(frozen=True, kw_only=True)
class InWorkspace(OfSchool):
    workspace_id: int


async def known_in(work: Work, command: InWorkspace) -> tuple[str, ...]:
    """The platform's keys of all whose account in a workspace is known, closed ones too."""
    return await work.people.user_keys(command.workspace_id)


async def same_school(work: Work, command: FindHome) -> tuple[str, ...]:
    """The keys of the platform's workspaces of the school that uses this one; none where no school does."""
    workspace = await work.directory.workspace(command.platform, command.key)
    kept = await work.directory.workspaces(workspace.school_id) if workspace is not None else ()
    return tuple(each.key for each in kept if each.platform == command.platform)


async def all_schools(work: Work, command: OfNoSchool) -> tuple[School, ...]:
    return await work.directory.schools()


async def all_issuing(work: Work, command: OfNoSchool) -> tuple[School, ...]:
    """Whoever has keys: schools, then the institutions that they issue for."""
    return await work.directory.schools() + await work.directory.institutions()


async def read_shelf(work: Work, command: ByPerson) -> Shelf:
    """All catalogues."""
    return await work.shelves.current()


async def shelf_for(work: Work, command: Arrive) -> tuple[Shelf, Lang | None]:
    """All catalogues, and the language of who looks; None where they were never heard of."""
    found = await known(work, command)
    return await work.shelves.current(), None if found is None else found[0].lang


@dataclass(frozen=True, kw_only=True)
class PersonOf(OfSchool):
    public_id: str


async def person_of(work: Work, command: PersonOf) -> Person | None:
    """Somebody of the school by their public id."""
    return await work.people.by_public_id(command.public_id)


@dataclass(frozen=True, kw_only=True)
class WorkspaceOf(OfSchool):
    workspace_id: int


async def workspace_of(work: Work, command: WorkspaceOf) -> Workspace:
    return await work.directory.workspace_by_id(command.workspace_id)

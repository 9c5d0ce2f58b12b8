"""Loading a catalogue: its courses on the shelf, its badges as achievements with versions (design.md 4.10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Catalogue, Shelf
from bot.domain.language import Lang
from bot.errors import Complaint, Problem
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.definitions import definition_of, definitions
from bot.services.earning import earn_all
from bot.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class Load(OfNoSchool):
    """`pages` are the units' own texts, by (unit key, language)."""

    catalogue: Catalogue
    pages: Mapping[tuple[str, Lang], str]


@dataclass(frozen=True)
class Loaded:
    courses: int
    units: int
    new_versions: int
    """Badges that are new or whose definition changed."""


async def load(work: Work, command: Load) -> Loaded:
    """Put the catalogue on the shelf in place of its former edition. Completions and awards are not touched.

    Pages come with their edition: those of its units, and of the former edition's, that it does not bring are gone.

    Raises:
        Problem: `catalogue.refused` when another catalogue already uses one of its keys; nothing is written.
    """
    shelf = await work.shelves.current()
    complaints = tuple(_clashes(shelf, command.catalogue))
    if complaints:
        raise Problem("catalogue.refused", complaints)
    await work.shelves.save(command.catalogue)
    await work.shelves.drop_pages(_units(command.catalogue).union(*map(_units, _former(shelf, command.catalogue))))
    for (unit_key, lang), text in command.pages.items():
        await work.shelves.save_page(unit_key, lang, text)
    new_versions = 0
    for key, definition in definitions(command.catalogue):
        newest = await work.shelves.newest(key)
        if newest is None or definition_of(newest) != definition:
            await work.shelves.add_version(key, definition.level, definition.to_json())
            new_versions += 1
    units = sum(len(module.units) for course in command.catalogue.courses for module in course.modules)
    return Loaded(len(command.catalogue.courses), units, new_versions)


@dataclass(frozen=True, kw_only=True)
class LoadAll(OfNoSchool):
    loads: tuple[Load, ...]


async def load_all(work: Work, command: LoadAll) -> tuple[Loaded, ...]:
    """Load several catalogues, all or none."""
    return tuple([await load(work, each) for each in command.loads])


def clashes(catalogues: Sequence[Catalogue]) -> tuple[Complaint, ...]:
    """Keys that two of these catalogues would both use."""
    return tuple(
        complaint
        for number, catalogue in enumerate(catalogues)
        for complaint in _clashes(Shelf(tuple(catalogues[:number])), catalogue)
    )


async def settle(work: Work, command: OfSchool) -> int:
    """Award what a changed catalogue made due, so that a removed unit strands nobody. Counts the new awards."""
    return len(await earn_all(work, await work.people.all(), await work.shelves.current()))


def _former(shelf: Shelf, catalogue: Catalogue) -> tuple[Catalogue, ...]:
    return tuple(other for other in shelf.catalogues if other.key == catalogue.key)


def _units(catalogue: Catalogue) -> set[str]:
    return {unit.key for course in catalogue.courses for unit in course.units()}


def _clashes(shelf: Shelf, catalogue: Catalogue) -> Iterator[Complaint]:
    taken = {key: other.key for other in shelf.catalogues if other.key != catalogue.key for key in _keys(other)}
    for key in _keys(catalogue):
        if key in taken:
            yield Complaint("key_taken", {"key": key, "catalogue": taken[key]})


def _keys(catalogue: Catalogue) -> Iterator[str]:
    yield from (badge.key for badge in catalogue.badges())
    yield from (unit.key for course in catalogue.courses for unit in course.units())

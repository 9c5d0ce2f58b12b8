"""Loading a catalogue: its courses on the shelf, its badges as achievements with versions (design.md 4.10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.awards import Level
from bot.domain.catalogue import BadgeSpec, Catalogue, Course, Module, Shelf
from bot.domain.language import Bilingual, Lang
from bot.errors import Complaint, Problem
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.learning import earn
from bot.services.ports import Work

Definition = dict[str, object]


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

    Raises:
        Problem: `catalogue.refused` when another catalogue already uses one of its keys; nothing is written.
    """
    shelf = await work.shelves.current()
    complaints = tuple(_clashes(shelf, command.catalogue))
    if complaints:
        raise Problem("catalogue.refused", complaints)
    await work.shelves.save(command.catalogue)
    for (unit_key, lang), text in command.pages.items():
        await work.shelves.save_page(unit_key, lang, text)
    new_versions = 0
    for key, level, definition in definitions(command.catalogue):
        newest = await work.shelves.newest(key)
        if newest is None or newest.definition != definition:
            await work.shelves.add_version(key, level, definition)
            new_versions += 1
    units = sum(len(module.units) for course in command.catalogue.courses for module in course.modules)
    return Loaded(len(command.catalogue.courses), units, new_versions)


async def settle(work: Work, command: OfSchool) -> int:
    """Award what a changed catalogue made due, so that a removed unit strands nobody. Counts the new awards."""
    shelf = await work.shelves.current()
    new = [award for person in await work.people.all() for award in await earn(work, person, shelf)]
    return len(new)


def definitions(catalogue: Catalogue) -> Iterator[tuple[str, Level, Definition]]:
    """Every badge of a catalogue as (key, level, definition): the frozen facts that an award pins.

    A definition is plain JSON: `name`, `course`, `summary`, `category` in both languages, `issuer`, `tags`,
    `units` (knowledge) or `parts` (competence) with name and minutes, and `alignment` to the index.
    """
    for course in catalogue.courses:
        for module in course.modules:
            yield module.badge.key, Level.KNOWLEDGE, _knowledge(catalogue, course, module)
        yield course.badge.key, Level.COMPETENCE, _competence(catalogue, course)


def _knowledge(catalogue: Catalogue, course: Course, module: Module) -> Definition:
    codes = {code for unit in module.units for code in unit.index_items} | set(module.badge.index_items)
    return {
        **_common(catalogue, course, module.badge, sorted(codes)),
        "tags": sorted({tag for unit in module.units for tag in unit.tags}),
        "minutes": sum(unit.minutes for unit in module.units),
        "units": [{"key": unit.key, "name": _both(unit.title), "minutes": unit.minutes} for unit in module.units],
    }


def _competence(catalogue: Catalogue, course: Course) -> Definition:
    return {
        **_common(catalogue, course, course.badge, sorted(course.badge.index_items)),
        "tags": sorted({tag for unit in course.units() for tag in unit.tags}),
        "minutes": sum(unit.minutes for unit in course.units()),
        "parts": [{"key": module.badge.key, "name": _both(module.badge.name)} for module in course.modules],
    }


def _common(catalogue: Catalogue, course: Course, badge: BadgeSpec, codes: list[str]) -> Definition:
    return {
        "name": _both(badge.name),
        "course": _both(course.title),
        "summary": _both(course.summary),
        "category": _both(course.category),
        "themes": list(course.themes),
        "stages": list(badge.stages),
        "issuer": {
            "key": catalogue.issuer.key,
            "name": _both(catalogue.issuer.name),
            "url": catalogue.issuer.url,
        },
        "alignment": _alignment(catalogue, codes),
    }


def _alignment(catalogue: Catalogue, codes: list[str]) -> list[dict[str, object]]:
    index = catalogue.index
    if index is None:
        return []
    return [
        {"code": item.code, "name": _both(item.name), "framework": _both(index.name), "index": index.key}
        for item in index.items
        if item.code in codes
    ]


def _both(text: Bilingual) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _clashes(shelf: Shelf, catalogue: Catalogue) -> Iterator[Complaint]:
    taken = {key: other.key for other in shelf.catalogues if other.key != catalogue.key for key in _keys(other)}
    for key in _keys(catalogue):
        if key in taken:
            yield Complaint("key_taken", {"key": key, "catalogue": taken[key]})


def _keys(catalogue: Catalogue) -> Iterator[str]:
    for course in catalogue.courses:
        yield course.badge.key
        for module in course.modules:
            yield module.badge.key
            yield from (unit.key for unit in module.units)

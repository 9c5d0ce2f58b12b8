"""Catalogues from files: the one that ships with the product, and those that a person names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app.files import read_bytes
from bot.badges.artwork import cut_titles
from bot.badges.fonts import undrawable
from bot.domain.catalogue import Catalogue
from bot.domain.language import LANGS, Bilingual, Lang
from bot.errors import Complaint, Problem
from bot.intake.catalogue import read_catalogue
from bot.services import catalogue

DEMO = Path(__file__).parents[1] / "demo"
# In MiB: no catalogue is larger.
MAX_CATALOGUE = 5
MAX_PAGE = 1

Pages = dict[tuple[str, Lang], str]
"""Units' own texts in Markdown, by unit and language."""


def demo_catalogue() -> tuple[Catalogue, Pages]:
    """The catalogue that ships with the product, and its units' own pages."""
    file = DEMO / "catalog.yaml"
    read = read_catalogue(file.name, file.read_bytes())
    return read, pages_beside(file, read)


def pages_beside(file: Path, read: Catalogue) -> Pages:
    """The units' own texts, where they lie beside the catalogue: `pages/<ja|en>/<unit id>.md`."""
    units = [unit for course in read.courses for unit in course.units()]
    wanted = {(unit.key, lang): file.parent / "pages" / lang / f"{unit.key}.md" for unit in units for lang in LANGS}
    return {key: _text(page) for key, page in wanted.items() if page.is_file()}


def _text(page: Path) -> str:
    try:
        return read_bytes(page, MAX_PAGE).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("file.not_utf8", file=str(page)) from None


@dataclass(frozen=True)
class TitleNote:
    """What the picture of a badge does not show of its title: characters without a glyph, or the end of a long one.

    It is shown everywhere else, and stands in the signed badge as it is."""

    badge: Bilingual
    lost: tuple[str, ...]
    shown: tuple[str, ...]
    """What is left of the titles that are cut."""


def title_notes(read: Catalogue) -> Iterator[TitleNote]:
    """Of every badge of which the picture does not show the whole title. Raises `Problem("font.missing")`."""
    for badge in read.badges():
        name = badge.name
        lost = tuple(dict.fromkeys((*undrawable(name.ja), *undrawable(name.en))))
        shown = cut_titles(name.ja, name.en)
        if lost or shown:
            yield TitleNote(name, lost, shown)


def read_catalogues(files: Sequence[Path]) -> list[Catalogue]:
    """Read catalogues. Raises one `Problem("catalogue.refused")` with the complaints about all of them."""
    found: list[Catalogue] = []
    complaints: list[Complaint] = []
    for file in files:
        try:
            found.append(read_catalogue(file.name, read_bytes(file, MAX_CATALOGUE)))
        except Problem as problem:
            if not problem.complaints:
                raise
            complaints += problem.complaints
    complaints += catalogue.clashes(found)
    if complaints:
        raise Problem("catalogue.refused", tuple(complaints))
    return found

"""Suggestions while somebody types: minutes, titles, subjects, all from the catalogues. Pure.

They say what can be learned, which every colleague may see, and nothing of anybody: no badge, no name, no record.
Source: docs.discord.com, "Application Commands", "Autocomplete": 25 choices of 100 characters.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from discord.app_commands import Choice

from bot.domain.catalogue import Shelf
from bot.domain.language import Bilingual, Lang
from bot.services.topics import topics
from bot.wording import Wording

MOST_CHOICES = 25
LONGEST_CHOICE = 100
CUT = "…"


def lengths(shelf: Shelf, lang: Lang, typed: str) -> tuple[Choice[int], ...]:
    """The minutes that units take, shortest first."""
    there = sorted({unit.minutes for course in shelf.courses for unit in course.units()})
    words = Wording(lang)
    fitting = [minutes for minutes in there if str(minutes).startswith(folded(typed))][:MOST_CHOICES]
    return tuple(Choice(name=words.say_n("discord.minutes", minutes), value=minutes) for minutes in fitting)


def titles(shelf: Shelf, lang: Lang, typed: str) -> tuple[Choice[str], ...]:
    """Titles of units, and what is about the words besides; before anything is typed, the courses."""
    courses = [course.title for course in shelf.courses]
    units = {unit.key: unit.title for course in shelf.courses for unit in course.units()}
    if not folded(typed):
        return _choices((*courses, *units.values()), lang)
    literally = _holding((*units.values(), *courses, *_badges(shelf)), typed)
    about = (units[key] for key in topics.units_about(shelf, typed) if key in units)
    return _choices((*literally, *about), lang)


def subjects(shelf: Shelf, lang: Lang, typed: str) -> tuple[Choice[str], ...]:
    """What somebody may be asked about: badges of the catalogues, by their names, and courses."""
    known = (*(course.title for course in shelf.courses), *_badges(shelf))
    return _choices(_holding(known, typed), lang)


def _badges(shelf: Shelf) -> Iterator[Bilingual]:
    return (badge.name for course in shelf.courses for badge in course.badges())


def _holding(names: Iterable[Bilingual], typed: str) -> list[Bilingual]:
    """Names in which the words stand, in either language; those that begin with them come first."""
    wanted = folded(typed)
    found = [name for name in names if any(wanted in folded(each) for each in (name.ja, name.en))]
    return sorted(found, key=lambda name: not any(folded(each).startswith(wanted) for each in (name.ja, name.en)))


def _choices(names: Iterable[Bilingual], lang: Lang) -> tuple[Choice[str], ...]:
    """Each once, in the reader's language, as Discord takes them."""
    said = dict.fromkeys(shortened(name.in_(lang)) for name in names)
    return tuple(Choice(name=each, value=each) for each in said if each)[:MOST_CHOICES]


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CHOICE else line[: LONGEST_CHOICE - len(CUT)].rstrip() + CUT


def folded(text: str) -> str:
    """To compare words by: widths, capitals and spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

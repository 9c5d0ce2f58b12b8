"""In whose name a badge is issued: a school's own, or that of an institution that lets the school do so (0021)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import School


@dataclass(frozen=True)
class Mandate:
    """An institution lets a school issue in its name: the badges of one course, or those of every catalogue that the
    institution made (`course` is empty then)."""

    school_id: int
    institution_id: int
    institution: str
    """The institution's key, by which catalogues name who made them."""
    course: str
    since: datetime


@dataclass(frozen=True)
class Origin:
    """Where a badge stands: the key of who made its catalogue, and of its course; a pathway's badge has none."""

    maker: str
    course: str = ""


def issues_for(mandates: Iterable[Mandate], origin: Origin) -> int | None:
    """The institution in whose name a school issues a badge, by the school's mandates; None: in its own name.

    What was said of the course counts before what was said of the maker.
    """
    standing = tuple(mandates)
    of_course = (each for each in standing if each.course and each.course == origin.course)
    of_maker = (each for each in standing if not each.course and each.institution == origin.maker)
    found = next(of_course, None) or next(of_maker, None)
    return None if found is None else found.institution_id


def go_together(institution: School, school: School) -> bool:
    """Whether an institution may let a school issue in its name.

    A rehearsal issues in nobody's real name, and a real school in no rehearsal's.
    """
    return institution.rehearsal == school.rehearsal

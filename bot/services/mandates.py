"""Institutions that schools issue for: added by whoever runs the deployment, who also says which school may
(decision 0021)."""

import re
import zoneinfo
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain.catalogue import Shelf
from bot.domain.institutions import Mandate, Origin, go_together, issues_for
from bot.domain.language import Bilingual, Lang
from bot.domain.people import School
from bot.domain.shown import one_line
from bot.errors import Problem
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.directory import LONGEST_NAME, find_school, is_key_taken
from bot.services.ports import Work

LONGEST_URL = 300
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""As catalogues may name their issuer."""


@dataclass(frozen=True, kw_only=True)
class AddInstitution(OfNoSchool):
    """`key` is what catalogues name as their issuer's id; `url` is the institution's own place on the web, or empty.
    `rehearsal`: for rehearsal schools only, and its badges say so."""

    key: str
    name: Bilingual
    url: str
    zone: str
    lang: Lang
    rehearsal: bool = False


async def add_institution(work: Work, command: AddInstitution) -> School:
    """A new institution. Raises `Problem`: `institution.exists`, `institution.bad_…`, `school.bad_…`."""
    if not _KEY.fullmatch(command.key):
        raise Problem("institution.bad_key", typed=command.key)
    name = plain_name(command.name)
    if command.zone not in zoneinfo.available_timezones():
        raise Problem("school.bad_zone", zone=command.zone)
    if command.url and not _is_web(command.url):
        raise Problem("institution.bad_url", url=command.url)
    if await is_key_taken(work, command.key):
        raise Problem("institution.exists", typed=command.key)
    return await work.directory.add_institution(
        command.key,
        name,
        url=command.url,
        zone=command.zone,
        lang=command.lang,
        rehearsal=command.rehearsal,
    )


def plain_name(typed: Bilingual) -> Bilingual:
    """The name as it stands in documents. Raises `Problem("school.bad_name")`."""
    name = Bilingual(one_line(typed.ja), one_line(typed.en))
    if not all(0 < len(text) <= LONGEST_NAME for text in (name.ja, name.en)):
        raise Problem("school.bad_name", limit=LONGEST_NAME)
    return name


def _is_web(url: str) -> bool:
    """Whether it is an https address that can stand in a signed document as it is."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        return parts.scheme == "https" and named and "@" not in parts.netloc
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class NamedInstitution(OfNoSchool):
    """An institution by its key."""

    key: str


async def find_institution(work: Work, command: NamedInstitution) -> School:
    """Raises `Problem`: `institution.unknown`, or `institution.none` where there is not one."""
    found = await work.directory.institution_by_key(command.key)
    if found is None:
        known = ", ".join(each.key for each in await work.directory.institutions())
        raise Problem("institution.unknown", typed=command.key, known=known) if known else Problem("institution.none")
    return found


@dataclass(frozen=True, kw_only=True)
class NamedPair(OfNoSchool):
    """An institution and a school by their keys."""

    institution: str
    school: str


async def find_pair(work: Work, command: NamedPair) -> tuple[School, School]:
    """The institution and the school. Raises `Problem("school.unknown")`, and as `find_institution`."""
    institution = await find_institution(work, NamedInstitution(key=command.institution))
    return institution, await find_school(work, command.school)


@dataclass(frozen=True, kw_only=True)
class AllowIssuing(OfSchool):
    """`school_id` may issue in the institution's name; `course` is a course's key, or empty: see `Mandate`."""

    institution: School
    course: str


async def allow_issuing(work: Work, command: AllowIssuing) -> int:
    """Let the school issue in the institution's name, from the next badge on. Counts the courses that are meant now.

    Raises `Problem`: `institution.rehearsal`, `institution.no_course`, `institution.allowed`,
    `institution.course_taken`.
    """
    school, institution = await work.school(), command.institution
    if not go_together(institution, school):
        raise Problem("institution.rehearsal", institution=institution.key, school=school.key)
    meant = [
        course
        for catalogue in (await work.shelves.current()).catalogues
        for course in catalogue.courses
        if (course.key == command.course if command.course else catalogue.key == institution.key)
    ]
    if command.course and not meant:
        raise Problem("institution.no_course", course=command.course)
    if await work.mandates.give(institution.id, command.course):
        return len(meant)
    for each in await work.mandates.standing():
        if command.course and each.course == command.course and each.institution_id != institution.id:
            raise Problem("institution.course_taken", course=command.course, institution=each.institution)
    raise Problem("institution.allowed", institution=institution.key, school=school.key)


async def end_issuing(work: Work, command: AllowIssuing) -> None:
    """From the next badge on the school issues in its own name again. Raises `Problem("institution.not_allowed")`."""
    if not await work.mandates.end(command.institution.id, command.course):
        school = await work.school()
        raise Problem("institution.not_allowed", institution=command.institution.key, school=school.key)


@dataclass(frozen=True)
class Allowed:
    """A school that may issue for an institution, and what: see `Mandate`."""

    school: School
    mandate: Mandate


async def allowed_by(work: Work, command: OfSchool) -> tuple[Allowed, ...]:
    """Which schools this institution lets issue in its name."""
    given = await work.mandates.given()
    return tuple([Allowed(await work.directory.school(each.school_id), each) for each in given])


async def all_institutions(work: Work, command: OfNoSchool) -> tuple[School, ...]:
    return await work.directory.institutions()


async def issuing_for(work: Work, shelf: Shelf, badge: str) -> int | None:
    """The institution in whose name the school issues a badge that is earned now; None: in its own."""
    return issues_for(await work.mandates.standing(), shelf.origin(badge) or Origin(""))

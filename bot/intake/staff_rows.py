"""The rows of a staff list: which column means what, and what is wrong in each row."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.addresses import normalised
from bot.domain.language import Lang
from bot.domain.people import Role, School
from bot.domain.staff import Listed
from bot.intake.document import quote
from bot.intake.staff_cells import MOST_ROWS, Row, Sheet, StaffReport

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("氏名", "名前", "お名前", "教員名", "name", "fullname"),
    "address": (
        "メールアドレス",
        "メール",
        "eメール",
        "address",
        "email",
        "e-mail",
        "mail",
        "mailaddress",
        "emailaddress",
    ),
    "subjects": ("教科", "担当教科", "教科等", "subjects", "subject"),
    "roles": ("役割", "職名", "職", "roles", "role"),
    "school": ("学校", "学校名", "school"),
    "lang": ("言語", "lang", "language"),
}
"""What a column may be called, compared without widths, spaces and capitals."""
JOBS = frozenset({"職名", "職"})
"""Columns that tell what somebody's job is: of those who have no role of ours they say nothing, and nothing wrong."""
ROLES: dict[Role, tuple[str, ...]] = {
    Role.TEACHER: ("teacher", "教員", "教諭", "先生", "主幹教諭", "指導教諭", "養護教諭", "栄養教諭", "助教諭", "講師"),
    Role.LEADER: ("leader", "管理職", "校長", "副校長", "教頭", "principal", "viceprincipal"),
    Role.OFFICER: ("officer", "教育委員会の担当", "教育委員会担当", "boardofficer"),
    Role.AUTHOR: ("author", "教材の作成者", "作成者"),
    Role.OWNER: ("owner", "運営担当", "sukimaの運営担当", "keeper"),
}
LANGUAGES: dict[str, Lang] = {
    **dict.fromkeys(("ja", "japanese", "日本語"), "ja"),
    **dict.fromkeys(("en", "english", "英語"), "en"),
}
LONGEST_NAME = 100
LONGEST_SUBJECT = 40
MOST_SUBJECTS = 20
_BETWEEN = re.compile(r"[、,，/／;；|｜\n]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MEANING = {word: column for column, words in COLUMNS.items() for word in words}
_ROLE = {word: role for role, words in ROLES.items() for word in words}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class _Places:
    """Where each column stands, and how the list itself calls it."""

    at: dict[str, int]
    called: dict[str, str]


def read_rows(sheet: Sheet, schools: Sequence[School], school: str | None, report: StaffReport) -> list[Listed]:
    """The rows that are in order; the report says what is wrong with the others."""
    places = _places(sheet.header, report)
    if places is None:
        return []
    if len(sheet.rows) > MOST_ROWS:
        report.add("too_many_rows", limit=MOST_ROWS)
        return []
    if not sheet.rows and not report.complaints:
        report.add("empty")
    return [listed for row in sheet.rows if (listed := _Reader(row, places, schools, report).read(school))]


def folded(word: str) -> str:
    """A word as it is compared: without widths, spaces and capitals."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def is_known(heading: str) -> bool:
    """Whether a column of this heading is read."""
    return folded(heading) in _MEANING


def _places(header: Row, report: StaffReport) -> _Places | None:
    at: dict[str, int] = {}
    called: dict[str, str] = {}
    unused: list[str] = []
    names = [(place, cell) for place, cell in enumerate(header.cells) if cell.strip()]
    if not any(is_known(cell) for _, cell in names):
        report.add("no_header", header.line)
        return None
    for place, cell in names:
        column, near = _MEANING.get(folded(cell)), get_close_matches(folded(cell), _MEANING, n=1)
        if column is None and near:
            report.add("unknown_column_near", header.line, quote(cell), name=quote(cell), near=near[0])
        elif column is None:
            unused.append(quote(cell.strip()))
        elif column in at:
            report.add("column_twice", header.line, quote(cell), name=quote(cell))
        else:
            at[column], called[column] = place, quote(cell.strip())
    if unused:
        report.add("unknown_columns", header.line, names=", ".join(unused))
    for column in ("name", "address"):
        if column not in at:
            report.add("missing_column", header.line, name=COLUMNS[column][0], other=COLUMNS[column][-1])
    return _Places(at, called) if {"name", "address"} <= set(at) else None


class _Reader:
    """Reads one row. What is wrong goes into the report, and the rest is still looked at."""

    def __init__(self, row: Row, places: _Places, schools: Sequence[School], report: StaffReport) -> None:
        self._row, self._places, self._schools, self._report = row, places, schools, report
        self._is_sound = True

    def read(self, school: str | None) -> Listed | None:
        name, address = self._name(), self._address()
        subjects, (roles, jobs) = self._subjects(), self._roles()
        of_school, lang = self._school(school), self._lang()
        if not self._is_sound or address is None or of_school is None:
            return None
        return Listed(name, address, subjects, roles, of_school, lang, self._report.file, self._row.line, jobs)

    def _cell(self, column: str) -> str:
        """A column's text in this row; "" where it is empty, or not to be read."""
        place = self._places.at.get(column)
        if place is None or place >= len(self._row.cells):
            return ""
        text = self._row.cells[place]
        if unicodedata.normalize("NFKC", text).startswith(_FORMULA):
            self._wrong(column, "formula_like", text=quote(text))
            return ""
        text = text.strip()
        if "\ufffd" in text or any(unicodedata.category(sign) in _INVISIBLE for sign in text if sign != "\n"):
            self._wrong(column, "broken_letters", text=quote(text))
            return ""
        return text

    def _wrong(self, column: str, code: str, **params: str | int) -> None:
        self._is_sound = False
        self._report.add(code, self._row.line, self._places.called.get(column, ""), **params)

    def _name(self) -> str:
        was_sound, text = self._is_sound, " ".join(self._cell("name").split())
        if not text and self._is_sound is was_sound:
            self._wrong("name", "missing_name")
        elif len(text) > LONGEST_NAME:
            self._wrong("name", "name_too_long", limit=LONGEST_NAME)
        return text

    def _address(self) -> str | None:
        before = len(self._report.complaints)
        text = self._cell("address")
        address = normalised(text)
        if address is None and len(self._report.complaints) == before:
            if text:
                self._wrong("address", "bad_address", text=quote(text))
            else:
                self._wrong("address", "missing_address")
        return address

    def _parts(self, column: str) -> list[str]:
        return [part for part in (each.strip() for each in _BETWEEN.split(self._cell(column))) if part]

    def _subjects(self) -> tuple[str, ...] | None:
        if "subjects" not in self._places.at:
            return None
        subjects = tuple(dict.fromkeys(" ".join(part.split()) for part in self._parts("subjects")))
        if len(subjects) > MOST_SUBJECTS or any(len(subject) > LONGEST_SUBJECT for subject in subjects):
            self._wrong("subjects", "subjects_too_long", count=MOST_SUBJECTS, limit=LONGEST_SUBJECT)
        return subjects

    def _roles(self) -> tuple[frozenset[Role] | None, tuple[str, ...]]:
        """The roles, and the job titles that are none."""
        words = self._parts("roles")
        others = tuple(quote(word) for word in words if folded(word) not in _ROLE)
        are_jobs = folded(self._places.called.get("roles", "")) in JOBS
        if not are_jobs:
            known = ", ".join(f"{names[0]} ({names[1]})" for names in ROLES.values())
            for word in others:
                self._wrong("roles", "unknown_role", text=word, known=known)
        roles = frozenset(_ROLE[folded(word)] for word in words if folded(word) in _ROLE)
        return roles or None, others if are_jobs else ()

    def _school(self, default: str | None) -> str | None:
        text = self._cell("school")
        if not text:
            if default is None:
                self._wrong("school", "missing_school")
            return default
        found = [school.key for school in self._schools if folded(text) in set(_names_of(school))]
        if len(found) == 1:
            return found[0]
        self._wrong("school", "school_unclear" if found else "unknown_school", text=quote(text))
        return None

    def _lang(self) -> Lang | None:
        text = self._cell("lang")
        if text and folded(text) not in LANGUAGES:
            self._wrong("lang", "unknown_lang", text=quote(text))
        return LANGUAGES.get(folded(text))


def _names_of(school: School) -> Iterator[str]:
    return (folded(name) for name in (school.key, school.name.ja, school.name.en))

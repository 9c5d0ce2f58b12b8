"""A catalogue as one flat table, for people who write it in a spreadsheet: one row for each unit.

The first row names the columns, in any order. UTF-8 (with or without a byte order mark) and cp932, separated by
commas, semicolons or tabs. A list in a cell is separated by `|` (a `|` of the text is written `\\|`).

| columns | meaning |
|---|---|
| issuer_id, issuer_name_ja, issuer_name_en, issuer_url | who made the catalogue |
| course_id, category_ja, category_en, course_title_ja, course_title_en, course_summary_ja, course_summary_en, course_themes | the course; themes are a list |
| course_badge_id, course_badge_name_ja, course_badge_name_en, course_badge_index_items, course_badge_stages, course_badge_valid_for | its competence badge: two lists; how long it is valid (`3 years`, 36か月) |
| module_id, module_badge_id, module_badge_name_ja, module_badge_name_en, module_badge_index_items, module_badge_stages, module_badge_valid_for | the module and its knowledge badge |
| unit_id, title_ja, title_en, minutes, kind, url, tags, index_items | the unit: 2–15 minutes; video, reading or exercise; an https address; two lists |
| check, question_ja, question_en | `choice` or `text`, and the question |
| choices_ja, choices_en, right_choice, why_ja, why_en | of a choice: lists of the same length, the number of the right one (1 is the first), why it is right (may be empty) |
| min_chars | of a text: how many letters at least |

What belongs to the issuer, a course or a module is written in its first row; further rows repeat it or leave it
empty, but always carry the ids. An index and pathways have no place in a table: they are loaded apart, or in YAML.
"""  # noqa: E501 (a table)

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.intake.catalogue_tree import SCHEMA
from bot.intake.document import Node, Report, quote

MOST_ROWS = 20_000

_BOTH = ("ja", "en")
ISSUER = ("issuer_id", "issuer_name_ja", "issuer_name_en", "issuer_url")
COURSE = (
    "course_id",
    *("category_ja", "category_en", "course_title_ja", "course_title_en"),
    *("course_summary_ja", "course_summary_en", "course_themes"),
    *("course_badge_id", "course_badge_name_ja", "course_badge_name_en"),
    *("course_badge_index_items", "course_badge_stages", "course_badge_valid_for"),
)
MODULE = (
    "module_id",
    *("module_badge_id", "module_badge_name_ja", "module_badge_name_en"),
    *("module_badge_index_items", "module_badge_stages", "module_badge_valid_for"),
)
UNIT = (
    *("unit_id", "title_ja", "title_en", "minutes", "kind", "url", "tags", "index_items"),
    *("check", "question_ja", "question_en", "choices_ja", "choices_en", "right_choice", "why_ja", "why_en"),
    "min_chars",
)
COLUMNS = (*ISSUER, *COURSE, *MODULE, *UNIT)
OPTIONAL = frozenset(
    {
        *("course_themes", "course_badge_index_items", "course_badge_stages", "course_badge_valid_for"),
        *("module_badge_index_items", "module_badge_stages", "module_badge_valid_for", "tags", "index_items"),
        *("choices_ja", "choices_en", "right_choice", "why_ja", "why_en", "min_chars"),
    }
)
"""Columns that may be left out; a row that needs one is still complained about."""


@dataclass(frozen=True)
class _Row:
    """One row; `cells` holds every column, "" where it is empty."""

    line: int
    cells: Mapping[str, str]

    def node(self, column: str, read: Callable[[str], object] = str) -> Node:
        cell = self.cells[column]
        return Node(read(cell) if cell else None, self.line, column)

    def list(self, column: str) -> Node:
        entries = [Node(entry, self.line, column) for entry in split_list(self.cells[column])]
        return Node(entries or None, self.line, column)

    def both(self, prefix: str) -> Node:
        return Node({lang: self.node(f"{prefix}_{lang}") for lang in _BOTH}, self.line, prefix)


def read_csv(text: str, report: Report) -> Node | None:
    """The table as the same tree that YAML gives, or None when the report says why there is none."""
    try:
        rows = tuple(_rows(text, report))
    except csv.Error:
        report.add("csv_broken", None, "")
        return None
    if report.complaints:
        return None
    if not rows:
        report.add("empty", 1, "")
        return None
    return _catalogue(rows, report)


def split_list(cell: str) -> list[str]:
    """The entries of a cell: `a | b\\|c` holds "a" and "b|c"."""
    entries = re.findall(r"(?:\\.|[^|\\]|\\$)+", cell, re.DOTALL)
    return [plain for entry in entries if (plain := re.sub(r"\\([|\\])", r"\1", entry.strip()))]


def _rows(text: str, report: Report) -> Iterator[_Row]:
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    columns = _columns(next(reader, []), report)
    if not columns:
        return
    begun = reader.line_num
    for cells in reader:
        line, begun = begun + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if line > MOST_ROWS:
            report.add("too_many_rows", line, "", limit=MOST_ROWS)
            return
        if any(cell.strip() for cell in cells[len(columns) :]):
            report.add("too_many_cells", line, "", count=len(cells), columns=len(columns))
            continue
        row = dict.fromkeys(COLUMNS, "")
        row.update((name, cell.strip()) for name, cell in zip(columns, cells, strict=False) if name)
        yield _Row(line, row)


def _columns(header: list[str], report: Report) -> list[str]:
    """The column names in their order; none when there are complaints about them."""
    names = [unicodedata.normalize("NFKC", name).strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    if len({*names} & {*COLUMNS}) < len(COLUMNS) // 4:
        report.add("foreign_table", 1, "", known=", ".join(COLUMNS[:4]))
        return []
    for at, name in enumerate(names):
        near = get_close_matches(name, COLUMNS, n=1)
        if name in names[:at]:
            report.add("duplicate_column", 1, quote(name), name=quote(name))
        elif name not in COLUMNS and near:
            report.add("unknown_column_near", 1, quote(name), name=quote(name), near=near[0])
        elif name not in COLUMNS:
            report.add("unknown_column", 1, quote(name), name=quote(name))
    for name in COLUMNS:
        if name not in names and name not in OPTIONAL:
            report.add("missing_column", 1, name, name=name)
    return [] if report.complaints else names


def _catalogue(rows: tuple[_Row, ...], report: Report) -> Node:
    first = rows[0]
    _agree(rows, ISSUER, report)
    courses = [_course(group, report) for group in _groups(rows, "course_id")]
    issuer = {
        "id": first.node("issuer_id"),
        "name": first.both("issuer_name"),
        "url": first.node("issuer_url"),
    }
    tree = {
        "schema": Node(SCHEMA, 1, ""),
        "issuer": Node(issuer, first.line, "issuer"),
        "courses": Node(courses, first.line, ""),
    }
    return Node(tree, 1, "")


def _groups(rows: tuple[_Row, ...], column: str) -> Iterator[tuple[_Row, ...]]:
    """The rows of each course or module, in the order of their first rows. Rows without an id stand alone."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.cells[column] or f"\n{row.line}", []).append(row)
    return (tuple(group) for group in groups.values())


def _agree(rows: tuple[_Row, ...], columns: tuple[str, ...], report: Report) -> None:
    """What is said again in a later row must be the same."""
    first = rows[0]
    for row in rows[1:]:
        for column in columns:
            if row.cells[column] and row.cells[column] != first.cells[column]:
                report.add("rows_differ", row.line, column, first=first.line)


def _course(rows: tuple[_Row, ...], report: Report) -> Node:
    first = rows[0]
    _agree(rows, COURSE, report)
    course = {
        "id": first.node("course_id"),
        "category": first.both("category"),
        "title": first.both("course_title"),
        "summary": first.both("course_summary"),
        "themes": first.list("course_themes"),
        "competence_badge": _badge(first, "course_badge"),
        "modules": Node([_module(group, report) for group in _groups(rows, "module_id")], first.line, "module_id"),
    }
    return Node(course, first.line, "course_id")


def _module(rows: tuple[_Row, ...], report: Report) -> Node:
    first = rows[0]
    _agree(rows, MODULE, report)
    module = {
        "id": first.node("module_id"),
        "knowledge_badge": _badge(first, "module_badge"),
        "units": Node([_unit(row) for row in rows], first.line, "unit_id"),
    }
    return Node(module, first.line, "module_id")


def _badge(row: _Row, prefix: str) -> Node:
    badge = {
        "id": row.node(f"{prefix}_id"),
        "name": row.both(f"{prefix}_name"),
        "index_items": row.list(f"{prefix}_index_items"),
        "stages": row.list(f"{prefix}_stages"),
        "valid_for": row.node(f"{prefix}_valid_for"),
    }
    return Node(badge, row.line, prefix)


def _unit(row: _Row) -> Node:
    unit = {
        "id": row.node("unit_id"),
        "title": row.both("title"),
        "minutes": row.node("minutes", _whole),
        "kind": row.node("kind"),
        "url": row.node("url"),
        "tags": row.list("tags"),
        "index_items": row.list("index_items"),
        "check": _check(row),
    }
    return Node(unit, row.line, "unit_id")


def _check(row: _Row) -> Node:
    check = {"kind": row.node("check"), "q": row.both("question")}
    if row.cells["check"] != "text" or any(row.cells[column] for column in ("choices_ja", "choices_en")):
        choices = {lang: row.list(f"choices_{lang}") for lang in _BOTH}
        check["choices"] = Node(choices, row.line, "choices")
        check["answer"] = row.node("right_choice", _whole)
    if row.cells["why_ja"] or row.cells["why_en"]:
        check["why"] = row.both("why")
    if row.cells["check"] != "choice" or row.cells["min_chars"]:
        check["min_chars"] = row.node("min_chars", _whole)
    return Node(check, row.line, "check")


def _whole(cell: str) -> object:
    """A whole number, also as a spreadsheet writes it (6.0, ６); other words stay as they are."""
    plain = unicodedata.normalize("NFKC", cell)
    found = re.fullmatch(r"([+-]?\d{1,9})(?:\.0+)?", plain, re.ASCII)
    return int(found[1]) if found else cell

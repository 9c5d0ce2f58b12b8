"""Reading staff lists: CSV as schools save it, or XLSX. Everything wrong is found before anything is written.

The first row names the columns, in Japanese or English, in any order:

| column | also | meaning |
|---|---|---|
| 氏名 | 名前, name | the person's name |
| メールアドレス | メール, address, email | by which they are recognised when they sign in; one a person |
| 教科 | 担当教科, subjects | several with 、 or , or / between them; may be empty |
| 役割 | 職名, roles | several likewise; empty: as before (at first a teacher); 職名 may say another job, as if empty |
| 学校 | school | the school's key or name; needed only where there are several |
| 言語 | lang | ja or en; may be empty |
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from bot.domain.people import School
from bot.domain.staff import Listed
from bot.errors import Complaint, Problem
from bot.intake.staff_cells import Sheet, StaffReport
from bot.intake.staff_csv import read_csv
from bot.intake.staff_rows import read_rows

LARGEST_MIB = 10
"""What is read of a file; 10,000 people need a tenth of it."""


def read_staff(
    files: Iterable[tuple[str, bytes]], schools: Sequence[School], school: str | None = None
) -> tuple[Listed, ...]:
    """The rows of all lists, in their order. `files` are (name, content); `school` is the key of rows that name none.

    Raises `Problem("staff.refused")` that lists every wrong place of every file as a `Complaint`.
    """
    rows: list[Listed] = []
    complaints: list[Complaint] = []
    for name, data in files:
        report = StaffReport(PurePath(name).name)
        sheet = _sheet(report, PurePath(name).suffix.lower(), data)
        if sheet is not None:
            rows += read_rows(sheet, schools, school, report)
        complaints += report.complaints
    complaints += _doubled(rows)
    if complaints:
        raise Problem("staff.refused", tuple(complaints))
    return tuple(rows)


def _sheet(report: StaffReport, suffix: str, data: bytes) -> Sheet | None:
    if len(data) > LARGEST_MIB * 2**20:
        report.add("too_large", limit=LARGEST_MIB)
        return None
    match suffix:
        case ".csv" | ".tsv" | ".txt":
            return read_csv(data, report)
        case ".xlsx" | ".xlsm":
            from bot.intake.staff_xlsx import read_xlsx  # only here: a reader of workbooks is long to load

            return read_xlsx(data, report)
        case _:
            report.add("unknown_format")
            return None


def _doubled(rows: Sequence[Listed]) -> list[Complaint]:
    """One address stands once for each school, whatever the file."""
    first: dict[tuple[str, str], Listed] = {}
    found = []
    for row in rows:
        former = first.setdefault((row.school, row.address), row)
        if former is not row:
            params: dict[str, str | int] = {"address": row.address, "first": former.line, "file": former.file}
            found.append(Complaint("staff.address_twice", params, row.file, row.line))
    return found

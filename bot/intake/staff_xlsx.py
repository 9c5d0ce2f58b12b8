"""A staff list as an Excel workbook: one visible sheet of plain values. The one place that knows openpyxl.

A workbook is an archive from anywhere: its size is bounded before it is opened, and it may define nothing of its own.
"""

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from bot.intake.archives import UNSOUND, open_archive, read_part
from bot.intake.staff_cells import MOST_COLUMNS, MOST_ROWS, Row, Sheet, StaffReport
from bot.intake.staff_rows import is_known

LARGEST_UNPACKED = 64 * 2**20
MOST_PARTS = 500
MOST_CELLS = 1_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins a workbook with a password, and one of Excel before 2007."""
_DEFINES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")


def read_xlsx(data: bytes, report: StaffReport) -> Sheet | None:
    """The cells, or None when the report says why there are none."""
    if data.startswith(_OLE):
        report.add("encrypted")
        return None
    if not _is_bounded(data, report):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out of charts and the like does not matter here
            book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except Exception:  # whatever breaks in a broken workbook, its owner is to save it again
        report.add("xlsx_broken")
        return None
    return _the_sheet(book, report)


def _is_bounded(data: bytes, report: StaffReport) -> bool:
    """Whether the archive is no larger than it should be, read part by part and never trusting what it says."""
    try:
        with open_archive(data) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                report.add("bomb", limit=LARGEST_UNPACKED // 2**20)
                return False
            if any(part.flag_bits & 1 for part in parts):
                report.add("encrypted")
                return False
            return all(_is_plain(read_part(archive, part, LARGEST_UNPACKED), report) for part in parts)
    except UNSOUND:
        report.add("xlsx_broken")
    return False


def _is_plain(part: bytes, report: StaffReport) -> bool:
    if any(defines in part for defines in _DEFINES):
        report.add("xlsx_broken")
        return False
    if sum(1 for _ in _ROW.finditer(part)) > MOST_ROWS + 1:
        report.add("too_many_rows", limit=MOST_ROWS)
        return False
    if sum(1 for _ in _CELL.finditer(part)) > MOST_CELLS:
        report.add("bomb", limit=LARGEST_UNPACKED // 2**20)
        return False
    return True


def _the_sheet(book: Workbook, report: StaffReport) -> Sheet | None:
    filled = [sheet for sheet in book.worksheets if any(True for _ in _filled(sheet))]
    hidden = [sheet.title for sheet in filled if sheet.sheet_state != "visible"]
    visible = [sheet for sheet in filled if sheet.sheet_state == "visible"]
    for title in hidden:
        report.add("hidden_sheet", sheet=title[:60])
    if len(visible) > 1:
        report.add("several_sheets", sheets=", ".join(sheet.title[:30] for sheet in visible[:5]))
    if not filled:
        report.add("empty")
    if hidden or len(visible) != 1:
        return None
    return _read(visible[0], report)


def _filled(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, ""))


def _read(sheet: Any, report: StaffReport) -> Sheet | None:
    if sheet.max_column > MOST_COLUMNS and any(cell.column > MOST_COLUMNS for cell in _filled(sheet)):
        report.add("too_many_columns", limit=MOST_COLUMNS)
        return None
    for merged in sheet.merged_cells.ranges:
        report.add("merged", merged.min_row, str(merged), range=str(merged))
    rows: list[Row] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS)), start=1):
        header = rows[0].cells if rows else None
        texts = tuple(
            _text(cell, report) if header is None or is_known(header[n]) else "" for n, cell in enumerate(cells)
        )
        if not any(text.strip() for text in texts):
            continue
        if sheet.row_dimensions[number].hidden:
            report.add("hidden_row", number)
        rows.append(Row(number, texts))
    if not rows:
        report.add("empty")
        return None
    return Sheet(rows[0], tuple(rows[1:]))


def _text(cell: Any, report: StaffReport) -> str:
    """A cell's own text. Formulas, dates and errors are no text."""
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        report.add("formula", cell.row, f"{get_column_letter(cell.column)}{cell.row}")
        return ""
    if not isinstance(cell.value, str) or cell.data_type == "e":
        report.add("not_text", cell.row, f"{get_column_letter(cell.column)}{cell.row}", value=str(cell.value)[:60])
        return ""
    return cell.value

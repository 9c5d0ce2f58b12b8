"""A staff list as CSV: in which letters it was written, and its cells.

Excel in Japan saves Shift_JIS (cp932), newer ones UTF-8 with a mark, "Unicode text" as UTF-16 with tabs.
"""

import codecs
import csv
import io
import re
from typing import Any

from bot.intake.staff_cells import MOST_COLUMNS, MOST_ROWS, Row, Sheet, StaffReport

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER = re.compile(rb"\x1b[$(]")
"""How ISO-2022-JP, the letters of old mail, changes between its sets."""
LONGEST_CELL = 1000


def read_csv(data: bytes, report: StaffReport) -> Sheet | None:
    """The cells, or None when the report says why there are none."""
    text = decoded(data)
    if text is None:
        report.add("unreadable_letters")
        return None
    head = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        rows = _rows(reader, report)
    except csv.Error:
        report.add("csv_broken", reader.line_num)
        return None
    if not rows:
        if not report.complaints:
            report.add("empty")
        return None
    return Sheet(rows[0], tuple(rows[1:]))


def decoded(data: bytes) -> str | None:
    """The text in the letters it was written in; None for those that are not read, or not to be told apart."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return None if encoding is None else _decoded(data, encoding)
    if b"\0" in data:
        return _decoded(data, _unmarked_utf16(data))
    if _OTHER.search(data):
        return None
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    # EUC-JP passes for Shift_JIS as a row of half-width signs: what reads as EUC-JP is not taken for the other.
    return None if _decoded(data, "euc_jp") is not None else _decoded(data, "cp932")


def _unmarked_utf16(data: bytes) -> str:
    """Which half of each pair is zero in the plain letters that every table holds."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _rows(reader: Any, report: StaffReport) -> list[Row]:
    rows: list[Row] = []
    begun = 0
    for cells in reader:
        line, begun = begun + 1, reader.line_num
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(rows) > MOST_ROWS:
            report.add("too_many_rows", line, limit=MOST_ROWS)
            return []
        if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
            report.add("cell_too_long", line, limit=LONGEST_CELL)
            continue
        rows.append(Row(line, tuple(cells)))
    return rows

"""Reading a catalogue: YAML or a spreadsheet's CSV, checked whole before anything is returned."""

from pathlib import PurePath

from bot.domain.catalogue import Catalogue
from bot.errors import Problem
from bot.intake.catalogue_csv import read_csv
from bot.intake.catalogue_tree import read_tree
from bot.intake.catalogue_yaml import read_yaml
from bot.intake.document import Report

LARGEST_BYTES = 5 * 1024 * 1024


def read_catalogue(name: str, data: bytes) -> Catalogue:
    """The catalogue in the file called `name` (.yaml, .yml or .csv), whose content is `data`.

    Raises `Problem("catalogue.refused")` that lists every wrong place as a `Complaint`.
    """
    report = Report(PurePath(name).name)
    catalogue = _read(report, PurePath(name).suffix.lower(), data)
    if catalogue is None or report.complaints:
        raise Problem("catalogue.refused", tuple(report.complaints), file=report.file, count=len(report.complaints))
    return catalogue


def _read(report: Report, suffix: str, data: bytes) -> Catalogue | None:
    if len(data) > LARGEST_BYTES:
        report.add("too_large", None, "", limit=LARGEST_BYTES // 1024 // 1024)
        return None
    match suffix:
        case ".yaml" | ".yml":
            text = _decoded(report, data, "utf-8-sig")
            root = None if text is None else read_yaml(text, report)
            return read_tree(root, report) if root else None
        case ".csv":
            text = _decoded(report, data, "utf-8-sig", "cp932")
            root = None if text is None else read_csv(text, report)
            return read_tree(root, report, first_answer=1) if root else None
        case _:
            report.add("unknown_format", None, "")
            return None


def _decoded(report: Report, data: bytes, *encodings: str) -> str | None:
    """The text, in the first encoding that fits."""
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    report.add("unreadable_letters", None, "")
    return None

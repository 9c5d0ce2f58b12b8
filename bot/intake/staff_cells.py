"""A staff list as plain cells that know their place, whatever kind of file they came from."""

from dataclasses import dataclass, field

from bot.errors import Complaint

MOST_ROWS = 20_000
MOST_COLUMNS = 50
MOST_COMPLAINTS = 500


@dataclass(frozen=True)
class Row:
    """One row; `line` is its number as the person sees it."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The first row names the columns. Empty rows are left out."""

    header: Row
    rows: tuple[Row, ...]


@dataclass
class StaffReport:
    """Collects what is wrong with one list."""

    file: str
    complaints: list[Complaint] = field(default_factory=list)

    def add(self, code: str, line: int | None = None, column: str = "", **params: str | int) -> None:
        """Note a complaint; after very many only that there are more."""
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(Complaint(f"staff.{code}", params, self.file, line, column))
        elif len(self.complaints) == MOST_COMPLAINTS:
            self.complaints.append(Complaint("staff.and_more", {"limit": MOST_COMPLAINTS}, self.file))

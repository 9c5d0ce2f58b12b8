"""What the database reports, as problems that a person can mend."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.errors import Problem

_CODES = {
    sqlite3.SQLITE_FULL: "db.disk_full",
    sqlite3.SQLITE_IOERR: "db.disk",
    sqlite3.SQLITE_READONLY: "db.read_only",
    sqlite3.SQLITE_PERM: "db.read_only",
    sqlite3.SQLITE_CANTOPEN: "db.cannot_open",
    sqlite3.SQLITE_NOTADB: "db.not_a_database",
    sqlite3.SQLITE_CORRUPT: "db.damaged",
    sqlite3.SQLITE_BUSY: "db.in_use",
    sqlite3.SQLITE_LOCKED: "db.in_use",
}
_DISK_FULL_STATES = frozenset({"53100"})
_UNREACHABLE_STATES = ("08", "57P")
_LOST_RACE_STATES = frozenset({"40001", "40P01"})


def _states(error: BaseException | None) -> str:
    """PostgreSQL's code of an error, or of what caused it; empty when there is none."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
        if state:
            return str(state)
        error = error.__cause__
    return ""


def _sqlite_code(error: BaseException | None) -> int | None:
    while error is not None:
        for candidate in (error, getattr(error, "orig", None)):
            code = getattr(candidate, "sqlite_errorcode", None)
            if isinstance(code, int):
                return code & 0xFF
        error = error.__cause__
    return None


def problem_of(error: BaseException, *, file: str = "") -> Problem | None:
    """The problem that a database error stands for; None when it is a mistake in the program."""
    code = _sqlite_code(error)
    if code is not None:
        return Problem(_CODES[code], file=file) if code in _CODES else None
    state = _states(error)
    if state in _DISK_FULL_STATES:
        return Problem("db.disk_full", file=file)
    if state.startswith(_UNREACHABLE_STATES) or (not state and isinstance(error, OperationalError)):
        return Problem("db.unreachable")
    return None


def is_lost_race(error: DBAPIError) -> bool:
    """Somebody else wrote the same fact first: running the use case again finds it."""
    return isinstance(error, IntegrityError) or _states(error) in _LOST_RACE_STATES

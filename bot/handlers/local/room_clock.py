"""The staff room's own clock, which may be put ahead of the real one, and who is told when something changes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import Problem
from bot.handlers.local.ledger import Ledger
from bot.handlers.local.room_types import Change

_AHEAD = "clock_ahead_seconds"


def moved_ahead(room: Path) -> timedelta:
    """How far the clock of the room kept in a file was moved; not at all where there is no room.

    Reads only: the room may be open elsewhere. Raises `Problem("room.foreign")` for a file that is no room's.
    """
    if not room.is_file():
        return timedelta()
    try:
        with closing(sqlite3.connect(f"{room.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            found = db.execute("SELECT value FROM settings WHERE key = ?", (_AHEAD,)).fetchone()
    except sqlite3.DatabaseError as error:
        raise Problem("room.foreign", path=str(room)) from error
    return timedelta(seconds=float(found[0])) if found else timedelta()


class RoomClock:
    """Time in the room, and those who watch it."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        """`now` is the real clock."""
        self._ledger = ledger
        self._real_now = now
        self._listeners: list[Callable[[], None]] = []
        self._watchers: list[Callable[[Change], None]] = []
        offset = ledger.row("SELECT value FROM settings WHERE key = ?", _AHEAD)
        self._ahead = timedelta(seconds=float(offset["value"])) if offset else timedelta()

    def close(self) -> None:
        self._ledger.close()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of a message."""
        self._listeners.append(listener)

    def watch(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Call `watcher` with whatever a live view shows, after it was stored; the answer ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def now(self) -> datetime:
        """The room's time, aware UTC: the real one and how far it was moved."""
        return self._real_now() + self._ahead

    def is_ahead(self) -> bool:
        """Whether the room's time is later than the real one."""
        return self._ahead > timedelta()

    def put_clock(self, moment: datetime) -> None:
        """Put the clock forward to `moment`; raises `Problem("room.clock_backwards")` for a moment that is past."""
        if moment < self.now():
            raise Problem("room.clock_backwards")
        self._set_clock(moment)

    def begin_at(self, moment: datetime) -> None:
        """Hang the clock of a room in which nothing has been said yet; else it goes on as it is."""
        if self._ledger.row("SELECT 1 FROM messages LIMIT 1") is None:
            self._set_clock(moment)

    def _set_clock(self, moment: datetime) -> None:
        ahead = moment - self._real_now()
        with self._ledger.writing() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_AHEAD, str(ahead.total_seconds())))
        self._ahead = ahead
        for space in self._ledger.rows("SELECT key FROM workspaces"):
            self._show(Change("clock", space["key"]))

    def _stamp(self) -> str:
        return self.now().isoformat()

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener()
        self._show(change)

    def _show(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            watcher(change)

"""One process per SQLite database: a lock file beside it, held by the operating system until the process ends."""

import os
import sys
from pathlib import Path
from types import TracebackType

from bot.errors import Problem


class DatabaseLock:
    """Held while a process uses the database. Raises `Problem("db.in_use")` when another one does."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Problem("db.read_only", file=str(self._database)) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise Problem("db.in_use", file=str(self._database)) from error
        self._descriptor = descriptor

    def acquire_if_free(self) -> bool:
        """Whether it is held now; False: another process has it."""
        try:
            self.acquire()
        except Problem as problem:
            if problem.code != "db.in_use":
                raise
            return False
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "DatabaseLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

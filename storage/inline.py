"""SQLite without a thread per statement.

A statement on an embedded database is a function call of some microseconds; handing each to a thread, as aiosqlite
does, costs ten times as much as the statement. Here only what may wait for the disk or for another process goes to a
thread: BEGIN IMMEDIATE, the COMMIT that belongs to it, and large bulk statements. To SQLAlchemy this looks like an
aiosqlite connection.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

R = TypeVar("R")
MANY = 100
"""A bulk statement with more rows than this runs in the thread."""


class InlineConnection:
    """A connection of `sqlite3` that can be awaited."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._lock = threading.Lock()
        self._only_reads = False

    def cursor(self) -> "InlineCursor":
        return InlineCursor(self, self._open().cursor())

    async def begin(self, cursor: sqlite3.Cursor, operation: str) -> None:
        """A plain BEGIN (deferred) waits for nobody; our connections that use it cannot write."""
        self._only_reads = operation == "BEGIN"
        if self._only_reads:
            self.here(lambda: cursor.execute(operation))
        else:
            await self.aside(lambda: cursor.execute(operation))

    async def commit(self) -> None:
        """The end of a transaction that only read touches no disk."""
        if self._only_reads:
            self.here(self._open().commit)
        else:
            await self.aside(self._open().commit)

    async def rollback(self) -> None:
        self.here(self._open().rollback)

    async def create_function(self, *args: Any, **more: Any) -> None:
        self._open().create_function(*args, **more)

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Close at once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with self._lock:
                connection.close()
            self._aside.shutdown(wait=False)

    def here(self, act: Callable[[], R]) -> R:
        """Run on this thread, never at the same time as something aside."""
        with self._lock:
            return act()

    async def aside(self, act: Callable[[], R]) -> R:
        """Run in the connection's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, self.here, act)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("connection closed")
        return self._connection


class InlineCursor:
    """A cursor of an `InlineConnection`."""

    def __init__(self, connection: InlineConnection, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Iterable[Any] = ()) -> Self:
        if operation.startswith("BEGIN"):
            await self._connection.begin(self._cursor, operation)
        else:
            self._connection.here(lambda: self._cursor.execute(operation, tuple(parameters)))
        return self

    def straight(self, operation: str, parameters: Iterable[Any]) -> list[Any]:
        """Run a statement that waits for nobody, and take its rows."""

        def run() -> list[Any]:
            self._cursor.execute(operation, tuple(parameters))
            return self._cursor.fetchall() if self._cursor.description else []

        return self._connection.here(run)

    def straight_many(self, operation: str, rows: Sequence[Any]) -> None:
        """Run it for each of a few rows of parameters."""
        self._connection.here(lambda: self._cursor.executemany(operation, rows))

    async def executemany(self, operation: str, rows: Sequence[Any]) -> Self:
        if len(rows) > MANY:
            await self._connection.aside(lambda: self._cursor.executemany(operation, rows))
        else:
            self.straight_many(operation, rows)
        return self

    async def fetchone(self) -> Any:
        return self._connection.here(self._cursor.fetchone)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._connection.here(lambda: self._cursor.fetchmany(size or self._cursor.arraysize))

    async def fetchall(self) -> list[Any]:
        return self._connection.here(self._cursor.fetchall)

    async def close(self) -> None:
        self.shut()

    def shut(self) -> None:
        self._cursor.close()

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, size: int) -> None:
        self._cursor.arraysize = size


async def connect_inline(database: str, **settings: Any) -> InlineConnection:
    """Open a database file. Transactions are begun and ended by whoever uses the connection."""
    settings |= {"check_same_thread": False, "isolation_level": None}
    return InlineConnection(sqlite3.connect(database, **settings))

"""SQL that was compiled once serves every connection to an SQLite file in this process, and runs without a detour.

Compiling a statement takes longer than running it. SQLAlchemy keeps what it compiled per engine; here one engine reads
and another writes, each opened file has its own two, and all of them speak to the same SQLite.

What SQLAlchemy does so that a driver may be awaited costs more than a statement, too. Only what begins or ends a
transaction, and large bulk statements, wait for anything here (see `storage.inline`); all else runs straight.
"""

import collections
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import LRUCache
from sqlalchemy.util.concurrency import await_, in_greenlet

MOST = 2_000
"""How many compiled statements are kept at most; the product has some hundreds, each with few shapes."""
COMPILED: LRUCache[Any, Any] = LRUCache(MOST)
"""For the execution option `compiled_cache` of engines with `DRIVER`."""
INLINE = "inline"
DRIVER = f"sqlite+{INLINE}"


class InlineDialect(SQLiteDialect_aiosqlite):
    """The SQLite of this process, whatever file is opened: what one compiled, another takes from `COMPILED`."""

    driver = INLINE
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> AsyncAdapt_aiosqlite_dbapi:
        return _Module(__import__("aiosqlite"), __import__("sqlite3"))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


class _StraightCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that runs straight, but where SQLAlchemy has made ready to wait: then it is awaited."""

    __slots__ = ()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        if in_greenlet():
            return super().execute(operation, parameters)
        try:
            self._rows = collections.deque(self._cursor.straight(operation, parameters or ()))  # type: ignore[attr-defined]
        except Exception as error:
            self._adapt_connection._handle_exception(error)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        if in_greenlet():
            return super().executemany(operation, seq_of_parameters)
        try:
            self._cursor.straight_many(operation, seq_of_parameters)  # type: ignore[attr-defined]
        except Exception as error:
            self._adapt_connection._handle_exception(error)

    def close(self) -> None:
        if in_greenlet():
            super().close()
            return
        self._rows.clear()
        self._cursor.shut()  # type: ignore[attr-defined]


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _StraightCursor


class _Module(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *given: Any, **named: Any) -> AsyncAdapt_aiosqlite_connection:
        create = named.pop("async_creator_fn")
        return _Connection(self, await_(create(*given, **named)))


registry.register(f"sqlite.{INLINE}", __name__, InlineDialect.__name__)

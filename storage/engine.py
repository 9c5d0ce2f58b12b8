"""Where the database is, and connections to it that keep what design.md 4.2 promises."""

import importlib.util
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import Problem
from storage.inline import connect_inline
from storage.statements import COMPILED, DRIVER

BUSY_SECONDS = 5
READERS = 4
POSTGRES_CONNECTIONS = 10


@dataclass(frozen=True)
class Place:
    """A database: an SQLite file, or a PostgreSQL database."""

    url: URL
    file: Path | None

    @property
    def name(self) -> str:
        """What a person calls it. Holds no password."""
        return str(self.file) if self.file else str(self.url.database)


def place_of(url: str) -> Place:
    """Read a database URL: `sqlite:///path` or `postgresql://…`. Raises `Problem("db.url")` for anything else."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Problem("db.url") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise Problem("db.url")
        return Place(parsed, Path(parsed.database).absolute())
    if kind == "postgresql":
        if importlib.util.find_spec("psycopg") is None:
            raise Problem("db.driver_missing")
        return Place(parsed, None)
    raise Problem("db.url")


def sync_engine(place: Place, *, foreign_keys: bool = True) -> Engine:
    """For the command line and migrations: a connection each time."""
    if place.file is None:
        return create_engine(place.url.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args=_UTC)
    engine = create_engine(place.url.set(drivername="sqlite+pysqlite"), poolclass=NullPool, connect_args=_PATIENT)
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", foreign_keys=foreign_keys)
    return engine


def looking_engine(place: Place) -> Engine:
    """For the command line, to look only: it takes no lock and leaves nothing beside an SQLite file."""
    if place.file is None:
        return sync_engine(place)
    file = place.file
    return create_engine("sqlite://", creator=lambda: connect_to_look(file), poolclass=NullPool)


def connect_to_look(file: Path) -> sqlite3.Connection:
    """A connection that cannot write. A file that nobody has open is read as it lies there."""
    unused = not file.with_name(file.name + "-wal").exists()
    mode = "immutable=1" if unused else "mode=ro"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS)


def writing_engine(place: Place) -> AsyncEngine:
    """On SQLite the one connection that writes; on PostgreSQL a pool."""
    if place.file is None:
        return _postgres(place)
    engine = _inline(place, connections=1)
    _prepare_sqlite(engine.sync_engine, begin="BEGIN IMMEDIATE")
    return engine


def reading_engine(place: Place) -> AsyncEngine:
    """Connections that cannot write."""
    if place.file is None:
        return _postgres(place, postgresql_readonly=True, isolation_level="REPEATABLE READ")
    engine = _inline(place, connections=READERS)
    _prepare_sqlite(engine.sync_engine, begin=DEFERRED, read_only=True)
    return engine


_PATIENT = {"timeout": BUSY_SECONDS, "isolation_level": None}
DEFERRED = "BEGIN"
"""Waits for nobody."""
_INLINE = {**_PATIENT, "async_creator_fn": connect_inline}
_UTC = {"options": "-c timezone=UTC"}


def _inline(place: Place, *, connections: int) -> AsyncEngine:
    return create_async_engine(
        place.url.set(drivername=DRIVER),
        pool_size=connections,
        max_overflow=0,
        connect_args=_INLINE,
        execution_options={"compiled_cache": COMPILED},
    )


def _postgres(place: Place, **options: Any) -> AsyncEngine:
    return create_async_engine(
        place.url.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_CONNECTIONS,
        pool_pre_ping=True,
        connect_args=_UTC,
        execution_options=options,
    )


def _prepare_sqlite(engine: Engine, *, begin: str, read_only: bool = False, foreign_keys: bool = True) -> None:
    """Take the control of transactions from the driver, and make every commit durable.

    The driver would begin transactions late and commit before DDL; here SQLAlchemy's BEGIN is the database's.
    `secure_delete` overwrites what was deleted: what is forgotten does not linger in free pages.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "secure_delete=ON",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if begin == DEFERRED:  # nothing can go wrong with it that SQLAlchemy would have to put into its own words
            cursor = connection.connection.cursor()
            cursor.execute(begin)
            cursor.close()
        else:
            connection.exec_driver_sql(begin)

"""What every repository stands on: one transaction, the school whose rows it may see, and what is passed in."""

import hashlib
import hmac
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue import Catalogue
from bot.services.ports import Calendar, Vault
from storage.inline import MANY
from storage.statements import INLINE

_COUNTED = {"preserve_rowcount": True}


class NoSchool(RuntimeError):
    """A repository of one school was used in a transaction of none: a mistake in the program."""


@dataclass
class Deployment:
    """What all transactions of one open store share."""

    vault: Vault
    calendar: Calendar
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[int], bytes]
    rng: random.Random
    tombstone_key: bytes = field(default=b"", repr=False)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    """Catalogues already read, by the digest of their document."""
    global_users: frozenset[str] = frozenset()
    """Platforms on which a user has the same key in every workspace: there one key is one human being."""

    def mark(self, *parts: str) -> str:
        """A hash under the deployment's tombstone key: the same for the same parts, telling nothing without the key."""
        return hmac.new(self.tombstone_key, "|".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass
class Scope:
    """One transaction. `lanes` and `erased` gather what is to be told to others once it is committed."""

    conn: AsyncConnection
    deployment: Deployment
    school: int | None
    now: datetime
    lanes: set[str] = field(default_factory=set)
    erased: list[str] = field(default_factory=list)

    @property
    def school_id(self) -> int:
        """The school whose rows this transaction may see. Raises `NoSchool` when it is a transaction of none."""
        if self.school is None:
            raise NoSchool("this transaction belongs to no school")
        return self.school

    def new_id(self) -> str:
        return self.deployment.new_id()

    async def _execute(
        self,
        statement: Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        options: Mapping[str, Any] | None = None,
    ) -> CursorResult[Any]:
        """Run a statement. Where nothing is waited for, SQLAlchemy need not make it possible to wait."""
        connection = self.conn.sync_connection
        if self.conn.dialect.driver != INLINE or connection is None:
            return await self.conn.execute(statement, values, execution_options=options)
        if isinstance(values, Mapping) or len(values) <= MANY:
            return connection.execute(statement, values, execution_options=options)
        return await self.conn.run_sync(Connection.execute, statement, values, execution_options=options)

    # `values` are a statement's parameters. Building a statement, and knowing it again, takes several times as long as
    # running it: what is run often is built once, with a `bindparam` for whatever differs.

    async def run(self, statement: Executable, **values: Any) -> int:
        """Execute and count the rows that were touched."""
        return (await self._execute(statement, values, _COUNTED)).rowcount

    async def each(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
        """Execute once per row of parameters, and count the rows that were touched."""
        if not rows:
            return 0
        return (await self._execute(statement, rows, _COUNTED)).rowcount

    async def one(self, statement: Executable, **values: Any) -> Row[Any] | None:
        """The first row, or None."""
        return (await self._execute(statement, values)).first()

    async def the(self, statement: Executable, **values: Any) -> Row[Any]:
        """The first row. Raises LookupError when there is none."""
        row = await self.one(statement, **values)
        if row is None:
            raise LookupError("no such row")
        return row

    async def all(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        return (await self._execute(statement, values)).all()

    async def value(self, statement: Executable, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return (await self._execute(statement, values)).scalar()

    def insert(self, table: Table) -> Any:
        """An INSERT that knows `on_conflict_…`, which both databases have and SQLAlchemy keeps apart."""
        return insertion(table, self.conn.dialect.name)

    async def new(self, table: Table, **values: Any) -> int:
        """Insert a row and return its internal key."""
        made = await self._execute(insertion(table, self.conn.dialect.name), values)
        return int(made.inserted_primary_key[0])  # type: ignore[index]  # every such table has a key of one column

    async def new_unless_there(self, table: Table, **values: Any) -> int | None:
        """Insert a row and return its internal key; None when a unique key says that it is there already."""
        found: int | None = await self.value(_insertion_for_id(table, self.conn.dialect.name), **values)
        return found

    async def add_unless_there(self, table: Table, **values: Any) -> bool:
        """Insert a row; False when a unique key says that it is there already."""
        return await self.run(_insertion_once(table, self.conn.dialect.name), **values) == 1


@cache
def insertion(table: Table, dialect: str) -> Any:
    """The dialect's own INSERT into a table."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


@cache
def _insertion_once(table: Table, dialect: str) -> Any:
    return insertion(table, dialect).on_conflict_do_nothing()


@cache
def _insertion_for_id(table: Table, dialect: str) -> Any:
    return _insertion_once(table, dialect).returning(table.c.id)

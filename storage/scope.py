"""What every repository stands on: one transaction, the school whose rows it may see, and what is passed in."""

import hashlib
import hmac
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue import Catalogue
from bot.services.ports import Calendar, Vault

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
    tombstone_key: bytes = b""
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    """Catalogues already read, by the digest of their document."""

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

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> int:
        """Execute and count the rows that were touched."""
        return (await self.conn.execute(statement, parameters, execution_options=_COUNTED)).rowcount

    async def each(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
        """Execute once per row of parameters, and count the rows that were touched."""
        if not rows:
            return 0
        return (await self.conn.execute(statement, rows, execution_options=_COUNTED)).rowcount

    async def one(self, statement: Executable) -> Row[Any] | None:
        """The first row, or None."""
        return (await self.conn.execute(statement)).first()

    async def the(self, statement: Executable) -> Row[Any]:
        """The first row. Raises LookupError when there is none."""
        row = await self.one(statement)
        if row is None:
            raise LookupError("no such row")
        return row

    async def all(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self.conn.execute(statement)).all()

    async def value(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        return (await self.conn.execute(statement)).scalar()

    def insert(self, table: Table) -> Any:
        """An INSERT that knows `on_conflict_…`, which both databases have and SQLAlchemy keeps apart."""
        return (postgresql if self.conn.dialect.name == "postgresql" else sqlite).insert(table)

    async def new(self, table: Table, **values: Any) -> int:
        """Insert a row and return its internal key."""
        made = await self.conn.execute(table.insert().values(**values))
        return int(made.inserted_primary_key[0])  # type: ignore[index]  # every such table has a key of one column

    async def new_unless_there(self, table: Table, **values: Any) -> int | None:
        """Insert a row and return its internal key; None when a unique key says that it is there already."""
        statement = self.insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
        found: int | None = await self.value(statement)
        return found

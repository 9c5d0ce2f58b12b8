"""The log of erasures beside the database: so that restoring an older backup brings nobody back (design.md 4.16).

It holds one opaque hash per line, and only ever grows.
"""

import asyncio
import os
import random
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select

from bot.services.ports import Calendar, Vault
from storage import tables as t
from storage.audit import append
from storage.editions import outdate_holding
from storage.forgetting import forget
from storage.saying import say_withdrawn
from storage.scope import Scope
from storage.store import RowStore, open_store
from storage.tombstones import erasure_mark


class ErasureLog:
    """`<data dir>/erasures.log`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def marks(self) -> frozenset[str]:
        try:
            return frozenset(self._path.read_text("ascii").split())
        except FileNotFoundError:
            return frozenset()

    def append(self, mark: str) -> None:
        """Add a mark; it is durable when this returns. One that is there already is not added again."""
        self.include({mark})

    def include(self, marks: Collection[str]) -> None:
        """Add the marks that are missing: what was committed just before a crash, say."""
        missing = sorted(set(marks) - self.marks())
        if not missing:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="ascii") as log:
            log.write("".join(f"{mark}\n" for mark in missing))
            log.flush()
            os.fsync(log.fileno())


def replay(
    url: str,
    marks: frozenset[str],
    *,
    vault: Vault,
    calendar: Calendar,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    new_secret: Callable[[int], bytes],
) -> int:
    """Forget again, in the database at `url`, everybody whose mark is in the log. Counts the people.

    Endorsements that they had withdrawn by then are removed first: those that stand would stay, anonymous.

    Opening the database proves that the secret fits it. Not to be called from a running event loop.
    """

    async def act() -> int:
        store = await open_store(
            url,
            vault=vault,
            calendar=calendar,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
            rng=random.Random(0),  # noqa: S311  # nothing is left to chance here
        )
        try:
            return await replay_in(store, marks)
        finally:
            await store.close()

    return asyncio.run(act())


async def replay_in(store: RowStore, marks: frozenset[str]) -> int:
    """As `replay`, in an open store."""
    if not marks:
        return 0
    await _remove_again(store, marks)
    people = await store.read(
        lambda scope: scope.all(
            select(t.person.c.id, t.person.c.school_id, t.person.c.public_id).where(t.person.c.forgotten_at.is_(None))
        )
    )
    erased = [row for row in people if erasure_mark(row.public_id) in marks]
    for row in erased:
        again = partial(_forget_again, person_id=row.id, public_id=row.public_id)
        await store.write(again, school=row.school_id)
    return len(erased)


async def _remove_again(store: RowStore, marks: frozenset[str]) -> None:
    """The endorsements that forgetting removed, since they were withdrawn."""
    rows = await store.read(
        lambda scope: scope.all(select(t.endorsement.c.id, t.endorsement.c.school_id, t.endorsement.c.public_id))
    )
    for row in rows:
        if erasure_mark(row.public_id) in marks:
            await store.write(partial(_remove, endorsement_id=row.id), school=row.school_id)


async def _remove(scope: Scope, endorsement_id: int) -> None:
    this = t.endorsement.c.id == endorsement_id
    await outdate_holding(scope, {endorsement_id})
    await say_withdrawn(scope, this)
    await scope.run(delete(t.endorsement).where(this))


async def _forget_again(scope: Scope, person_id: int, public_id: str) -> None:
    """Once only: who moved is forgotten at each of their schools with the present one."""
    if await scope.value(select(t.person.c.forgotten_at).where(t.person.c.id == person_id)) is not None:
        return
    await forget(scope, person_id)
    await append(scope, "erasure_replayed", "", erasure_mark(public_id), {})

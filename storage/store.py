"""The store: an open database, and use cases run on it (`Store` in `services.ports`)."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.sessions import IDLE, LONGEST
from bot.services.ports import Calendar, Command, UseCase, Vault
from bot.services.vitals import Vitals
from storage import tables as t
from storage.engine import Place, place_of, reading_engine, writing_engine
from storage.inbox import forget_events
from storage.locking import DatabaseLock
from storage.outbox import PromiseRows
from storage.repositories.introductions import forget_questions
from storage.repositories.links import forget_links
from storage.repositories.moves import forget_moves
from storage.repositories.proofs import forget_codes
from storage.repositories.sessions import forget_ended
from storage.schema import require_current
from storage.scope import Deployment, Scope
from storage.transactions import GroupWriter, SeparateWriter, Writer, run_alone
from storage.trouble import problem_of
from storage.vitals import read_product, read_vitals
from storage.work import work_in

C = TypeVar("C", bound=Command)
R = TypeVar("R")

TOMBSTONE_KEY = "tombstone_key"
TOMBSTONE_LABEL = "tombstone"
TOMBSTONE_KEY_BYTES = 32


def _nobody(_: object) -> None:
    """Nobody listens."""


class RowStore:
    """Implements `Store`. `promises` is the relay's side of the outbox.

    Made by `open_store`; `close` finishes what waits.
    """

    def __init__(self, place: Place, deployment: Deployment, lock: DatabaseLock | None) -> None:
        self._place = place
        self.deployment = deployment
        self._lock = lock
        self._reading: AsyncEngine = reading_engine(place)
        writer = GroupWriter if place.file else SeparateWriter
        self.writer: Writer = writer(writing_engine(place), deployment, self._committed)
        self.promises = PromiseRows(self.write, self.read)
        self.on_commit: Callable[[frozenset[str]], None] = _nobody
        """Called after commits with the lanes in which something was promised, for now or for later."""
        self.on_erased: Callable[[str], None] = _nobody
        """Called after a person was forgotten, with the mark for the log of erasures (see `storage.erasures`)."""

    async def run(self, use_case: UseCase[C, R], command: C) -> R:
        return await self.writer.run(lambda scope: use_case(work_in(scope), command), command.school_id)

    async def look(self, use_case: UseCase[C, R], command: C) -> R:
        return await self._look(lambda scope: use_case(work_in(scope), command), command.school_id)

    async def erasures(self) -> frozenset[str]:
        """The marks of everybody who was forgotten here."""
        rows = await self.read(lambda scope: scope.all(select(t.erasure.c.mark)))
        return frozenset(row.mark for row in rows)

    async def forget_events(self, before: datetime) -> int:
        """Drop the inbox's memory of events seen before a moment. Counts them."""
        return await self.write(lambda scope: forget_events(scope, before))

    async def forget_questions(self, before: datetime) -> int:
        """Drop what people asked `who` before a moment. Counts the questions."""
        return await self.write(lambda scope: forget_questions(scope, before))

    async def forget_sessions(self, now: datetime) -> int:
        """Drop sessions that have ended by themselves and one-time links that open no more. Counts them."""
        return await self.write(lambda scope: forget_ended(scope, now - IDLE, now - LONGEST, now))

    async def forget_links(self, before: datetime) -> int:
        """See `storage.repositories.links`."""
        return await self.write(lambda scope: forget_links(scope, before))

    async def forget_moves(self, now: datetime) -> int:
        """Drop move codes that nobody used in time. Counts them."""
        return await self.write(lambda scope: forget_moves(scope, now))

    async def forget_codes(self, now: datetime) -> int:
        """Drop codes sent by mail that count for no limit any more. Counts them."""
        return await self.write(lambda scope: forget_codes(scope, now))

    async def vitals(self) -> Vitals:
        """How the rows are doing, in numbers."""
        return await self.read(read_vitals)

    async def prove(self) -> None:
        """Read the database: its file as it lies there, and a row. Raises `Problem` (`db.…`) when it is not well."""
        await asyncio.to_thread(require_current, self._place)
        try:
            await self.read(read_product)
        except DBAPIError as error:
            raise problem_of(error, file=self._place.name) or error from error

    async def close(self) -> None:
        await self.writer.close()
        await self._reading.dispose()
        if self._lock is not None:
            self._lock.release()

    async def _look(self, act: Callable[[Scope], Awaitable[R]], school: int | None) -> R:
        result, _ = await run_alone(self._reading.begin, self.deployment, act, school)
        done: R = result
        return done

    async def write(self, act: Callable[[Scope], Awaitable[R]], school: int | None = None) -> R:
        """Run something of storage's own in a transaction."""
        return await self.writer.run(act, school)

    async def read(self, act: Callable[[Scope], Awaitable[R]]) -> R:
        """Run something of storage's own that only reads, over all schools."""
        return await self._look(act, None)

    def _committed(self, scopes: Sequence[Scope]) -> None:
        """Tell the listeners, in a turn of their own: their troubles are not those of who committed."""
        tell = asyncio.get_running_loop().call_soon
        lanes = frozenset(lane for scope in scopes for lane in scope.lanes)
        if lanes:
            tell(self.on_commit, lanes)
        for scope in scopes:
            for mark in scope.erased:
                tell(self.on_erased, mark)


async def open_store(
    url: str,
    *,
    vault: Vault,
    calendar: Calendar,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    new_secret: Callable[[int], bytes],
    rng: random.Random,
    beside: bool = False,
    global_users: frozenset[str] = frozenset(),
) -> RowStore:
    """Open a database whose schema is current (see `storage.admin.upgrade`).

    `new_secret` gives that many unpredictable bytes. `beside` lets it be in use by another process: for a few short
    acts, which that one sees with its next reading; it hears of promises with its next sweep. `global_users` are the
    platforms on which a user has the same key in every workspace.

    Raises `Problem` with a code of `db.…` when the database cannot be used, and `vault.wrong_secret` when it was sealed
    under another secret.
    """
    place = place_of(url)
    lock = DatabaseLock(place.file) if place.file else None
    await asyncio.to_thread(require_current, place)
    if lock is not None and beside:
        lock = lock if lock.acquire_if_free() else None
    elif lock is not None:
        lock.acquire()
    store = RowStore(place, Deployment(vault, calendar, now, new_id, new_secret, rng, global_users=global_users), lock)
    try:
        store.deployment.tombstone_key = await store.write(_tombstone_key)
    except BaseException as error:
        await store.close()
        problem = problem_of(error, file=place.name) if isinstance(error, DBAPIError) else None
        if problem is None:
            raise
        raise problem from error
    return store


async def _tombstone_key(scope: Scope) -> bytes:
    """The deployment's key for tombstones, made at the first start."""
    vault, new_secret = scope.deployment.vault, scope.deployment.new_secret
    sealed = await scope.value(select(t.meta.c.value).where(t.meta.c.key == TOMBSTONE_KEY))
    if sealed is not None:
        return vault.open(bytes.fromhex(sealed), label=TOMBSTONE_LABEL)
    key = new_secret(TOMBSTONE_KEY_BYTES)
    await scope.run(t.meta.insert().values(key=TOMBSTONE_KEY, value=vault.seal(key, label=TOMBSTONE_LABEL).hex()))
    return key

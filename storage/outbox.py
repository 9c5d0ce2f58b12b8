"""The outbox: promises made with the facts they follow from, and kept by the relay afterwards.

A promise is `new`, then `claimed` while somebody is keeping it, then gone; or `failed` for good. `attempts` counts the
claims and tells them apart: what an earlier claim reports about a promise that was claimed again changes nothing.

What waits for its person (`waits_since`) is `new` too, so that the same is not promised beside it; it comes due when it
is let go, or when its person comes. Who comes while it is being kept leaves word of that (`called`). A wait gives the
attempt back: its claim is over, and an older one that never reported had a lower number.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Row, case, delete, func, literal, select, text, update

from bot.services.ports import Promise
from storage import columns
from storage import tables as t
from storage.scope import Scope, insertion

ERROR_CHARS = 500
R = TypeVar("R")


@cache
def _promising(dialect: str) -> Any:
    """A new promise, unless one with the same `once` waits already."""
    # The index's own words: with a parameter in their place a prepared statement no longer finds the index.
    return insertion(t.outbox, dialect).on_conflict_do_nothing(
        index_elements=["school_id", "once"], index_where=text("state = 'new'")
    )


class OutboxRows:
    """Implements `Outbox`: the side of the use cases."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def promise(
        self,
        kind: str,
        subject: int,
        *,
        lane: str,
        person_id: int | None = None,
        detail: dict[str, str] | None = None,
        due_at: datetime | None = None,
        once: str | None = None,
        of_school: int | None = None,
    ) -> None:
        own = self._scope.school_id
        await self._scope.run(
            _promising(self._scope.conn.dialect.name),
            school_id=own if of_school is None else of_school,
            lane=lane,
            kind=kind,
            subject=subject,
            person_id=person_id,
            detail=detail or {},
            token=self._scope.new_id(),
            once=once,
            state="new",
            due_at=due_at or self._scope.now,
            attempts=0,
        )
        self._scope.lanes.add(lane)

    async def call(self, person_id: int) -> None:
        here = update(t.outbox).where(*self._waits_for(person_id)).values(due_at=self._scope.now, called=True)
        rows = await self._scope.all(here.returning(t.outbox.c.lane))
        self._scope.lanes.update(row.lane for row in rows)

    async def waits_for(self, person_id: int) -> bool:
        found = await self._scope.value(select(t.outbox.c.id).where(*self._waits_for(person_id)).limit(1))
        return found is not None

    def _waits_for(self, person_id: int) -> tuple[ColumnElement[bool], ...]:
        waits = (t.outbox.c.state == "new") & t.outbox.c.waits_since.is_not(None)
        return (
            t.outbox.c.person_id == person_id,
            t.outbox.c.school_id == self._scope.school_id,
            waits | (t.outbox.c.state == "claimed"),
        )


class Transact(Protocol):
    """Runs something in a transaction of no school (see `storage.store`)."""

    def __call__(self, act: Callable[[Scope], Awaitable[R]]) -> Awaitable[R]: ...


def to_promise(row: Row[Any]) -> Promise:
    return Promise(
        id=row.id,
        school_id=row.school_id,
        lane=row.lane,
        kind=row.kind,
        subject=row.subject,
        person_id=row.person_id,
        detail=row.detail,
        token=row.token,
        attempts=row.attempts,
        in_doubt=row.in_doubt,
        tried_at=row.tried_at,
        waits_since=row.waits_since,
    )


class PromiseRows:
    """Implements `Promises`: the relay's side, over all schools. Each act is a transaction of its own."""

    def __init__(self, write: Transact, read: Transact) -> None:
        self._write = write
        self._read = read

    async def lanes_due(self) -> frozenset[str]:
        return await self._read(_lanes_due)

    async def next_due(self) -> datetime | None:
        return await self._read(_next_due)

    async def claim(self, lane: str, limit: int) -> tuple[Promise, ...]:
        return await self._write(lambda scope: _claim(scope, lane, limit))

    async def done(self, promise: Promise) -> bool:
        return await self._write(lambda scope: scope.run(delete(t.outbox).where(*_held(promise)))) == 1

    async def retry_at(self, promise: Promise, moment: datetime, error: str, *, in_doubt: bool = False) -> bool:
        return await self._write(lambda scope: _retry(scope, promise, moment, error, in_doubt))

    async def hurry(self, leads: Callable[[str], bool], errors: Collection[str]) -> None:
        await self._write(lambda scope: _hurry(scope, leads, errors))

    async def wait(self, promise: Promise, until: datetime) -> bool:
        return await self._write(lambda scope: _wait(scope, promise, until))

    async def fail(self, promise: Promise, error: str) -> bool:
        failed = update(t.outbox).where(*_held(promise)).values(state="failed", error=error[:ERROR_CHARS])
        return await self._write(lambda scope: scope.run(failed)) == 1

    async def release_in_doubt(self, claimed_before: datetime | None = None) -> int:
        return await self._write(lambda scope: _release(scope, claimed_before))


def _held(promise: Promise) -> tuple[ColumnElement[bool], ...]:
    """The promise is still held by the claim that handed it out."""
    return (
        t.outbox.c.id == promise.id,
        t.outbox.c.state == "claimed",
        t.outbox.c.attempts == promise.attempts,
    )


async def _lanes_due(scope: Scope) -> frozenset[str]:
    rows = await scope.all(
        select(t.outbox.c.lane).where(t.outbox.c.state == "new", t.outbox.c.due_at <= scope.now).distinct()
    )
    return frozenset(row.lane for row in rows)


async def _next_due(scope: Scope) -> datetime | None:
    moment: datetime | None = await scope.value(
        select(func.min(t.outbox.c.due_at)).where(t.outbox.c.state == "new", t.outbox.c.due_at > scope.now)
    )
    return moment


async def _claim(scope: Scope, lane: str, limit: int) -> tuple[Promise, ...]:
    due = (
        select(t.outbox.c.id)
        .where(t.outbox.c.lane == lane, t.outbox.c.state == "new", t.outbox.c.due_at <= scope.now)
        .order_by(t.outbox.c.due_at, t.outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await scope.all(
        update(t.outbox)
        .where(t.outbox.c.id.in_(due.scalar_subquery()))
        .values(
            state="claimed",
            attempts=t.outbox.c.attempts + 1,
            claimed_at=scope.now,
            called=False,
            tried_at=case((t.outbox.c.attempts == 0, literal(scope.now, columns.Moment())), else_=t.outbox.c.tried_at),
        )
        .returning(t.outbox)
    )
    return tuple(to_promise(row) for row in sorted(rows, key=lambda row: (row.due_at, row.id)))


async def _retry(scope: Scope, promise: Promise, moment: datetime, error: str, in_doubt: bool) -> bool:
    """Back to `new`. One that certainly did not happen gives way to a newer promise of the same, which then waits too.

    One in doubt stays itself, with its token, beside any newer promise: it has to be looked up first.
    """
    row = await scope.one(select(t.outbox.c.once, t.outbox.c.school_id).where(*_held(promise)).with_for_update())
    if row is None:
        return False
    again = {"state": "new", "due_at": moment, "error": error[:ERROR_CHARS], "waits_since": None}
    if in_doubt or promise.in_doubt:
        again |= {"in_doubt": True, "once": None}
    elif row.once is not None and await _newer_waits(scope, promise, row.once, moment):
        return await scope.run(delete(t.outbox).where(*_held(promise))) == 1
    return await scope.run(update(t.outbox).where(*_held(promise)).values(again)) == 1


async def _hurry(scope: Scope, leads: Callable[[str], bool], errors: Collection[str]) -> None:
    later = (t.outbox.c.state == "new", t.outbox.c.due_at > scope.now, t.outbox.c.waits_since.is_(None))
    put_off = (*later, t.outbox.c.error.in_(errors))
    rows = await scope.all(select(t.outbox.c.lane).where(*put_off).distinct())
    lanes = [row.lane for row in rows if leads(row.lane)]
    if lanes:
        await scope.run(update(t.outbox).where(*put_off, t.outbox.c.lane.in_(lanes)).values(due_at=scope.now))
        scope.lanes.update(lanes)


async def _wait(scope: Scope, promise: Promise, until: datetime) -> bool:
    """Back to `new` until its person comes, as if it had not been tried."""
    row = await scope.one(select(t.outbox.c.once, t.outbox.c.school_id).where(*_held(promise)).with_for_update())
    if row is None:
        return False
    if row.once is not None and not promise.in_doubt and await _is_promised_again(scope, row.school_id, row.once):
        return await scope.run(delete(t.outbox).where(*_held(promise))) == 1
    now = literal(scope.now, columns.Moment())
    waiting = (
        update(t.outbox)
        .where(*_held(promise))
        .values(
            state="new",
            due_at=case((t.outbox.c.called, now), else_=literal(until, columns.Moment())),
            attempts=t.outbox.c.attempts - 1,
            waits_since=func.coalesce(t.outbox.c.waits_since, now),
            **({"once": None} if promise.in_doubt else {}),
        )
    )
    waits = await scope.all(waiting.returning(t.outbox.c.lane))
    scope.lanes.update(row.lane for row in waits)
    return len(waits) == 1


async def _is_promised_again(scope: Scope, school_id: int, once: str) -> bool:
    same = (t.outbox.c.school_id == school_id, t.outbox.c.once == once, t.outbox.c.state == "new")
    return await scope.value(select(t.outbox.c.id).where(*same)) is not None


async def _newer_waits(scope: Scope, promise: Promise, once: str, moment: datetime) -> bool:
    """Whether a newer promise of the same is waiting. It takes over the attempts and the delay."""
    waiting = (
        t.outbox.c.school_id == promise.school_id,
        t.outbox.c.once == once,
        t.outbox.c.state == "new",
    )
    return (
        await scope.run(
            update(t.outbox).where(*waiting).values(attempts=t.outbox.c.attempts + promise.attempts, due_at=moment)
        )
        > 0
    )


async def _release(scope: Scope, claimed_before: datetime | None) -> int:
    orphaned = [t.outbox.c.state == "claimed"]
    if claimed_before is not None:
        orphaned.append(t.outbox.c.claimed_at < claimed_before)
    rows = await scope.all(
        update(t.outbox)
        .where(*orphaned)
        .values(state="new", in_doubt=True, once=None, due_at=scope.now, waits_since=None)
        .returning(t.outbox.c.lane)
    )
    scope.lanes.update(row.lane for row in rows)
    return len(rows)

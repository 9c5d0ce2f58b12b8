"""How use cases become durable: together on SQLite, each for itself on PostgreSQL.

SQLite has one writer. Whatever waits when it is free shares one commit (and its one wait for the disk), with a
savepoint each, so that a use case that fails takes nothing of the others with it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import Problem
from storage.scope import Deployment, Scope
from storage.trouble import is_lost_race, problem_of

TRIES = 3
"""How often a use case runs at most when it loses races."""
TOGETHER = 64
"""How many use cases share one commit at most."""

R = TypeVar("R")
Act = Callable[[Scope], Awaitable[Any]]
Heard = Callable[[Sequence[Scope]], None]
"""Told which transactions were committed."""
Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""Opens one transaction: commits at the end, rolls back on an exception."""


@dataclass
class Job:
    """One use case on its way, and whom its outcome is told to."""

    act: Act
    school: int | None
    outcome: asyncio.Future[Any]

    def fail(self, error: BaseException) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def succeed(self, result: Any) -> None:
        if not self.outcome.done():
            self.outcome.set_result(result)


class Writer(Protocol):
    async def run(self, act: Callable[[Scope], Awaitable[R]], school: int | None) -> R: ...
    async def close(self) -> None: ...


async def run_alone(begin: Begin, deployment: Deployment, act: Act, school: int | None) -> tuple[Any, Scope]:
    """Run a use case in a transaction of its own; a lost race is run again. Database trouble becomes a `Problem`."""
    tries = 0
    while True:
        tries += 1
        try:
            async with begin() as conn:
                scope = Scope(conn, deployment, school, deployment.now())
                result = await act(scope)
            return result, scope
        except DBAPIError as error:
            if is_lost_race(error) and tries < TRIES:
                continue
            problem = problem_of(error)
            if problem is None:
                raise
            raise problem from error


class SeparateWriter:
    """Each use case in a transaction of its own, several at once."""

    def __init__(self, engine: AsyncEngine, deployment: Deployment, heard: Heard) -> None:
        self._engine = engine
        self._deployment = deployment
        self._heard = heard

    async def run(self, act: Callable[[Scope], Awaitable[R]], school: int | None) -> R:
        result, scope = await run_alone(self._engine.begin, self._deployment, act, school)
        self._heard([scope])
        done: R = result
        return done

    async def close(self) -> None:
        await self._engine.dispose()


class _Spoilt(Exception):
    """A statement failed in a way that may have ended the transaction for all."""


class GroupWriter:
    """One writer for all: what waits is committed together."""

    def __init__(self, engine: AsyncEngine, deployment: Deployment, heard: Heard) -> None:
        self._engine = engine
        self._deployment = deployment
        self._heard = heard
        self._waiting: asyncio.Queue[Job | None] = asyncio.Queue()
        self._connection: AsyncConnection | None = None
        self._closed = False
        self._task = asyncio.create_task(self._serve(), name="storage writer")

    async def run(self, act: Callable[[Scope], Awaitable[R]], school: int | None) -> R:
        if self._closed:
            raise Problem("db.closed")
        if asyncio.current_task() is self._task:
            raise RuntimeError("a use case cannot run another one: it would wait for itself")
        job = Job(act, school, asyncio.get_running_loop().create_future())
        self._waiting.put_nowait(job)
        done: R = await job.outcome
        return done

    async def close(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        self._waiting.put_nowait(None)
        await self._task
        await self._drop_connection()
        await self._engine.dispose()

    async def _serve(self) -> None:
        stopping = False
        while not stopping:
            first = await self._waiting.get()
            jobs = [first] if first is not None else []
            stopping = first is None
            while len(jobs) < TOGETHER and not self._waiting.empty():
                job = self._waiting.get_nowait()
                if job is None:
                    stopping = True
                else:
                    jobs.append(job)
            wanted = [job for job in jobs if not job.outcome.cancelled()]
            try:
                await self._do(wanted)
            except Exception as error:
                for job in wanted:
                    job.fail(problem_of(error) or error)
                await self._drop_connection()

    async def _do(self, jobs: list[Job]) -> None:
        if len(jobs) > 1:
            try:
                await self._do_together(jobs)
            except _Spoilt:
                await self._drop_connection()
        for job in jobs:
            if not job.outcome.done():
                await self._do_alone(job)

    async def _do_alone(self, job: Job) -> None:
        try:
            result, scope = await run_alone(self._transaction, self._deployment, job.act, job.school)
        except Exception as error:
            job.fail(error)
            if isinstance(error, DBAPIError) or isinstance(error.__cause__, DBAPIError):
                await self._drop_connection()
        else:
            job.succeed(result)
            self._heard([scope])

    async def _do_together(self, jobs: list[Job]) -> None:
        """Run the jobs in one transaction and commit. All are told once it is durable.

        One that failed is told then too: it may have failed by what another of the group did, which is a fact only
        now. Jobs that lost a race are left undone, to run again alone. Raises `_Spoilt`, with nothing done and nobody
        told, when a statement failed for another reason than the job itself.
        """
        done: list[tuple[Job, Any, Scope]] = []
        failed: list[tuple[Job, Exception]] = []
        try:
            async with self._transaction() as conn:
                for job in jobs:
                    await self._do_in_savepoint(conn, job, done, failed)
        except DBAPIError as error:
            for job in jobs:
                job.fail(problem_of(error) or error)
            await self._drop_connection()
            return
        for job, result, _ in done:
            job.succeed(result)
        for job, failure in failed:
            job.fail(failure)
        self._heard([scope for _, _, scope in done])

    async def _do_in_savepoint(
        self,
        conn: AsyncConnection,
        job: Job,
        done: list[tuple[Job, Any, Scope]],
        failed: list[tuple[Job, Exception]],
    ) -> None:
        scope = Scope(conn, self._deployment, job.school, self._deployment.now())
        try:
            async with conn.begin_nested():
                result = await job.act(scope)
        except DBAPIError as error:
            if not is_lost_race(error):
                raise _Spoilt from error
        except Exception as error:
            failed.append((job, error))
        else:
            done.append((job, result, scope))

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if self._connection is None:
            self._connection = await self._engine.connect()
        async with self._connection.begin():
            yield self._connection

    async def _drop_connection(self) -> None:
        """After trouble, begin anew with a fresh connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

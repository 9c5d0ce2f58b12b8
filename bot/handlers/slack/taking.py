"""Events that Slack sends again until they are acknowledged: each is worked on once at a time, in order.

An event is acknowledged only after what it did is committed (design.md 4.2), within two seconds; a slower one goes on
being worked on, and one of Slack's retries finds it done. What concerns the same thing waits for its turn, so that a
reaction put on and taken off again is taken in that order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress

import structlog

ACKNOWLEDGED_WITHIN = 2.0
"""Seconds, of Slack's three."""

log = structlog.get_logger(__name__)


class Tasks:
    """Work that goes on behind an acknowledgement, and is waited for when the house closes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Begin it. Work says itself, in the log, why it failed."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def quiet(self) -> None:
        """Wait until nothing is at work."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, grace: float) -> None:
        """Wait for all of it, for `grace` seconds; what is still at work then is broken off."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class Taking:
    """Takes events in, each by its id, those of one `about` one after another."""

    def __init__(self, tasks: Tasks, patience: float = ACKNOWLEDGED_WITHIN) -> None:
        self._tasks = tasks
        self._patience = patience
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._last: dict[Hashable, asyncio.Task[None]] = {}

    async def is_taken(self, event_id: str, about: Hashable, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether the event was taken in, now or by the try that is still at work; False: Slack shall send it again."""
        task = self._at_work.get(event_id)
        if task is None:
            task = self._begin(event_id, about, work)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        return bool(done) and not task.cancelled() and task.exception() is None

    def _begin(self, event_id: str, about: Hashable, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        before = self._last.get(about)

        async def in_turn() -> None:
            try:
                if before is not None:
                    with suppress(Exception):
                        await asyncio.wait({before})
                await work()
            except Exception:
                log.exception("slack.event_failed", event_id=event_id)
                raise
            finally:
                del self._at_work[event_id]
                if self._last.get(about) is task:
                    del self._last[about]

        task = self._tasks.begin(in_turn())
        self._at_work[event_id] = task
        self._last[about] = task
        return task

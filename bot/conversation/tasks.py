"""Work that goes on behind an acknowledgement."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Tasks:
    """Work that goes on behind an acknowledgement, and is waited for when the house closes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[Any]] = set()

    def begin(self, work: Awaitable[T]) -> asyncio.Future[T]:
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
        """Wait for all of it, and what it began, for `grace` seconds; what is still at work then is broken off."""
        end = time.monotonic() + grace
        while self._tasks and (left := end - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        late = list(self._tasks)
        if late:
            log.warning("tasks.broken_off", tasks=len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

"""What concerns the same thing is worked on in the order in which it came."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from bot.conversation.tasks import Tasks


class Turns:
    """A reaction put on and taken off again is taken in that order; others do not wait for it."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._last: dict[Hashable, asyncio.Future[None]] = {}

    def begin(self, about: Hashable, work: Callable[[], Awaitable[object]]) -> None:
        """Do it once everything about the same is done. Work says itself, in the log, why it failed."""
        before = self._last.get(about)

        async def in_turn() -> None:
            try:
                if before is not None:
                    await asyncio.wait({before})
                await work()
            finally:
                if self._last.get(about) is task:
                    del self._last[about]

        task = self._tasks.begin(in_turn())
        self._last[about] = task

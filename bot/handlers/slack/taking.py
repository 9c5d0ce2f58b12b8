"""Events that Slack sends again until they are acknowledged: each is worked on once at a time, in order.

An event is acknowledged only after what it did is committed (design.md 4.2), within two seconds; a slower one goes on
being worked on, and one of Slack's retries finds it done. What concerns the same thing waits for its turn, so that a
reaction put on and taken off again is taken in that order.

Within these two seconds the acknowledgement also waits a moment for what the person is told: a process that dies
meanwhile has acknowledged nothing, so that Slack brings the event to the next one, which says it. Where Slack does not
let us speak, it is asked to come again.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress

import structlog

from bot.conversation.remembering import remember
from bot.conversation.tasks import Tasks
from bot.handlers.slack.client import TROUBLES, reason_of
from bot.handlers.slack.timing import Timing

REMEMBERED = 20_000
"""So many events that were taken in are remembered, for the retries of those whose acknowledgement was lost."""

Key = tuple[str, Hashable]
"""An event's workspace and id."""
Said = asyncio.Future[None] | None
"""What is done when the answer to an event is said; None where there is nothing to say."""
Work = Callable[[], Awaitable[Said]]
log = structlog.get_logger(__name__)


class Taking:
    """Takes events in, each by its id, those of one `about` one after another."""

    def __init__(self, tasks: Tasks, timing: Timing, is_mute: Callable[[str], bool]) -> None:
        """`is_mute`: whether Slack does not let us say anything in a workspace now."""
        self._tasks = tasks
        self._timing = timing
        self._is_mute = is_mute
        self._taken: OrderedDict[Key, Said] = OrderedDict()
        self._at_work: dict[Key, asyncio.Future[Said]] = {}
        self._last: dict[Hashable, asyncio.Future[Said]] = {}

    async def is_taken(self, key: Key, about: Hashable, work: Work) -> bool:
        """Whether the event was taken in, now or by a try before; False: Slack shall send it again."""
        end = time.monotonic() + self._timing.acknowledged_within
        if key in self._taken:
            return await self._is_said(key, self._taken[key], end)
        task = self._at_work.get(key)
        if task is None:
            task = self._begin(key, about, work)
        done, _ = await asyncio.wait({task}, timeout=self._timing.acknowledged_within)
        if not done or task.cancelled() or task.exception() is not None:
            return False
        return await self._is_said(key, task.result(), end)

    async def _is_said(self, key: Key, said: Said, end: float) -> bool:
        """Whether the answer is said, or will be: then nobody need bring the event again."""
        if said is None or said.done():
            return True
        done, _ = await asyncio.wait(
            {said}, timeout=max(min(self._timing.answered_within, end - time.monotonic()), 0.0)
        )
        return bool(done) or not self._is_mute(key[0])

    def _begin(self, key: Key, about: Hashable, work: Work) -> asyncio.Future[Said]:
        before = self._last.get(about)

        async def in_turn() -> Said:
            try:
                if before is not None:
                    with suppress(Exception):
                        await asyncio.wait({before})
                said = await work()
                remember(self._taken, key, said, REMEMBERED)
                return said
            except TROUBLES as trouble:
                log.warning("slack.event_failed", delivery=key, reason=reason_of(trouble))
                raise
            except Exception:
                log.exception("slack.event_failed", delivery=key)
                raise
            finally:
                del self._at_work[key]
                if self._last.get(about) is task:
                    del self._last[about]

        task = self._tasks.begin(in_turn())
        self._at_work[key] = task
        self._last[about] = task
        return task

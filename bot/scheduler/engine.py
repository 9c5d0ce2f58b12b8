"""The engine of one process: a kick drains a lane in an asyncio task.

Kicks only save time. What is true stands in the outbox: a kick that was lost is made good by the timer, by the sweep,
or by the next start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from datetime import datetime, timedelta

import structlog

from bot.scheduler.relay import Relay

SIDE_BY_SIDE = 16
"""So many lanes are drained at the same time."""
# In seconds.
SHORTEST_NAP = 0.05
LONGEST_NAP = 3600.0
"""The timer looks again at least so often, should the clock on the wall be changed."""
AFTER_TROUBLE = 5.0
"""The database could not be asked: the timer tries again after this time."""

log = structlog.get_logger(__name__)


class InProcessEngine:
    """Implements the port `Engine`. Belongs to one event loop.

    Without `start` nothing happens by itself but what is kicked: so do tests, and the terminal with its own time.
    `wait_until` waits for a moment of the clock `now`; tests move their clock there instead of sleeping.
    """

    def __init__(
        self,
        relay: Relay,
        now: Callable[[], datetime],
        wait_until: Callable[[datetime], Awaitable[None]] | None = None,
    ) -> None:
        self._relay = relay
        self._now = now
        self._wait_until = wait_until or self._sleep_until
        self._drains: dict[str, asyncio.Task[None]] = {}
        self._kicked: set[str] = set()
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)
        self._timer: asyncio.Task[None] | None = None
        self._drained = asyncio.Event()
        self._error: Exception | None = None
        self._stopped = False

    def kick(self, lane: str) -> None:
        """Drain the lane soon. While it is being drained, any number of kicks is one more look."""
        if self._stopped:
            return
        self._kicked.add(lane)
        if lane not in self._drains:
            self._drains[lane] = asyncio.create_task(self._drain(lane), name=f"drain {lane}", context=Context())

    async def start(self) -> None:
        """Take up what an earlier process left, and wake up by itself for what comes due later."""
        await self._relay.release_lost(all_claims=True)
        self._timer = asyncio.create_task(self._watch(), name="engine timer")

    async def sweep(self) -> None:
        """Give free what a lost claim holds, and drain every lane that has something due."""
        await self._relay.release_lost()
        await self._kick_due()

    async def settle(self, until: datetime | None = None) -> None:
        """Return when nothing is due any more and no drain is running.

        With `until`, also wait for what comes due by then, for instance the second that gathers reactions.
        Raises what broke a drain off (not what a promise's handler raised: that is the relay's business).
        """
        while True:
            await self._quiet()
            coming = await self._relay.next_due() if until is not None else None
            if until is not None and coming is not None and coming <= until:
                await self._wait_until(coming)
            elif not await self._kick_due():  # asked last: what came due while the future was asked is not left
                return

    async def stop(self, grace: timedelta = timedelta(seconds=10)) -> None:
        """Begin nothing any more. What is being kept may end within `grace`; what is broken off is in doubt."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            with suppress(asyncio.CancelledError):
                await self._timer
        drains = list(self._drains.values())
        if drains:
            _, late = await asyncio.wait(drains, timeout=grace.total_seconds())
            for drain in late:
                drain.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _kick_due(self) -> bool:
        lanes = await self._relay.lanes()
        for lane in sorted(lanes):
            self.kick(lane)
        return bool(lanes)

    async def _quiet(self) -> None:
        self._error = None
        while not self._stopped and (await self._kick_due() or self._drains):
            if self._drains:
                await asyncio.wait(list(self._drains.values()))
            if self._error is not None:
                raise self._error

    async def _drain(self, lane: str) -> None:
        try:
            while lane in self._kicked and not self._stopped:
                self._kicked.discard(lane)
                async with self._places:
                    await self._relay.drain(lane, lambda: not self._stopped)
            self._drained.set()
        except Exception as error:
            # The sweep comes back to it. Waking the timer here would try again at once, and again.
            self._error = error
            log.exception("engine.drain_failed", lane=lane)
        finally:
            self._kicked.discard(lane)
            del self._drains[lane]

    # ------------------------------------------------------------ the timer

    async def _watch(self) -> None:
        """One timer for the earliest moment at which anything comes due; set anew after each drain."""
        while True:
            self._drained.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(await self._nap()):
                    await self._drained.wait()

    async def _nap(self) -> float:
        """Kick what is due, and say for how many seconds there is nothing to do."""
        try:
            # The future is asked first: what comes due between the two questions is then in both, not in neither.
            coming = await self._relay.next_due()
            await self._kick_due()
        except Exception:
            log.exception("engine.timer_failed")
            return AFTER_TROUBLE
        seconds = (coming - self._now()).total_seconds() if coming is not None else LONGEST_NAP
        return min(max(seconds, SHORTEST_NAP), LONGEST_NAP)

    async def _sleep_until(self, moment: datetime) -> None:
        seconds = (moment - self._now()).total_seconds()
        if seconds > 0:
            await asyncio.sleep(seconds)

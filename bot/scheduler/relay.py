"""The relay: keeps promises of the outbox, lane by lane.

A promise is claimed only when its turn comes, so that after a crash exactly those are in doubt that were begun. What
a kind of promise does is given by `bot.app` as a handler; here is only when it is tried, tried again, and given up.

| what the handler does | what becomes of the promise |
|---|---|
| returns `Done` | kept |
| returns `Again(after)` | tried again then; it certainly did not happen |
| returns `Never(reason)` or raises `Unsendable` | failed, and stays on record |
| raises `RetryLater(after)` | tried again then, and nothing in its lane before |
| raises `Waits` | kept until its person comes, as if it had not been tried; let go after long, and stays on record |
| raises anything else, or takes too long | in doubt; tried again after a growing delay, failed after many |
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.errors import Problem
from bot.services.contact_ports import Waits
from bot.services.ports import Promise, Promises, RetryLater, Unsendable

PAUSED, CLOSED = "paused", "channel_closed"
OF_THE_PLACE = frozenset({PAUSED, CLOSED})
"""Why something is tried again later that lies with where it is sent, and may be mended there."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Done:
    """What was promised is true."""


@dataclass(frozen=True)
class Again:
    """Not yet: try again `after` from now."""

    after: timedelta
    reason: str = "again"


@dataclass(frozen=True)
class Never:
    """It can never become true. `reason` is a code."""

    reason: str


Outcome: TypeAlias = Done | Again | Never
Handler: TypeAlias = Callable[[Promise], Awaitable[Outcome]]


@dataclass(frozen=True)
class Patience:
    """How long and how often something is tried. With the defaults an outage of eight hours fails nothing."""

    first_delay: timedelta = timedelta(seconds=2)
    longest_delay: timedelta = timedelta(hours=1)
    tries: int = 20
    per_try: timedelta = timedelta(seconds=60)
    """A try that takes longer is broken off: whether it happened is in doubt."""
    longest_wait: timedelta = timedelta(days=30)
    """How long something waits for its person to come."""
    claim_lost: timedelta = timedelta(minutes=5)
    """A claim that was not reported on for so long belongs to a process that died. More than `per_try`."""

    def delay(self, tries: int) -> timedelta:
        """How long to wait after this many tries: doubled each time, up to the longest."""
        doublings = min(max(tries, 1) - 1, 40)
        return min(self.first_delay * (1 << doublings), self.longest_delay)


class Relay:
    """Drains lanes. `counts` says how many promises were kept, delayed, failed, paused and left waiting
    since the start."""

    def __init__(
        self,
        promises: Promises,
        handlers: Mapping[str, Handler],
        now: Callable[[], datetime],
        patience: Patience | None = None,
        serves: Callable[[str], bool] = lambda lane: True,
    ) -> None:
        """`serves` says whether this process can keep promises of a lane; those of others wait."""
        self._promises = promises
        self._handlers = handlers
        self._now = now
        self._patience = patience or Patience()
        self._serves = serves
        self._paused: dict[str, datetime] = {}
        self.counts: Counter[str] = Counter()

    async def resume(self, leads: Callable[[str], bool]) -> None:
        """End the pauses of lanes that lead somewhere: what was put off there because of the place is due now."""
        for lane in [lane for lane in self._paused if leads(lane)]:
            del self._paused[lane]
        await self._promises.hurry(leads, OF_THE_PLACE)

    async def drain(self, lane: str, go_on: Callable[[], bool] = lambda: True) -> None:
        """Keep the lane's due promises, the earliest first, until none is due, the lane pauses or `go_on` says no.

        At most one drain of a lane may run at a time in a process; the engine sees to it.
        """
        while go_on() and self._serves(lane) and not self._is_paused(lane):
            claimed = await self._promises.claim(lane, 1)
            if not claimed:
                return
            for promise in claimed:
                await self._keep(promise)

    async def lanes(self) -> frozenset[str]:
        """Lanes that are served, have something due and are not paused."""
        due = await self._promises.lanes_due()
        return frozenset(lane for lane in due if self._serves(lane) and not self._is_paused(lane))

    async def next_due(self) -> datetime | None:
        """When there will be something to do that is not due now: a promise comes due, or a pause ends."""
        coming = await self._promises.next_due()
        moments = [end for end in self._paused.values() if end > self._now()]
        return min([coming, *moments] if coming is not None else moments, default=None)

    async def release_lost(self, *, all_claims: bool = False) -> int:
        """Give free, as in doubt, what a process that died had begun. `all_claims`: no process is at work but this."""
        before = None if all_claims else self._now() - self._patience.claim_lost
        released = await self._promises.release_in_doubt(before)
        if released:
            log.warning("relay.in_doubt", promises=released)
        return released

    def _is_paused(self, lane: str) -> bool:
        end = self._paused.get(lane)
        if end is None or end > self._now():
            return end is not None
        del self._paused[lane]
        return False

    async def _keep(self, promise: Promise) -> None:
        try:
            outcome = await self._try(promise)
        except RetryLater as refusal:
            await self._pause(promise, refusal.after)
        except Waits:
            await self._wait(promise)
        except Unsendable:
            await self._fail(promise, "unsendable")
        except Exception as error:
            await self._delay(promise, error)
        else:
            await self._settle(promise, outcome)

    async def _try(self, promise: Promise) -> Outcome:
        handler = self._handlers.get(promise.kind)
        if handler is None:
            raise LookupError(promise.kind)
        async with asyncio.timeout(self._patience.per_try.total_seconds()):
            return await handler(promise)

    async def _settle(self, promise: Promise, outcome: Outcome) -> None:
        match outcome:
            case Done():
                await self._promises.done(promise)
                self.counts["kept"] += 1
            case Again(after, reason):
                await self._promises.retry_at(promise, self._now() + after, reason)
                self.counts["delayed"] += 1
            case Never(reason):
                await self._fail(promise, reason)

    async def _pause(self, promise: Promise, after: timedelta) -> None:
        end = self._now() + max(after, timedelta(0))
        self._paused[promise.lane] = end
        await self._promises.retry_at(promise, end, PAUSED)
        self.counts["paused"] += 1
        log.info("relay.paused", lane=promise.lane, promise=promise.id, seconds=after.total_seconds())

    async def _wait(self, promise: Promise) -> None:
        end = (promise.waits_since or self._now()) + self._patience.longest_wait
        if end <= self._now():
            await self._fail(promise, "waited_out")
            return
        await self._promises.wait(promise, end)
        self.counts["waiting"] += 1

    async def _delay(self, promise: Promise, error: Exception) -> None:
        code = error.code if isinstance(error, Problem) else type(error).__name__
        if promise.attempts >= self._patience.tries:
            log.error("relay.tried_out", **_ids(promise), exc_info=error)
            await self._fail(promise, code)
            return
        delay = self._patience.delay(promise.attempts)
        log.warning("relay.delayed", **_ids(promise), seconds=delay.total_seconds(), exc_info=error)
        await self._promises.retry_at(promise, self._now() + delay, code, in_doubt=True)
        self.counts["delayed"] += 1

    async def _fail(self, promise: Promise, reason: str) -> None:
        await self._promises.fail(promise, reason)
        self.counts["failed"] += 1
        log.warning("relay.failed", **_ids(promise), reason=reason)


def _ids(promise: Promise) -> dict[str, str | int]:
    """What may be said about a promise in the log."""
    return {
        "promise": promise.id,
        "lane": promise.lane,
        "kind": promise.kind,
        "subject": promise.subject,
        "attempts": promise.attempts,
    }

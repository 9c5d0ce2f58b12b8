"""Whether requests should come here: the database can be read, the clock goes, the secret opens every school's key."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.app.house import House
from bot.app.world import World
from bot.errors import Problem
from bot.scheduler.clock import Clock
from bot.services import schools
from bot.services.commands import OfNoSchool
from bot.services.vitals import Check, Vitals

PATIENCE = 3.0
"""Seconds that a check may take: whoever asks does not wait longer."""
OVERDUE = timedelta(minutes=2)
"""The clock's shortest job comes round eight times in this time."""
SHORTEST_JOB = "tick"

CLOSING = Check("house", "house.closing")
log = structlog.get_logger(__name__)


class Readiness:
    """Looks at the running house. Each look is made anew."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock

    async def checks(self) -> tuple[Check, ...]:
        """Everything that must be so; none is left out when an earlier one is not."""
        if self._house.is_closing:
            return (CLOSING,)
        return (
            await _check("database", self._house.store.prove()),
            await _check("clock", self._clock_goes()),
            await _check("keys", self._keys_open()),
            *[await self._platform(name) for name in self._house.troubles],
        )

    async def vitals(self) -> Vitals:
        """The house in numbers."""
        return replace(await self._house.store.vitals(), outcomes=dict(self._house.relay.counts))

    @property
    def is_closing(self) -> bool:
        """Whether nothing new is to come here any more."""
        return self._house.is_closing

    async def _platform(self, name: str) -> Check:
        check = await _check(name, _heard(self._house.troubles[name]))
        state = self._house.states.get(name)
        return replace(check, state=state()) if state is not None else check

    async def _clock_goes(self) -> None:
        """The clock's own time is that of the machine, also in a rehearsal whose time is moved."""
        next_run = self._clock.next_run(SHORTEST_JOB)
        if next_run is None or next_run < World().now() - OVERDUE:
            raise Problem("clock.stands")

    async def _keys_open(self) -> None:
        for school in await self._house.store.look(schools.all_issuing, OfNoSchool()):
            await self._house.keys.prove(school.id)


async def _heard(trouble: Callable[[], Awaitable[str | None]]) -> None:
    code = await trouble()
    if code is not None:
        raise Problem(code)


async def _check(name: str, look: Awaitable[None]) -> Check:
    try:
        async with asyncio.timeout(PATIENCE):
            await look
    except Problem as problem:
        return Check(name, problem.code)
    except TimeoutError:
        return Check(name, "too_slow")
    except Exception:
        log.exception("ready.check_failed", check=name)
        return Check(name, "failed")
    return Check(name)

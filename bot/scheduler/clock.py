"""The clock: a handful of recurring jobs declared in code, run by APScheduler with its memory store.

Nothing personal is ever a job here: due times are columns, and a tick looks for them (design.md 3). So the clock
holds no state, and a process that was killed loses nothing by it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

Act = Callable[[], Awaitable[object]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Every:
    """Again and again after this time."""

    period: timedelta

    def trigger(self, zone: ZoneInfo) -> BaseTrigger:
        return IntervalTrigger(seconds=self.period.total_seconds(), timezone=zone)


@dataclass(frozen=True)
class Nightly:
    """Once a day, at this local time of the deployment's zone."""

    hour: int
    minute: int

    def trigger(self, zone: ZoneInfo) -> BaseTrigger:
        return CronTrigger(hour=self.hour, minute=self.minute, timezone=zone)


@dataclass(frozen=True)
class Job:
    """Something that recurs. `at_start`: also once as soon as the clock runs."""

    name: str
    when: Every | Nightly
    act: Act
    at_start: bool = False


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What the jobs of the product do; `bot.app` fills it in."""

    tick: Act
    """Claim everybody whose spare moment has come."""
    sweep: Act
    """Give free what a dead claim holds, and drain every lane that has something due."""
    reconcile: Act
    """Compare stored reactions with the live ones."""
    backup: Act
    """Once a day; asked again on the same day it does nothing."""
    retention: Act
    """Remove what is kept longer than needed."""
    catch_up: Act
    """Do what an interruption left undone, and plan for those who had no moment within the horizon."""


def jobs(acts: Acts) -> tuple[Job, ...]:
    """Every recurring job of the product."""
    return (
        Job("tick", Every(timedelta(seconds=15)), acts.tick, at_start=True),
        Job("sweep", Every(timedelta(seconds=30)), acts.sweep, at_start=True),
        Job("reconcile", Every(timedelta(hours=1)), acts.reconcile, at_start=True),
        Job("backup", Nightly(2, 40), acts.backup, at_start=True),
        Job("retention", Nightly(3, 40), acts.retention),
        Job("catch up", Nightly(4, 10), acts.catch_up, at_start=True),
    )


@dataclass
class Clock:
    """Runs jobs until it is stopped. A job that fails is logged and comes again; one that overruns is not doubled.

    A job that comes late is run all the same, once: jobs look at the database, not at "their" minute.
    """

    jobs: Sequence[Job]
    zone: ZoneInfo
    _scheduler: AsyncIOScheduler | None = None
    _running: set[asyncio.Task[object]] = field(default_factory=set)

    def start(self) -> None:
        """Start in the running event loop."""
        if self._scheduler is not None:
            raise RuntimeError("the clock is running")
        self._scheduler = AsyncIOScheduler(
            timezone=self.zone,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for job in self.jobs:
            at_start = {"next_run_time": datetime.now(self.zone)} if job.at_start else {}
            self._scheduler.add_job(self._run, job.when.trigger(self.zone), (job,), id=job.name, **at_start)
        self._scheduler.start()

    async def stop(self, grace: timedelta = timedelta(seconds=10)) -> None:
        """No job begins any more; those at work may finish within `grace`, then they are cancelled."""
        if self._scheduler is None:
            return
        scheduler, self._scheduler = self._scheduler, None
        scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next round
        if self._running:
            await asyncio.wait(self._running)

    def next_run(self, name: str) -> datetime | None:
        """When a job runs next; None while the clock stands."""
        job = self._scheduler.get_job(name) if self._scheduler is not None else None
        return job.next_run_time if job is not None else None

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - APScheduler runs coroutines as tasks
        self._running.add(task)
        try:
            await job.act()
        except Exception:
            log.exception("clock.job_failed", job=job.name)
        finally:
            self._running.discard(task)

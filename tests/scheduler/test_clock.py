"""The table of recurring jobs, and a clock that nothing kills."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.scheduler.clock import Act, Acts, Clock, Every, Job, Nightly, jobs

ZONE = ZoneInfo("Asia/Tokyo")
HOURLY = Every(timedelta(hours=1))


async def nothing() -> None:
    return None


def running(*table: Job) -> Clock:
    clock = Clock(table, ZONE)
    clock.start()
    return clock


@pytest.fixture
async def clock() -> AsyncIterator[Clock]:
    acts = Acts(tick=nothing, sweep=nothing, reconcile=nothing, backup=nothing, retention=nothing, catch_up=nothing)
    clock = running(*jobs(acts))
    yield clock
    await clock.stop()


async def test_every_job_of_the_product(clock: Clock) -> None:
    assert {job.name: (job.when, job.at_start) for job in clock.jobs} == {
        "tick": (Every(timedelta(seconds=15)), True),
        "sweep": (Every(timedelta(seconds=30)), True),
        "reconcile": (HOURLY, True),
        "backup": (Nightly(2, 40), True),
        "retention": (Nightly(3, 40), False),
        "catch up": (Nightly(4, 10), True),
    }
    retention = clock.next_run("retention")
    assert retention is not None
    assert retention.astimezone(ZONE).strftime("%H:%M") == "03:40"


async def test_late_ticks_run_once_and_none_runs_twice_at_once(clock: Clock) -> None:
    assert clock._scheduler is not None
    for job in clock._scheduler.get_jobs():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


def signalled(done: asyncio.Event, error: Exception | None = None) -> Act:
    async def act() -> None:
        done.set()
        if error is not None:
            raise error

    return act


async def test_a_failing_job_is_logged_and_comes_again() -> None:
    failed, other = asyncio.Event(), asyncio.Event()
    bad = Job("bad", HOURLY, signalled(failed, RuntimeError("of Yamada")), at_start=True)
    good = Job("good", HOURLY, signalled(other), at_start=True)
    with capture_logs() as logs:
        clock = running(bad, good)
        await asyncio.gather(failed.wait(), other.wait())
    assert [(entry["event"], entry["job"]) for entry in logs] == [("clock.job_failed", "bad")]
    assert clock.next_run("bad") is not None
    await clock.stop()


async def test_stop_lets_a_job_end() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    clock = running(Job("slow", HOURLY, slow, at_start=True))
    await begun.wait()
    stopping = asyncio.create_task(clock.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await stopping
    assert ended.is_set()
    assert clock.next_run("slow") is None


async def test_stop_cancels_a_job_that_does_not_end() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    clock = running(Job("endless", HOURLY, endless, at_start=True))
    await begun.wait()
    await clock.stop(grace=timedelta(0))
    assert cancelled.is_set()


async def test_starts_once_and_again_after_a_stop() -> None:
    clock = running(Job("tick", HOURLY, nothing))
    with pytest.raises(RuntimeError):
        clock.start()
    await clock.stop()
    await clock.stop()
    clock.start()
    await clock.stop()

"""Kicks coalesce, lanes drain side by side, one drain per lane, and a stop is graceful."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.scheduler.engine import InProcessEngine
from bot.scheduler.relay import Done, Outcome, Relay
from bot.services.ports import Promise, RetryLater
from tests.scheduler.memory import Hands, MemoryPromises

A, B = "local:a", "sign"


class Gate:
    """A handler that waits until it is let through, and counts who is inside."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.entered = asyncio.Event()
        self.inside: Counter[str] = Counter()
        self.most_in_a_lane = 0
        self.most_lanes = 0
        self.kept: list[int] = []
        self.error: Exception | None = None

    async def __call__(self, promise: Promise) -> Outcome:
        self.inside[promise.lane] += 1
        self.most_in_a_lane = max(self.most_in_a_lane, *self.inside.values())
        self.most_lanes = max(self.most_lanes, sum(count > 0 for count in self.inside.values()))
        self.entered.set()
        try:
            await self.open.wait()
            if self.error is not None:
                raise self.error
            self.kept.append(promise.id)
            return Done()
        finally:
            self.inside[promise.lane] -= 1


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def engine(promises: MemoryPromises, gate: Gate, now: Hands) -> AsyncIterator[InProcessEngine]:
    relay = Relay(promises, {"offer": gate}, now)
    engine = InProcessEngine(relay, now, now.move_to)
    promises.on_promise = engine.kick
    yield engine
    gate.open.set()
    await engine.stop()


async def rounds(count: int = 20) -> None:
    """Let everything that can run, run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_kick_drains_its_lane(engine: InProcessEngine, promises: MemoryPromises, gate: Gate) -> None:
    numbers = [promises.add(A) for _ in range(3)]
    await rounds()
    assert gate.kept == numbers
    assert not promises.rows


async def test_lanes_side_by_side_and_one_drain_in_each(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    gate.open.clear()
    for lane in (A, A, B, B):
        promises.add(lane)
        engine.kick(lane)
    await rounds()
    assert gate.inside == {A: 1, B: 1}
    gate.open.set()
    await engine.settle()
    assert gate.most_in_a_lane == 1
    assert gate.most_lanes == 2
    assert not promises.rows


async def test_a_kick_during_the_last_look_is_not_lost(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    claim = promises.claim

    async def claims_and_is_overtaken(lane: str, limit: int) -> tuple[Promise, ...]:
        found = await claim(lane, limit)
        if not found and promises.next_id == 2:
            promises.add(A)
        return found

    promises.claim = claims_and_is_overtaken  # type: ignore[method-assign]
    promises.add(A)
    await rounds()
    assert gate.kept == [1, 2]


async def test_settle_takes_up_what_nobody_kicked(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    promises.on_promise = lambda lane: None
    promises.add(A)
    await rounds()
    assert gate.kept == []
    await engine.settle()
    assert gate.kept == [1]


async def test_settle_waits_only_for_what_it_is_told_to(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate, now: Hands
) -> None:
    promises.add(A), promises.add(B, in_s=1), promises.add(A, in_s=3)
    await engine.settle()
    assert gate.kept == [1]
    began = now.at
    await engine.settle(until=now.at + timedelta(seconds=2))
    assert gate.kept == [1, 2]
    assert now.at == began + timedelta(seconds=1)
    await engine.settle(until=now.at + timedelta(hours=1))
    assert gate.kept == [1, 2, 3]


async def test_settle_does_not_wait_for_a_pause(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate, now: Hands
) -> None:
    gate.error = RetryLater(timedelta(minutes=1))
    promises.add(A)
    await engine.settle(until=now.at + timedelta(seconds=2))
    assert promises.rows[1].state == "new"
    gate.error = None
    await engine.settle(until=now.at + timedelta(minutes=2))
    assert gate.kept == [1]


async def test_settle_says_when_the_database_is_away(engine: InProcessEngine, promises: MemoryPromises) -> None:
    promises.broken = True
    with capture_logs() as logs:
        promises.add(A)
        with pytest.raises(ConnectionError):
            await engine.settle()
    assert {entry["event"] for entry in logs} == {"engine.drain_failed"}
    promises.broken = False
    await engine.settle()
    assert not promises.rows


async def test_the_timer_wakes_up_for_what_comes_due(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate, now: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nap ends at the earliest due time, and a kick for something sooner sets it anew."""
    naps: list[float] = []
    nap = engine._nap

    async def noted() -> float:
        naps.append(await nap())
        return naps[-1]

    monkeypatch.setattr(engine, "_nap", noted)
    promises.on_promise = lambda lane: None
    promises.add(A, in_s=50)
    await engine.start()
    await rounds()
    promises.on_promise = engine.kick
    promises.add(A, in_s=5)
    await rounds()
    now.forward(seconds=5)
    engine._drained.set()  # stands for the five seconds passing
    await rounds()
    assert gate.kept == [2]
    assert naps[0] == 50
    assert 5 in naps
    assert naps[-1] == 45


def overtaken(promises: MemoryPromises, now: Hands, question: str) -> None:
    """Time passes while the outbox answers one question, as it does under load."""
    asked = getattr(promises, question)

    async def answers_slowly() -> object:
        answer = await asked()
        now.forward(seconds=2)
        return answer

    setattr(promises, question, answers_slowly)


@pytest.mark.parametrize("question", ["lanes_due", "next_due"])
async def test_what_comes_due_while_the_timer_asks_is_not_left(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate, now: Hands, question: str
) -> None:
    promises.on_promise = lambda lane: None
    promises.add(A, in_s=1)
    overtaken(promises, now, question)
    nap = await engine._nap()
    await rounds()
    assert gate.kept == [1] or nap < 1


@pytest.mark.parametrize("question", ["lanes_due", "next_due"])
async def test_what_comes_due_while_it_settles_is_not_left(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate, now: Hands, question: str
) -> None:
    promises.on_promise = lambda lane: None
    promises.add(A, in_s=1)
    overtaken(promises, now, question)
    await engine.settle(until=now.at)
    assert gate.kept == [1] or now.at < promises.rows[1].due_at


async def test_the_start_takes_up_what_was_begun_before(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    promises.on_promise = lambda lane: None
    promises.add(A)
    await promises.claim(A, 1)
    await engine.start()
    await rounds()
    assert gate.kept == [1]


async def test_trouble_with_the_database_is_no_busy_loop(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    promises.broken = True
    promises.on_promise = lambda lane: None
    promises.add(A)
    with capture_logs() as logs:
        await engine.start()
        await rounds(200)
        assert len(logs) == 1
        promises.broken = False
        await engine.sweep()
        await rounds()
    assert gate.kept == [1]


async def test_stop_lets_the_promise_at_work_end_and_begins_no_other(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    gate.open.clear()
    promises.add(A), promises.add(A)
    await gate.entered.wait()
    stopping = asyncio.create_task(engine.stop())
    await rounds()
    assert not stopping.done()
    gate.open.set()
    await stopping
    engine.kick(A)
    await rounds()
    assert gate.kept == [1]
    assert promises.rows[2].state == "new"


async def test_stop_breaks_off_what_takes_too_long(
    engine: InProcessEngine, promises: MemoryPromises, gate: Gate
) -> None:
    gate.open.clear()
    promises.add(A)
    await gate.entered.wait()
    await engine.stop(grace=timedelta(0))
    assert promises.rows[1].state == "claimed"
    assert not any(task.get_name().startswith("drain") for task in asyncio.all_tasks())

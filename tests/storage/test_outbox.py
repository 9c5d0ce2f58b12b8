"""Promises: made with the facts, claimed once, never lost and never doubled."""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from storage_world import Place, Surroundings, found_school, in_school

from bot.services.ports import Promise, Work
from storage.admin import upgrade
from storage.store import RowStore

LANE = "local:T"


async def _promise(store: RowStore, place: Place, **more: Any) -> None:
    await in_school(store, place, lambda work: work.outbox.promise("kind", 1, lane=LANE, **more))


async def test_a_promise_is_handed_out_whole(store: RowStore, here: Place, world: Surroundings) -> None:
    await in_school(
        store,
        here,
        lambda work: work.outbox.promise("kind", 7, lane=LANE, person_id=here.ann.id, detail={"理由": "x"}, once="o"),
    )
    assert await store.promises.lanes_due() == {LANE}
    (promise,) = await store.promises.claim(LANE, 9)
    assert promise == Promise(
        promise.id, here.school.id, LANE, "kind", 7, here.ann.id, {"理由": "x"}, promise.token, 1, False, world.now
    )
    assert await store.promises.claim(LANE, 9) == ()
    assert await store.promises.lanes_due() == frozenset()
    assert await store.promises.done(promise)
    assert not await store.promises.done(promise)


async def test_a_rolled_back_promise_was_never_made(store: RowStore, here: Place) -> None:
    async def fails(work: Work) -> None:
        await work.outbox.promise("kind", 1, lane=LANE)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await in_school(store, here, fails)
    assert await store.promises.lanes_due() == frozenset()


async def test_promises_come_when_they_are_due_the_earliest_first(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    for seconds in (30, 10, 20):
        await _promise(store, here, due_at=world.now + timedelta(seconds=seconds))
    assert await store.promises.claim(LANE, 9) == ()
    assert await store.promises.next_due() == world.now + timedelta(seconds=10)
    world.passes(seconds=20)
    assert [promise.id for promise in await store.promises.claim(LANE, 9)] == [2, 3]
    assert await store.promises.next_due() == world.now + timedelta(seconds=10)


async def test_what_was_put_off_for_its_place_is_due_when_that_is_open_again(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    for _ in range(4):
        await _promise(store, here)
    later = world.now + timedelta(minutes=10)
    first, second, third, fourth = await store.promises.claim(LANE, 9)
    await store.promises.retry_at(first, later, "paused")
    await store.promises.retry_at(second, later, "ConnectionError", in_doubt=True)
    await store.promises.retry_at(third, later, "paused")
    await store.promises.wait(fourth, later)
    await store.promises.hurry(lambda lane: lane != LANE, {"paused"})
    assert await store.promises.claim(LANE, 9) == ()
    await store.promises.hurry(lambda lane: lane == LANE, {"paused"})
    assert [each.id for each in await store.promises.claim(LANE, 9)] == [first.id, third.id]


async def test_the_same_promise_waits_once(store: RowStore, here: Place, there: Place) -> None:
    for _ in range(3):
        await _promise(store, here, once="share:1")
    await _promise(store, there, once="share:1")
    first = await store.promises.claim(LANE, 9)
    assert [promise.school_id for promise in first] == [here.school.id, there.school.id]
    await _promise(store, here, once="share:1")
    assert len(await store.promises.claim(LANE, 9)) == 1


async def test_one_to_be_tried_again_gives_way_to_a_newer_same_one(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    await _promise(store, here, once="share:1")
    (first,) = await store.promises.claim(LANE, 9)
    await _promise(store, here, once="share:1")
    assert await store.promises.retry_at(first, world.now + timedelta(seconds=5), "429")
    assert await store.promises.claim(LANE, 9) == ()
    world.passes(seconds=5)
    (newer,) = await store.promises.claim(LANE, 9)
    assert (newer.token != first.token, newer.attempts, newer.in_doubt) == (True, 2, False)


async def test_one_in_doubt_stays_beside_a_newer_same_one(store: RowStore, here: Place, world: Surroundings) -> None:
    await _promise(store, here, once="share:1")
    (first,) = await store.promises.claim(LANE, 9)
    await _promise(store, here, once="share:1")
    assert await store.promises.retry_at(first, world.now, "timeout", in_doubt=True)
    again, newer = await store.promises.claim(LANE, 9)
    assert again == replace(first, attempts=2, in_doubt=True)
    assert newer.token != first.token
    assert await store.promises.retry_at(again, world.now, "timeout")
    (still,) = await store.promises.claim(LANE, 9)
    assert still.in_doubt


async def test_what_a_dead_process_claimed_is_in_doubt(store: RowStore, here: Place, world: Surroundings) -> None:
    await _promise(store, here, once="a")
    (dead,) = await store.promises.claim(LANE, 9)
    world.passes(minutes=10)
    await _promise(store, here, once="b")
    (alive,) = await store.promises.claim(LANE, 9)
    heard: list[frozenset[str]] = []
    store.on_commit = heard.append
    assert await store.promises.release_in_doubt(world.now - timedelta(minutes=5)) == 1
    await asyncio.sleep(0)
    assert heard == [frozenset({LANE})]
    (released,) = await store.promises.claim(LANE, 9)
    assert released == replace(dead, attempts=2, in_doubt=True)
    assert not await store.promises.done(dead)
    assert await store.promises.done(alive)
    assert await store.promises.release_in_doubt() == 1


async def test_one_that_failed_for_good_stays_on_record(store: RowStore, here: Place) -> None:
    await _promise(store, here, once="a")
    (promise,) = await store.promises.claim(LANE, 9)
    assert await store.promises.fail(promise, "gone" * 500)
    assert await store.promises.claim(LANE, 9) == ()
    assert await store.promises.release_in_doubt() == 0
    await _promise(store, here, once="a")
    assert len(await store.promises.claim(LANE, 9)) == 1


async def test_nobody_gets_a_promise_that_another_has(store: RowStore, here: Place) -> None:
    for _ in range(30):
        await _promise(store, here)
    shares = await asyncio.gather(*(store.promises.claim(LANE, 7) for _ in range(8)))
    got = [promise.id for share in shares for promise in share]
    assert len(got) == len(set(got)) == 30


class PromisesAreKept(RuleBasedStateMachine):
    """Any order of promising, claiming, reporting, crashing and starting again.

    Against a model: what was promised and neither kept nor given up is always waiting or being kept, exactly once.
    """

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox"))
        shutil.copy(self.template, self.folder / "sukima.db")
        self.world = Surroundings()
        self.made = 0
        self.waiting: dict[int, str | None] = {}
        """Subject of each promise to keep → its `once` while unclaimed."""
        self.claimed: dict[int, Promise] = {}
        self.lost: list[Promise] = []
        """Claims of processes that died."""
        self._open()
        self.place = self.loop.run_until_complete(found_school(self.store, "here"))

    def _open(self) -> None:
        self.store = self.loop.run_until_complete(self.world.open(f"sqlite:///{self.folder / 'sukima.db'}"))

    def _do(self, act: Any) -> Any:
        return self.loop.run_until_complete(act)

    @rule(once=st.sampled_from([None, "a", "b"]), delay=st.integers(0, 2))
    def promise(self, once: str | None, delay: int) -> None:
        self.made += 1
        subject, due = self.made, self.world.now + timedelta(seconds=delay)
        self._do(
            in_school(
                self.store,
                self.place,
                lambda work: work.outbox.promise(
                    "k", subject, lane=LANE, once=once, due_at=due, person_id=self.place.ann.id
                ),
            )
        )
        if once is None or once not in self.waiting.values():
            self.waiting[subject] = once

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        for promise in self._do(self.store.promises.claim(LANE, limit)):
            assert promise.subject in self.waiting
            del self.waiting[promise.subject]
            assert promise.subject not in self.claimed
            self.claimed[promise.subject] = promise

    @rule(seconds=st.integers(1, 3))
    def time_passes(self, seconds: int) -> None:
        self.world.passes(seconds=seconds)

    def _pick(self, data: Any) -> Promise | None:
        return data.draw(st.sampled_from(list(self.claimed.values()))) if self.claimed else None

    @rule(data=st.data())
    def keep(self, data: Any) -> None:
        promise = self._pick(data)
        if promise is not None:
            assert self._do(self.store.promises.done(promise))
            del self.claimed[promise.subject]

    @rule(data=st.data())
    def give_up(self, data: Any) -> None:
        promise = self._pick(data)
        if promise is not None:
            assert self._do(self.store.promises.fail(promise, "never"))
            del self.claimed[promise.subject]

    @rule(data=st.data(), in_doubt=st.booleans(), delay=st.integers(0, 2))
    def try_again(self, data: Any, in_doubt: bool, delay: int) -> None:
        promise = self._pick(data)
        if promise is None:
            return
        before = self._subjects("new")
        moment = self.world.now + timedelta(seconds=delay)
        assert self._do(self.store.promises.retry_at(promise, moment, "later", in_doubt=in_doubt))
        del self.claimed[promise.subject]
        if promise.subject in self._subjects("new"):
            self.waiting[promise.subject] = self._once(promise.subject)
        else:
            assert not in_doubt
            assert not promise.in_doubt
            assert before, "gave way to nothing"

    @rule(data=st.data())
    def wait(self, data: Any) -> None:
        promise = self._pick(data)
        if promise is None:
            return
        before = self._subjects("new")
        assert self._do(self.store.promises.wait(promise, self.world.now + timedelta(seconds=5)))
        del self.claimed[promise.subject]
        if promise.subject in self._subjects("new"):
            self.waiting[promise.subject] = self._once(promise.subject)
        else:
            assert not promise.in_doubt
            assert before, "gave way to nothing"

    @rule()
    def somebody_comes(self) -> None:
        self._do(in_school(self.store, self.place, lambda work: work.outbox.call(self.place.ann.id)))

    @rule()
    def crash_and_start_again(self) -> None:
        self._do(self.store.close())
        self._open()
        released = self._do(self.store.promises.release_in_doubt())
        assert released == len(self.claimed)
        for promise in self.claimed.values():
            self.waiting[promise.subject] = None
            self.lost.append(promise)
        self.claimed.clear()

    @rule()
    def the_dead_report(self) -> None:
        for promise in self.lost:
            assert not self._do(self.store.promises.done(promise))

    def _subjects(self, state: str) -> list[int]:
        from sqlalchemy import select

        from storage.tables import outbox

        query = select(outbox.c.subject).where(outbox.c.state == state).order_by(outbox.c.subject)
        return [row.subject for row in self._do(self.store.read(lambda scope: scope.all(query)))]

    def _once(self, subject: int) -> str | None:
        from sqlalchemy import select

        from storage.tables import outbox

        once: str | None = self._do(
            self.store.read(lambda scope: scope.value(select(outbox.c.once).where(outbox.c.subject == subject)))
        )
        return once

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        assert self._subjects("new") == sorted(self.waiting)
        assert self._subjects("claimed") == sorted(self.claimed)

    def teardown(self) -> None:
        self._do(self.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)


def test_promises_are_neither_lost_nor_doubled(sqlite_template: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    PromisesAreKept.template = sqlite_template
    run_state_machine_as_test(
        PromisesAreKept,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_template_is_current(sqlite_template: Path) -> None:
    assert not upgrade(f"sqlite:///{sqlite_template}", now=Surroundings().now).changed

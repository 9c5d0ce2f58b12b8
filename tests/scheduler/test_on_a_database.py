"""Tick, relay and engine on a real database: a spare moment becomes a durable promise, and that is kept once."""

import os
import random
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.language import Bilingual
from bot.domain.spare import Rhythm, Window, WindowKind, next_moment
from bot.scheduler.calendar import HolidayCalendar
from bot.scheduler.engine import InProcessEngine
from bot.scheduler.relay import Done, Outcome, Patience, Relay
from bot.scheduler.tick import tick
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.lanes import read_lane
from bot.services.ports import Promise, Work
from bot.vault import Vault
from storage.admin import upgrade
from storage.store import RowStore, open_store
from tests.scheduler.memory import Hands

RHYTHM = Rhythm("Asia/Tokyo", tuple(Window(WindowKind.FREE, day, 16 * 60, 18 * 60) for day in range(7)))
TEACHERS = 30


async def open_at(url: str, now: Hands) -> RowStore:
    return await open_store(
        url,
        vault=Vault.from_secret(bytes(32), os.urandom),
        calendar=HolidayCalendar(),
        now=now,
        new_id=lambda: str(uuid.uuid4()),
        new_secret=os.urandom,
        rng=random.Random(1),
    )


@pytest.fixture
def url(tmp_path: Path, now: Hands) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path}/sukima.db"
    upgrade(url, now=now.at)
    return url


@pytest.fixture
async def store(url: str, now: Hands) -> AsyncIterator[RowStore]:
    store = await open_at(url, now)
    for key in ("east", "west"):
        school_id = await store.run(found, Found(key=key))
        await store.run(hire, OfSchool(school_id=school_id))
    yield store
    await store.close()


@dataclass(frozen=True, kw_only=True)
class Found(OfNoSchool):
    key: str


async def found(work: Work, command: Found) -> int:
    school = await work.directory.add_school(
        command.key,
        Bilingual(command.key, command.key),
        zone="Asia/Tokyo",
        lang="ja",
        country="JP",
        period_times=(),
        rehearsal=True,
    )
    await work.directory.add_workspace(school.id, "local", command.key, staff_channel="staff", lang="ja", emoji=("💮",))
    return school.id


async def hire(work: Work, command: OfSchool) -> None:
    school = await work.school()
    workspace = await work.directory.workspace("local", school.key)
    assert workspace is not None
    for number in range(TEACHERS):
        person, _ = await work.people.add(
            f"T{number}",
            "ja",
            workspace_id=workspace.id,
            user_key=f"t{number}",
            rhythm=RHYTHM,
            roles=frozenset(),
        )
        planned = next_moment(RHYTHM, person.public_id, work.now, lambda day: False, 2)
        await work.people.save_rhythm(person.id, RHYTHM, planned)


class Kept:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.promises: list[Promise] = []
        self.error: Exception | None = None

    async def __call__(self, promise: Promise) -> Outcome:
        self.promises.append(promise)
        if self.error is not None:
            raise self.error
        return Done()


def engine_on(store: RowStore, kept: Kept, now: Hands) -> InProcessEngine:
    engine = InProcessEngine(Relay(store.promises, {"offer": kept, "issue": kept}, now), now, now.move_to)

    def kick(lanes: frozenset[str]) -> None:
        for lane in sorted(lanes):
            engine.kick(lane)

    store.on_commit = kick
    return engine


async def test_every_spare_moment_is_brought_once(store: RowStore, now: Hands) -> None:
    kept = Kept()
    engine = engine_on(store, kept, now)
    now.forward(hours=7)
    for _ in range(60):
        now.forward(minutes=2)
        ticked = await tick(store, limit=7)
        assert ticked.due >= ticked.offers
        await engine.settle()
        assert (await tick(store, limit=7)).due == 0
    assert len(kept.promises) == 2 * TEACHERS
    assert len({(promise.school_id, promise.subject) for promise in kept.promises}) == 2 * TEACHERS
    lanes = {read_lane(promise.lane) for promise in kept.promises}
    assert {(lane.platform, lane.workspace_key) for lane in lanes} == {("local", "east"), ("local", "west")}
    assert len(lanes) == 2 * TEACHERS
    await engine.stop()


async def promise_issue(work: Work, command: OfSchool) -> None:
    await work.outbox.promise("issue", 7, lane="sign", once="issue:7", due_at=work.now + timedelta(seconds=1))


async def test_what_comes_in_one_second_is_done_once(store: RowStore, now: Hands) -> None:
    kept = Kept()
    engine = engine_on(store, kept, now)
    for _ in range(10):
        await store.run(promise_issue, OfSchool(school_id=1))
    await engine.settle()
    assert kept.promises == []
    await engine.settle(until=now.at + timedelta(seconds=2))
    assert len(kept.promises) == 1
    await engine.stop()


async def test_a_kill_leaves_one_promise_in_doubt_and_loses_none(store: RowStore, url: str, now: Hands) -> None:
    await store.run(promise_issue, OfSchool(school_id=1))
    await store.run(promise_issue, OfSchool(school_id=2))
    now.forward(seconds=1)
    await store.promises.claim("sign", 1)  # and then the process is gone
    await store.close()
    again = await open_at(url, now)
    kept = Kept()
    engine = engine_on(again, kept, now)
    await engine.start()
    await engine.settle()
    assert sorted((promise.school_id, promise.in_doubt) for promise in kept.promises) == [(1, True), (2, False)]
    await engine.stop()
    await again.close()


async def test_a_failing_promise_ends_on_record(store: RowStore, now: Hands) -> None:
    kept = Kept()
    kept.error = ConnectionError("away")
    engine = engine_on(store, kept, now)
    await store.run(promise_issue, OfSchool(school_id=1))
    await engine.settle(until=now.at + timedelta(days=2))
    assert len(kept.promises) == Patience().tries
    assert [promise.in_doubt for promise in kept.promises] == [False] + [True] * (Patience().tries - 1)
    assert await store.promises.next_due() is None
    assert await store.promises.lanes_due() == frozenset()
    await engine.stop()

"""How use cases become durable: together, and none at the cost of another."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from storage_world import In, Place, Surroundings, found_school, in_school, over_all

from bot.domain.learning import Route
from bot.errors import Problem
from bot.services.ports import Work
from storage.store import RowStore
from storage.transactions import TRIES, GroupWriter


async def _complete(store: RowStore, place: Place, unit: str) -> Any:
    return await in_school(
        store, place, lambda work: work.learning.complete(place.ann.id, unit, Route.OPENED, self_assessed=False)
    )


async def _units(store: RowStore, place: Place) -> set[str]:
    done = await in_school(store, place, lambda work: work.learning.completions(place.ann.id))
    return {completion.unit_key for completion in done}


async def test_one_that_fails_takes_nothing_of_the_others(store: RowStore, here: Place) -> None:
    async def fails(work: Work) -> None:
        await work.learning.complete(here.ann.id, "lost", Route.OPENED, self_assessed=False)
        raise RuntimeError("this one only")

    outcomes = await asyncio.gather(
        *(_complete(store, here, f"u{number}") for number in range(20)),
        in_school(store, here, fails),
        *(_complete(store, here, f"u{number}") for number in range(20, 40)),
        return_exceptions=True,
    )
    assert [str(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == ["this one only"]
    assert await _units(store, here) == {f"u{number}" for number in range(40)}


async def test_the_same_fact_from_many_sides_is_one(store: RowStore, here: Place) -> None:
    outcomes = await asyncio.gather(*(_complete(store, here, "u") for _ in range(20)))
    assert sum(outcome is not None for outcome in outcomes) == 1


async def test_a_lost_race_is_run_again(store: RowStore, here: Place) -> None:
    tries = 0

    async def loses_once(work: Work) -> str:
        nonlocal tries
        tries += 1
        await work.learning.complete(here.ann.id, f"try {tries}", Route.OPENED, self_assessed=False)
        if tries == 1:
            raise IntegrityError("INSERT", None, Exception("unique"))
        return "won"

    assert await in_school(store, here, loses_once) == "won"
    assert await _units(store, here) == {"try 2"}


async def test_a_lost_race_among_others_is_run_again(store: RowStore, here: Place) -> None:
    tries = 0

    async def loses_once(work: Work) -> str:
        nonlocal tries
        tries += 1
        await work.learning.complete(here.ann.id, f"try {tries}", Route.OPENED, self_assessed=False)
        if tries == 1:
            raise IntegrityError("INSERT", None, Exception("unique"))
        return "won"

    outcomes = await asyncio.gather(
        _complete(store, here, "a"), in_school(store, here, loses_once), _complete(store, here, "b")
    )
    assert outcomes[1] == "won"
    assert await _units(store, here) == {"try 2", "a", "b"}


async def test_a_race_is_lost_a_bounded_number_of_times(store: RowStore, here: Place) -> None:
    tries = 0

    async def loses(work: Work) -> None:
        nonlocal tries
        tries += 1
        raise IntegrityError("INSERT", None, Exception("unique"))

    with pytest.raises(IntegrityError):
        await in_school(store, here, loses)
    assert tries == TRIES


async def test_who_stopped_waiting_is_not_served(store: RowStore, here: Place) -> None:
    ran = False

    async def late(work: Work) -> None:
        nonlocal ran
        ran = True

    first = asyncio.create_task(_complete(store, here, "u"))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(in_school(store, here, late))
    waiting.cancel()
    await first
    assert await _complete(store, here, "v") is not None
    assert not ran


async def test_listeners_hear_of_lanes_after_the_commit(store: RowStore, here: Place) -> None:
    heard: list[frozenset[str]] = []
    store.on_commit = heard.append

    async def promises(work: Work) -> None:
        await work.outbox.promise("x", 1, lane="a")
        await work.outbox.promise("x", 1, lane="b")
        assert heard == []

    async def fails(work: Work) -> None:
        await work.outbox.promise("x", 1, lane="never")
        raise RuntimeError

    await in_school(store, here, promises)
    with pytest.raises(RuntimeError):
        await in_school(store, here, fails)
    await asyncio.sleep(0)
    assert heard == [frozenset({"a", "b"})]


# ---------------------------------------------------------------- SQLite's one writer


@pytest.fixture
async def alone(sqlite_url: str, world: Surroundings) -> Any:
    store = await world.open(sqlite_url)
    yield store
    await store.close()


@pytest.fixture
async def school(alone: RowStore) -> Place:
    return await found_school(alone, "here")


def _writer(store: RowStore) -> GroupWriter:
    writer = store.writer
    assert isinstance(writer, GroupWriter)
    return writer


async def test_what_waits_shares_a_commit(alone: RowStore, school: Place) -> None:
    commits = 0

    def committed(connection: Any) -> None:
        nonlocal commits
        commits += 1

    event.listen(_writer(alone)._engine.sync_engine, "commit", committed)
    await asyncio.gather(*(_complete(alone, school, f"u{number}") for number in range(64)))
    assert commits <= 2


async def test_a_use_case_cannot_wait_for_itself(alone: RowStore, school: Place) -> None:
    async def nests(work: Work) -> None:
        await _complete(alone, school, "inner")

    with pytest.raises(RuntimeError, match="wait for itself"):
        await in_school(alone, school, nests)


async def test_a_full_disk_fails_all_and_leaves_nothing_half_done(alone: RowStore, school: Place) -> None:
    """The database may not grow: what does not fit is refused in whole, and it works again afterwards."""
    assert await _complete(alone, school, "before")
    limit = 20 + int(await over_all(alone, lambda work: _pragma(work, "page_count")))
    event.listen(
        _writer(alone)._engine.sync_engine,
        "connect",
        lambda connection, record: connection.execute(f"PRAGMA max_page_count={limit}").close(),
    )
    await _writer(alone)._drop_connection()

    async def too_much(work: Work) -> None:
        await work.learning.complete(school.ann.id, "small", Route.OPENED, self_assessed=False)
        for number in range(50):
            await work.introductions.keep_question(school.ann.id, "x" * 20_000 + str(number))

    outcomes = await asyncio.gather(
        *(_complete(alone, school, f"u{number}") for number in range(5)),
        in_school(alone, school, too_much),
        *(_complete(alone, school, f"u{number}") for number in range(5, 10)),
        return_exceptions=True,
    )
    problems = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [problem.code for problem in problems if isinstance(problem, Problem)] == ["db.disk_full"]
    assert len(problems) == 1
    assert await _units(alone, school) == {"before", *(f"u{number}" for number in range(10))}


async def _pragma(work: Any, pragma: str) -> Any:
    return (await work._scope.conn.execute(text(f"PRAGMA {pragma}"))).scalar()


async def test_a_commit_that_fails_fails_all_of_them(alone: RowStore, school: Place) -> None:
    def breaks(connection: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_writer(alone)._engine.sync_engine.dialect, "do_commit", breaks)
        outcomes = await asyncio.gather(
            *(_complete(alone, school, f"u{number}") for number in range(5)), return_exceptions=True
        )
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["db.disk"] * 5
    assert await _units(alone, school) == set()
    assert await _complete(alone, school, "after")


async def _completes_once(store: RowStore, place: Place, unit: str) -> None:
    """Refuses when the unit is done already."""

    async def once(work: Work) -> None:
        if await work.learning.complete(place.ann.id, unit, Route.OPENED, self_assessed=False) is None:
            raise LookupError("done already")

    await in_school(store, place, once)


async def test_nobody_is_refused_for_what_was_not_kept(alone: RowStore, school: Place) -> None:
    """The second finds the first one's fact, and the commit of both fails: then there is no such fact."""

    def breaks(connection: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_writer(alone)._engine.sync_engine.dialect, "do_commit", breaks)
        outcomes = await asyncio.gather(
            *(_completes_once(alone, school, "u") for _ in range(2)), return_exceptions=True
        )
    assert [getattr(outcome, "code", outcome) for outcome in outcomes] == ["db.disk"] * 2
    assert await _units(alone, school) == set()


async def test_who_failed_in_a_spoilt_group_is_asked_again_alone(alone: RowStore, school: Place) -> None:
    """The group is undone by one statement of a third; each then runs for itself."""
    ran: list[str] = []

    async def first(work: Work) -> None:
        ran.append("first")
        await work.learning.complete(school.ann.id, "u", Route.OPENED, self_assessed=False)
        if len(ran) > 2:
            raise ValueError("not this time")

    async def second(work: Work) -> None:
        ran.append("second")
        if await work.learning.complete(school.ann.id, "u", Route.OPENED, self_assessed=False) is None:
            raise LookupError("done already")

    async def spoils(work: Work) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise OperationalError("INSERT", None, error)

    outcomes = await asyncio.gather(
        *(in_school(alone, school, act) for act in (first, second, spoils)), return_exceptions=True
    )
    assert ran == ["first", "second"] * 2
    assert [getattr(outcome, "code", outcome) for outcome in outcomes[1:]] == [None, "db.disk"]
    assert isinstance(outcomes[0], ValueError)
    assert await _units(alone, school) == {"u"}


async def test_what_waits_is_finished_before_closing(sqlite_url: str, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    waiting = [asyncio.create_task(_complete(store, place, f"u{number}")) for number in range(10)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*waiting))
    with pytest.raises(Problem) as caught:
        await over_all(store, lambda work: work.directory.schools())
    assert caught.value.code == "db.closed"


async def test_every_commit_waits_for_the_disk(alone: RowStore, sqlite_url: str) -> None:
    async def settings(work: Any) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: await _pragma(work, name) for name in names}

    assert await over_all(alone, settings) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


async def test_a_reader_sees_one_moment(alone: RowStore, school: Place) -> None:
    started, written = asyncio.Event(), asyncio.Event()

    async def slow(work: Work, command: In) -> tuple[int, int]:
        before = len(await work.learning.completions(school.ann.id))
        started.set()
        await written.wait()
        return before, len(await work.learning.completions(school.ann.id))

    looking = asyncio.create_task(alone.look(slow, school.command))
    await started.wait()
    await _complete(alone, school, "u")
    written.set()
    assert await looking == (0, 0)


def test_files_of_a_database_say_whose_they_are(sqlite_template: Path) -> None:
    header = sqlite_template.read_bytes()[:100]
    assert header[68:72] == b"SUKM"

"""The audit log: append-only, one chain per school, and every tampering is noticed."""

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from storage_world import MORNING, Place, Surroundings, found_school, in_school

from bot.services.ports import Work
from storage.admin import check
from storage.audit import BEFORE_THE_FIRST, Entry
from storage.engine import place_of, sync_engine
from storage.store import RowStore
from storage.tables import audit


async def _record(store: RowStore, place: Place, count: int = 5) -> None:
    async def act(work: Work) -> None:
        for number in range(count):
            await work.audit.record("look", actor=place.ann, subject=f"s{number}", detail={"件": f"{number}"})
        await work.audit.record("nightly", actor=None, subject="")

    await in_school(store, place, act)


def _broken(url: str) -> list[tuple[str, Any]]:
    return [
        (str(complaint.params["school"]), complaint.params["entry"])
        for complaint in check(url).complaints
        if complaint.code == "audit_broken"
    ]


async def test_each_school_has_a_chain_of_its_own(url: str, store: RowStore, here: Place, there: Place) -> None:
    await _record(store, here)
    await _record(store, there, 2)
    await _record(store, here, 1)
    assert _broken(url) == []
    with sync_engine(place_of(url)).connect() as conn:
        ends = conn.execute(text("SELECT school_id, seq FROM audit_head ORDER BY school_id")).all()
    assert [tuple(row) for row in ends] == [(here.school.id, 8), (there.school.id, 3)]


async def test_the_actor_is_a_hash_of_their_own_key(url: str, store: RowStore, here: Place, there: Place) -> None:
    await _record(store, here, 2)
    await in_school(store, here, lambda work: work.audit.record("x", actor=here.ben, subject=""))
    with sync_engine(place_of(url)).connect() as conn:
        actors = [row.actor for row in conn.execute(text("SELECT actor FROM audit ORDER BY seq"))]
    assert actors[0] == actors[1] != actors[3]
    assert actors[2] == ""
    assert here.ann.public_id not in actors[0]
    assert len(actors[0]) == 64


async def test_chains_hold_when_many_append_at_once(url: str, store: RowStore, here: Place) -> None:
    await _record(store, here, 1)
    await asyncio.gather(*(_record(store, here, 1) for _ in range(10)))
    assert _broken(url) == []


TAMPERINGS = {
    "a changed act": ("UPDATE audit SET act = 'other' WHERE seq = 3", 3),
    "a changed moment": ("UPDATE audit SET at = replace(at, '2026', '2025') WHERE seq = 3", 3),
    "a changed actor": ("UPDATE audit SET actor = '' WHERE seq = 3", 3),
    "a changed subject": ("UPDATE audit SET subject = 's9' WHERE seq = 3", 3),
    "a changed detail": ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
    "a changed hash": ("UPDATE audit SET hash = 'f' WHERE seq = 3", 3),
    "the first removed": ("DELETE FROM audit WHERE seq = 1", 1),
    "one removed": ("DELETE FROM audit WHERE seq = 3", 3),
    "the last removed": ("DELETE FROM audit WHERE seq = 6", 6),
    "all removed": ("DELETE FROM audit", 1),
    "the head set back": ("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)", 7),
    "the head removed": ("DELETE FROM audit_head", 7),
}


@pytest.mark.parametrize("tampering", sorted(TAMPERINGS))
async def test_tampering_is_noticed(tampering: str, sqlite_url: str, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    here, there = await found_school(store, "here"), await found_school(store, "there")
    await _record(store, here)
    await store.close()
    statement, entry = TAMPERINGS[tampering]
    with sync_engine(place_of(sqlite_url)).begin() as conn:
        changed = conn.execute(text(statement)).rowcount
    assert changed
    assert _broken(sqlite_url) == [("here", entry)]
    assert there.school.id


async def test_an_entry_whose_hash_was_made_anew_breaks_the_next(sqlite_url: str, world: Surroundings) -> None:
    """Whoever changes one entry has to change all after it, and the head."""
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    await _record(store, here)
    await store.close()
    with sync_engine(place_of(sqlite_url)).begin() as conn:
        rows = conn.execute(select(audit).order_by(audit.c.seq)).all()
        row = rows[2]
        forged = Entry(row.school_id, row.seq, row.at, "forged", row.actor, row.subject, row.detail)
        new = forged.hash_after(rows[1].hash)
        conn.execute(update(audit).where(audit.c.seq == row.seq).values(act="forged", hash=new))
    assert _broken(sqlite_url) == [("here", 4)]


@given(
    st.tuples(st.integers(1, 9), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)),
    st.tuples(st.integers(1, 9), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)),
)
def test_different_entries_have_different_hashes(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    def entry(seq: int, act: str, actor: str, subject: str) -> Entry:
        return Entry(1, seq, MORNING, act, actor, subject, {act: subject})

    same = entry(*one).hash_after(BEFORE_THE_FIRST) == entry(*other).hash_after(BEFORE_THE_FIRST)
    assert same == (one == other)


def test_a_moment_hashes_alike_in_every_zone() -> None:
    def hashed(at: datetime) -> str:
        return Entry(1, 1, at, "award", "", "s", {}).hash_after(BEFORE_THE_FIRST)

    assert hashed(MORNING) == hashed(MORNING.astimezone(ZoneInfo("Asia/Tokyo")))

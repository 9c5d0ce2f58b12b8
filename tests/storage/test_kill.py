"""Killed at any moment, again and again: nothing acknowledged is lost, nothing is done twice (design.md 4.2)."""

import asyncio
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from storage_world import Surroundings, found_school

from storage.admin import check
from tests import warm

KILLS = 10
ROOT = Path(__file__).parents[2]


def _run_until_killed(url: str, start: int, acknowledge: int) -> list[int]:
    """Let a process write until it has acknowledged so many, kill it, and return all that it acknowledged."""
    with warm.at_work("writer_process", (url, str(start)), ROOT, dict(os.environ)) as process:
        heard = [int(process.stdout.readline()) for _ in range(acknowledge)]
        process.end()
        rest = process.stdout.read()
    return heard + [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_or_doubled(sqlite_url: str) -> None:
    async def prepare() -> None:
        store = await Surroundings().open(sqlite_url)
        await found_school(store, "here")
        await store.close()

    asyncio.run(prepare())
    chance = random.Random(20261124)
    acknowledged: list[int] = []
    for number in range(KILLS):
        # Each process begins a little before where the last one stopped: it meets what was done but not said.
        start = max([0, *acknowledged]) - (2 if number else 0)
        acknowledged += _run_until_killed(sqlite_url, start, chance.randint(1, 25))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as conn:
        done = [int(key[1:]) for (key,) in conn.execute("SELECT unit_key FROM completion")]
        promised = [subject for (subject,) in conn.execute("SELECT subject FROM outbox")]
        noted = [int(key[1:]) for (key,) in conn.execute("SELECT subject FROM audit WHERE act = 'complete'")]
    assert set(acknowledged) <= set(done)
    assert len(done) == len(set(done))
    assert sorted(done) == sorted(promised) == sorted(noted)
    assert check(sqlite_url).complaints == ()

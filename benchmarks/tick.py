"""What one tick costs: 20,000 of 100,000 people due, against hand-written SQL doing the same durable work.

    python benchmarks/tick.py [--people N] [--due N] [--batch N] [--rounds N] [--quick]

All sides work on copies of one database, in turn, in this process: they read who is due (with all that a decision
needs), then store an offer, its promise and the next moment of each, in batches of one transaction
(`synchronous=FULL`). `tick.rows` is the store alone, without the decision, which is not the SQL's business either;
`tick.whole` is the tick of the product, where for each person the moment is decided on and the next one planned. The
hand-written SQL is the floor of both.
"""

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from _measuring import Cost, milliseconds, say, timed

from bot.domain.language import Bilingual
from bot.domain.spare import Planned, Rhythm, Slot, Window, WindowKind
from bot.scheduler.calendar import HolidayCalendar
from bot.scheduler.tick import tick
from bot.services.ports import Claim, Work
from storage.admin import upgrade
from storage.store import RowStore, open_store

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
BREAK = (10 * 60 + 25, 10 * 60 + 55)
"""Everybody is free in it on weekdays, and now is within it."""
RHYTHM = Rhythm("Asia/Tokyo", tuple(Window(WindowKind.FREE, day, *BREAK) for day in range(5)))
AFTER = Planned(NOW + timedelta(days=1), Slot(NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30)))


class PlainVault:
    """Seals nothing: no secret is at stake here."""

    def seal(self, secret: bytes, *, label: str) -> bytes:
        return secret

    def open(self, sealed: bytes, *, label: str) -> bytes:
        return sealed


@dataclass(frozen=True)
class OfNoSchool:
    school_id: None = None


@dataclass(frozen=True)
class Tick:
    """What a whole tick cost, and how many people were given an offer."""

    people: int
    cost: Cost


def _timed(act: Callable[[], int]) -> Tick:
    made: list[int] = []
    cost = timed(lambda: made.append(act()))
    return Tick(made[0], cost)


async def _open(file: Path) -> RowStore:
    chance = random.Random(1)
    return await open_store(
        f"sqlite:///{file}",
        vault=PlainVault(),
        calendar=HolidayCalendar(),
        now=lambda: NOW,
        new_id=lambda: str(uuid.uuid4()),
        new_secret=chance.randbytes,
        rng=chance,
    )


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat("T", "microseconds") + "Z"


def make(file: Path, people: int, due: int) -> None:
    """A database of one school with so many people; the first `due` of a shuffled order are due."""
    upgrade(f"sqlite:///{file}", now=NOW)

    async def school() -> None:
        async def act(work: Work, command: OfNoSchool) -> None:
            school = await work.directory.add_school(
                "school",
                Bilingual("学校", "School"),
                zone="Asia/Tokyo",
                lang="ja",
                country="JP",
                period_times=(),
                rehearsal=True,
            )
            await work.directory.add_workspace(
                school.id, "local", "T", staff_channel="C", lang="ja", emoji=("white_flower",)
            )

        store = await _open(file)
        await store.run(act, OfNoSchool())
        await store.close()

    asyncio.run(school())
    windows = json.dumps([["free", day, *BREAK, ""] for day in range(5)])
    order = list(range(1, people + 1))
    random.Random(2).shuffle(order)
    start, end = _text(NOW - timedelta(minutes=5)), _text(NOW + timedelta(minutes=25))
    later = _text(NOW + timedelta(hours=5))
    conn = sqlite3.connect(file)
    conn.executemany(
        "INSERT INTO person (id, school_id, public_id, name, lang, roles, consents)"
        " VALUES (?, 1, ?, 'x', 'ja', '', '')",
        ((number, str(uuid.uuid4())) for number in range(1, people + 1)),
    )
    conn.executemany(
        "INSERT INTO account (school_id, person_id, workspace_id, user_key) VALUES (1, ?, 1, ?)",
        ((number, f"U{number}") for number in range(1, people + 1)),
    )
    conn.executemany(
        "INSERT INTO rhythm (person_id, school_id, zone, windows, daily_budget, pace, unanswered, offers_that_day,"
        " next_offer_at, slot_start, slot_end) VALUES (?, 1, 'Asia/Tokyo', ?, 1, 1, 0, 0, ?, ?, ?)",
        (
            (number, windows, _text(NOW - timedelta(microseconds=place)) if place < due else later, start, end)
            for place, number in enumerate(order)
        ),
    )
    conn.commit()
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.execute("ANALYZE")
    conn.commit()
    conn.close()


def by_rows(file: Path, batch: int) -> Tick:
    """The store's part of the product's tick."""

    async def claim_due(work: Work, command: OfNoSchool) -> int:
        due = await work.clock.due(batch)
        return await work.clock.claim([Claim(person, 10, RHYTHM, AFTER) for person in due])

    async def all_due(store: RowStore) -> int:
        total = 0
        while made := await store.run(claim_due, OfNoSchool()):
            total += made
        return total

    return _on_store(file, all_due)


def by_product(file: Path, batch: int) -> Tick:
    """The tick as the product does it."""

    async def all_due(store: RowStore) -> int:
        return (await tick(store, batch)).offers

    return _on_store(file, all_due)


def _on_store(file: Path, act: Callable[[RowStore], Coroutine[None, None, int]]) -> Tick:
    with asyncio.Runner() as runner:
        store = runner.run(_open(file))
        done = _timed(lambda: runner.run(act(store)))
        runner.run(store.close())
    return done


DUE = """
SELECT r.person_id, r.school_id, p.public_id, s.country, r.windows, r.zone, r.daily_budget, r.pace, r.unanswered,
  r.pace_told, r.last_offer_on, r.offers_that_day, r.paused_until, r.stopped, r.next_offer_at, r.slot_start, r.slot_end,
  (SELECT w.platform || ':' || w.key FROM account a JOIN workspace w ON w.id = a.workspace_id
   WHERE a.person_id = r.person_id ORDER BY a.id LIMIT 1)
FROM rhythm r JOIN person p ON p.id = r.person_id JOIN school s ON s.id = r.school_id
WHERE r.next_offer_at <= ? ORDER BY r.next_offer_at LIMIT ?
"""
OFFER = """
INSERT INTO offer (public_id, school_id, person_id, slot_key, minutes, state, created_at, until, topic, passed_over)
VALUES (?, ?, ?, ?, 10, 'promised', ?, ?, '', '[]') ON CONFLICT DO NOTHING
"""
PROMISE = """
INSERT INTO outbox (school_id, lane, kind, subject, person_id, detail, token, state, due_at, attempts)
SELECT school_id, ?, 'offer', id, person_id, '{}', public_id, 'new', ?, 0 FROM offer WHERE public_id = ?
"""
MOVE_ON = """
UPDATE rhythm SET next_offer_at = ?, slot_start = ?, slot_end = ?, pace = 1, unanswered = 0, pace_told = 0,
  last_offer_on = NULL, offers_that_day = 0 WHERE person_id = ? AND next_offer_at = ?
"""


def by_hand(file: Path, batch: int) -> Tick:
    """The same durable work in SQL written by hand."""
    conn = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        conn.execute(f"PRAGMA {pragma}")
    now, after = _text(NOW), tuple(map(_text, (AFTER.offer_at, AFTER.slot.start, AFTER.slot.end)))

    def all_due() -> int:
        total = 0
        while True:
            conn.execute("BEGIN IMMEDIATE")
            rows = conn.execute(DUE, (now, batch)).fetchall()
            ids = [str(uuid.uuid4()) for _ in rows]
            conn.executemany(
                OFFER,
                [(key, row[1], row[0], row[15], now, row[16]) for key, row in zip(ids, rows, strict=True)],
            )
            conn.executemany(PROMISE, [(row[17], now, key) for key, row in zip(ids, rows, strict=True)])
            conn.executemany(MOVE_ON, [(*after, row[0], row[14]) for row in rows])
            conn.execute("COMMIT")
            if not rows:
                return total
            total += len(rows)

    done = _timed(all_due)
    conn.close()
    return done


SIDES = {"hand": by_hand, "rows": by_rows, "whole": by_product}


def one_round(template: Path, due: int, batch: int) -> dict[str, Cost]:
    """Each side on its own copy of the same database, one after the other."""
    costs: dict[str, Cost] = {}
    for name, side in SIDES.items():
        copy = template.with_name("copy.db")
        shutil.copy(template, copy)
        done = side(copy, batch)
        if done.people != due:
            raise SystemExit(f"{name} made offers to {done.people} of {due}")
        costs[name] = done.cost.over(due)
        for leftover in template.parent.glob("copy.db*"):
            leftover.unlink()
    return costs


def report(rounds: list[dict[str, Cost]], people: int, due: int) -> None:
    for name, what in (("rows", "the store's part of a tick"), ("whole", "a tick with its decisions")):
        for clock in ("cpu", "wall"):
            ours, floor = ([getattr(costs[side], clock) for costs in rounds] for side in (name, "hand"))
            say(
                f"tick.{name}.{clock}",
                f"{clock} time for one person of {what}, {due} of {people} people due",
                "ms",
                milliseconds(ours),
                milliseconds(floor),
                "the same rows by hand-written SQL",
                n=len(rounds) * due,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    if options.quick:
        options.people, options.due, options.batch, options.rounds = 50, 10, 4, 1
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        template = Path(folder) / "template.db"
        make(template, options.people, options.due)
        rounds = [one_round(template, options.due, options.batch) for _ in range(options.rounds)]
    report(rounds, options.people, options.due)


if __name__ == "__main__":
    main()

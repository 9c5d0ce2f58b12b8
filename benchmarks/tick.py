"""What one tick costs: 20,000 of 100,000 people due, against hand-written SQL doing the same durable work.

    python benchmarks/tick.py [--people N] [--due N] [--batch N] [--rounds N]

Prints JSON lines. Both sides work on copies of one database, in turn, in this process: they read who is due (with
all that a decision needs), then store an offer, its promise and the next moment of each, in batches of one
transaction (`synchronous=FULL`). The decision itself is left out: it is neither side's. `cpu_ratio` and `wall_ratio`
say how many times the hand-written SQL's time the store takes (medians over the rounds).
"""

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain.language import Bilingual
from bot.domain.spare import Planned, Rhythm, Slot, Window, WindowKind
from bot.services.ports import Claim, Work
from storage.admin import upgrade
from storage.store import RowStore, open_store

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
RHYTHM = Rhythm("Asia/Tokyo", tuple(Window(WindowKind.FREE, day, 960, 1020) for day in range(5)))
AFTER = Planned(NOW + timedelta(days=1), Slot(NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30)))


class PlainVault:
    """Seals nothing: no secret is at stake here."""

    def seal(self, secret: bytes, *, label: str) -> bytes:
        return secret

    def open(self, sealed: bytes, *, label: str) -> bytes:
        return sealed


class OpenDays:
    def closed(self, country: str, day: date) -> bool:
        return False


@dataclass(frozen=True)
class OfNoSchool:
    school_id: None = None


@dataclass(frozen=True)
class Cost:
    people: int
    cpu: float
    wall: float


def _timed(act: Callable[[], int]) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    people = act()
    return Cost(people, time.process_time() - cpu, time.perf_counter() - wall)


async def _open(file: Path) -> RowStore:
    chance = random.Random(1)
    return await open_store(
        f"sqlite:///{file}",
        vault=PlainVault(),
        calendar=OpenDays(),
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
    windows = json.dumps([["free", day, 960, 1020, ""] for day in range(5)])
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


def by_store(file: Path, batch: int) -> Cost:
    """The tick as the product does it."""

    async def claim_due(work: Work, command: OfNoSchool) -> int:
        due = await work.clock.due(batch)
        return await work.clock.claim([Claim(person, 10, RHYTHM, AFTER) for person in due])

    async def tick(store: RowStore) -> int:
        total = 0
        while made := await store.run(claim_due, OfNoSchool()):
            total += made
        return total

    with asyncio.Runner() as runner:
        store = runner.run(_open(file))
        cost = _timed(lambda: runner.run(tick(store)))
        runner.run(store.close())
    return cost


DUE = """
SELECT r.person_id, r.school_id, p.public_id, s.country, r.windows, r.zone, r.daily_budget, r.pace, r.unanswered,
  r.pace_told, r.last_offer_on, r.offers_that_day, r.paused_until, r.stopped, r.next_offer_at, r.slot_start, r.slot_end,
  r.requested, r.moved,
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
  last_offer_on = NULL, offers_that_day = 0, requested = 0, moved = 0 WHERE person_id = ? AND next_offer_at = ?
"""


def by_hand(file: Path, batch: int) -> Cost:
    """The same durable work in SQL written by hand."""
    conn = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        conn.execute(f"PRAGMA {pragma}")
    now, after = _text(NOW), tuple(map(_text, (AFTER.offer_at, AFTER.slot.start, AFTER.slot.end)))

    def tick() -> int:
        total = 0
        while True:
            conn.execute("BEGIN IMMEDIATE")
            rows = conn.execute(DUE, (now, batch)).fetchall()
            ids = [str(uuid.uuid4()) for _ in rows]
            conn.executemany(
                OFFER,
                [(key, row[1], row[0], row[15], now, row[16]) for key, row in zip(ids, rows, strict=True)],
            )
            conn.executemany(PROMISE, [(row[19], now, key) for key, row in zip(ids, rows, strict=True)])
            conn.executemany(MOVE_ON, [(*after, row[0], row[14]) for row in rows])
            conn.execute("COMMIT")
            if not rows:
                return total
            total += len(rows)

    cost = _timed(tick)
    conn.close()
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    costs: dict[str, list[Cost]] = {"store": [], "by_hand": []}
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        make(template, options.people, options.due)
        for _ in range(options.rounds):
            for name, tick in (("by_hand", by_hand), ("store", by_store)):
                copy = Path(folder) / "copy.db"
                shutil.copy(template, copy)
                cost = tick(copy, options.batch)
                if cost.people != options.due:
                    raise SystemExit(f"{name} claimed {cost.people} of {options.due}")
                costs[name].append(cost)
                for leftover in Path(folder).glob("copy.db*"):
                    leftover.unlink()
    for name, found in costs.items():
        cpu, wall = statistics.median(c.cpu for c in found), statistics.median(c.wall for c in found)
        line = {
            "benchmark": "tick",
            "side": name,
            "people": options.people,
            "due": options.due,
            "batch": options.batch,
            "cpu_seconds": round(cpu, 4),
            "wall_seconds": round(wall, 4),
            "people_per_cpu_second": round(options.due / cpu),
        }
        print(json.dumps(line))
    cpu_ratio = statistics.median(c.cpu for c in costs["store"]) / statistics.median(c.cpu for c in costs["by_hand"])
    wall_ratio = statistics.median(c.wall for c in costs["store"]) / statistics.median(c.wall for c in costs["by_hand"])
    print(json.dumps({"benchmark": "tick", "cpu_ratio": round(cpu_ratio, 2), "wall_ratio": round(wall_ratio, 2)}))


if __name__ == "__main__":
    main()

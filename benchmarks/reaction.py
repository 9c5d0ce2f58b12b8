"""What one endorsing reaction costs, from the platform adapter's entry to the durable endorsement.

    python benchmarks/reaction.py [--rounds N] [--quick]

Ours: an event of the staff room becomes an intent, the router answers it, and when it returns the transaction is
committed (`synchronous=FULL`): inbox, reaction, endorsement, audit entry, and the promises to sign and to tell. Nobody
keeps those promises here: they are the relay's work afterwards. Each reaction is somebody's first on a post of its own,
so nothing is shared between two of them but, when 50 are in flight, the commit.

The floor: one row of the same table with the same indexes, written with Python's own sqlite3 and committed alone
(WAL, `synchronous=FULL`), in the same rounds. For 50 in flight also 50 such rows in one commit.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from _measuring import Cost, milliseconds, say, timed, timed_async
from _school import EMOJI, STAFF_CHANNEL, WORKSPACE, school_with_posts
from sqlalchemy import Engine, event

from bot.app import House, World, open_house
from bot.handlers.local.inbound import delivered
from bot.handlers.local.room_types import Event
from bot.settings import Settings

IN_FLIGHT = 50


@dataclass(frozen=True)
class Costs:
    """One round: each the cost of one reaction, or of one row."""

    alone: Cost
    in_flight: Cost
    commit: Cost
    row_of_many: Cost


# ---------------------------------------------------------------- reactions


def events(posts: int, people: int) -> Iterator[Event]:
    """On each post a reaction of its holder's neighbour."""
    for post in range(posts):
        user = f"U{(post + 1) % people}"
        yield Event(
            id=str(uuid4()),
            kind="reaction_added",
            workspace=WORKSPACE,
            channel=STAFF_CHANNEL,
            direct=False,
            user=user,
            user_name=user,
            lang="en",
            is_bot=False,
            message=f"post-{post}",
            emoji=EMOJI,
        )


# ---------------------------------------------------------------- both sides


async def one_by_one(house: House, brought: list[Event]) -> None:
    for each in brought:
        await house.router.handle(delivered(each))


async def all_at_once(house: House, brought: list[Event]) -> None:
    await asyncio.gather(*(house.router.handle(delivered(each)) for each in brought))


class Floor:
    """A database that has nothing but the product's table of endorsements, with its indexes."""

    def __init__(self, product: Path, file: Path) -> None:
        with sqlite3.connect(product) as ours:
            made = ours.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'endorsement' AND sql IS NOT NULL")
            statements = [sql for (sql,) in made]
        ours.close()
        self._conn = sqlite3.connect(file, isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *statements):
            self._conn.execute(statement)
        self._rows = 0

    def commit_each(self, rows: int) -> None:
        for _ in range(rows):
            self.commit(1)

    def commit(self, rows: int) -> None:
        """So many rows in one commit."""
        self._conn.execute("BEGIN IMMEDIATE")
        for _ in range(rows):
            self._insert()
        self._conn.execute("COMMIT")

    def _insert(self) -> None:
        self._rows += 1
        self._conn.execute(
            "INSERT INTO endorsement (public_id, school_id, endorser_id, endorser_school_id, target_kind, target_id,"
            " role, given_at, held_by_button, undone) VALUES (?, 1, ?, 1, 'award', ?, 'colleague', ?, 0, 0)",
            (str(uuid4()), self._rows, self._rows, datetime.now(UTC).isoformat()),
        )

    def close(self) -> None:
        self._conn.close()


async def one_round(house: House, floor: Floor, coming: Iterator[Event], batch: int) -> Costs:
    """Each in turn, so that what others do on this machine meets all of them."""
    alone, together = ([next(coming) for _ in range(batch)] for _ in range(2))
    return Costs(
        alone=(await timed_async(lambda: one_by_one(house, alone))).over(batch),
        commit=timed(lambda: floor.commit_each(batch)).over(batch),
        in_flight=(await timed_async(lambda: all_at_once(house, together))).over(batch),
        row_of_many=timed(lambda: floor.commit(batch)).over(batch),
    )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the product sends to the database meanwhile."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def measure(folder: Path, rounds: int, batch: int) -> tuple[list[Costs], int]:
    """All rounds after one to warm up, and the statements of one reaction."""
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    posts = (rounds + 1) * 2 * batch + 1
    async with open_house(settings, World(rng=random.Random(1))) as house:
        house.store.on_commit = lambda lanes: None  # nobody keeps the promises
        school = await school_with_posts(house, [f"post-{post}" for post in range(posts)])
        coming = events(posts, school.people)
        floor = Floor(folder / "sukima.db", folder / "floor.db")
        await one_round(house, floor, coming, batch)
        costs = [await one_round(house, floor, coming, batch) for _ in range(rounds)]
        with counted() as statements:
            await one_by_one(house, [next(coming)])
        floor.close()
    require(folder / "sukima.db", posts)
    return costs, len(statements)


def require(database: Path, endorsements: int) -> None:
    """Every reaction became an endorsement, or these figures would mean nothing."""
    conn = sqlite3.connect(database)
    (found,) = conn.execute("SELECT count(*) FROM endorsement WHERE withdrawn_at IS NULL").fetchone()
    conn.close()
    if found != endorsements:
        raise SystemExit(f"{found} endorsements of {endorsements}")


def report(costs: list[Costs], statements: int, batch: int) -> None:
    n = len(costs) * batch
    raw, many = "one raw sqlite3 commit of one row", f"one of {batch} raw sqlite3 rows in one commit"
    commit_cpu, commit_wall = [each.commit.cpu for each in costs], [each.commit.wall for each in costs]
    for name, what, value, floor, floor_is in (
        ("alone.cpu", "CPU time of a reaction, one after the other", [c.alone.cpu for c in costs], commit_cpu, raw),
        ("alone.wall", "wall time of a reaction, one after the other", [c.alone.wall for c in costs], commit_wall, raw),
        (
            "in_flight.cpu",
            f"CPU time of a reaction, {batch} in flight",
            [c.in_flight.cpu for c in costs],
            commit_cpu,
            raw,
        ),
        (
            "in_flight.wall",
            f"wall time of a reaction's share, {batch} in flight",
            [c.in_flight.wall for c in costs],
            commit_wall,
            raw,
        ),
        (
            "in_flight.cpu_grouped",
            f"CPU time of a reaction, {batch} in flight",
            [c.in_flight.cpu for c in costs],
            [c.row_of_many.cpu for c in costs],
            many,
        ),
    ):
        say(f"reaction.{name}", what, "ms", milliseconds(value), milliseconds(floor), floor_is, n=n)
    say(
        "reaction.statements",
        "SQL statements of a reaction, BEGIN and COMMIT not counted",
        "statements",
        [statements],
        [1],
        "the one row",
        n=1,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds, batch = (1, 3) if options.quick else (options.rounds, IN_FLIGHT)
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        report(*asyncio.run(measure(Path(folder), rounds, batch)), batch)


if __name__ == "__main__":
    main()

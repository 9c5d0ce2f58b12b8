"""How long a start takes until the engine runs, and how much memory it then holds, with 1,000 people.

    python benchmarks/start.py [--people N] [--rounds N] [--quick]

Ours: a fresh interpreter opens the house over a prepared data directory (vault, migrations looked at, database, audit
log, keys, words) and starts the engine; the clock stops when it says so. Bytecode is compiled beforehand, as it is
after an installation. CPU time is that of the child, all threads; memory is VmRSS at that moment (Linux only, else 0).

The floors, in the same rounds: a fresh interpreter that does nothing, and one that opens the same file with sqlite3 and
counts the people.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from _measuring import Cost, milliseconds, say
from _school import OpenSchool, add_teacher, open_school

from bot.app import House, World, demo_catalogue, open_house
from bot.services.commands import OfSchool
from bot.services.ports import Work
from bot.settings import Settings

REPORT = """
import json, time
cpu = time.process_time()
try:
    lines = open("/proc/self/status").read().splitlines()
    rss = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
except OSError:
    rss = 0
print(json.dumps([cpu, rss]), flush=True)
"""
"""Said by each child at the moment that counts."""
BARE = f"exec({REPORT!r})"
PLAIN = f"""
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1])
conn.execute("PRAGMA journal_mode=WAL")
conn.execute("SELECT count(*) FROM person").fetchone()
exec({REPORT!r})
conn.close()
"""
HOUSE = f"""
import asyncio, sys
from pathlib import Path
from bot.app import World, open_house
from bot.settings import Settings

async def main():
    settings = Settings.from_env({{"SUKIMA_DATA_DIR": str(Path(sys.argv[1]).parent)}}, env_file=None)
    async with open_house(settings, World()) as house:
        await house.start()
        exec({REPORT!r}, {{}})

asyncio.run(main())
"""


@dataclass(frozen=True)
class Start:
    """What one child said. `rss` in MiB."""

    cost: Cost
    rss: float


@dataclass(frozen=True, kw_only=True)
class FillSchool(OfSchool):
    workspace_id: int
    people: int


async def fill_school(work: Work, command: FillSchool) -> None:
    for number in range(command.people):
        await add_teacher(work, command.workspace_id, number)


async def prepare(folder: Path, people: int) -> None:
    """A data directory as the end of an ordinary day leaves it."""
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    async with open_house(settings, World(rng=random.Random(1))) as house:
        await _fill(house, people)


async def _fill(house: House, people: int) -> None:
    await house.load_catalogues([demo_catalogue()])
    school_id, workspace_id = await house.store.run(open_school, OpenSchool())
    await house.store.run(fill_school, FillSchool(school_id=school_id, workspace_id=workspace_id, people=people))
    await house.keys.ensure(school_id)


def started(script: str, database: Path, bytecode: Path | None) -> Start:
    """Run a child until it reports. What it compiles is kept in `bytecode`; None: where Python keeps it anyway."""
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    if bytecode is not None:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, str(database)], stdout=subprocess.PIPE, env=environment, text=True
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        wall = time.perf_counter() - begun
        child.stdout.read()
    if child.returncode != 0:
        raise SystemExit(f"a child ended with {child.returncode}")
    cpu, rss = json.loads(said)
    return Start(Cost(cpu, wall), rss / 1024)


def report(ours: list[Start], bare: list[Start], plain: list[Start], people: int) -> None:
    floors = (
        ("bare", bare, "a fresh interpreter that does nothing"),
        ("sqlite", plain, "a fresh interpreter with the same file open in sqlite3"),
    )
    n = len(ours)
    for name, floor, floor_is in floors:
        for clock in ("wall", "cpu"):
            what = f"{clock} time from start to ready, {people} people"
            value, below = ([getattr(each.cost, clock) for each in side] for side in (ours, floor))
            say(f"start.{clock}.{name}", what, "ms", milliseconds(value), milliseconds(below), floor_is, n=n)
        what = f"resident memory when ready, {people} people"
        say(f"start.rss.{name}", what, "MiB", [s.rss for s in ours], [s.rss or 1 for s in floor], floor_is, n=n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    people, rounds = (10, 1) if options.quick else (options.people, options.rounds)
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        data, bytecode = Path(folder) / "data", None if options.quick else Path(folder) / "bytecode"
        asyncio.run(prepare(data, people))
        scripts = (HOUSE, BARE, PLAIN)
        if bytecode is not None:
            started(HOUSE, data / "sukima.db", bytecode)
        turns = [[started(script, data / "sukima.db", bytecode) for script in scripts] for _ in range(rounds)]
        ours, bare, plain = ([turn[side] for turn in turns] for side in range(len(scripts)))
    report(ours, bare, plain, people)


if __name__ == "__main__":
    main()

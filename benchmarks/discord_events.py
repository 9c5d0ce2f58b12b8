"""What an event of Discord costs, and how soon a press is answered: Sukima beside a discord.py bot that does nothing.

    python benchmarks/discord_events.py [--rounds N] [--only KIND …] [--quick]

Three processes: this one is Discord (the server of the tests), and each of the two apps has one. Ours is all that
`sukima run` begins, on a SQLite file. The floor is a bot of the same library with the same intents: it hears the same
over the same gateway, and defers each press. What is brought:

- `endorsement`: a reaction that is somebody's first on a post of its own, durable when its time is taken;
- `press`: a button that answers a check question rightly; done when all that it leads to is done, its answer too;
- `talk`: a message among people, `emoji`: a reaction that means nothing. Both are passed over.

And how: `rest`, presses one after the other; `saturated`, all events at once, and 32 presses on their way at any time;
`paced`, reactions and presses, 50 a second. At rest and saturated nobody keeps the promises that are made (signing,
receipts, posts), as in `reaction.py`. While `paced` the relay keeps them, and more are waiting than it can keep: its
work is in the CPU time. A press that has no first answer in Discord's three seconds counts as these.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from _asked import App, app
from _chat_school import Button, Prepared, database, prepare
from _discord_brought import PLACE, Act, World, posts, timed, world
from _loads import at_pace, in_flight, one_by_one, percentile
from _measuring import milliseconds, say

IN_FLIGHT, A_SECOND = 32, 50
FLOOR = "the same for a discord.py bot that does nothing"
PRESS = "press"
KINDS = {
    "endorsement": "a reaction that becomes an endorsement",
    PRESS: "a press that records a completion",
    "talk": "a message that is passed over",
    "emoji": "a reaction that is passed over",
}
LOADS = {
    "rest": "one after the other",
    "saturated": "as many at once as there are",
    "paced": f"{A_SECOND} a second while the relay is busy",
}
"""In this order: what was promised before keeps the relay busy."""
BROUGHT = {"rest": (PRESS,), "saturated": tuple(KINDS), "paced": ("endorsement", PRESS)}
"""What is brought so: events have no answer to wait for, and of what is passed over the relay's work tells nothing."""
PASSED_OVER, TIMES = ("talk", "emoji"), 10
"""Of what is passed over so many times more is brought, or the app's other work would count for more than it."""
WHOLE = {"rest": 50, "saturated": 160, "paced": 200}
QUICK = {"rest": 1, "saturated": 2, "paced": 2}
"""Acts of a round, by load."""


@dataclass(frozen=True)
class Cost:
    """Of acts brought together: CPU seconds of each, and the seconds until each had its first answer."""

    cpu: float
    took: list[float]


Key = tuple[str, str]
"""Kind, load."""
Costs = dict[Key, list[tuple[Cost, Cost]]]


class Side:
    """One of the two apps: its process, and its own Discord."""

    def __init__(self, place: World, at_work: App, buttons: Sequence[Button]) -> None:
        self._place = place
        self.ask = at_work.ask
        self._coming: Mapping[str, Iterator[Act]] = {
            "endorsement": place.endorsements(),
            PRESS: place.presses([(each.user, each.token) for each in buttons]),
            "talk": place.words(),
            "emoji": place.other_reactions(),
        }

    async def measure(self, kind: str, load: str, count: int) -> Cost:
        acts = list(islice(self._coming[kind], count))
        before = float(await self.ask("cpu"))
        match load:
            case "rest":
                took = await one_by_one(timed, acts)
            case "saturated":
                took = await in_flight(timed, acts, IN_FLIGHT)
            case _:
                took = await at_pace(timed, acts, A_SECOND)
        await self._place.discord.quiet()
        await self.ask("settle")
        return Cost((float(await self.ask("cpu")) - before) / count, took)


@asynccontextmanager
async def side(name: str, prepared: Prepared, keys: Sequence[str], folder: Path) -> AsyncIterator[Side]:
    async with world(prepared.people, keys) as place, app(f"discord_{name}", place.environment, folder) as at_work:
        yield Side(place, at_work, prepared.buttons)


# ---------------------------------------------------------------- rounds


async def one_round(house: Side, bare: Side, kinds: Sequence[str], counts: Mapping[str, int], costs: Costs) -> None:
    """Each for both in turn, so that what others do on this machine meets both. The relay begins when it is paced."""
    for load, count in counts.items():
        if load == "paced":
            await house.ask("keep")
        for kind in kinds:
            if kind in BROUGHT[load]:
                many = count * TIMES if kind in PASSED_OVER else count
                floor = await bare.measure(kind, load, many)
                ours = await house.measure(kind, load, many)
                costs.setdefault((kind, load), []).append((ours, floor))
    await house.ask("leave")


async def measure(folder: Path, kinds: Sequence[str], rounds: int, counts: Mapping[str, int]) -> Costs:
    """All rounds after one to warm up."""
    most = (rounds + 1) * sum(counts.values())
    keys = posts(most)
    prepared = await asyncio.to_thread(prepare, folder, PLACE, keys, most)
    costs: Costs = {}
    async with side("house", prepared, keys, folder) as house, side("bare", prepared, keys, folder) as bare:
        await one_round(house, bare, kinds, counts, {})
        for _ in range(rounds):
            await one_round(house, bare, kinds, counts, costs)
    for kind, table in (("endorsement", "endorsement"), (PRESS, "completion")):
        if kind in kinds:
            brought = sum(count for load, count in counts.items() if kind in BROUGHT[load])
            require(database(folder), table, (rounds + 1) * brought)
    return costs


def require(file: Path, table: str, rows: int) -> None:
    """Everything that was brought was done, or these figures would mean nothing."""
    conn = sqlite3.connect(file)
    (found,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    conn.close()
    if found != rows:
        raise SystemExit(f"{table}: {found} of {rows}")


def report(costs: Costs) -> None:
    for (kind, load), pairs in costs.items():
        ours, floor = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        n = sum(len(each.took) for each in ours)
        name, what = f"discord_events.{kind}.{load}", f"{KINDS[kind]}, {LOADS[load]}"
        cost, below = ([each.cpu for each in side] for side in (ours, floor))
        say(f"{name}.cpu", f"CPU time of {what}", "ms", milliseconds(cost), milliseconds(below), FLOOR, n=n)
        if kind != PRESS:
            continue
        for percent in (50, 99):
            is_what = f"{percent} % have a first answer within: {what}"
            took, within = ([percentile(each.took, percent) for each in side] for side in (ours, floor))
            say(f"{name}.answer_p{percent}", is_what, "ms", milliseconds(took), milliseconds(within), FLOOR, n=n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=tuple(KINDS), nargs="+", default=tuple(KINDS), metavar="KIND")
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds, counts = (1, QUICK) if options.quick else (options.rounds, WHOLE)
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        report(asyncio.run(measure(Path(folder), options.only, rounds, counts)))


if __name__ == "__main__":
    main()

"""What an event of Slack costs, and how soon it is acknowledged: Sukima beside a Bolt app that does nothing.

    python benchmarks/slack_events.py [--rounds N] [--only KIND …] [--quick]

Three processes: this one is Slack (the server of the tests), and each of the two apps has one. Ours is all that
`sukima run` begins, on a SQLite file. The floor is `AsyncApp` as Bolt's documentation begins: it acknowledges the same
payloads. Both hear over Socket Mode and over signed HTTP. What is brought:

- `endorsement`: a reaction that is somebody's first on a post of its own, durable when it is acknowledged;
- `completion`: a press that answers a check question rightly; it is done when its answer is there, too;
- `talk`: a message among people, `emoji`: a reaction that means nothing. Both are passed over.

And how: `rest`, one after the other; `saturated`, 32 on their way at any time; `paced`, 50 a second, whatever becomes
of those before. At rest and saturated nobody keeps the promises that are made (signing, receipts, posts), as in
`reaction.py`. While `paced` the relay keeps them, and more are waiting than it can keep: its work is in the CPU time.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from _asked import App, app
from _chat_school import Button, Prepared, database, prepare
from _loads import at_pace, in_flight, one_by_one, percentile
from _measuring import milliseconds, say
from _slack_brought import (
    PLACE,
    TRANSPORTS,
    Brought,
    Transport,
    Workspace,
    posts,
    workspace,
)

IN_FLIGHT, A_SECOND = 32, 50
FLOOR = "the same for a Bolt app that does nothing"
KINDS = {
    "endorsement": "a reaction that becomes an endorsement",
    "completion": "a press that records a completion",
    "talk": "a message that is passed over",
    "emoji": "a reaction that is passed over",
}
LOADS = {
    "rest": "one after the other",
    "saturated": f"{IN_FLIGHT} in flight",
    "paced": f"{A_SECOND} a second while the relay is busy",
}
"""In this order: what was promised before keeps the relay busy."""
WHOLE = {"rest": 50, "saturated": 160, "paced": 200}
QUICK = {"rest": 1, "saturated": 2, "paced": 2}
"""Events of a round, by load."""


@dataclass(frozen=True)
class Cost:
    """Of events brought together: CPU seconds of each, and the seconds until each was acknowledged."""

    cpu: float
    took: list[float]


Key = tuple[Transport, str, str]
"""Transport, kind, load."""


class Side:
    """One of the two apps: its process, and its own Slack."""

    def __init__(self, place: Workspace, app: App, buttons: Sequence[Button]) -> None:
        self._place = place
        self.ask = app.ask
        self._coming: Mapping[str, Iterator[Brought]] = {
            "endorsement": place.endorsements(),
            "completion": place.presses([(each.user, each.token) for each in buttons]),
            "talk": place.words(),
            "emoji": place.other_reactions(),
        }
        self.answers = False

    async def measure(self, transport: Transport, kind: str, load: str, count: int) -> Cost:
        deliveries = list(islice(self._coming[kind], count))

        async def bring(delivery: Brought) -> float:
            took = await self._place.bring(transport, delivery)
            if self.answers:
                await self._place.answered(delivery)
            return took

        before = float(await self.ask("cpu"))
        match load:
            case "rest":
                took = await one_by_one(bring, deliveries)
            case "saturated":
                took = await in_flight(bring, deliveries, IN_FLIGHT)
            case _:
                took = await at_pace(bring, deliveries, A_SECOND)
        return Cost((float(await self.ask("cpu")) - before) / count, took)

    async def introduce(self) -> None:
        """Slack says who everybody is."""
        await in_flight(lambda each: self._place.bring("socket", each), list(self._place.profiles()), IN_FLIGHT)


@asynccontextmanager
async def side(name: str, prepared: Prepared, keys: Sequence[str], folder: Path) -> AsyncIterator[Side]:
    async with workspace(prepared.people, keys) as place, app(f"slack_{name}", place.environment, folder) as at_work:
        place.slack.app.request_url = at_work.ready
        await place.slack.sockets.connected()
        yield Side(place, at_work, prepared.buttons)


# ---------------------------------------------------------------- rounds


Costs = dict[Key, list[tuple[Cost, Cost]]]


async def one_round(house: Side, bolt: Side, kinds: Sequence[str], counts: Mapping[str, int], costs: Costs) -> None:
    """Each for both in turn, so that what others do on this machine meets both. The relay begins when it is paced."""
    for load, count in counts.items():
        if load == "paced":
            await house.ask("keep")
        for transport, kind in product(TRANSPORTS, kinds):
            floor = await bolt.measure(transport, kind, load, count)
            ours = await house.measure(transport, kind, load, count)
            costs.setdefault((transport, kind, load), []).append((ours, floor))
    await house.ask("leave")


async def measure(folder: Path, kinds: Sequence[str], rounds: int, counts: Mapping[str, int]) -> Costs:
    """All rounds after one to warm up."""
    of_a_kind = (rounds + 1) * len(TRANSPORTS) * sum(counts.values())
    keys = posts(of_a_kind)
    prepared = await asyncio.to_thread(prepare, folder, PLACE, keys, of_a_kind)
    costs: Costs = {}
    async with side("house", prepared, keys, folder) as house, side("bolt", prepared, keys, folder) as bolt:
        house.answers = True
        await house.introduce()
        await one_round(house, bolt, kinds, counts, {})
        for _ in range(rounds):
            await one_round(house, bolt, kinds, counts, costs)
    for kind, table in (("endorsement", "endorsement"), ("completion", "completion")):
        if kind in kinds:
            require(database(folder), table, of_a_kind)
    return costs


def require(file: Path, table: str, rows: int) -> None:
    """Everything that was brought was done, or these figures would mean nothing."""
    conn = sqlite3.connect(file)
    (found,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    conn.close()
    if found != rows:
        raise SystemExit(f"{table}: {found} of {rows}")


def report(costs: Costs) -> None:
    for (transport, kind, load), pairs in costs.items():
        ours, floor = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        n = sum(len(each.took) for each in ours)
        name, what = f"slack_events.{transport}.{kind}.{load}", f"{KINDS[kind]}, {transport}, {LOADS[load]}"
        cost, below = ([each.cpu for each in side] for side in (ours, floor))
        say(f"{name}.cpu", f"CPU time of {what}", "ms", milliseconds(cost), milliseconds(below), FLOOR, n=n)
        for percent in (50, 99):
            is_what = f"{percent} % are acknowledged within: {what}"
            took, within = ([percentile(each.took, percent) for each in side] for side in (ours, floor))
            say(f"{name}.ack_p{percent}", is_what, "ms", milliseconds(took), milliseconds(within), FLOOR, n=n)


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

"""Run by the kill test: completes units one after another and says each aloud once it is durable."""

import asyncio
import sys
from datetime import UTC, datetime

from storage_world import Place, Surroundings, in_school

from bot.domain.learning import Route
from bot.services.ports import Work


async def write(url: str, start: int) -> None:
    world = Surroundings(datetime.now(UTC))
    world.ids.seed(start)
    store = await world.open(url)

    async def find(work: Work, command: object) -> Place:
        (school,) = await work.directory.schools()
        workspace = await work.directory.workspace("local", "T-here")
        assert workspace is not None
        return Place(school, workspace, ())

    from storage_world import In

    place = await store.look(find, In())
    people = await in_school(store, place, lambda work: work.people.all())
    place = Place(place.school, place.workspace, tuple((person, None) for person in people))  # type: ignore[misc]

    async def one(number: int) -> None:
        async def complete(work: Work) -> None:
            done = await work.learning.complete(place.ann.id, f"u{number}", Route.OPENED, self_assessed=False)
            if done is not None:
                await work.outbox.promise("kept", number, lane="l", once=f"u{number}")
                await work.audit.record("complete", actor=place.ann, subject=f"u{number}")

        await in_school(store, place, complete)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()

    number = start
    while True:
        await asyncio.gather(*(one(number + step) for step in range(4)))
        number += 4


def main() -> None:
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))

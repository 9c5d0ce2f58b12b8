"""The local staff room: a house with one platform, its people, its catalogue and a clock that can be moved."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.app.catalogues import DEMO, demo_catalogue
from bot.app.data import make_data_dir
from bot.app.house import House, open_house
from bot.app.world import World
from bot.errors import Problem
from bot.handlers.local.adapter import LocalAdapter
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.demo_people import DemoSchool, read_people
from bot.handlers.local.rehearsal import WORKSPACE, Rehearsal, last_school_morning
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.sender import LocalSender
from bot.scheduler.calendar import HolidayCalendar
from bot.services.promises import A_MOMENT
from bot.settings import Settings

STOPS = 300
"""How often the staff room's clock stops on its way: some weeks of a school."""
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class StaffRoom:
    """The open staff room: chairs to sit on, over a house with one platform."""

    house: House
    room: Room
    adapter: LocalAdapter
    chairs: Chairs

    async def settle(self) -> None:
        """Return when nothing more will happen by itself: ticks, signing, messages, what a moment gathers."""
        await self.adapter.tick()
        await self.house.tick()
        await self.house.engine.settle(until=self.room.now() + A_MOMENT * 2)

    async def advance(self, moment: datetime) -> None:
        """Put the room's clock forward to `moment`, and on the way stop at whatever comes due, as time itself would.

        So an offer comes inside its window. After `STOPS` stops the clock jumps the rest of the way.
        Raises `Problem("room.clock_backwards")`.
        """
        if moment < self.room.now():
            raise Problem("room.clock_backwards")
        await self.settle()
        for _ in range(STOPS):
            stop = await self.house.coming()
            if stop is None or stop > moment:
                break
            self._put_clock(min(max(stop, self.room.now()) + A_SECOND, moment))
            await self.settle()
        self._put_clock(moment)
        await self.settle()

    def _put_clock(self, moment: datetime) -> None:
        """Forward only: real time may have passed the moment while the room was busy."""
        if moment > self.room.now():
            self.room.put_clock(moment)


@asynccontextmanager
async def open_staff_room(settings: Settings, world: World, tell: Callable[[str], None]) -> AsyncIterator[StaffRoom]:
    """The local staff room with its people, its catalogue and, the first time, a little history.

    `tell` hears the keys of steps that take a moment. The room's clock may be ahead of the world's.
    """
    make_data_dir(settings.data_dir)
    room = Room(settings.data_dir / "room", world.now, world.new_id)
    rehearsal = Rehearsal(room.now)
    try:

        async def move_clock(moment: datetime) -> None:
            room.put_clock(moment)

        waiting = move_clock if world.stands else None
        async with open_house(settings, replace(world, now=rehearsal.now), waiting) as house:
            adapter = LocalAdapter(room, house.router, house.cards)
            house.connect(PLATFORM, LocalSender(room, house.cards), adapter.tick)
            people = read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml")
            if not world.stands:
                room.begin_at(_opening(people.school, world.now()))
            tell("cli.preparing")
            await house.load_catalogues([demo_catalogue()])
            is_new = await rehearsal.prepare(house.store, room, people, settings.data_dir)
            await house.start()
            await house.reconcile()

            async def settle() -> None:
                await staff_room.settle()

            async def advance(moment: datetime) -> None:
                await staff_room.advance(moment)

            staff_room = StaffRoom(house, room, adapter, Chairs(room, adapter, settle, WORKSPACE, advance))
            await staff_room.chairs.settle()
            if is_new:
                staff_room.chairs.read_all()
            yield staff_room
    finally:
        room.close()


def _opening(school: DemoSchool, now: datetime) -> datetime:
    calendar = HolidayCalendar()
    return last_school_morning(now, school.zone, lambda day: calendar.closed(school.country, day))

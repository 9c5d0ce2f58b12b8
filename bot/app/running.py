"""`sukima run`: pages, the clock and, if asked, the rehearsal room, in one process, until a signal ends it.

What ends it is let go in order: health says that it closes; nothing new comes from the platforms, and what came is
answered; no new requests, those at work are answered, windows are told; the clock stops; the promise that is being kept
is kept; the database closes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from bot.app.browser_room import LOOPBACK, alone, face_of
from bot.app.discord import discord_at_work
from bot.app.house import House, made, open_house
from bot.app.serving import Listener, listening, serving, until_told
from bot.app.site import all_pages, known_hosts, site
from bot.app.slack import slack_at_work, slack_routes
from bot.app.staff_room import StaffRoom, open_staff_room
from bot.app.troubles import tell_troubles
from bot.app.world import World
from bot.domain.ownership import RANDOM_BYTES
from bot.errors import Problem
from bot.scheduler.clock import Clock
from bot.services.ownership import EnsureClaim, ensure_claim
from bot.settings import Settings
from bot.web.limits import Rate
from bot.wording import Wording
from storage import admin

DEFAULT_PORT = 8080
Tell = Callable[[str], None]


async def run(settings: Settings, voice: Wording, tell: Tell, *, host: str, port: int, room: bool) -> None:
    """Serve until SIGINT or SIGTERM. Raises `Problem` for what a person can mend."""
    with listening(host, port) as listener, _room_listening(listener.port if port else 0, room) as room_listener:
        async with until_told() as told, _opened(settings, voice, tell, room=room) as (house, staff_room):
            for line in made(house, voice):
                tell(line)
            code = await house.store.run(ensure_claim, EnsureClaim(random=house.world.entropy(RANDOM_BYTES)))
            if code is not None:
                tell(voice.say("run.claim", code=code))
            pages = all_pages()
            async with AsyncExitStack() as stack:
                clock = await stack.enter_async_context(going(house))
                hosts = known_hosts(settings.public_url, listener.host)
                slack = await stack.enter_async_context(slack_at_work(house))
                discord = await stack.enter_async_context(discord_at_work(house))
                public = site(house, clock, pages, hosts=hosts, rate=Rate(), more=slack_routes(slack, house, pages))
                await stack.enter_async_context(serving(public.app, listener))
                tell(voice.say("run.open", address=listener.origin))
                if staff_room is not None and room_listener is not None:
                    face = face_of(staff_room, pages)
                    app = alone(face, pages, public.metrics)
                    await stack.enter_async_context(serving(app, room_listener, face.hub.close))
                    tell(voice.say("run.room", address=face.address(room_listener.port)))
                stack.push_async_callback(_end, asyncio.create_task(tell_troubles(house.troubles, voice, tell)))
                await told.wait()
                house.is_closing = True
                tell(voice.say("run.closing"))
                await asyncio.gather(*(platform.stop() for platform in (slack, discord) if platform is not None))


@asynccontextmanager
async def _opened(
    settings: Settings, voice: Wording, tell: Tell, *, room: bool
) -> AsyncIterator[tuple[House, StaffRoom | None]]:
    """The house at work; with its rehearsal room if asked."""
    if not room:
        async with open_house(settings, World()) as house:
            await house.start()
            await house.reconcile()
            yield house, None
        return
    if admin.is_at_work(settings.database_url.get_secret_value()):
        raise Problem("run.room_among_people")
    async with open_staff_room(settings, World(), lambda key: tell(voice.say(key))) as staff_room:
        yield staff_room.house, staff_room


@contextmanager
def _room_listening(beside: int, room: bool) -> Iterator[Listener | None]:
    """The next port, for the room; any, where any was asked for."""
    if not room:
        yield None
        return
    with listening(LOOPBACK, beside + 1 if beside else 0) as listener:
        yield listener


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


@asynccontextmanager
async def going(house: House) -> AsyncIterator[Clock]:
    """The house's clock, going while inside."""
    clock = house.clock()
    clock.start()
    try:
        yield clock
    finally:
        await clock.stop()

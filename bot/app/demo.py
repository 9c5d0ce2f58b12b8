"""`sukima demo` in the browser: the rehearsal room, and on the same origin the pages that links from chat lead to.

All of them live in the room's time, which people move. What happens in the room scrolls by in the terminal.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from bot.app.browser_room import LOOPBACK, face_of
from bot.app.house import made
from bot.app.running import Tell, going
from bot.app.serving import Listener, listening, serving, until_told
from bot.app.site import all_pages, site
from bot.app.staff_room import open_staff_room
from bot.app.world import World
from bot.errors import Problem
from bot.handlers.local.rehearsal import WORKSPACE
from bot.handlers.local.ticker import ticking
from bot.settings import Settings
from bot.web.callers import LOOPBACK_NAMES
from bot.wording import Wording

DEMO_PORT = 8088
"""Always the same where it is free: links in chat outlive a restart."""
Show = Callable[[str], object]


async def run_demo(settings: Settings, voice: Wording, tell: Tell, *, port: int | None, show: Show | None) -> None:
    """The staff room in the browser until a signal ends it. `show` opens an address in a browser, if there is one."""
    with _listening(port) as listener:
        here = settings.model_copy(update={"public_url": listener.origin})
        async with until_told() as told, open_staff_room(here, World(), lambda key: tell(voice.say(key))) as staff_room:
            for line in made(staff_room.house, voice):
                tell(line)
            pages = all_pages()
            face = face_of(staff_room, pages)
            async with going(staff_room.house) as clock:
                whole = site(staff_room.house, clock, pages, hosts=LOOPBACK_NAMES, more=face.routes)
                async with serving(whole.app, listener, face.hub.close):
                    address = face.address(listener.port)
                    tell(voice.say("run.room", address=address))
                    with ticking(staff_room.room, WORKSPACE, tell):
                        if show is not None and not told.is_set():
                            await asyncio.to_thread(show, address)
                        await told.wait()
                    tell(voice.say("run.closing"))


def may_show(environ: Mapping[str, str], *, tty: bool, platform: str = sys.platform) -> bool:
    """Whether there is a browser that a person sits at: no robot, no pipe, no remote shell, a display."""
    if not tty or environ.get("CI") or environ.get("SSH_CONNECTION"):
        return False
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _listening(port: int | None) -> Iterator[Listener]:
    """The port asked for; without one the usual one, or any that is free."""
    with ExitStack() as stack:
        yield _taken(stack, port)


def _taken(stack: ExitStack, port: int | None) -> Listener:
    try:
        return stack.enter_context(listening(LOOPBACK, DEMO_PORT if port is None else port))
    except Problem as problem:
        if port is not None or problem.code != "run.port_taken":
            raise
    return stack.enter_context(listening(LOOPBACK, 0))

"""The house under test: what `sukima demo` opens, over a folder, served from the tests' own event loop.

Its day is a Wednesday with gaps ahead. The clock goes on from there as clocks do; the room's own can be put forward.
"""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import StaffRoom, World, open_staff_room
from bot.app.browser_room import LOOPBACK, face_of
from bot.app.running import going
from bot.app.serving import listening, serving
from bot.app.site import all_pages, site
from bot.settings import Settings
from bot.web.callers import LOOPBACK_NAMES

MORNING = datetime(2026, 6, 9, 23, 20, tzinfo=UTC)
"""Wednesday, 10 June 2026, 08:20 in Tokyo; the room opens at 08:10."""


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that goes on from `moment`."""
    begun = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - begun)


def settings_of(folder: Path, origin: str | None = None) -> Settings:
    """As of an empty environment; links in chat lead to `origin`."""
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    return settings.model_copy(update={"public_url": origin})


def nobody(key: str) -> None:
    """Hears what is told while the house opens."""


async def prepare(folder: Path) -> None:
    """Write the school with its people and their history, once."""
    async with open_staff_room(settings_of(folder), World(now=running_from(MORNING)), nobody):
        pass


@dataclass
class House:
    """A house over a folder. `stop` and `start` are a restart, on the same port; the time does not go back."""

    folder: Path
    port: int = 0
    address: str = ""
    """What `sukima demo` prints."""
    now: Callable[[], datetime] = field(default_factory=lambda: running_from(MORNING))
    _room: StaffRoom | None = None
    _open: AsyncExitStack | None = None

    @property
    def base(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def room(self) -> StaffRoom:
        assert self._room is not None, "the house is closed"
        return self._room

    async def start(self) -> None:
        async with AsyncExitStack() as stack:
            listener = stack.enter_context(listening(LOOPBACK, self.port))
            settings = settings_of(self.folder, listener.origin)
            room = await stack.enter_async_context(open_staff_room(settings, World(now=self.now), nobody))
            pages = all_pages()
            face = face_of(room, pages)
            clock = await stack.enter_async_context(going(room.house))
            whole = site(room.house, clock, pages, hosts=LOOPBACK_NAMES, more=face.routes)
            await stack.enter_async_context(serving(whole.app, listener, face.hub.close))
            self._room, self.port, self.address = room, listener.port, face.address(listener.port)
            self._open = stack.pop_all()

    async def stop(self) -> None:
        if self._open is not None:
            opened, self._open, self._room = self._open, None, None
            await opened.aclose()

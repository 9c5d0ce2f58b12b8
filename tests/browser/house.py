"""The house under test: the rehearsal school over a folder, served on loopback from the tests' own event loop.

Its day is a Wednesday with gaps ahead. The clock runs as clocks do, from there; the room's own can be put forward.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from bot.app import StaffRoom, World, open_staff_room
from bot.handlers.local.browser import Face, FaceParts, room_app
from bot.handlers.local.rehearsal import WORKSPACE
from bot.pages import Pages
from bot.settings import Settings

MORNING = datetime(2026, 6, 9, 23, 20, tzinfo=UTC)
"""Wednesday, 10 June 2026, 08:20 in Tokyo; the room opens at 08:10."""


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that goes on from `moment`."""
    begun = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - begun)


def settings_of(folder: Path) -> Settings:
    return Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)


async def prepare(folder: Path) -> None:
    """Write the school with its people and their history, once."""
    async with open_staff_room(settings_of(folder), World(now=running_from(MORNING)), lambda key: None):
        pass


@dataclass
class House:
    """An open house. `address` is what `sukima demo` would print; `stop` and `start` are a restart on the same port."""

    folder: Path
    port: int = 0
    room: StaffRoom | None = None
    face: Face | None = None
    _open: AsyncExitStack | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        assert self.face is not None
        return self.face.address(self.port)

    async def start(self) -> None:
        async with AsyncExitStack() as stack:
            world = World(now=running_from(MORNING))
            room = await stack.enter_async_context(open_staff_room(settings_of(self.folder), world, lambda key: None))
            parts = FaceParts(
                room.room,
                room.adapter,
                room.house.store,
                WORKSPACE,
                room.advance,
                room.house.coming,
                Pages("bot.handlers.local"),
                hashlib.sha256(str(self.folder).encode()).digest(),
                world.now,
            )
            app, self.face = room_app(parts)
            self.port = await stack.enter_async_context(_served(app, self.port, self.face.hub.close))
            self.room = room
            self._open = stack.pop_all()

    async def stop(self) -> None:
        if self._open is not None:
            opened, self._open = self._open, None
            await opened.aclose()


@asynccontextmanager
async def _served(app: object, port: int, closing: Callable[[], None]) -> AsyncIterator[int]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=2)  # type: ignore[arg-type]
    )
    server.capture_signals = _leave_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    if task.done():
        task.result()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        closing()
        await task


def _leave_signals() -> AsyncExitStack:
    from contextlib import nullcontext

    return nullcontext()  # type: ignore[return-value]

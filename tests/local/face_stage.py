"""The browser face over the small stage of `local_stage`, served on a free port of this computer."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from local_stage import SCHOOL, Stage, open_room, set_stage
from starlette.applications import Starlette

from bot.domain.language import Bilingual
from bot.handlers.local.browser import Face, FaceParts, open_face
from bot.pages import Pages

PATIENCE = 90
"""Seconds that a machine with much else to do may take."""
SECRET = b"s" * 32
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The room speaks plain HTTP: no client need read all authorities of this computer, each time anew."""
PAGES = Pages("bot.handlers.local")


class NoStore:
    """A house that knows nobody: the room's own profiles decide the language."""

    async def look(self, use_case: object, command: object) -> None:
        return None

    run = look


@dataclass
class Served:
    """The face, served. Acts on the room from tests go through `on_loop`: a room is used from one thread."""

    stage: Stage
    face: Face
    port: int
    loop: asyncio.AbstractEventLoop
    advanced: list[datetime]
    may_advance: asyncio.Event
    """While it is not set, a clock that is moved is still on its way."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return self.face.address(self.port)

    def on_loop(self, doing):  # type: ignore[no-untyped-def]
        """Call `doing` where the room lives; its answer."""

        async def done():  # type: ignore[no-untyped-def]
            answer = doing()
            return await answer if asyncio.iscoroutine(answer) else answer

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(PATIENCE)

    def browser(self) -> "Browser":
        return Browser(self)


class Browser:
    """A browser that came with the printed address."""

    def __init__(self, served: Served, *, let_in: bool = True) -> None:
        self.client = httpx.Client(base_url=served.base, follow_redirects=False, timeout=PATIENCE, verify=NO_TLS)
        self.token = ""
        self.base = served.base
        if let_in:
            self.client.get(served.address)
            self.token = self._token(self.client.get("/room/as/lee/staff").text)

    def act(self, where: str, name: str, headers: dict[str, str] | None = None, **body: object) -> httpx.Response:
        """An act at `user/channel`."""
        sent = {"Origin": self.base, "X-CSRF-Token": self.token} | (headers or {})
        return self.client.post(f"/room/as/{where}/do/{name}", json=body, headers=sent)

    def bring(
        self, where: str, *files: object, headers: dict[str, str] | None = None, **body: object
    ) -> httpx.Response:
        """Send files, as a window does."""
        sent = {"Origin": self.base, "X-CSRF-Token": self.token} | (headers or {})
        return self.client.post(f"/room/bring/{where}", json={"text": "", "files": files, **body}, headers=sent)

    def changes(self, where: str, since: int = 0, **query: str) -> dict:  # type: ignore[type-arg]
        answer = self.client.get(f"/room/as/{where}/changes", params={"since": str(since), **query})
        assert answer.status_code == 200, answer.text
        told: dict = answer.json()  # type: ignore[type-arg]
        return told

    def html(self, where: str) -> str:
        """All of a place, in one text."""
        return "".join(piece["html"] for piece in self.changes(where)["messages"])

    def close(self) -> None:
        self.client.close()

    @staticmethod
    def _token(page: str) -> str:
        return page.partition('data-csrf="')[2].partition('"')[0]


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[Served]:
    """The face on a loopback port, until the end of the block."""
    ready = threading.Event()
    box: list[Served] = []
    stopping: list[asyncio.Event] = []
    troubles: list[BaseException] = []

    async def serve() -> None:
        stage = set_stage(folder, room=furnished(folder))
        advanced: list[datetime] = []

        may_advance = asyncio.Event()
        may_advance.set()

        async def advance(moment: datetime) -> None:
            advanced.append(moment)
            await may_advance.wait()
            stage.room.put_clock(moment)

        async def coming() -> datetime | None:
            return stage.room.now() + timedelta(minutes=25)

        parts = FaceParts(
            room=stage.room,
            adapter=stage.adapter,
            store=NoStore(),  # type: ignore[arg-type]
            workspace=SCHOOL,
            advance=advance,
            coming=coming,
            pages=PAGES,
            secret=SECRET,
            now=lambda: datetime.now(UTC),
        )
        face = open_face(parts)
        app = Starlette(routes=[*face.routes, *PAGES.static_routes()])
        listening = socket.socket(socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)  # who asks before the server accepts waits, and is not refused
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        stop = asyncio.Event()
        stopping.append(stop)
        going = asyncio.ensure_future(server.serve(sockets=[listening]))
        box.append(Served(stage, face, listening.getsockname()[1], asyncio.get_running_loop(), advanced, may_advance))
        ready.set()
        await stop.wait()
        face.hub.close()
        server.should_exit = True
        await going
        stage.room.close()
        listening.close()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            troubles.append(error)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        if troubles:
            raise troubles[0]
        yield box[0]
    finally:
        for stop in stopping:
            box[0].loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        assert not thread.is_alive()
        assert troubles == []


def furnished(folder: Path):  # type: ignore[no-untyped-def]
    """The stage's room with a lounge beside the staff channel, and a clock that goes."""
    room = open_room(folder, now=lambda: datetime.now(UTC))
    room.add_channel(SCHOOL, "staff", name=Bilingual("職員室", "Staff room"))
    room.add_channel(SCHOOL, "lounge", name=Bilingual("雑談", "Lounge"))
    return room

"""Serving over HTTP: an address taken before anything else is begun, a server of uvicorn's, signals that end it."""

import asyncio
import errno
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.app.deadlines import PunctualProtocol
from bot.errors import Problem

DRAIN = 5
"""Seconds that requests at work may take when the house closes."""
MOST_AT_ONCE = 1000
"""Connections and requests; further ones are told to come later (503)."""
BACKLOG = 2048
"""Connections that may wait to be accepted."""
KEEP_ALIVE = 20
"""Seconds; longer than usual proxies keep theirs idle between two pages of a reader."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Listener:
    """An address that is ours from now on."""

    socket: socket.socket
    host: str
    port: int

    @property
    def origin(self) -> str:
        """How somebody on this machine reaches it."""
        return f"http://{bracketed(within_reach(self.host))}:{self.port}"


def bracketed(host: str) -> str:
    """A host as addresses write it."""
    return f"[{host}]" if ":" in host else host


def within_reach(host: str) -> str:
    """Where a listener on all addresses can be called from the machine itself."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound


@contextmanager
def listening(host: str, port: int) -> Iterator[Listener]:
    """Take an address; port 0 takes any. Nobody else can have it from now on; who calls already waits for an answer.

    Raises `Problem`: `run.port_taken`, `run.port_forbidden` or `run.host_unknown`.
    """
    family, address = _resolved(host, port)
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two programs have one port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(address)
            taken.listen(BACKLOG)  # with SO_REUSEADDR, an address is ours from here on only
        except OSError as error:
            raise _problem(error, host, port) from None
        yield Listener(taken, host, taken.getsockname()[1])
    finally:
        taken.close()


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise Problem("run.host_unknown", host=host) from None
    return family, address


def _problem(error: OSError, host: str, port: int) -> Problem:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem("run.port_forbidden", port=port)
    if error.errno == errno.EADDRINUSE:
        return Problem("run.port_taken", port=port)
    return Problem("run.host_unknown", host=host)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again when it is done, and the house would not close."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, listener: Listener, closing: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
    """Answer requests while inside; then `closing` is called, and what is being answered may end within `DRAIN`.

    `closing` ends what would never end by itself: windows that listen for news.
    """
    config = uvicorn.Config(
        app,
        http=PunctualProtocol,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_AT_ONCE,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=DRAIN,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener.socket]), name=f"http {listener.port}")
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield
    finally:
        ready.cancel()
        server.should_exit = True
        closing()
        await task


@asynccontextmanager
async def until_told() -> AsyncIterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set. A second signal does what it always does: the impatient are let go."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        told.set()
        for each in SIGNALS:
            loop.remove_signal_handler(each)

    for each in SIGNALS:
        loop.add_signal_handler(each, hear)
    try:
        yield told
    finally:
        for each in SIGNALS:
            loop.remove_signal_handler(each)

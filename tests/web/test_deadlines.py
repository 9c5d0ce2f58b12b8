"""Whoever sends a request too slowly is let go; whoever answers slowly is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import deadlines
from bot.app.serving import listening, serving

SOON = 0.2
PATIENCE = 20
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
WHOLE = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


async def late(request: Request) -> Response:
    """Answers when all deadlines for requests would be over."""
    told = asyncio.Event()
    asyncio.get_running_loop().call_later(SOON * 3, told.set)
    await told.wait()
    return PlainTextResponse("late")


async def upload(request: Request) -> Response:
    return PlainTextResponse((await request.body()).decode())


@asynccontextmanager
async def connected(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Line]:
    monkeypatch.setattr(deadlines, "HEAD_WITHIN", SOON)
    monkeypatch.setattr(deadlines, "BODY_WITHIN", SOON)
    routes = [Route("/hello", hello), Route("/late", late), Route("/upload", upload, methods=["POST"])]
    with listening("127.0.0.1", 0) as listener:
        async with serving(Starlette(routes=routes), listener):
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            try:
                yield reader, writer
            finally:
                writer.close()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        (b"", b""),
        (b"", b"GET /hello HTTP/1.1\r\nHost: loc"),
        (b"", UPLOAD + b"12"),
        (WHOLE % b"hello", b"GET /hello HT"),
        (WHOLE % b"hello", b"\r\n"),
        (WHOLE % b"hello", UPLOAD),
    ],
)
async def test_a_request_that_stands_still_is_let_go(
    before: bytes, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(monkeypatch) as (reader, writer):
        if before:
            writer.write(before)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        writer.write(sent)
        assert b"200 OK" not in await until_closed(reader)


@pytest.mark.parametrize("begun", [b"GET /hello HTTP/1.1\r\nX: ", UPLOAD.replace(b"5", b"99999")])
async def test_a_byte_now_and_then_wins_no_time(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(monkeypatch) as (reader, writer):
        closed = asyncio.create_task(until_closed(reader))
        writer.write(begun)
        while not closed.done():
            writer.write(b"x")
            await asyncio.wait((closed,), timeout=SOON / 10)
        assert b"200 OK" not in await closed


async def test_an_answer_may_take_its_time_and_the_connection_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(monkeypatch) as (reader, writer), asyncio.timeout(PATIENCE):
        writer.write(WHOLE % b"late")
        assert (await reader.readuntil(b"\r\n\r\nlate")).startswith(b"HTTP/1.1 200")
        writer.write(UPLOAD + b"12345")
        assert (await reader.readuntil(b"\r\n\r\n12345")).startswith(b"HTTP/1.1 200")

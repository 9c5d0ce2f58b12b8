"""A sender of too much hears so over a real connection, and not that it was reset."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app.serving import listening, serving
from bot.pages import Pages
from bot.pages.errors import ErrorPages
from bot.pages.guards import BodyLimit, HearsOut
from bot.wording import Wording

MEBIBYTE = 2**20


def application(errors: ErrorPages) -> Starlette:
    async def read(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    return Starlette(routes=[Route("/read", read, methods=["POST"])], exception_handlers=errors.handlers())


@pytest.mark.parametrize("head", [f"Content-Length: {32 * MEBIBYTE}", "Transfer-Encoding: chunked"])
async def test_too_much_is_answered_before_the_connection_ends(quiet_log: None, head: str) -> None:
    """Everything is sent before anything is read, as browsers do. Clients like httpx look for an answer meanwhile."""
    piece = bytes(MEBIBYTE)
    framed = piece if "Length" in head else f"{MEBIBYTE:x}\r\n".encode() + piece + b"\r\n"
    end = b"" if "Length" in head else b"0\r\n\r\n"
    errors = ErrorPages(Pages(), "ja")
    app = HearsOut(BodyLimit(application(errors), 1000, refuse=errors.page))
    with listening("127.0.0.1", 0) as listener:
        async with serving(app, listener):
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(f"POST /read HTTP/1.1\r\nHost: x\r\n{head}\r\nConnection: close\r\n\r\n".encode())
            for _ in range(32):
                writer.write(framed)
                await writer.drain()
            writer.write(end)
            await writer.drain()
            answer = (await reader.read()).decode()
            writer.close()
    assert answer.startswith("HTTP/1.1 413 ")
    assert Wording("ja").say("page.error.413.title") in answer

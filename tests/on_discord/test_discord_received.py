"""Files that come with words: only from where files are, and never more than is allowed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Problem
from bot.handlers.discord.received import MEBIBYTE, Received

FILE = b"a file"


@dataclass
class Place:
    """Serves a file, one that never ends, and a way elsewhere."""

    server: TestServer
    asked: list[str] = field(default_factory=list)
    sent: int = 0

    def received(self, path: str, size: int = 6) -> Received:
        told = SimpleNamespace(filename="a.png", size=size, url=str(self.server.make_url(path)))
        return Received(cast("discord.Attachment", told))


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async def answer(request: web.Request) -> web.StreamResponse:
        made.asked.append(request.path)
        match request.path:
            case "/file":
                return web.Response(body=FILE)
            case "/elsewhere":
                raise web.HTTPFound("/file")
            case "/endless":
                stream = web.StreamResponse()
                await stream.prepare(request)
                while made.sent < 64:
                    made.sent += 1
                    await stream.write(bytes(MEBIBYTE))
                return stream
        raise web.HTTPNotFound

    served = web.Application()
    served.router.add_get("/{path}", answer)
    made = Place(TestServer(served))
    await made.server.start_server()
    yield made
    await made.server.close()


async def test_a_file_is_fetched_from_where_files_are(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", str(place.server.make_url("/cdn")))
    assert await place.received("/file").read(MEBIBYTE) == FILE
    for path in ("/elsewhere", "/gone"):
        with pytest.raises(Problem) as refused:
            await place.received(path).read(MEBIBYTE)
        assert refused.value.code == "file_unreadable"
    assert place.asked == ["/file", "/elsewhere", "/gone"]


async def test_no_more_is_read_than_is_allowed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", str(place.server.make_url("/cdn")))
    for size in (6, MEBIBYTE + 1):
        with pytest.raises(Problem) as refused:
            await place.received("/endless", size).read(MEBIBYTE)
        assert (refused.value.code, refused.value.params) == ("file_too_large", {"limit": 1})
    assert place.asked == ["/endless"]
    assert place.sent < 64


@pytest.mark.parametrize("base", ["https://cdn.discordapp.com", "http://127.0.0.1:9/cdn"])
async def test_nothing_is_fetched_from_elsewhere(place: Place, monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", base)
    monkeypatch.setattr(discord.http.Route, "BASE", "https://discord.com/api/v10")
    wrong: Any = SimpleNamespace(filename="a.png", size=1, url="file:///etc/hostname")
    for each in (place.received("/file"), Received(wrong)):
        with pytest.raises(Problem) as refused:
            await each.read(MEBIBYTE)
        assert refused.value.code == "file_unreadable"
    assert place.asked == []

"""One's own pages over the town's real house, asked without a network as browsers would ask."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from scenarios.site_parts import web_parts
from scenarios.town import Town
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.domain.sessions import Room
from bot.handlers.local.stage import Stage
from bot.pages.errors import ErrorPages
from bot.pages.guards import BodyLimit, KnownHosts, SecureHeaders
from bot.services import sessions
from bot.web.me import BRING, MOST_BROUGHT, MOST_TAKEN_IN, me_routes
from bot.web.me_foreign import UPLOAD
from bot.web.parts import WebParts

HOST = "school.example"
BASE = f"https://{HOST}"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def app_of(parts: WebParts, *, https: bool = True) -> ASGIApp:
    """The pages behind their guards, in the order in which the product puts them."""
    errors = ErrorPages(parts.pages, parts.lang)
    routes = [*me_routes(parts), *parts.pages.static_routes()]
    app: ASGIApp = Starlette(routes=routes, exception_handlers=errors.handlers())
    app = BodyLimit(app, 64 * 1024, {BRING: MOST_BROUGHT, UPLOAD: MOST_TAKEN_IN}, refuse=errors.page)
    return SecureHeaders(KnownHosts(app, [HOST], refuse=errors.page), https=https)


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and says where its forms come from."""

    client: httpx.AsyncClient = field(repr=False)
    base: str = BASE

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def post(
        self, path: str, form: Mapping[str, Any] | None = None, *, origin: str | None = "", **more: Any
    ) -> httpx.Response:
        """Send a form, by default from a page of ours."""
        headers = {} if origin is None else {"Origin": origin or self.base}
        return await self.client.post(path, data=dict(form or {}), headers=headers, **more)

    async def send(self, page: str, path: str, **form: Any) -> httpx.Response:
        """Open a page and send a form to `path` with its token, as its button would."""
        return await self.post(path, {"csrf": csrf_of(await self.get(page)), **form})

    async def upload(self, page: str, path: str, data: bytes, name: str = "sukima.zip", **more: Any) -> httpx.Response:
        """Open a page and send a file with its token."""
        form, files = {"csrf": csrf_of(await self.get(page))} | more, {"file": (name, data, "application/zip")}
        return await self.client.post(path, data=form, files=files, headers={"Origin": self.base})

    async def enter(self, link: str) -> httpx.Response:
        """Follow a one-time link and press its button."""
        path = link.removeprefix(self.base)
        return await self.post(path, {"csrf": csrf_of(await self.get(path))})

    def cookie(self, name: str) -> str | None:
        return self.client.cookies.get(name)


def csrf_of(response: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', response.text)
    assert found, f"no form in a page of status {response.status_code}"
    return found[1]


def text_of(response: httpx.Response) -> str:
    """What a page says."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.text)).split())


@dataclass
class Doors:
    """The town and the pages of its people."""

    town: Town
    parts: WebParts
    app: ASGIApp = field(repr=False)
    base: str = BASE

    async def link(self, stage: Stage, key: str, room: Room = Room.WALLET) -> str:
        """A one-time link as chat makes it."""
        person = await self.town.person(stage, key)
        token = self.parts.new_token()
        command = sessions.MakeDoor(school_id=person.school_id, person_id=person.id, token=token, room=room)
        await self.town.house.store.run(sessions.make_door, command)
        return f"{self.base}/in/{token}"

    @asynccontextmanager
    async def browser(self, user_agent: str = LINUX) -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
        headers = {"User-Agent": user_agent}
        async with httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers) as client:
            yield Browser(client, self.base)

    @asynccontextmanager
    async def in_as(self, stage: Stage, key: str) -> AsyncIterator[Browser]:
        """A browser in which somebody is in."""
        async with self.browser() as browser:
            entered = await browser.enter(await self.link(stage, key))
            assert entered.status_code == 303
            yield browser


def doors_of(town: Town, base: str = BASE) -> Doors:
    parts = web_parts(town.house, base)
    return Doors(town, parts, app_of(parts, https=base.startswith("https:")), base)

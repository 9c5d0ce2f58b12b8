"""The public pages over the town's real house, asked without a network as a browser would ask."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
from scenarios.site_parts import web_parts
from scenarios.town import Town
from scenarios.web import Web
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.badges.reads import Read, Reads
from bot.badges.verdict import Verdict
from bot.badges.verify import verify
from bot.domain.collections import BadgeCollection
from bot.domain.outcomes import Refused
from bot.handlers.local.stage import Stage
from bot.pages.errors import ErrorPages
from bot.pages.guards import BodyLimit, KnownHosts, SecureHeaders
from bot.services import collections, publishing
from bot.services.awards import AboutAward
from bot.web.parts import WebParts
from bot.web.public import public_routes

HOST = "badges.example"
BASE = f"https://{HOST}"
NOBODY = "00000000-0000-4000-8000-000000000000"


def app_of(parts: WebParts) -> ASGIApp:
    """The pages behind their guards, in the order in which the product puts them."""
    errors = ErrorPages(parts.pages, parts.lang)
    app: ASGIApp = Starlette(
        routes=[*public_routes(parts), *parts.pages.static_routes()], exception_handlers=errors.handlers()
    )
    app = BodyLimit(app, 64 * 1024, {"/verify": 16 * 2**20}, refuse=errors.page)
    return SecureHeaders(KnownHosts(app, [HOST], refuse=errors.page), https=True)


@dataclass
class Site:
    """The town and its pages."""

    town: Town
    parts: WebParts
    client: httpx.AsyncClient = field(repr=False)

    @property
    def web(self) -> Web:
        """The servers of others."""
        assert isinstance(self.town.house.world.fetch, Web)
        return self.town.house.world.fetch

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def about(self, stage: Stage, key: str, badge: str) -> AboutAward:
        person, award = await self.town.person(stage, key), await self.town.award(stage, key, badge)
        return AboutAward(school_id=person.school_id, person_id=person.id, award=award.public_id)

    async def publish(self, stage: Stage, key: str, badge: str) -> str:
        """Publish somebody's badge; its public id."""
        about = await self.about(stage, key, badge)
        assert not isinstance(await self.town.house.store.run(publishing.publish, about), Refused)
        return about.award

    async def unpublish(self, stage: Stage, key: str, badge: str) -> None:
        await self.town.house.store.run(publishing.unpublish, await self.about(stage, key, badge))

    async def collect(
        self, stage: Stage, key: str, *badges: str, until: date = date(2026, 6, 30), title: str = "研究会へ"
    ) -> tuple[BadgeCollection, str]:
        """Make a collection of somebody's badges; its path too."""
        person = await self.town.person(stage, key)
        awards = tuple([(await self.town.award(stage, key, badge)).public_id for badge in badges])
        made = await self.town.house.store.run(
            collections.make_collection,
            collections.MakeCollection(
                school_id=person.school_id, person_id=person.id, title=title, until=until, awards=awards
            ),
        )
        assert isinstance(made, BadgeCollection), made
        return made, f"/w/{self.parts.collection_tokens.token(made.public_id)}"


async def verdict_of(site: Site, badge: bytes) -> Verdict:
    """What somebody elsewhere finds who reads all that the badge says to ask for, on this site."""
    answers: dict[str, Read] = {}
    while True:
        reads = Reads(dict(answers))
        verdict = verify(badge, now=site.town.room.now(), reads=reads)
        wanted = {url: accept for url, accept in reads.wanted.items() if url not in answers}
        if not wanted:
            return verdict
        for url, accept in wanted.items():
            found = await site.get(url, {"Accept": accept})
            answers[url] = Read(url, found.status_code, found.headers["content-type"], found.content)


@asynccontextmanager
async def open_site(town: Town, base: str | None = BASE, **changes: Any) -> AsyncIterator[Site]:
    parts = web_parts(town.house, base, **changes)
    transport = httpx.ASGITransport(app=app_of(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Site(town, parts, client)

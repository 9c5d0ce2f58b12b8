"""The site: every web application under one roof, with what stands before all of them.

From the outside: counting, headers, hearing out, known hosts, the limit of how often, the limit of how much; then the
routes of whoever has pages. `routes_of` is the one list of those for readers; the rehearsal room brings its own.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app.house import House
from bot.app.readiness import Readiness
from bot.app.world import World
from bot.handlers.local.browser import MOST_BYTES
from bot.pages import Pages
from bot.pages.csrf import Csrf
from bot.pages.errors import ErrorPages
from bot.pages.guards import BodyLimit, HearsOut, KnownHosts, SecureHeaders
from bot.scheduler.clock import Clock
from bot.services.vitals import Check
from bot.web.callers import LOOPBACK_NAMES, Callers
from bot.web.health import PATHS, Health, Remembered, health_routes
from bot.web.limits import Buckets, Rate, RateLimit
from bot.web.me import BRING, MOST_BROUGHT, MOST_TAKEN_IN, me_routes
from bot.web.me_foreign import UPLOAD
from bot.web.metrics import Metrics
from bot.web.parts import WebParts
from bot.web.public import public_routes
from bot.web.verifying import MAX_UPLOAD
from bot.web.watch import Watch

PACKAGES = ("bot.web", "bot.handlers.local", "bot.handlers.slack")
"""Packages that bring templates and styles."""
FORM = 64 * 1024
"""Bytes of an ordinary form."""
SLACK_PAYLOAD = 2**20
"""Bytes: a press brings its whole message along, a window all that it shows."""
UPLOADS: Mapping[str, int] = {
    "/verify": (MAX_UPLOAD + 1) * 2**20,
    BRING: MOST_BROUGHT,
    UPLOAD: MOST_TAKEN_IN,
    "/room/": MOST_BYTES,
    "/slack/events": SLACK_PAYLOAD,
}
"""Bytes, by the beginning of the path: where files are sent, or a room's long message."""


@dataclass(frozen=True)
class Site:
    """What a listener serves, and the numbers that it keeps."""

    app: ASGIApp
    metrics: Metrics


def all_pages() -> Pages:
    """Templates and styles of everybody; a clash of names is found here."""
    return Pages(*PACKAGES)


def site(
    house: House,
    clock: Clock,
    pages: Pages,
    *,
    hosts: Collection[str] | None,
    rate: Rate | None = None,
    more: Sequence[BaseRoute] = (),
) -> Site:
    """The site of a house, and `more` on the same origin.

    `hosts`: the names it answers to; None for any. `rate` per caller; None for none.
    """
    settings = house.settings
    errors = ErrorPages(pages, settings.lang)
    callers = Callers(settings.trusted_proxies)
    metrics = Metrics()
    readiness = Readiness(house, clock)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    remembered = Remembered(readiness.checks, time.monotonic)

    async def checks() -> Sequence[Check]:
        """That the house closes is not to be learned a second late."""
        return await (readiness.checks() if readiness.is_closing else remembered.checks())

    behind_proxy = is_https(settings.public_url)
    health = Health(checks, readiness.vitals, metrics, callers, token, behind_proxy)
    app: ASGIApp = Starlette(
        routes=[*health_routes(health), *pages.static_routes(), *routes_of(web_parts(house, pages)), *more],
        exception_handlers=errors.handlers(),
    )
    app = BodyLimit(app, FORM, UPLOADS, refuse=errors.page)
    if rate is not None:
        app = RateLimit(app, Buckets(rate, time.monotonic), callers, refuse=errors.page)
    if hosts is not None:
        app = _ButHealth(KnownHosts(app, hosts, refuse=errors.page), app)
    app = SecureHeaders(HearsOut(app), https=behind_proxy)
    return Site(Watch(app, metrics, time.perf_counter, World().new_id), metrics)


def routes_of(parts: WebParts) -> list[BaseRoute]:
    """The routes of everybody who has pages for readers."""
    return [*public_routes(parts), *me_routes(parts)]


def web_parts(house: House, pages: Pages) -> WebParts:
    """What their pages are made with."""
    return WebParts(
        store=house.store,
        pages=pages,
        pictures=house.pictures,
        phrases=house.phrases,
        issuing=house.issuing,
        addresses=house.addresses,
        statements=house.statements,
        export_page=house.export_page,
        csrf=Csrf(house.derive("csrf")),
        collection_tokens=house.collection_tokens,
        lang=house.settings.lang,
        now=house.world.now,
        fetch=house.fetch,
        callers=Callers(house.settings.trusted_proxies),
        lists=house.lists,
        verifier=house.verifier,
        foreign=house.foreign,
        proving=house.proving,
        outsiders=house.outsiders,
        new_token=house.new_token,
    )


def is_https(public_url: str | None) -> bool:
    """Whether readers come by https."""
    return public_url is not None and public_url.startswith("https:")


def known_hosts(public_url: str | None, bound: str) -> tuple[str, ...] | None:
    """The names that requests may ask for: the public one, and this machine's own.

    None (any) where people reach an address of the machine's and no public one was set.
    """
    if public_url is not None:
        return (urlsplit(public_url).netloc, *LOOPBACK_NAMES)
    return LOOPBACK_NAMES if bound in ("localhost", "127.0.0.1", "::1") else None


class _ButHealth:
    """Health is asked by machines that know an address only; it tells them nothing else."""

    def __init__(self, guarded: ASGIApp, open_to_all: ASGIApp) -> None:
        self._guarded = guarded
        self._open = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._open if scope.get("path") in PATHS else self._guarded
        await app(scope, receive, send)

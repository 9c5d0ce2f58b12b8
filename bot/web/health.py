"""Health: alive, ready, and numbers. Whoever asks learns yes or no; why, only who has the token.

Without a token it is who asks at home, and nobody where a proxy stands before the house: not every proxy tells.

`/healthz` says that the process answers; whoever restarts it asks there. `/readyz` says whether requests should come
here; a load balancer asks there. `/metrics` is for Prometheus.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.services.vitals import Check, Vitals
from bot.web.callers import Callers
from bot.web.metrics import TYPE, Metrics

PATHS = ("/healthz", "/readyz", "/metrics")
NOT_YET = 503
FRESH = 1.0
"""Seconds for which a look at the house is remembered: anybody may ask, and a look costs."""


@dataclass(frozen=True)
class Health:
    """What the routes need. With a `token` the details need it, from everywhere; without one they are shown at home
    only, and not at all to a house that is `behind_proxy`."""

    checks: Callable[[], Awaitable[Sequence[Check]]]
    vitals: Callable[[], Awaitable[Vitals]]
    metrics: Metrics
    callers: Callers
    token: str | None = field(default=None, repr=False)
    behind_proxy: bool = False

    def may_see(self, request: Request) -> bool:
        """Whether the details are for whoever asks."""
        if self.token is None:
            return not self.behind_proxy and self.callers.is_at_home(request.scope)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.token.encode())

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """200 when everything is as it must be, else 503."""
        checks = await self.checks()
        is_ready = all(check.is_well for check in checks)
        status = 200 if is_ready else NOT_YET
        if not self.may_see(request):
            return JSONResponse({"ready": is_ready}, status)
        told: dict[str, object] = {"ready": is_ready, "checks": {check.name: check.why or "ok" for check in checks}}
        states = {check.name: dict(check.state) for check in checks if check.state}
        return JSONResponse(told | ({"state": states} if states else {}), status)

    async def numbers(self, request: Request) -> Response:
        """The metrics; for others there is no such page."""
        if not self.may_see(request):
            return PlainTextResponse("not found\n", 404)
        return Response(self.metrics.text(await self.vitals()), media_type=TYPE)


class Remembered:
    """Checks that are made at most once in `FRESH` seconds of `clock`, however many ask."""

    def __init__(self, checks: Callable[[], Awaitable[Sequence[Check]]], clock: Callable[[], float]) -> None:
        self._checks = checks
        self._clock = clock
        self._last: tuple[float, Sequence[Check]] | None = None
        self._looking = asyncio.Lock()

    async def checks(self) -> Sequence[Check]:
        """What was found not long ago, or is found now."""
        async with self._looking:
            now = self._clock()
            if self._last is None or now - self._last[0] >= FRESH:
                self._last = (now, await self._checks())
            return self._last[1]


def health_routes(health: Health) -> list[BaseRoute]:
    """The three routes."""
    return [
        Route("/healthz", health.alive, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        Route("/metrics", health.numbers, methods=["GET"]),
    ]

"""How often one caller may ask: a bucket of tokens each, in memory, and no more buckets than fit.

A page takes one token, a form takes several: it makes us work. Styles and health take none. The limit is generous: a
whole school may sit behind one address.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.pages.guards import Refuse
from bot.web.callers import Callers

FREE = ("/static/", "/healthz", "/readyz", "/metrics", "/slack/events")
"""Paths that begin so are not limited: Slack posts in bursts, and signs what it posts."""
FORM_COST = 10
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Rate:
    """`burst` tokens at once, and from then on `per_second`."""

    burst: float = 300
    per_second: float = 5


class Buckets:
    """Token buckets by name. The least recently asked one is dropped when there are `most`."""

    def __init__(self, rate: Rate, seconds: Callable[[], float], most: int = 10_000) -> None:
        """`seconds` is a clock that never goes back."""
        self._rate = rate
        self._seconds = seconds
        self._most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, cost: float = 1) -> float:
        """Take tokens; 0 when they were there, else how many seconds until they will be (then none are taken)."""
        now = self._seconds()
        level, since = self._levels.pop(name, (self._rate.burst, now))
        level = min(self._rate.burst, level + max(0.0, now - since) * self._rate.per_second)
        wanted = min(cost, self._rate.burst)
        missing = max(0.0, wanted - level)
        self._levels[name] = (level if missing else level - wanted, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return missing / self._rate.per_second

    def __len__(self) -> int:
        return len(self._levels)


class RateLimit:
    """Refuses callers who ask too often: 429, with how long to wait."""

    def __init__(
        self, app: ASGIApp, buckets: Buckets, callers: Callers, refuse: Refuse, free: Collection[str] = FREE
    ) -> None:
        self._app = app
        self._buckets = buckets
        self._callers = callers
        self._refuse = refuse
        self._free = tuple(free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._free):
            await self._app(scope, receive, send)
            return
        cost = 1 if scope["method"] in SAFE else FORM_COST
        wait = self._buckets.take(self._callers.household(scope), cost)
        if not wait:
            await self._app(scope, receive, send)
            return
        refusal = self._refuse(Request(scope), 429)
        refusal.headers["Retry-After"] = str(math.ceil(wait))
        await refusal(scope, receive, send)

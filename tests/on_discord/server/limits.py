"""How much Discord takes: buckets by route and place, 50 requests a second in all."""

import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass, field

BUCKETS: dict[str, tuple[int, float]] = {
    "POST /channels/{channel}/messages": (5, 5.0),
    "PATCH /channels/{channel}/messages/{message}": (5, 5.0),
    "DELETE /channels/{channel}/messages/{message}": (5, 1.0),
    "GET /channels/{channel}/messages": (10, 10.0),
    "PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me": (1, 0.25),
    "GET /channels/{channel}/messages/{message}/reactions/{emoji}": (10, 10.0),
    "POST /users/@me/channels": (10, 10.0),
    "GET /guilds/{guild}/members/{user}": (5, 1.0),
    "POST /webhooks/{application}/{token}": (5, 2.0),
    "PATCH /webhooks/{application}/{token}/messages/{message}": (5, 2.0),
}
"""Requests and seconds, as seen in the wild; all others: 50 a second."""
OTHERS = (50, 1.0)
GLOBAL = 50


@dataclass(frozen=True)
class Verdict:
    headers: dict[str, str]
    wait: float = 0.0
    is_global: bool = False


@dataclass
class Limits:
    """Off where time stands: then nothing would ever pass again; headers are sent all the same."""

    on: bool
    buckets: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(BUCKETS))
    _windows: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)
    invalid: int = 0
    """Requests that were answered 401, 403 or 429: 10,000 in ten minutes would shut the machine out."""
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often each route ran into its limit."""

    def take(self, route: str, major: str, now: float) -> Verdict:
        limit, seconds = self.buckets.get(route, OTHERS)
        bucket = hashlib.sha256(route.encode()).hexdigest()[:20]
        if not self.on:
            return Verdict(self._headers(bucket, limit, limit - 1, seconds, now))
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        webhook = route.startswith(("POST /interactions", "POST /webhooks", "PATCH /webhooks", "GET /webhooks"))
        if len(self._all) >= GLOBAL and not webhook:
            self.refused[route] += 1
            return Verdict({"X-RateLimit-Global": "true"}, self._all[0] + 1 - now, True)
        left, until = self._windows.get((route, major), (limit, now + seconds))
        if until <= now:
            left, until = limit, now + seconds
        if left <= 0:
            self.refused[route] += 1
            return Verdict(self._headers(bucket, limit, 0, until - now, now), until - now)
        self._windows[route, major] = left - 1, until
        self._all.append(now)
        return Verdict(self._headers(bucket, limit, left - 1, until - now, now))

    def _headers(self, bucket: str, limit: int, left: int, seconds: float, now: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{now + seconds:.3f}", "X-RateLimit-Reset-After": f"{seconds:.3f}",
            "X-RateLimit-Bucket": bucket,
        }  # fmt: skip

"""What is counted for monitors: requests by route and status, and what waits inside. Never an id, never a name.

A registry of our own: nothing of other libraries gets in, and two sites in one process do not mix.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from bot.services.vitals import Vitals

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The histogram's bounds."""


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "sukima_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._durations = Histogram(
            "sukima_request_seconds",
            "How long answers took, streams aside.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._streams = Gauge("sukima_streams", "Windows listening for news.", registry=self._registry)
        self._promises = self._gauge("promises", "Promises that are not kept yet, or never will be.", "state")
        self._oldest = self._gauge("promise_overdue_seconds", "How long the first promise due has been waiting.")
        self._kept = self._gauge("promises_since_start", "What became of promises since this process began.", "outcome")
        self._rows = self._gauge("rows", "Rows of a kind: awards, events remembered, sessions and so on.", "kind")

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """A request was answered; `seconds` is None for a stream, which lasts as long as somebody listens."""
        self._requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._durations.labels(route).observe(seconds)

    def streaming(self, more: int) -> None:
        """So many windows more (or fewer) listen."""
        self._streams.inc(more)

    def text(self, vitals: Vitals) -> bytes:
        """Everything, as Prometheus reads it (media type `TYPE`)."""
        for state, count in vitals.promises.items():
            self._promises.labels(state).set(count)
        self._oldest.set(vitals.overdue.total_seconds())
        for outcome, count in vitals.outcomes.items():
            self._kept.labels(outcome).set(count)
        for kind, count in vitals.rows.items():
            self._rows.labels(kind).set(count)
        return generate_latest(self._registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"sukima_{name}", what, labels, registry=self._registry)

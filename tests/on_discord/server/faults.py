"""Faults that a test orders: what becomes of the next requests of a route.

A route is its method and its path as `rest` names it: `POST /channels/{channel}/messages`; `*` is every route. Before
502 and 500 the library waits real seconds and tries again; 503 it gives up at once.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One ordered fault. `effect`: the request is carried out all the same, and its answer is lost."""

    route: str
    status: int = 0
    code: int = 0
    reset: bool = False
    effect: bool = False
    retry_after: float = 0.0
    is_global: bool = False
    via: bool = True
    gate: asyncio.Event | None = None
    times: int = 1
    where: dict[str, Any] = field(default_factory=dict)
    met: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request ran into it."""


class Faults:
    """Each meets the next requests of its route, `times` of them; `where` names what the path or body must have."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def breaks(self, route: str, status: int = 503, *, effect: bool = False, times: int = 1, **where: Any) -> Fault:
        """An answer that is no JSON, with this status."""
        return self._order(Fault(route, status=status, effect=effect, times=times, where=where))

    def resets(self, route: str, *, effect: bool = False, times: int = 1, **where: Any) -> Fault:
        """The connection breaks."""
        return self._order(Fault(route, reset=True, effect=effect, times=times, where=where))

    def limits(
        self, route: str, retry_after: float, *, is_global: bool = False, via: bool = True, times: int = 1, **where: Any
    ) -> Fault:
        """429; without `via` it is the network in front of Discord that shuts out."""
        return self._order(
            Fault(route, retry_after=retry_after, is_global=is_global, via=via, times=times, where=where)
        )

    def refuses(self, route: str, code: int, status: int = 0, *, times: int = 1, **where: Any) -> Fault:
        """Discord says no with this code."""
        return self._order(Fault(route, code=code, status=status, times=times, where=where))

    def holds(self, route: str, *, times: int = 1, **where: Any) -> Fault:
        """The request waits, before it is carried out, until the test sets `fault.gate`."""
        return self._order(Fault(route, gate=asyncio.Event(), times=times, where=where))

    def clear(self) -> None:
        for fault in self._ordered:
            if fault.gate is not None:
                fault.gate.set()
        self._ordered.clear()

    def meet(self, route: str, args: dict[str, Any]) -> Fault | None:
        for fault in self._ordered:
            if fault.route in (route, "*") and all(args.get(name) == value for name, value in fault.where.items()):
                fault.times -= 1
                if not fault.times:
                    self._ordered.remove(fault)
                fault.met.set()
                return fault
        return None

    def _order(self, fault: Fault) -> Fault:
        self._ordered.append(fault)
        return fault

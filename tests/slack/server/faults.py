"""Faults that a test orders: what becomes of the next calls of a method."""

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One ordered fault. `effect`: the call is carried out all the same, and its answer is lost."""

    method: str
    status: int = 200
    error: str = ""
    reset: bool = False
    effect: bool = False
    retry_after: int = 0
    gate: asyncio.Event | None = None
    times: int = 1
    where: dict[str, Any] = field(default_factory=dict)
    """Arguments that the call must have."""
    met: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a call ran into it."""


class Faults:
    """Each ordered fault meets the next calls of its method, `times` of them. `method` `*` is every method."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def fails(self, method: str, status: int = 500, *, times: int = 1, effect: bool = False, **where: Any) -> Fault:
        """An HTTP error without JSON; with `effect` after the call was carried out."""
        return self._order(Fault(method, status=status, times=times, effect=effect, where=where))

    def resets(self, method: str, *, effect: bool, times: int = 1, **where: Any) -> Fault:
        """The connection breaks, before or after the call was carried out."""
        return self._order(Fault(method, reset=True, effect=effect, times=times, where=where))

    def limits(self, method: str, retry_after: int, *, times: int = 1, **where: Any) -> Fault:
        """429 with Retry-After."""
        return self._order(Fault(method, status=429, retry_after=retry_after, times=times, where=where))

    def refuses(self, method: str, error: str, *, times: int = 1, **where: Any) -> Fault:
        """`ok: false` with this code."""
        return self._order(Fault(method, error=error, times=times, where=where))

    def holds(self, method: str, *, times: int = 1, **where: Any) -> Fault:
        """The call waits, before it is carried out, until the test sets `fault.gate`."""
        return self._order(Fault(method, gate=asyncio.Event(), times=times, where=where))

    def clear(self) -> None:
        for fault in self._ordered:
            if fault.gate is not None:
                fault.gate.set()
        self._ordered.clear()

    def meet(self, method: str, args: dict[str, Any]) -> Fault | None:
        for fault in self._ordered:
            if fault.method in (method, "*") and all(args.get(name) == value for name, value in fault.where.items()):
                fault.times -= 1
                if not fault.times:
                    self._ordered.remove(fault)
                fault.met.set()
                return fault
        return None

    def _order(self, fault: Fault) -> Fault:
        self._ordered.append(fault)
        return fault

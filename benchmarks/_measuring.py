"""What the benchmarks share: clocks, rounds in turn, and one JSON line for each figure.

A figure stands beside a floor that was measured in the same rounds of the same process: on a shared machine only their
ratio means anything. `ratio` is how many times the floor's cost ours is, the median over the rounds.
"""

import json
import os
import platform
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Seconds: of the processors, in all threads of this process, and on the wall."""

    cpu: float
    wall: float

    def over(self, times: int) -> "Cost":
        """The cost of one of so many."""
        return Cost(self.cpu / times, self.wall / times)


def timed(act: Callable[[], object]) -> Cost:
    """What `act` costs."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


async def timed_async(act: Callable[[], Awaitable[object]]) -> Cost:
    """What `act` costs, with all that happens while it is awaited."""
    wall, cpu = time.perf_counter(), time.process_time()
    await act()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def say(
    name: str,
    what: str,
    unit: str,
    value: Sequence[float],
    floor: Sequence[float],
    floor_is: str,
    *,
    n: int,
    more_is_better: bool = False,
) -> None:
    """Print one figure: medians of the rounds, and the median and quartiles of the rounds' ratios.

    `n` counts what was measured in all rounds together. With `more_is_better` the figures are rates, and the ratio is
    still that of costs.
    """
    pairs = list(zip(value, floor, strict=True))
    ratios = [below / ours if more_is_better else ours / below for ours, below in pairs]
    _print(
        name=name,
        what=what,
        unit=unit,
        value=_rounded(median(value)),
        floor=_rounded(median(floor)),
        floor_is=floor_is,
        ratio=_rounded(median(ratios)),
        ratio_quartiles=[_rounded(cut) for cut in _quartiles(ratios)],
        rounds=len(ratios),
        n=n,
        machine=machine(),
    )


def skip(name: str, why: str) -> None:
    """Say that figures, whose names begin so, were not measured here."""
    _print(name=name, skipped=why)


def milliseconds(seconds: Sequence[float]) -> list[float]:
    return [second * 1_000 for second in seconds]


def machine() -> dict[str, Any]:
    """Where this was measured. `load` is the system's load average of one minute: above `cpus` others were waiting."""
    return {
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "arch": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _quartiles(ratios: Sequence[float]) -> tuple[float, float]:
    if len(ratios) < 2:
        return ratios[0], ratios[0]
    low, _, high = quantiles(ratios, n=4, method="inclusive")
    return low, high


def _rounded(number: float) -> float:
    """Three digits that count."""
    return float(f"{number:.3g}")


def _print(**line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)

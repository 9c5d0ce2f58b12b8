"""How acts are brought to an app: one after the other, many at once, or so many a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import TypeVar

T = TypeVar("T")
Bring = Callable[[T], Awaitable[float]]
"""Brings one; seconds that it took."""


async def one_by_one(bring: Bring[T], acts: Sequence[T]) -> list[float]:
    return [await bring(each) for each in acts]


async def at_pace(bring: Bring[T], acts: Sequence[T], a_second: int) -> list[float]:
    """So many a second, whatever becomes of those before."""
    loop, began, at_work = asyncio.get_running_loop(), time.perf_counter(), []
    for number, each in enumerate(acts):
        await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
        at_work.append(loop.create_task(_took(bring, each)))
    return await asyncio.gather(*at_work)


async def in_flight(bring: Bring[T], acts: Sequence[T], many: int) -> list[float]:
    """So many on their way at any time."""
    coming = iter(acts)

    async def one_after_another() -> list[float]:
        return [await bring(each) for each in coming]

    return [took for each in await asyncio.gather(*(one_after_another() for _ in range(many))) for took in each]


async def _took(bring: Bring[T], act: T) -> float:
    return await bring(act)


def percentile(took: Sequence[float], percent: int) -> float:
    return sorted(took)[ceil(percent / 100 * len(took)) - 1]

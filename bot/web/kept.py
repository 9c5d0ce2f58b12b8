"""A small memory of what is costly to make: bounded, forgetting what was not asked for longest, made once at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Whatever is kept must follow from its key alone: nothing here ever grows old."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._being_made: dict[Hashable, asyncio.Future[T]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """The thing of this key. Several who want the same new one wait for one making."""
        if key in self._things:
            self._things.move_to_end(key)
            return self._things[key]
        if key in self._being_made:
            return await asyncio.shield(self._being_made[key])
        making = asyncio.ensure_future(make())
        self._being_made[key] = making
        making.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(making)

    def _made(self, key: Hashable, done: "asyncio.Future[T]") -> None:
        self._being_made.pop(key, None)
        # Asked for its exception, so that one that nobody waits for any more is not reported as lost.
        if done.cancelled() or done.exception() is not None:
            return
        self._things[key] = done.result()
        while len(self._things) > self._most:
            self._things.popitem(last=False)

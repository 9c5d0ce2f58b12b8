"""What is remembered for a while, and may be forgotten: it can be read again."""

from collections import OrderedDict
from typing import TypeVar

MOST_REMEMBERED = 5_000

K = TypeVar("K")
V = TypeVar("V")


def remember(kept: OrderedDict[K, V], key: K, value: V, most: int = MOST_REMEMBERED) -> None:
    """Keep one more, and let go of the oldest of more than `most`."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)

"""What is remembered for a while, and may be forgotten: it can be read again."""

from collections import OrderedDict
from typing import TypeVar

MOST_REMEMBERED = 5_000

K = TypeVar("K")
V = TypeVar("V")


def remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep one more, and let go of the oldest of very many."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)

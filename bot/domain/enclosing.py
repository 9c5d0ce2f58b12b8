"""How much of its parts a badge may hold (docs/decisions/0014-enclosing-parts.md). Pure."""

from collections.abc import Sequence

MOST_PARTS = 12
MOST_KIBIBYTES = 192
"""Of all parts together, as they were signed: in a file they are a third longer."""
KIBIBYTE = 1024


def fitting(sizes: Sequence[int]) -> tuple[bool, ...]:
    """Which parts of these sizes in bytes stand inside: as many as fit, in their order."""
    room, left, taken = MOST_KIBIBYTES * KIBIBYTE, MOST_PARTS, []
    for size in sizes:
        fits = left > 0 and size <= room
        taken.append(fits)
        if fits:
            left, room = left - 1, room - size
    return tuple(taken)

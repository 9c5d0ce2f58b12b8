"""What a status list says of one badge or endorsement, and when a list has room (W3C Bitstring Status List v1.0).

A position says only whether somebody took something back: never what, and never whose.
"""

from dataclasses import dataclass

from bot.domain.stops import Stop, StopKind

POSITIONS = 131_072
"""Positions of a list that are given out. The list itself may be longer."""
FULL = POSITIONS // 2
"""So many of them taken, and a further list is begun: a free one is always found in a few draws."""
DRAWN_BYTES = 4
"""Of chance for one draw: `POSITIONS` divides what they can say, so that every position is equally likely."""


@dataclass(frozen=True)
class Bits:
    """`revoked` is for good; `suspended` may be lifted."""

    revoked: bool = False
    suspended: bool = False


def bits_of(stop: Stop | None) -> Bits:
    """What a list says of an award with this stop."""
    return Bits() if stop is None else Bits(stop.kind is StopKind.REVOKED, stop.kind is StopKind.SUSPENDED)


def drawn(chance: bytes) -> int:
    """The position that these unpredictable `DRAWN_BYTES` mean: neighbours tell nothing about each other."""
    return int.from_bytes(chance) % POSITIONS


def is_full(taken: int) -> bool:
    """Whether a list with so many positions taken gets no more."""
    return taken >= FULL

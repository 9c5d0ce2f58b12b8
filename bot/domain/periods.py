"""Stretches of time in which something held, such as a badge or what was said of one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Period:
    """From the moment `since` on, and from `until` on no more; None: it lasts. Both are aware."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def is_empty(self) -> bool:
        return self.until is not None and self.until <= self.since


def common(one: Period, other: Period) -> Period:
    """When both held; empty where they never did together."""
    return Period(max(one.since, other.since), earliest(one.until, other.until))


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of several ends; None where there is none."""
    return min((moment for moment in moments if moment is not None), default=None)


def without(period: Period, gaps: Iterable[Period]) -> tuple[Period, ...]:
    """What is left of a period outside of the gaps, in the order of time."""
    left: list[Period] = []
    since = period.since
    for gap in sorted(gaps, key=lambda gap: gap.since):
        if not gap.is_empty:
            left.append(Period(since, earliest(gap.since, period.until)))
            if gap.until is None:
                return tuple(one for one in left if not one.is_empty)
            since = max(since, gap.until)
    left.append(Period(since, period.until))
    return tuple(one for one in left if not one.is_empty)

"""A week of windows, put together the way people say it: equal times over several weekdays become one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.spare import DAY_MINUTES, Window, WindowKind

Span = tuple[int, int]
"""Minutes after midnight; an end past the day's last minute lies in the next morning."""


@dataclass(frozen=True)
class SameTimes:
    """Weekdays (0 for Monday) that have the same spans of one kind."""

    kind: WindowKind
    weekdays: tuple[int, ...]
    spans: tuple[Span, ...]


def same_times(windows: Iterable[Window]) -> tuple[SameTimes, ...]:
    """Windows by kind (free, quiet, lesson), then weekdays with equal spans together, the earliest weekday first."""
    every = tuple(windows)
    return tuple(group for kind in WindowKind for group in _of_kind(kind, every))


def _of_kind(kind: WindowKind, windows: tuple[Window, ...]) -> list[SameTimes]:
    spans = _over_midnight({(w.weekday, w.start, w.end) for w in windows if w.kind is kind})
    days_by_span: dict[Span, list[int]] = {}
    for weekday, start, end in sorted(spans):
        days_by_span.setdefault((start, end), []).append(weekday)
    spans_by_days: dict[tuple[int, ...], list[Span]] = {}
    for span, weekdays in days_by_span.items():
        spans_by_days.setdefault(tuple(weekdays), []).append(span)
    return [SameTimes(kind, days, tuple(sorted(spans_by_days[days]))) for days in sorted(spans_by_days)]


def _over_midnight(spans: set[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    """An evening that goes on into the next morning is one span."""
    joined = set(spans)
    for weekday, start, end in sorted(spans):
        morning = next((span for span in sorted(spans) if span[:2] == ((weekday + 1) % 7, 0)), None)
        if end == DAY_MINUTES and start > 0 and morning is not None and morning[2] < DAY_MINUTES:
            joined -= {(weekday, start, end), morning}
            joined.add((weekday, start, DAY_MINUTES + morning[2]))
    return joined


def runs(weekdays: tuple[int, ...]) -> list[tuple[int, int]]:
    """Neighbouring weekdays as (first, last)."""
    found: list[tuple[int, int]] = []
    for weekday in weekdays:
        if found and found[-1][1] == weekday - 1:
            found[-1] = (found[-1][0], weekday)
        else:
            found.append((weekday, weekday))
    return found

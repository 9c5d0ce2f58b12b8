"""A person's rhythm and next moment as columns, and back (table `rhythm`)."""

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from bot.domain.spare import Planned, Rhythm, Slot, Window, WindowKind

COUNTERS = ("pace", "unanswered", "pace_told", "last_offer_on", "offers_that_day")
"""What the clock changes by itself; all else is the person's own wish."""


def windows_text(windows: tuple[Window, ...]) -> str:
    """Windows as compact JSON: [kind, weekday, start, end, words]."""
    rows = [[window.kind, window.weekday, window.start, window.end, window.words] for window in windows]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def read_windows(text: str) -> tuple[Window, ...]:
    return tuple(Window(WindowKind(kind), *rest) for kind, *rest in json.loads(text))


def to_rhythm(row: Row[Any]) -> Rhythm:
    return Rhythm(
        zone=row.zone,
        windows=read_windows(row.windows),
        daily_budget=row.daily_budget,
        pace=row.pace,
        unanswered=row.unanswered,
        pace_told=row.pace_told,
        last_offer_on=row.last_offer_on,
        paused_until=row.paused_until,
        stopped=row.stopped,
        offers_that_day=row.offers_that_day,
    )


def to_planned(row: Row[Any]) -> Planned:
    """The next moment of a row whose `next_offer_at` is set."""
    return Planned(row.next_offer_at, Slot(row.slot_start, row.slot_end))


def rhythm_columns(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "zone": rhythm.zone,
        "windows": windows_text(rhythm.windows),
        "daily_budget": rhythm.daily_budget,
        "paused_until": rhythm.paused_until,
        "stopped": rhythm.stopped,
        **counter_columns(rhythm),
    }


def counter_columns(rhythm: Rhythm) -> dict[str, Any]:
    return {name: getattr(rhythm, name) for name in COUNTERS}


def planned_columns(planned: Planned | None) -> dict[str, Any]:
    return {
        "next_offer_at": planned and planned.offer_at,
        "slot_start": planned and planned.slot.start,
        "slot_end": planned and planned.slot.end,
    }

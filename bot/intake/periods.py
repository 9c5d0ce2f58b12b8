"""When a school's lessons are, as whoever sets it up types them: `1=08:45-09:30`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.errors import Problem

_PERIOD = re.compile(r"(\d{1,2})=(\d{1,2}):(\d{2})[-–〜~](\d{1,2}):(\d{2})")


def read_periods(texts: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """(number, start, end) in minutes of the day, in order. Raises `Problem("school.bad_period")`."""
    periods = tuple(sorted(_period(text) for text in texts))
    for former, later in pairwise(periods):
        if former[0] == later[0] or former[2] > later[1]:
            raise Problem("school.bad_period", period=f"{later[0]}=…")
    return periods


def _period(text: str) -> tuple[int, int, int]:
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        raise Problem("school.bad_period", period=text)
    number, hour, minute, to_hour, to_minute = map(int, found.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if not (number >= 1 and max(minute, to_minute) < 60 and start < end <= 24 * 60):
        raise Problem("school.bad_period", period=text)
    return number, start, end

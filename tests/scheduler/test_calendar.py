"""Public holidays."""

from datetime import date

import pytest

from bot.scheduler.calendar import HolidayCalendar


@pytest.mark.parametrize(
    ("country", "day", "closed"),
    [
        ("JP", date(2026, 11, 23), True),
        ("jp", date(2026, 11, 23), True),
        ("JP", date(2026, 11, 24), False),
        ("JP", date(2027, 5, 5), True),
        ("DE", date(2026, 10, 3), True),
        ("XX", date(2026, 1, 1), False),
        ("", date(2026, 1, 1), False),
    ],
)
def test_closed(country: str, day: date, closed: bool) -> None:
    assert HolidayCalendar().closed(country, day) is closed

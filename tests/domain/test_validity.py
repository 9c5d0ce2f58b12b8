"""How long a badge holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.validity import LONGEST_MONTHS, SHORTEST_MONTHS, end_after

DAYS = st.dates(date(2020, 1, 1), date(2100, 1, 1))
MONTHS = st.integers(SHORTEST_MONTHS, LONGEST_MONTHS)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 4, 1), 36, date(2029, 4, 1)),
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 15, date(2027, 12, 1)),
        (date(2025, 11, 30), 3, date(2026, 3, 1)),
        (date(2026, 9, 30), 3, date(2026, 12, 30)),
    ],
)
def test_a_term_ends_with_the_day_before_the_one_of_the_same_number(day: date, months: int, end: date) -> None:
    assert end_after(day, months) == end


@given(DAYS, MONTHS)
def test_a_term_holds_every_day_of_its_months(day: date, months: int) -> None:
    """Never shorter than the months, never more than three days longer; who begins later never ends earlier."""
    end = end_after(day, months)
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    assert end >= first
    assert (end == first + timedelta(days=day.day - 1)) or (end.day == 1 and day.day > 28)
    assert end_after(day + timedelta(days=1), months) >= end

"""Dates that people type."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.dates import NoSuchDay, read_date

TODAY = date(2026, 6, 10)
"""A Wednesday."""
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-25", date(2026, 11, 25)),
        ("2026/11/25", date(2026, 11, 25)),
        ("２０２６年１１月２５日", date(2026, 11, 25)),
        ("11/25", date(2026, 11, 25)),
        ("11月25日", date(2026, 11, 25)),
        ("6/10", TODAY),
        ("6/9", date(2027, 6, 9)),
        ("today", TODAY),
        ("Tomorrow", date(2026, 6, 11)),
        (" 明日 ", date(2026, 6, 11)),
        ("あさって", date(2026, 6, 12)),
        ("水曜", date(2026, 6, 17)),
        ("木曜日", date(2026, 6, 11)),
        ("来週の金曜", date(2026, 6, 19)),
        ("Friday", date(2026, 6, 12)),
        ("tues", date(2026, 6, 16)),
        ("next Friday", date(2026, 6, 19)),
        ("2020-01-01", date(2020, 1, 1)),
        ("", None),
        ("13/1", NoSuchDay("13/1")),
        ("2/29", NoSuchDay("2/29")),
        ("２月３０日", NoSuchDay("2月30日")),
        ("2026-02-30", NoSuchDay("2026-02-30")),
        ("0000-01-01", NoSuchDay("0000-01-01")),
        ("soon", None),
        ("money", None),
        ("sunshine", None),
        ("friend", None),
        ("9" * 10_000, None),
        ("明日 " * 5000, None),
    ],
)
def test_what_is_meant(text: str, meant: date | NoSuchDay | None) -> None:
    assert read_date(text, TODAY) == meant


def test_the_leap_day_is_the_next_one_within_two_years() -> None:
    assert read_date("2/29", date(2027, 6, 10)) == date(2028, 2, 29)
    assert read_date("2/29", date(2028, 2, 29)) == date(2028, 2, 29)
    assert read_date("2/29", date(2028, 3, 1)) == NoSuchDay("2/29")


@given(days, days)
def test_a_full_date_is_that_date(day: date, today: date) -> None:
    assert read_date(day.isoformat(), today) == day
    assert read_date(f"{day.year}年{day.month}月{day.day}日", today) == day


@given(days, days)
def test_a_day_without_a_year_is_the_next_one(day: date, today: date) -> None:
    found = read_date(f"{day.month}/{day.day}", today)
    if (day.month, day.day) == (2, 29):
        assert isinstance(found, NoSuchDay) or (found.month, found.day) == (2, 29)
        return
    assert isinstance(found, date)
    assert (found.month, found.day) == (day.month, day.day)
    assert today <= found <= today + timedelta(days=366)


@given(st.sampled_from("月火水木金土日"), days)
def test_a_weekday_is_within_a_week(weekday: str, today: date) -> None:
    found = read_date(f"{weekday}曜", today)
    assert isinstance(found, date)
    assert timedelta(0) < found - today <= timedelta(days=7)
    assert "月火水木金土日"[found.weekday()] == weekday
    later = read_date(f"来週の{weekday}曜", today)
    assert isinstance(later, date)
    assert later.isocalendar().week == (today + timedelta(days=7)).isocalendar().week


@given(st.text(max_size=80), days)
def test_any_text_is_a_date_or_none(text: str, today: date) -> None:
    assert read_date(text, today) is None or isinstance(read_date(text, today), date | NoSuchDay)

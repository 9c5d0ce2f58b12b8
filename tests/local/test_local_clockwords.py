"""Moments to come in a few words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_stage import refused

from bot.errors import Problem
from bot.handlers.local.clockwords import FARTHEST, moment

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=TOKYO)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("10:35", "2026-11-25 10:35"),
        ("１０：３５", "2026-11-25 10:35"),
        ("10時35分", "2026-11-25 10:35"),
        ("16時", "2026-11-25 16:00"),
        ("8:00", "2026-11-26 08:00"),
        ("7:59", "2026-11-26 07:59"),
        ("11-25 10:35", "2026-11-25 10:35"),
        ("11/26 7:00", "2026-11-26 07:00"),
        ("11月26日 10:35", "2026-11-26 10:35"),
        ("2026-12-01 9:00", "2026-12-01 09:00"),
        ("01-10 9:00", "2027-01-10 09:00"),
        ("wed 10:35", "2026-11-25 10:35"),
        ("Wednesday 7:00", "2026-12-02 07:00"),
        ("水 10:35", "2026-11-25 10:35"),
        ("木曜日の10:35", "2026-11-26 10:35"),
        ("火曜 10:35", "2026-12-01 10:35"),
        ("thurs 9:00", "2026-11-26 09:00"),
        ("tomorrow 9:00", "2026-11-26 09:00"),
        ("明日 10:35", "2026-11-26 10:35"),
        ("+2h", "2026-11-25 10:00"),
        ("+1h30m", "2026-11-25 09:30"),
        ("+30分", "2026-11-25 08:30"),
        ("+2日", "2026-11-27 08:00"),
        ("+1d 2h", "2026-11-26 10:00"),
        ("＋２時間", "2026-11-25 10:00"),
    ],
)
def test_understood(words: str, expected: str) -> None:
    assert moment(words, NOW, TOKYO).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "room.clock_unclear"),
        ("soon", "room.clock_unclear"),
        ("25:00", "room.clock_unclear"),
        ("10:60", "room.clock_unclear"),
        ("02-30 10:00", "room.clock_unclear"),
        ("13-01 10:00", "room.clock_unclear"),
        ("+", "room.clock_unclear"),
        ("+2", "room.clock_unclear"),
        ("-2h", "room.clock_unclear"),
        ("11-24 10:35", "room.clock_backwards"),
        ("11-25 07:59", "room.clock_backwards"),
        ("2020-01-01 00:00", "room.clock_backwards"),
        ("+0m", "room.clock_backwards"),
        ("2028-01-01 0:00", "room.clock_far"),
        ("+99999d", "room.clock_far"),
    ],
)
def test_refused(words: str, code: str) -> None:
    with refused(code):
        moment(words, NOW, TOKYO)


ZONES = st.sampled_from(
    [TOKYO, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, ZONES, st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", "wed ", "日曜 ", "明日 "]))
def test_a_time_of_day_is_the_next_one(now: datetime, zone: ZoneInfo, hour: int, minute: int, day: str) -> None:
    target = moment(f"{day}{hour}:{minute:02}", now, zone)
    assert now < target < now + timedelta(days=8, hours=2)
    if zone is TOKYO:  # where clocks never change, the wall shows what was asked for
        assert (target.astimezone(zone).hour, target.astimezone(zone).minute) == (hour, minute)


@given(MOMENTS, ZONES, st.text(max_size=30) | st.from_regex(r"[+]?[0-9:/月日時分 a-z\-]{1,14}", fullmatch=True))
def test_whatever_is_typed_the_clock_never_goes_back(now: datetime, zone: ZoneInfo, words: str) -> None:
    code = ""
    target = now + FARTHEST
    try:
        target = moment(words, now, zone)
    except Problem as problem:
        code = problem.code
    assert code in {"", "room.clock_unclear", "room.clock_backwards", "room.clock_far"}
    assert now < target <= now + FARTHEST

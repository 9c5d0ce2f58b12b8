"""Spare moments through every change of the clocks, checked against each person's own wall clock."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spare import (
    MoveOn,
    OfferNow,
    Planned,
    Return,
    Rhythm,
    Slot,
    Window,
    WindowKind,
    at_due,
    later,
    may_send,
    next_moment,
    offered,
)

ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})


@lru_cache(maxsize=700)
def changes(zone: str) -> tuple[datetime, ...]:
    """The days within which the zone changed its clocks, 2009–2027."""
    tz = ZoneInfo(zone)
    days = [datetime(2009, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(365 * 18)]
    offsets = [day.astimezone(tz).utcoffset() for day in days]
    return tuple(day for day, one, two in zip(days, offsets, offsets[1:], strict=False) if one != two)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(start + 1, 1440))
    kind = draw(st.sampled_from([WindowKind.FREE, WindowKind.FREE, WindowKind.QUIET, WindowKind.LESSON]))
    return Window(kind, draw(st.integers(0, 6)), start, end)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rhythm, datetime, frozenset[date]]:
    zone = draw(st.sampled_from(ZONES))
    near = changes(zone) or (datetime(2026, 4, 1, tzinfo=UTC),)
    after = draw(st.sampled_from(near)) + timedelta(minutes=draw(st.integers(-3 * 1440, 2 * 1440)))
    rhythm = Rhythm(
        zone,
        tuple(draw(st.lists(windows(), max_size=14))),
        daily_budget=draw(st.integers(1, 3)),
        pace=draw(st.sampled_from([1, 2, 4])),
    )
    closed = draw(st.frozensets(st.integers(-1, 9), max_size=4))
    return rhythm, after, frozenset(after.date() + timedelta(days=n) for n in closed)


def inside(rhythm: Rhythm, at: datetime, kind: WindowKind) -> bool:
    local = at.astimezone(ZoneInfo(rhythm.zone))
    minute = local.hour * 60 + local.minute
    return any(
        window.kind is kind and window.weekday == local.weekday() and window.start <= minute < window.end
        for window in rhythm.windows
    )


def is_spare(rhythm: Rhythm, at: datetime, closed: frozenset[date]) -> bool:
    return (
        inside(rhythm, at, WindowKind.FREE)
        and not inside(rhythm, at, WindowKind.QUIET)
        and not inside(rhythm, at, WindowKind.LESSON)
        and at.astimezone(ZoneInfo(rhythm.zone)).date() not in closed
    )


def offers(rhythm: Rhythm, after: datetime, closed: frozenset[date], count: int) -> list[Planned]:
    """The offers that follow one another, as the clock would make them."""
    made: list[Planned] = []
    for _ in range(count):
        planned = next_moment(rhythm, "p", after, closed.__contains__, 2)
        if planned is None:
            break
        made.append(planned)
        rhythm, after = offered(rhythm, planned.offer_at), planned.offer_at
    return made


@given(situations())
def test_the_whole_unit_lies_inside_the_persons_own_free_time(
    situation: tuple[Rhythm, datetime, frozenset[date]],
) -> None:
    rhythm, after, closed = situation
    for planned in offers(rhythm, after, closed, 4):
        assert planned.slot.start + timedelta(seconds=30) <= planned.offer_at
        assert planned.offer_at + timedelta(minutes=4) <= planned.slot.end
        for seconds in (-30, 0, 60, 120, 180, 239):
            at = planned.offer_at + timedelta(seconds=seconds)
            assert is_spare(rhythm, at, closed)
            assert may_send(rhythm, at, closed.__contains__)


@given(situations())
def test_it_is_later_than_asked_and_the_same_when_asked_again(
    situation: tuple[Rhythm, datetime, frozenset[date]],
) -> None:
    rhythm, after, closed = situation
    planned = next_moment(rhythm, "p", after, closed.__contains__, 2)
    if planned is None:
        return
    assert planned.offer_at > after
    assert next_moment(rhythm, "p", after, closed.__contains__, 2) == planned
    between = after + (planned.offer_at - after) / 2
    assert next_moment(rhythm, "p", between, closed.__contains__, 2) == planned
    assert at_due(planned, rhythm, "p", planned.offer_at, closed.__contains__, 2) == OfferNow(
        planned.slot, int((planned.slot.end - planned.offer_at).total_seconds() - 120) // 60
    )


@given(situations())
def test_budget_and_pace_hold(situation: tuple[Rhythm, datetime, frozenset[date]]) -> None:
    rhythm, after, closed = situation
    made = offers(rhythm, after, closed, 6)
    days = [planned.offer_at.astimezone(ZoneInfo(rhythm.zone)).date() for planned in made]
    assert all(days.count(day) <= rhythm.daily_budget for day in days)
    assert len({planned.slot.key for planned in made}) == len(made)
    usable = {day for day in days if day not in closed}
    assert usable == set(days)
    for one, two in pairwise(days):
        assert one == two or (two - one).days >= rhythm.pace


@given(situations(), st.integers(0, 3 * 1440 * 60))
def test_a_late_tick_never_speaks_out_of_turn(
    situation: tuple[Rhythm, datetime, frozenset[date]], seconds: int
) -> None:
    rhythm, after, closed = situation
    planned = next_moment(rhythm, "p", after, closed.__contains__, 2)
    if planned is None:
        return
    now = planned.offer_at + timedelta(seconds=seconds)
    match at_due(planned, rhythm, "p", now, closed.__contains__, 2):
        case OfferNow(slot=slot, minutes=minutes):
            assert now < slot.end <= planned.slot.end
            assert minutes >= 2
            for minute in range(minutes + 2):
                assert is_spare(rhythm, now + timedelta(minutes=minute), closed)
        case MoveOn(next=following):
            assert now > planned.slot.end - timedelta(minutes=4)
            assert following is None or following.offer_at > now


@given(situations(), st.sampled_from(["in20", "next_gap", "tomorrow", 0, 3]))
def test_a_requested_return_is_always_allowed(
    situation: tuple[Rhythm, datetime, frozenset[date]], choice: str | int
) -> None:
    rhythm, now, closed = situation
    today = now.astimezone(ZoneInfo(rhythm.zone)).date()
    wanted = today + timedelta(days=choice) if isinstance(choice, int) else choice
    back = later(wanted, rhythm, "p", now, closed.__contains__, 2)  # type: ignore[arg-type]
    if not isinstance(back, Return):
        return
    assert back.at > now
    assert back.slot.start <= back.at < back.slot.end
    for seconds in (0, 120, 239):
        assert may_send(rhythm, back.at + timedelta(seconds=seconds), closed.__contains__)


def day_of(zone: str, when: date, *spans: tuple[int, int]) -> list[Slot]:
    """All slots of one date for free windows at the given local minutes."""
    rhythm = Rhythm(zone, tuple(Window(WindowKind.FREE, when.weekday(), *span) for span in spans), daily_budget=9)
    start = datetime(when.year, when.month, when.day, tzinfo=UTC) - timedelta(days=2)
    closed = lambda day: day != when  # noqa: E731
    found = []
    while (planned := next_moment(rhythm, "p", start, closed, 1)) is not None:
        found.append(planned.slot)
        start = planned.slot.end
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_window_in_the_hour_that_is_skipped_has_no_slot() -> None:
    assert day_of("Europe/Berlin", date(2026, 3, 29), (135, 165)) == []


def test_a_window_across_the_skipped_hour_loses_that_hour() -> None:
    assert day_of("Europe/Berlin", date(2026, 3, 29), (90, 210)) == [
        Slot(utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30))
    ]


def test_a_window_in_the_hour_that_comes_twice_has_both() -> None:
    assert day_of("Europe/Berlin", date(2026, 10, 25), (130, 160)) == [
        Slot(utc(2026, 10, 25, 0, 10), utc(2026, 10, 25, 0, 40)),
        Slot(utc(2026, 10, 25, 1, 10), utc(2026, 10, 25, 1, 40)),
    ]


def test_a_window_across_the_hour_that_comes_twice_is_longer() -> None:
    assert day_of("Europe/Berlin", date(2026, 10, 25), (60, 240)) == [Slot(utc(2026, 10, 24, 23), utc(2026, 10, 25, 3))]


def test_a_midnight_that_does_not_exist() -> None:
    """Beirut's clocks go from 00:00 to 01:00."""
    assert day_of("Asia/Beirut", date(2026, 3, 29), (0, 90)) == [Slot(utc(2026, 3, 28, 22), utc(2026, 3, 28, 22, 30))]


def test_half_an_hour_of_change() -> None:
    """Lord Howe Island moves by thirty minutes, at 02:00 daylight time back to 01:30."""
    assert day_of("Australia/Lord_Howe", date(2026, 4, 5), (90, 120)) == [
        Slot(utc(2026, 4, 4, 14, 30), utc(2026, 4, 4, 15, 30))
    ]


def test_a_date_that_never_was() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    assert day_of("Pacific/Apia", date(2011, 12, 30), (0, 1440)) == []
    assert day_of("Pacific/Apia", date(2011, 12, 29), (0, 1440)) == [Slot(utc(2011, 12, 29, 10), utc(2011, 12, 30, 10))]
    assert day_of("Pacific/Apia", date(2011, 12, 31), (0, 1440)) == [Slot(utc(2011, 12, 30, 10), utc(2011, 12, 31, 10))]


def test_a_date_that_comes_again_after_its_midnight_is_over_all_the_same() -> None:
    """St. John's went back from 00:01 to 23:01 of the day before, in 2010."""
    assert day_of("America/St_Johns", date(2010, 11, 6), (1380, 1440)) == [
        Slot(utc(2010, 11, 7, 1, 30), utc(2010, 11, 7, 2, 30))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_school_weeks(seed: int) -> None:
    """Whole timetables, 2,500 a seed: nothing is ever offered outside of a person's free time."""
    chance = Random(seed)
    tables = [timetable(chance) for _ in range(100)]
    for person in range(2500):
        zone = chance.choice(ZONES)
        rhythm = Rhythm(zone, chance.choice(tables))
        after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(365 * 1440))
        closed = frozenset({after.date(), after.date() + timedelta(days=chance.randrange(9))})
        planned = next_moment(rhythm, str(person), after, closed.__contains__, 2)
        assert planned is not None
        assert is_spare(rhythm, planned.offer_at, closed)
        assert is_spare(rhythm, planned.offer_at + timedelta(seconds=239), closed)


def timetable(chance: Random) -> tuple[Window, ...]:
    """Six lessons and a break a day, some of them free, and quiet hours at night."""
    found = [Window(WindowKind.QUIET, day, *span) for day in range(7) for span in ((0, 390), (1290, 1440))]
    for day in range(5):
        for lesson in range(6):
            kind = WindowKind.FREE if chance.random() < 0.3 else WindowKind.LESSON
            found.append(Window(kind, day, 525 + 60 * lesson, 575 + 60 * lesson))
        found.append(Window(WindowKind.FREE, day, 955, 960 + chance.randrange(60)))
    return tuple(found)

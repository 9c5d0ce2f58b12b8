"""When a reminder is sent: 30 and 7 days before, and never at a bad moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminders import AHEAD, good_moment, next_reminder
from bot.domain.spare import Rhythm, Window, WindowKind, may_send

END = datetime(2027, 6, 10, tzinfo=UTC)
FIRST, SECOND = datetime(2027, 5, 11, 8, tzinfo=UTC), datetime(2027, 6, 3, 8, tzinfo=UTC)
QUIET = tuple(Window(WindowKind.QUIET, day, *span) for day in range(7) for span in ((0, 7 * 60), (19 * 60, 24 * 60)))
RHYTHM = Rhythm("UTC", QUIET)


def never(day: date) -> bool:
    return False


def test_there_are_two_moments_each_once() -> None:
    assert next_reminder(END, END - timedelta(days=365)) == FIRST
    assert next_reminder(END, FIRST) == SECOND
    assert next_reminder(END, FIRST + timedelta(days=9)) == SECOND, "an outage costs one message, not two at once"
    assert next_reminder(END, SECOND) is None


def test_a_reminder_waits_for_the_morning_the_budget_and_the_end_of_a_pause() -> None:
    night = datetime(2027, 5, 11, 23, 10, tzinfo=UTC)
    morning = datetime(2027, 5, 12, 7, 10, tzinfo=UTC)
    assert good_moment(RHYTHM, FIRST, never, END) == FIRST
    assert good_moment(RHYTHM, night, never, END) == morning
    offered_today = replace(RHYTHM, last_offer_on=FIRST.date(), offers_that_day=1)
    assert good_moment(offered_today, FIRST, never, END) == datetime(2027, 5, 12, 7, 0, tzinfo=UTC)
    paused = replace(RHYTHM, paused_until=date(2027, 5, 20))
    assert good_moment(paused, FIRST, never, END) == datetime(2027, 5, 20, 7, 0, tzinfo=UTC)
    assert good_moment(RHYTHM, FIRST, lambda day: day.day < 20, END) == datetime(2027, 5, 20, 7, 0, tzinfo=UTC)


def test_nobody_is_reminded_who_stopped_or_who_would_hear_too_late() -> None:
    assert good_moment(replace(RHYTHM, stopped=True), FIRST, never, END) is None
    assert good_moment(replace(RHYTHM, daily_budget=0), FIRST, never, END) is None
    assert good_moment(replace(RHYTHM, paused_until=END.date()), FIRST, never, END) is None


@given(st.integers(0, 39 * 96).map(lambda steps: FIRST + timedelta(days=-10, minutes=15 * steps)))
def test_no_moment_is_a_bad_one(at: datetime) -> None:
    found = good_moment(RHYTHM, at, never, END)
    assert found is None or (at <= found < END and may_send(RHYTHM, found, never))
    upcoming = next_reminder(END, at)
    assert upcoming is None or (upcoming > at and END - upcoming < max(AHEAD))


def test_weekends_are_left_alone_unless_spare_moments_were_told_there() -> None:
    saturday, monday = datetime(2027, 5, 15, 8, tzinfo=UTC), datetime(2027, 5, 17, 7, 0, tzinfo=UTC)
    assert good_moment(RHYTHM, saturday, never, END) == monday
    sunday = replace(RHYTHM, windows=(*QUIET, Window(WindowKind.FREE, 6, 9 * 60, 10 * 60)))
    assert good_moment(sunday, saturday, never, END) == datetime(2027, 5, 16, 7, 0, tzinfo=UTC)

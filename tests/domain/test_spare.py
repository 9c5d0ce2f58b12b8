"""Spare moments: budget, pace, late ticks, returns (design 4.7)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.spare import (
    HORIZON_DAYS,
    SLOWEST_PACE,
    MoveOn,
    NoReturn,
    NoReturnReason,
    OfferNow,
    Period,
    Planned,
    Return,
    Rhythm,
    Slot,
    Window,
    WindowKind,
    answered,
    at_due,
    later,
    may_send,
    next_allowed,
    next_moment,
    offered,
    unanswered_again,
)

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = range(5)
MONDAY = date(2026, 11, 30)


def tokyo(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment in December 2026 (the first is a Tuesday) or, with day 0, on Monday 30 November."""
    return (datetime(2026, 11, 30, hour, minute, second, tzinfo=TOKYO) + timedelta(days=day)).astimezone(UTC)


def free(start: int, end: int, days: range = WEEKDAYS) -> tuple[Window, ...]:
    return tuple(Window(WindowKind.FREE, day, start, end) for day in days)


def blocked(kind: WindowKind, start: int, end: int) -> tuple[Window, ...]:
    return tuple(Window(kind, day, start, end) for day in range(7))


NIGHT = (*blocked(WindowKind.QUIET, 1320, 1440), *blocked(WindowKind.QUIET, 0, 420))
BREAK = free(635, 650)  # 10:35-10:50
RHYTHM = Rhythm("Asia/Tokyo", (*BREAK, *NIGHT))


def never(day: date) -> bool:
    return False


def plan(rhythm: Rhythm, after: datetime, closed=never, shortest: int = 2) -> Planned:  # type: ignore[no-untyped-def]
    planned = next_moment(rhythm, "p1", after, closed, shortest)
    assert planned is not None
    return planned


def local_day(coming: Planned | Return) -> date:
    return (coming.offer_at if isinstance(coming, Planned) else coming.at).astimezone(TOKYO).date()


@pytest.mark.parametrize(("start", "end", "weekday"), [(10, 10, 0), (-1, 5, 0), (0, 1441, 0), (0, 5, 7), (9, 5, 1)])
def test_a_window_is_a_stretch_of_one_weekday(start: int, end: int, weekday: int) -> None:
    with pytest.raises(ValueError, match="not a window"):
        Window(WindowKind.FREE, weekday, start, end)


def test_a_period_is_a_stretch_of_a_day() -> None:
    with pytest.raises(ValueError, match="not a period"):
        Period(5, 800, 800)


def test_the_moment_leaves_room_to_settle_to_finish_and_to_walk() -> None:
    for person in map(str, range(300)):
        planned = next_moment(RHYTHM, person, tokyo(0, 8), never, 5)
        assert planned is not None
        assert planned.slot == Slot(tokyo(0, 10, 35), tokyo(0, 10, 50))
        assert tokyo(0, 10, 35, 30) <= planned.offer_at <= tokyo(0, 10, 43)


def test_people_are_spread_over_the_window() -> None:
    moments = {next_moment(RHYTHM, str(n), tokyo(0, 8), never, 2) for n in range(400)}
    assert len(moments) > 250  # 630 seconds wide: a fair hash leaves about 300 different ones


def test_the_spread_changes_from_day_to_day() -> None:
    minutes = {plan(RHYTHM, tokyo(day, 8)).offer_at - tokyo(day, 10, 35) for day in range(5)}
    assert len(minutes) == 5


def test_a_slot_that_barely_fits_is_used_and_a_shorter_one_is_not() -> None:
    exact = Rhythm("Asia/Tokyo", free(600, 605))
    assert next_moment(exact, "p", tokyo(0, 8), never, 3) is None  # 30 s + 3 min + 2 min do not fit into 5 min
    assert plan(exact, tokyo(0, 8), shortest=2).slot == Slot(tokyo(0, 10), tokyo(0, 10, 5))


def test_lessons_and_quiet_hours_cut_free_time() -> None:
    windows = (*free(600, 660), Window(WindowKind.LESSON, 0, 610, 650), Window(WindowKind.QUIET, 0, 600, 605))
    rhythm = Rhythm("Asia/Tokyo", windows, daily_budget=5)
    first = plan(rhythm, tokyo(0, 8))
    second = plan(rhythm, first.offer_at)
    assert first.slot == Slot(tokyo(0, 10, 5), tokyo(0, 10, 10))
    assert second.slot == Slot(tokyo(0, 10, 50), tokyo(0, 11))


def test_overlapping_free_windows_are_one_slot() -> None:
    rhythm = Rhythm("Asia/Tokyo", (*free(600, 620), *free(615, 640), *free(640, 650)))
    assert plan(rhythm, tokyo(0, 8)).slot == Slot(tokyo(0, 10), tokyo(0, 10, 50))


def test_closed_days_are_passed_over() -> None:
    assert local_day(plan(RHYTHM, tokyo(0, 8), closed=lambda day: day <= MONDAY + timedelta(days=2))) == date(
        2026, 12, 3
    )


def test_nothing_is_planned_without_free_time_or_when_stopped_or_with_a_budget_of_none() -> None:
    for rhythm in (
        Rhythm("Asia/Tokyo", NIGHT),
        replace(RHYTHM, stopped=True),
        replace(RHYTHM, daily_budget=0),
        replace(RHYTHM, paused_until=date.max),
    ):
        assert next_moment(rhythm, "p", tokyo(0, 8), never, 2) is None
    assert next_moment(RHYTHM, "p", tokyo(0, 8), lambda day: True, 2) is None


def test_a_pause_ends_on_its_date() -> None:
    assert local_day(plan(replace(RHYTHM, paused_until=date(2026, 12, 9)), tokyo(0, 8))) == date(2026, 12, 9)
    assert local_day(plan(replace(RHYTHM, paused_until=date(2026, 1, 9)), tokyo(0, 8))) == MONDAY


def test_one_offer_a_day_by_default() -> None:
    rhythm = replace(RHYTHM, windows=(*RHYTHM.windows, *free(990, 1080)))
    first = plan(rhythm, tokyo(0, 8))
    assert local_day(first) == MONDAY
    assert local_day(plan(offered(rhythm, first.offer_at), first.offer_at)) == MONDAY + timedelta(days=1)


def test_a_larger_budget_uses_several_slots_of_a_day_once_each() -> None:
    rhythm = replace(RHYTHM, windows=(*RHYTHM.windows, *free(990, 1080), *free(720, 740)), daily_budget=2)
    days, after, slots = [], tokyo(0, 8), set()
    for _ in range(6):
        planned = plan(rhythm, after)
        rhythm, after = offered(rhythm, planned.offer_at), planned.offer_at
        days.append(local_day(planned))
        slots.add(planned.slot.key)
    assert days == [MONDAY + timedelta(days=n) for n in (0, 0, 1, 1, 2, 2)]
    assert len(slots) == 6


def test_the_day_of_an_offer_is_the_persons_own() -> None:
    assert offered(RHYTHM, datetime(2026, 11, 30, 20, tzinfo=UTC)).last_offer_on == date(2026, 12, 1)


@pytest.mark.parametrize(("pace", "expected"), [(1, 1), (2, 2), (4, 4), (5, 7), (8, 10)])
def test_the_pace_counts_the_persons_own_days(pace: int, expected: int) -> None:
    rhythm = replace(RHYTHM, pace=pace, last_offer_on=MONDAY)
    for after in (tokyo(0, 11), tokyo(1, 8), tokyo(min(expected, 2), 6)):
        assert local_day(plan(rhythm, after)) == MONDAY + timedelta(days=expected)


def test_closed_days_do_not_count_for_the_pace() -> None:
    rhythm = replace(RHYTHM, pace=2, last_offer_on=MONDAY)
    assert local_day(plan(rhythm, tokyo(0, 11), lambda day: day == date(2026, 12, 1))) == date(2026, 12, 3)


def test_half_pace_of_a_weekly_gap_is_every_other_week() -> None:
    rhythm = Rhythm("Asia/Tokyo", free(600, 640, range(2, 3)), pace=2, last_offer_on=date(2026, 12, 2))
    assert local_day(plan(rhythm, tokyo(2, 11))) == date(2026, 12, 16)


def test_the_slowest_pace_still_comes_once_more() -> None:
    rhythm = Rhythm("Asia/Tokyo", free(600, 640, range(1)), pace=SLOWEST_PACE, last_offer_on=MONDAY)
    assert local_day(plan(rhythm, tokyo(0, 11))) == MONDAY + timedelta(weeks=SLOWEST_PACE)


def test_an_offer_from_a_day_yet_to_come_holds_the_budget() -> None:
    """A person who flew west, or a clock that was set back, gets no second offer for the same date."""
    rhythm = replace(RHYTHM, last_offer_on=date(2026, 12, 1))
    assert local_day(plan(rhythm, tokyo(0, 8))) == date(2026, 12, 2)


# ── when it is due ───────────────────────────────────────────────────────────────────────────


def due(planned: Planned, now: datetime, rhythm: Rhythm = RHYTHM, closed=never, shortest: int = 2):  # type: ignore[no-untyped-def]
    return at_due(planned, rhythm, "p1", now, closed, shortest)


def test_on_time_the_offer_fits_what_is_left() -> None:
    planned = plan(RHYTHM, tokyo(0, 8))
    decision = due(planned, planned.offer_at)
    assert isinstance(decision, OfferNow)
    assert decision.slot == planned.slot
    assert decision.minutes == int((planned.slot.end - planned.offer_at).total_seconds() - 120) // 60


def test_a_late_tick_shortens_the_offer_and_then_moves_on() -> None:
    planned = Planned(tokyo(0, 10, 36), Slot(tokyo(0, 10, 35), tokyo(0, 10, 50)))
    assert due(planned, tokyo(0, 10, 46)) == OfferNow(planned.slot, 2)
    for late in (tokyo(0, 10, 46, 1), tokyo(0, 10, 49), tokyo(0, 10, 50), tokyo(0, 17)):
        moved = due(planned, late)
        assert isinstance(moved, MoveOn)
        assert moved.next == plan(RHYTHM, late)
        assert local_day(moved.next) == date(2026, 12, 1)


def test_a_tick_that_came_too_early_keeps_the_plan() -> None:
    planned = plan(RHYTHM, tokyo(0, 8))
    assert due(planned, planned.offer_at - timedelta(seconds=1)) == MoveOn(planned)


@pytest.mark.parametrize(
    "changed",
    [
        replace(RHYTHM, stopped=True),
        replace(RHYTHM, daily_budget=0),
        replace(RHYTHM, paused_until=date(2026, 12, 8)),
        replace(RHYTHM, last_offer_on=MONDAY),
        replace(RHYTHM, windows=free(990, 1080)),
        replace(RHYTHM, windows=(*BREAK, Window(WindowKind.LESSON, 0, 635, 650))),
        replace(RHYTHM, pace=2, last_offer_on=MONDAY - timedelta(days=3)),
    ],
)
def test_what_changed_since_planning_counts(changed: Rhythm) -> None:
    planned = plan(RHYTHM, tokyo(0, 8))
    assert due(planned, planned.offer_at, changed) == MoveOn(next_moment(changed, "p1", planned.offer_at, never, 2))


def test_a_day_closed_since_planning_counts() -> None:
    planned = plan(RHYTHM, tokyo(0, 8))
    moved = due(planned, planned.offer_at, closed=lambda day: day == MONDAY)
    assert isinstance(moved, MoveOn)
    assert moved.next is not None
    assert local_day(moved.next) == date(2026, 12, 1)


def test_a_slot_shortened_since_planning_shortens_the_offer_and_keeps_its_key() -> None:
    planned = Planned(tokyo(0, 10, 36), Slot(tokyo(0, 10, 35), tokyo(0, 10, 50)))
    decision = due(planned, tokyo(0, 10, 36), replace(RHYTHM, windows=free(630, 642)))
    assert decision == OfferNow(Slot(tokyo(0, 10, 35), tokyo(0, 10, 42)), 4)
    assert decision.slot.key == planned.slot.key


# ── silence and answers ──────────────────────────────────────────────────────────────────────


def test_three_unanswered_offers_halve_the_pace_and_say_so_once() -> None:
    rhythm, told = RHYTHM, []
    paces = []
    for _ in range(15):
        rhythm, tell = unanswered_again(rhythm)
        told.append(tell)
        paces.append(rhythm.pace)
    assert paces == [1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8]
    assert told == [n == 2 for n in range(15)]


def test_any_press_restores_the_pace_and_a_new_silence_is_told_again() -> None:
    rhythm = RHYTHM
    for _ in range(4):
        rhythm, _tell = unanswered_again(rhythm)
    rhythm = answered(rhythm)
    assert (rhythm.pace, rhythm.unanswered) == (1, 0)
    assert rhythm == answered(rhythm)
    told = []
    for _ in range(3):
        rhythm, tell = unanswered_again(rhythm)
        told.append(tell)
    assert told == [False, False, True]


# ── returns that were asked for ──────────────────────────────────────────────────────────────


def asked(choice, now: datetime, rhythm: Rhythm = RHYTHM, closed=never) -> Return:  # type: ignore[no-untyped-def]
    back = later(choice, rhythm, "p1", now, closed, 2)
    assert isinstance(back, Return)
    assert may_send(rhythm, back.at, closed)
    return back


def test_in_20_minutes_means_that() -> None:
    back = asked("in20", tokyo(0, 12))
    assert (back.at, back.moved) == (tokyo(0, 12, 20), False)


def test_in_20_minutes_is_held_by_no_budget_pace_pause_or_stop() -> None:
    held = replace(RHYTHM, last_offer_on=MONDAY, pace=4, paused_until=date(2027, 1, 5), stopped=True, daily_budget=0)
    back = asked("in20", tokyo(0, 12), held)
    assert back.at == tokyo(0, 12, 20)


@pytest.mark.parametrize(
    ("now", "expected"),
    [((0, 21, 50), (1, 7)), ((0, 21, 38), (1, 7)), ((0, 21, 36), (0, 21, 56)), ((0, 3), (0, 7))],
)
def test_in_20_minutes_moves_out_of_quiet_hours_and_says_so(now: tuple[int], expected: tuple[int]) -> None:
    back = asked("in20", tokyo(*now))
    assert back.at == tokyo(*expected)
    assert back.moved == (back.at != tokyo(*now) + timedelta(minutes=20))


def test_in_20_minutes_moves_out_of_a_lesson_and_a_closed_day() -> None:
    lesson = replace(RHYTHM, windows=(*RHYTHM.windows, Window(WindowKind.LESSON, 0, 720, 770)))
    moved = asked("in20", tokyo(0, 11, 50), lesson)
    assert (moved.at, moved.moved) == (tokyo(0, 12, 50), True)
    moved = asked("in20", tokyo(0, 11, 50), closed=lambda day: day == MONDAY)
    assert (moved.at, moved.moved) == (tokyo(1, 7), True)


def test_a_few_seconds_over_midnight_are_not_worth_a_word() -> None:
    back = asked("in20", tokyo(0, 23, 38), replace(RHYTHM, windows=BREAK))
    assert (back.at, back.moved) == (tokyo(1, 0), False)


def test_the_next_gap_is_the_next_one_to_begin() -> None:
    now = tokyo(0, 10, 36)
    back = asked("next_gap", now, replace(RHYTHM, windows=(*RHYTHM.windows, *free(990, 1080))))
    assert back.slot.start == tokyo(0, 16, 30)
    assert asked("next_gap", now).slot.start == tokyo(1, 10, 35)
    assert asked("next_gap", now, closed=lambda day: day.day < 4).slot.start == tokyo(4, 10, 35)
    assert later("next_gap", Rhythm("UTC", NIGHT), "p1", now, never, 2) == NoReturn(NoReturnReason.NO_GAP)


def test_tomorrow_is_a_gap_of_tomorrow() -> None:
    back = asked("tomorrow", tokyo(0, 12))
    assert back.slot.start == tokyo(1, 10, 35)
    assert not back.moved


def test_tomorrow_without_a_gap_is_at_the_same_time_of_day() -> None:
    back = asked("tomorrow", tokyo(4, 12))  # on Friday, for a Saturday without free time
    assert (back.at, back.moved) == (tokyo(5, 12), False)
    back = asked("tomorrow", tokyo(4, 23))
    assert (back.at, back.moved) == (tokyo(5, 21, 56), False)
    back = asked("tomorrow", tokyo(4, 4))
    assert (back.at, back.moved) == (tokyo(5, 7), False)


def test_a_closed_tomorrow_becomes_the_next_open_day_and_says_so() -> None:
    back = asked("tomorrow", tokyo(4, 12), closed=lambda day: day.weekday() >= 5)
    assert local_day(back) == date(2026, 12, 7)
    assert back.moved


def test_a_date_is_that_date() -> None:
    assert local_day(asked(date(2026, 12, 15), tokyo(0, 12))) == date(2026, 12, 15)
    assert asked(MONDAY, tokyo(0, 9)).slot.start == tokyo(0, 10, 35)


def test_today_after_the_last_gap_is_still_today() -> None:
    back = asked(MONDAY, tokyo(0, 12))
    assert local_day(back) == MONDAY
    assert back.at > tokyo(0, 12)


def test_dates_that_cannot_be() -> None:
    def answer(day: date) -> object:
        return later(day, RHYTHM, "p1", tokyo(0, 12), never, 2)

    assert answer(MONDAY - timedelta(days=1)) == NoReturn(NoReturnReason.PAST)
    assert answer(MONDAY + timedelta(days=HORIZON_DAYS + 1)) == NoReturn(NoReturnReason.TOO_FAR)
    assert answer(date.max) == NoReturn(NoReturnReason.TOO_FAR)
    assert isinstance(answer(MONDAY + timedelta(days=HORIZON_DAYS)), Return)


def test_a_return_nobody_can_keep_is_refused() -> None:
    everyday = Rhythm("Asia/Tokyo", blocked(WindowKind.QUIET, 0, 1440))
    for choice in ("in20", "next_gap", "tomorrow", MONDAY):
        assert later(choice, everyday, "p1", tokyo(0, 12), never, 2) == NoReturn(NoReturnReason.NO_GAP)  # type: ignore[arg-type]


def test_may_send_looks_at_lessons_quiet_hours_and_closed_days_only() -> None:
    rhythm = replace(RHYTHM, windows=(*RHYTHM.windows, Window(WindowKind.LESSON, 0, 720, 770)))
    assert may_send(rhythm, tokyo(0, 11), never)
    assert not may_send(rhythm, tokyo(0, 11), lambda day: day == MONDAY)
    assert not may_send(rhythm, tokyo(0, 12), never)
    assert may_send(rhythm, tokyo(0, 12, 50), never)
    assert may_send(rhythm, tokyo(1, 12), never)
    assert not may_send(rhythm, tokyo(0, 22), never)
    assert not may_send(rhythm, tokyo(1, 6, 59, 59), never)
    assert may_send(rhythm, tokyo(1, 7), never)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (tokyo(0, 12), tokyo(0, 12)),
        (tokyo(0, 23, 30), tokyo(1, 7)),
        (tokyo(1, 6, 59, 59), tokyo(1, 7)),
    ],
)
def test_what_is_unasked_waits_for_the_end_of_quiet_hours(asked: datetime, sent: datetime) -> None:
    assert next_allowed(RHYTHM, asked, never) == sent


def test_what_is_unasked_waits_for_the_end_of_a_holiday_and_never_comes_to_who_is_always_quiet() -> None:
    assert next_allowed(RHYTHM, tokyo(0, 12), lambda day: day == MONDAY) == tokyo(1, 7)
    assert next_allowed(replace(RHYTHM, windows=blocked(WindowKind.QUIET, 0, 1440)), tokyo(0, 12), never) is None

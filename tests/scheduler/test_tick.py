"""Who is offered something at a tick, and who moves on (design.md 4.7)."""

import os
import random
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.spare import MARGIN, Planned, Rhythm, Slot, Window, WindowKind, next_moment
from bot.scheduler.calendar import HolidayCalendar
from bot.scheduler.tick import decide, tick
from bot.services.ports import DuePerson, Store
from tests.scheduler.memory import MORNING, Hands, MemoryClock

SHORTEST = 2
TOKYO = ZoneInfo("Asia/Tokyo")
FREE, QUIET, LESSON = WindowKind.FREE, WindowKind.QUIET, WindowKind.LESSON


def never(day: date) -> bool:
    return False


def person(rhythm: Rhythm, planned: Planned | None = None, number: int = 1, country: str = "JP") -> DuePerson:
    key = f"person-{number}"
    planned = planned or next_moment(rhythm, key, MORNING, never, SHORTEST)
    assert planned is not None
    return DuePerson(number, 1, key, country, "local:school", rhythm, planned)


def weekly(*spans: tuple[WindowKind, int, int], last_offer_on: date | None = None) -> Rhythm:
    """The same windows on every day of the week, in hours."""
    windows = tuple(Window(kind, day, start * 60, end * 60) for day in range(7) for kind, start, end in spans)
    return Rhythm("Asia/Tokyo", windows, last_offer_on=last_offer_on)


def at(hour: int, minute: int = 0) -> datetime:
    """Local time on the Tuesday."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=TOKYO)


def slot(start: int, end: int) -> Slot:
    return Slot(at(start), at(end))


def test_offers_in_the_window_and_plans_the_next_day() -> None:
    due = person(weekly((FREE, 16, 18)))
    claim = decide(due, due.planned.offer_at, never, SHORTEST)
    assert claim.offer_minutes is not None
    assert claim.offer_minutes >= SHORTEST
    assert claim.rhythm.last_offer_on == date(2026, 11, 24)
    assert claim.next is not None
    assert claim.next.slot.start - due.planned.slot.start == timedelta(days=1)


@pytest.mark.parametrize("blocked", [QUIET, LESSON])
def test_no_offer_in_lessons_and_quiet_hours_that_came_since(blocked: WindowKind) -> None:
    due = person(weekly((FREE, 16, 18), (blocked, 16, 17)), Planned(at(16, 10), slot(16, 18)))
    claim = decide(due, at(16, 10), never, SHORTEST)
    assert claim.offer_minutes is None
    assert claim.rhythm == due.rhythm
    assert claim.next is not None
    assert claim.next.slot.start == at(17)


def test_the_offer_ends_where_a_lesson_begins() -> None:
    due = person(weekly((FREE, 16, 18), (LESSON, 17, 18)), Planned(at(16, 40), slot(16, 18)))
    claim = decide(due, at(16, 40), never, SHORTEST)
    assert claim.offer_minutes == 18
    assert claim.due.planned.slot == slot(16, 17)
    assert claim.due.planned.slot.key == due.planned.slot.key


def test_a_slot_that_passed_moves_on() -> None:
    due = person(weekly((FREE, 16, 18)), Planned(at(16, 10), slot(16, 18)))
    claim = decide(due, at(17, 59), never, SHORTEST)
    assert claim.offer_minutes is None
    assert claim.next is not None
    assert claim.next.offer_at > at(24 - 1)


def test_a_holiday_moves_on() -> None:
    calendar = HolidayCalendar()
    labour_day = datetime(2026, 11, 23, 16, 30, tzinfo=TOKYO)
    planned = Planned(labour_day, Slot(labour_day, labour_day + timedelta(hours=1)))
    due = person(weekly((FREE, 16, 18)), planned)
    claim = decide(due, labour_day, lambda day: calendar.closed("JP", day), SHORTEST)
    assert claim.offer_minutes is None
    assert claim.next is not None
    assert claim.next.slot.start == at(16)


def test_the_budget_holds_within_a_day() -> None:
    rhythm = weekly((FREE, 10, 11), (FREE, 16, 18), last_offer_on=date(2026, 11, 24))
    due = person(rhythm, Planned(at(16, 10), slot(16, 18)))
    claim = decide(due, at(16, 10), never, SHORTEST)
    assert claim.offer_minutes is None


def test_somebody_who_stopped_is_planned_no_more() -> None:
    due = person(weekly((FREE, 16, 18)))
    stopped = DuePerson(**{**vars(due), "rhythm": Rhythm("Asia/Tokyo", due.rhythm.windows, stopped=True)})
    claim = decide(stopped, due.planned.offer_at, never, SHORTEST)
    assert (claim.offer_minutes, claim.next) == (None, None)


async def test_takes_so_many_people_at_once_until_nobody_is_due(
    store: Store, clock_rows: MemoryClock, now: Hands
) -> None:
    rhythm = weekly((FREE, 10, 18))
    clock_rows.people = {number: person(rhythm, number=number) for number in range(1, 24)}
    now.at = at(17, 50)
    before = (await tick(store, limit=10)).due
    assert before == 23
    assert clock_rows.rounds == 3
    assert (await tick(store, limit=10)).due == 0


async def test_an_unreadable_rhythm_holds_up_nobody_else(store: Store, clock_rows: MemoryClock, now: Hands) -> None:
    sound = person(weekly((FREE, 10, 18)), number=1)
    broken = DuePerson(**{**vars(sound), "person_id": 2, "rhythm": Rhythm("Nowhere/Atlantis", sound.rhythm.windows)})
    clock_rows.people = {1: sound, 2: broken}
    now.at = sound.planned.offer_at
    ticked = await tick(store)
    assert (ticked.due, ticked.offers) == (2, 1)
    assert clock_rows.people[2].planned.offer_at == now.at + timedelta(days=1)


def random_rhythm(rng: random.Random) -> Rhythm:
    def windows(kind: WindowKind, count: int, longest: int) -> list[Window]:
        starts = [rng.randrange(0, 1430) for _ in range(count)]
        return [Window(kind, rng.randrange(7), start, min(1440, start + rng.randint(3, longest))) for start in starts]

    some = [*windows(FREE, rng.randint(1, 6), 240), *windows(LESSON, rng.randint(0, 5), 60)]
    return Rhythm(
        rng.choice(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Auckland"]),
        (*some, *windows(QUIET, rng.randint(0, 3), 400)),
        daily_budget=rng.randint(0, 2),
        pace=rng.choice([1, 1, 2, 4]),
    )


PEOPLE = 10_000 if os.environ.get("SUKIMA_THOROUGH") else 2_500


async def test_thousands_of_rhythms_through_a_week(store: Store, clock_rows: MemoryClock, now: Hands) -> None:
    """Ticks come irregularly, with outages. What was promised holds for every single offer."""
    rng = random.Random(20261124)
    calendar = HolidayCalendar()
    now.at = datetime(2026, 11, 20, tzinfo=TOKYO)
    known: dict[int, tuple[Rhythm, str]] = {}
    for number in range(PEOPLE):
        rhythm, country = random_rhythm(rng), rng.choice(["JP", "DE", "US", "XX"])
        planned = next_moment(
            rhythm, f"person-{number}", now.at, lambda day, country=country: calendar.closed(country, day), SHORTEST
        )
        known[number] = (rhythm, country)
        if planned is not None:
            clock_rows.people[number] = person(rhythm, planned, number, country)
    offered: Counter[tuple[int, date]] = Counter()
    while now.at < MORNING + timedelta(days=3):
        now.forward(minutes=rng.choice([20, 40, 90, 400]))
        before = len(clock_rows.claims)
        await tick(store)
        for claim in clock_rows.claims[before:]:
            assert claim.next is None or claim.next.offer_at > now.at
            if claim.offer_minutes is None:
                continue
            rhythm, country = known[claim.due.person_id]
            local = now.at.astimezone(ZoneInfo(rhythm.zone))
            end = local + timedelta(minutes=claim.offer_minutes)
            assert not calendar.closed(country, local.date())
            assert inside(rhythm, FREE, local)
            for blocked in (LESSON, QUIET):
                assert not inside(rhythm, blocked, local)
                assert not inside(rhythm, blocked, end)
            assert claim.offer_minutes >= SHORTEST
            assert end + MARGIN <= claim.due.planned.slot.end
            offered[claim.due.person_id, local.date()] += 1
    assert len(set(clock_rows.offers)) == len(clock_rows.offers), "one offer per person and slot"
    assert all(count <= known[number][0].daily_budget for (number, _), count in offered.items())
    assert sum(offered.values()) > PEOPLE * 0.35


def inside(rhythm: Rhythm, kind: WindowKind, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(
        window.kind is kind and window.weekday == local.weekday() and window.start <= minute < window.end
        for window in rhythm.windows
    )

"""Spare moments: when a person may be offered a unit (design 4.7).

A slot is an interval, not an instant: the person's free window without quiet hours and lessons, on a day
that is not closed. The offer falls at a place in it that a stable hash of person and date chooses, so that a
school's people do not all hear at the same second and a repeated tick computes the same moment.

Windows are local wall-clock minutes; slots are UTC. The two are joined here and nowhere else, through every
change of the clocks: a window that a change skips has no slot, one that a change repeats has both, and the
moment always reads as inside the window on the person's own clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440
HORIZON_DAYS = 64
"""How far ahead a moment is looked for: past a summer holiday, and past eight weekly gaps."""
SETTLE = timedelta(seconds=30)
"""Nobody has sat down in the first half minute of a gap."""
MARGIN = timedelta(minutes=2)
"""What must be left of a gap after the unit: the answer, and the way to the next lesson."""
UNANSWERED_BEFORE_SLOWER = 3
SLOWEST_PACE = 8
LONGEST_PAUSE = timedelta(days=366)
IN20 = timedelta(minutes=20)

Closed: TypeAlias = Callable[[date], bool]
"""Says whether the school is closed on a local date."""
LocalSpan: TypeAlias = tuple[int, int]
"""Minutes after local midnight, the end excluded."""


class WindowKind(StrEnum):
    FREE = "free"
    QUIET = "quiet"
    LESSON = "lesson"


@dataclass(frozen=True)
class Window:
    """A weekly stretch of local time. `weekday` is 0 for Monday; `start`, `end` are minutes after midnight.

    `words` keeps what the person wrote. Quiet hours and lessons win over free time.
    """

    kind: WindowKind
    weekday: int
    start: int
    end: int
    words: str = ""

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.start < self.end <= DAY_MINUTES):
            raise ValueError(f"not a window: {self.weekday} {self.start}-{self.end}")


@dataclass(frozen=True)
class Period:
    """A numbered lesson of the school's day (5限), in minutes after local midnight."""

    number: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (self.number >= 0 and 0 <= self.start < self.end <= DAY_MINUTES):
            raise ValueError(f"not a period: {self.number} {self.start}-{self.end}")


@dataclass(frozen=True)
class Rhythm:
    """How often, and when, one person wants to be offered something.

    `pace` means: on every pace-th of the days on which this person has a usable slot. `offers_that_day`
    counts the proactive offers on `last_offer_on`, not those that the person asked for. No offer comes before
    the local date `paused_until`.
    """

    zone: str
    windows: tuple[Window, ...]
    daily_budget: int = 1
    pace: int = 1
    unanswered: int = 0
    pace_told: bool = False
    last_offer_on: date | None = None
    paused_until: date | None = None
    stopped: bool = False
    offers_that_day: int = 0


@dataclass(frozen=True)
class Slot:
    """A spare moment: an interval in aware UTC, the end excluded."""

    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        """Always the same for the same slot; with the person it makes an offer unique (design 4.1)."""
        return self.start.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Planned:
    """An offer to come, unasked."""

    offer_at: datetime
    slot: Slot


@dataclass(frozen=True)
class OfferNow:
    """The moment is here; a unit of at most `minutes` fits."""

    slot: Slot
    minutes: int


@dataclass(frozen=True)
class MoveOn:
    """Nothing is sent now. `next` is the plan to keep instead; None when there is none within the horizon."""

    next: Planned | None


class LaterChoice(StrEnum):
    IN20 = "in20"
    NEXT_GAP = "next_gap"
    TOMORROW = "tomorrow"


Later: TypeAlias = Literal["in20", "next_gap", "tomorrow"] | LaterChoice | date


@dataclass(frozen=True)
class Return:
    """What was put off comes back `at` this moment, within `slot`: no budget or pace holds it back.

    `moved` is true when it could not be the moment that was asked for and the person should be told.
    """

    at: datetime
    slot: Slot
    moved: bool = False


class NoReturnReason(StrEnum):
    PAST = "past"
    TOO_FAR = "too_far"
    NO_GAP = "no_gap"


@dataclass(frozen=True)
class NoReturn:
    """The asked-for return cannot be planned. `TOO_FAR` means more than `HORIZON_DAYS` days ahead."""

    reason: NoReturnReason


def next_moment(
    rhythm: Rhythm, person_key: str, after: datetime, closed: Closed, shortest_minutes: int
) -> Planned | None:
    """The next proactive offer strictly after `after`.

    None when the person stopped offers, has no usable slot within the horizon, or paused for over a year: ask
    again when the rhythm changes, and now and then.
    """
    if rhythm.stopped or rhythm.daily_budget < 1:
        return None
    today = _local_date(rhythm.zone, after)
    first = today
    if rhythm.paused_until is not None and rhythm.paused_until > today:
        if rhythm.paused_until - today > LONGEST_PAUSE:
            return None
        first = rhythm.paused_until
    for day in _offer_days(rhythm, first, closed, shortest_minutes):
        planned = _first_in(_free_slots(rhythm, day), person_key, day, after, shortest_minutes)
        if planned is not None:
            return planned
    return None


def at_due(
    planned: Planned,
    rhythm: Rhythm,
    person_key: str,
    now: datetime,
    closed: Closed,
    shortest_minutes: int,
) -> OfferNow | MoveOn:
    """What to do with a plan whose time has come, judged by the rhythm as it is now.

    A slot that passed, that holds too little time by now, or that the person has since closed moves on;
    nothing is sent late into a lesson. A plan that is not due yet is handed back as it is.
    """
    if now < planned.offer_at:
        return MoveOn(planned)
    day = _local_date(rhythm.zone, now)
    slots = _free_slots(rhythm, day) if _may_offer_on(rhythm, day, closed, shortest_minutes) else ()
    end = next((min(slot.end, planned.slot.end) for slot in slots if slot.start <= now < slot.end), None)
    if end is not None and end - now >= _needed(shortest_minutes):
        return OfferNow(Slot(planned.slot.start, end), int((end - now - MARGIN) / timedelta(minutes=1)))
    return MoveOn(next_moment(rhythm, person_key, now, closed, shortest_minutes))


def offered(rhythm: Rhythm, at: datetime) -> Rhythm:
    """The rhythm after a proactive offer was made."""
    day = _local_date(rhythm.zone, at)
    return replace(rhythm, last_offer_on=day, offers_that_day=_used_on(rhythm, day) + 1)


def unoffered(rhythm: Rhythm) -> Rhythm:
    """The rhythm after an offer that could not be made after all: it does not use up the budget."""
    if rhythm.offers_that_day > 1:
        return replace(rhythm, offers_that_day=rhythm.offers_that_day - 1)
    return replace(rhythm, last_offer_on=None, offers_that_day=0)


def unanswered_again(rhythm: Rhythm) -> tuple[Rhythm, bool]:
    """One more offer went unanswered. Every third halves the pace; true when the person must be told so."""
    count = rhythm.unanswered + 1
    if count < UNANSWERED_BEFORE_SLOWER:
        return replace(rhythm, unanswered=count), False
    slower = min(rhythm.pace * 2, SLOWEST_PACE)
    if slower <= rhythm.pace:
        return replace(rhythm, unanswered=0), False
    return replace(rhythm, unanswered=0, pace=slower, pace_told=True), not rhythm.pace_told


def answered(rhythm: Rhythm) -> Rhythm:
    """Any press restores the pace."""
    return replace(rhythm, unanswered=0, pace=1, pace_told=False)


def later(
    choice: Later, rhythm: Rhythm, person_key: str, now: datetime, closed: Closed, shortest_minutes: int
) -> Return | NoReturn:
    """Plan the return that a person asked for: in 20 minutes, in the next gap, tomorrow, or on a local date.

    It ignores budget, pace, pause and stop, for it was asked for; it never falls into quiet hours, lessons or
    closed days, but moves to the next allowed moment and says so by `moved`.
    """
    today = _local_date(rhythm.zone, now)
    if isinstance(choice, date):
        return _on_date(choice, rhythm, person_key, now, closed, shortest_minutes)
    match LaterChoice(choice):
        case LaterChoice.IN20:
            return _next_open(rhythm, now + IN20, closed, shortest_minutes) or NoReturn(NoReturnReason.NO_GAP)
        case LaterChoice.NEXT_GAP:
            return _next_gap(rhythm, person_key, now, closed, shortest_minutes)
        case LaterChoice.TOMORROW:
            return _on_date(today + timedelta(days=1), rhythm, person_key, now, closed, shortest_minutes)


def next_allowed(rhythm: Rhythm, asked: datetime, closed: Closed) -> datetime | None:
    """When something unasked may first be sent, at `asked` or later; None when it may not within the horizon."""
    if may_send(rhythm, asked, closed):
        return asked
    found = _next_open(rhythm, asked, closed, 0)
    return None if found is None else found.at


def may_send(rhythm: Rhythm, at: datetime, closed: Closed) -> bool:
    """The one predicate for everything unasked: not in a lesson, not in quiet hours, not on a closed day."""
    local = at.astimezone(ZoneInfo(rhythm.zone))
    weekday, minute = local.weekday(), local.hour * 60 + local.minute
    for window in rhythm.windows:
        blocks = window.kind is not WindowKind.FREE and window.weekday == weekday
        if blocks and window.start <= minute < window.end:
            return False
    return not closed(local.date())


def has_room(rhythm: Rhythm, at: datetime) -> bool:
    """Whether the day's budget allows one more thing unasked, and the person is not on a pause."""
    day = _local_date(rhythm.zone, at)
    paused = rhythm.paused_until is not None and rhythm.paused_until > day
    return not paused and _used_on(rhythm, day) < rhythm.daily_budget


# ── days ──────────────────────────────────────────────────────────────────────────────────────────


def _local_date(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _days_from(first: date) -> Iterator[date]:
    for ahead in range(HORIZON_DAYS + 1):
        yield first + timedelta(days=ahead)


def _usable(rhythm: Rhythm, day: date, closed: Closed, shortest_minutes: int) -> bool:
    """Does the person have time for the shortest unit on this day, by the clock on the wall?"""
    needed = (_needed(shortest_minutes) + SETTLE) / timedelta(minutes=1)
    spans = _free_spans(rhythm.windows, day.weekday())
    return any(end - start >= needed for start, end in spans) and not closed(day)


def _used_on(rhythm: Rhythm, day: date) -> int:
    return max(1, rhythm.offers_that_day) if rhythm.last_offer_on == day else 0


def _offer_days(rhythm: Rhythm, first: date, closed: Closed, shortest_minutes: int) -> Iterator[date]:
    """The days from `first` on which budget and pace leave room, in order."""
    last = rhythm.last_offer_on
    if last is not None and last >= first:
        if _used_on(rhythm, last) < rhythm.daily_budget and _usable(rhythm, last, closed, shortest_minutes):
            yield last
        first = last + timedelta(days=1)
    passed = _usable_between(rhythm, first, closed, shortest_minutes)
    for day in _days_from(first):
        if _usable(rhythm, day, closed, shortest_minutes):
            passed += 1
            if last is None or passed >= rhythm.pace:
                yield day


def _usable_between(rhythm: Rhythm, first: date, closed: Closed, shortest_minutes: int) -> int:
    """How many usable days lie between the last offer and `first`, both excluded; at most the pace."""
    if rhythm.last_offer_on is None or rhythm.pace <= 1:
        return 0
    count = 0
    for day in _days_from(rhythm.last_offer_on + timedelta(days=1)):
        if day >= first or count >= rhythm.pace:
            break
        count += _usable(rhythm, day, closed, shortest_minutes)
    return count


def _may_offer_on(rhythm: Rhythm, day: date, closed: Closed, shortest_minutes: int) -> bool:
    if rhythm.stopped or rhythm.daily_budget < 1 or closed(day):
        return False
    if rhythm.paused_until is not None and day < rhythm.paused_until:
        return False
    return next(_offer_days(rhythm, day, closed, shortest_minutes), None) == day


# ── slots ─────────────────────────────────────────────────────────────────────────────────────────


def _needed(shortest_minutes: int) -> timedelta:
    return timedelta(minutes=shortest_minutes) + MARGIN


def _free_slots(rhythm: Rhythm, day: date) -> tuple[Slot, ...]:
    return _slots(rhythm.zone, day, _free_spans(rhythm.windows, day.weekday()))


def _open_slots(rhythm: Rhythm, day: date) -> tuple[Slot, ...]:
    """Every stretch of the day in which something asked for may come: all but quiet hours and lessons."""
    todays = [window for window in rhythm.windows if window.weekday == day.weekday()]
    return _slots(rhythm.zone, day, _without_blocked([(0, DAY_MINUTES)], todays))


def _free_spans(windows: tuple[Window, ...], weekday: int) -> list[LocalSpan]:
    todays = [window for window in windows if window.weekday == weekday]
    free = [(window.start, window.end) for window in todays if window.kind is WindowKind.FREE]
    return _without_blocked(_joined(free), todays) if free else free


def _joined(spans: list[LocalSpan]) -> list[LocalSpan]:
    """Overlapping or touching spans made one."""
    joined: list[LocalSpan] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without_blocked(spans: list[LocalSpan], todays: list[Window]) -> list[LocalSpan]:
    for window in todays:
        if window.kind is not WindowKind.FREE:
            spans = [part for span in spans for part in _cut(span, window)]
    return spans


def _cut(span: LocalSpan, window: Window) -> Iterator[LocalSpan]:
    """What is left of a span before and after a window."""
    start, end = span
    if window.end <= start or end <= window.start:
        yield span
        return
    if start < window.start:
        yield start, window.start
    if window.end < end:
        yield window.end, end


def _first_in(
    slots: tuple[Slot, ...], person_key: str, day: date, after: datetime, shortest_minutes: int
) -> Planned | None:
    """The first of the day's moments that is later than `after`."""
    offset: int | None = None
    for slot in slots:
        if slot.end <= after:
            continue
        first, last = slot.start + SETTLE, slot.end - _needed(shortest_minutes)
        if last < first:
            continue
        if offset is None:
            offset = _stable_offset(person_key, day)
        width = int((last - first).total_seconds())
        moment = first + timedelta(seconds=offset % width if width else 0)
        if moment > after:
            return Planned(moment, slot)
    return None


def _stable_offset(person_key: str, day: date) -> int:
    """A large number that is always the same for a person and a date and spreads people evenly."""
    return int.from_bytes(sha256(f"{day.isoformat()} {person_key}".encode()).digest()[:8])


# ── returns that were asked for ───────────────────────────────────────────────────────────────────


def _next_open(rhythm: Rhythm, asked: datetime, closed: Closed, shortest_minutes: int) -> Return | None:
    """The moment asked for, or the first allowed one after it."""
    for day in _days_from(_local_date(rhythm.zone, asked)):
        for slot in () if closed(day) else _open_slots(rhythm, day):
            moment = max(asked, slot.start)
            if slot.end - moment >= _needed(shortest_minutes):
                return Return(moment, slot, moved=moment - asked > MARGIN)
    return None


def _next_gap(
    rhythm: Rhythm, person_key: str, now: datetime, closed: Closed, shortest_minutes: int
) -> Return | NoReturn:
    for day in _days_from(_local_date(rhythm.zone, now)):
        slots = () if closed(day) else _free_slots(rhythm, day)
        coming = tuple(slot for slot in slots if slot.start > now)
        planned = _first_in(coming, person_key, day, now, shortest_minutes)
        if planned is not None:
            return Return(planned.offer_at, planned.slot)
    return NoReturn(NoReturnReason.NO_GAP)


def _on_date(
    asked: date, rhythm: Rhythm, person_key: str, now: datetime, closed: Closed, shortest_minutes: int
) -> Return | NoReturn:
    """A moment on the local date: in a free slot if there is one, else about the same time of day as now."""
    today = _local_date(rhythm.zone, now)
    if asked < today:
        return NoReturn(NoReturnReason.PAST)
    if asked - today > timedelta(days=HORIZON_DAYS):
        return NoReturn(NoReturnReason.TOO_FAR)
    for day in _days_from(asked):
        planned = None if closed(day) else _on_day(day, rhythm, person_key, now, shortest_minutes)
        if planned is not None:
            return Return(planned.offer_at, planned.slot, moved=day != asked)
    return NoReturn(NoReturnReason.NO_GAP)


def _on_day(day: date, rhythm: Rhythm, person_key: str, now: datetime, shortest_minutes: int) -> Planned | None:
    planned = _first_in(_free_slots(rhythm, day), person_key, day, now, shortest_minutes)
    if planned is not None:
        return planned
    local = now.astimezone(ZoneInfo(rhythm.zone))
    like_now = local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)
    if day == local.date():
        like_now += IN20
    candidates = [
        Planned(min(max(slot.start, like_now), slot.end - _needed(shortest_minutes)), slot)
        for slot in _open_slots(rhythm, day)
        if slot.end - slot.start >= _needed(shortest_minutes)
    ]
    coming = [planned for planned in candidates if planned.offer_at > now]
    return min(coming, key=lambda planned: abs(planned.offer_at - like_now), default=None)


# ── local time and UTC ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Stretch:
    """Part of a local date during which the clocks stand still against UTC.

    `midnight` is the UTC instant of the date's 00:00 under this stretch's offset; it may lie outside of it.
    """

    start: datetime
    end: datetime
    midnight: datetime


def _slots(zone: str, day: date, spans: list[LocalSpan]) -> tuple[Slot, ...]:
    if not spans:
        return ()
    found: list[Slot] = []
    for stretch in _stretches(zone, day):
        for start, end in spans:
            low = max(stretch.start, stretch.midnight + timedelta(minutes=start))
            high = min(stretch.end, stretch.midnight + timedelta(minutes=end))
            if low >= high:
                continue
            if found and found[-1].end == low:
                found[-1] = Slot(found[-1].start, high)
            else:
                found.append(Slot(low, high))
    return tuple(found)


@lru_cache(maxsize=4096)
def _stretches(zone: str, day: date) -> tuple[_Stretch, ...]:
    """The date's stretches in order; none when the zone skipped the whole date (Samoa, 2011-12-30)."""
    tz = ZoneInfo(zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    before = (midnight - timedelta(hours=3)).replace(tzinfo=tz).utcoffset()
    after = (midnight + timedelta(hours=27)).replace(tzinfo=tz).utcoffset()
    if before is not None and before == after:
        return (_Stretch(midnight - before, midnight - before + timedelta(days=1), midnight - before),)
    return tuple(_stretches_around_change(tz, midnight))


def _stretches_around_change(tz: ZoneInfo, midnight: datetime) -> Iterator[_Stretch]:
    """`midnight` is the date's 00:00 written as if it were UTC; offsets lie within a day of UTC."""
    edges = _changes(tz, midnight - timedelta(hours=24), midnight + timedelta(hours=48))
    for start, end in pairwise(edges):
        local_midnight = midnight - _offset(tz, start)
        low, high = max(start, local_midnight), min(end, local_midnight + timedelta(days=1))
        if low < high:
            yield _Stretch(low, high, local_midnight)


def _changes(tz: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """`start`, each instant between at which the offset changes, `end`. No zone changes twice in an hour."""
    edges = [start]
    hour = start
    while hour < end:
        following = hour + timedelta(hours=1)
        if _offset(tz, hour) != _offset(tz, following):
            edges.append(_change_between(tz, hour, following))
        hour = following
    return [*edges, end]


def _change_between(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second with the new offset, found by halving."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _offset(tz, middle) == _offset(tz, low):
            low = middle
        else:
            high = middle
    return high


def _offset(tz: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta()

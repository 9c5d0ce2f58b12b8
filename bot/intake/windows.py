"""Weekly windows from a person's own words: "weekdays 16:30–18:00", 「水曜5限が空き」, "quiet 22:00-7:00".

A new line, `;` or 。 parts sentences, a comma or 、 their pieces (`window_pieces` says how these complete
each other). Days without a time are whole days for quiet hours; free time and lessons need their time. "After"
and 以降 last to the end of the day, "until", "before", まで and 以前 begin with it. A span over midnight becomes
two windows. What cannot be understood comes back as complaints that quote the words
and no window: nobody is offered anything in a time that was half understood.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.spare import DAY_MINUTES, Period, Window, WindowKind
from bot.errors import Complaint
from bot.intake.window_pieces import Wish, wishes
from bot.intake.window_words import (
    After,
    AllDay,
    Before,
    Clock,
    Kind,
    Lesson,
    NoSuchTime,
    Number,
    To,
    Token,
    Unknown,
)

LONGEST_TEXT = 500
MOST_WINDOWS = 100
LONGEST_OVER_MIDNIGHT = 6 * 60
"""Free time or a lesson from 18:00 to 16:30 is a slip of the pen; quiet hours may last that long."""

Span = tuple[int, int]
"""Minutes after local midnight of the day on which it begins; an end over 1440 lies on the following day."""
Periods = Mapping[int, Span]


@dataclass(frozen=True)
class Group:
    """Windows of one kind that come at the same times on several weekdays."""

    kind: WindowKind
    weekdays: tuple[int, ...]
    spans: tuple[Span, ...]


class _NotUnderstood(Exception):
    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def read_windows(
    text: str, periods: Sequence[Period], default: WindowKind = WindowKind.FREE
) -> tuple[Window, ...] | tuple[Complaint, ...]:
    """The windows that `text` tells, or what could not be understood; never both and never nothing.

    `periods` are the school's numbered lessons; `default` is the kind of a window that names none.
    """
    if len(text) > LONGEST_TEXT:
        return (Complaint("windows.too_long", {"limit": LONGEST_TEXT}),)
    times = {period.number: (period.start, period.end) for period in periods}
    windows: dict[Window, None] = {}
    complaints: list[Complaint] = []
    for wish in wishes(_plain(text), default):
        if isinstance(wish, Complaint):
            complaints.append(wish)
            continue
        try:
            windows.update(dict.fromkeys(_windows(wish, times)))
        except _NotUnderstood as trouble:
            complaints.append(Complaint(trouble.code, {"words": wish.words, **trouble.params}))
    if complaints:
        return tuple(complaints)
    if not windows:
        return (Complaint("windows.empty"),)
    if len(windows) > MOST_WINDOWS:
        return (Complaint("windows.too_many", {"limit": MOST_WINDOWS}),)
    return tuple(windows)


def group(windows: Iterable[Window]) -> tuple[Group, ...]:
    """The windows told shortly: overlaps joined, nights in one piece, equal weekdays together."""
    spans: dict[tuple[WindowKind, Span], set[int]] = {}
    for kind in WindowKind:
        mine = [window for window in windows if window.kind is kind]
        for weekday, span in _over_midnight(_per_weekday(mine)):
            spans.setdefault((kind, span), set()).add(weekday)
    groups: dict[tuple[WindowKind, tuple[int, ...]], list[Span]] = {}
    for (kind, span), weekdays in spans.items():
        groups.setdefault((kind, tuple(sorted(weekdays))), []).append(span)
    told = [Group(kind, weekdays, tuple(sorted(found))) for (kind, weekdays), found in groups.items()]
    return tuple(sorted(told, key=lambda one: (list(WindowKind).index(one.kind), one.weekdays, one.spans)))


def _per_weekday(windows: Iterable[Window]) -> dict[int, list[Span]]:
    days: dict[int, list[Span]] = {weekday: [] for weekday in range(7)}
    for window in sorted(windows, key=lambda window: window.start):
        spans = days[window.weekday]
        if spans and window.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(window.end, spans[-1][1]))
        else:
            spans.append((window.start, window.end))
    return days


def _over_midnight(days: Mapping[int, list[Span]]) -> Iterator[tuple[int, Span]]:
    """Every span with its weekday; a late one is joined with the next morning's, whole days stay."""

    def is_evening(span: Span) -> bool:
        return span[0] > 0 and span[1] == DAY_MINUTES

    def is_morning(span: Span) -> bool:
        return span[0] == 0 and span[1] < DAY_MINUTES

    for weekday, spans in days.items():
        morning = next((span for span in days[(weekday + 1) % 7] if is_morning(span)), None)
        after_evening = any(is_evening(span) for span in days[(weekday - 1) % 7])
        for span in spans:
            if is_evening(span) and morning is not None:
                yield weekday, (span[0], DAY_MINUTES + morning[1])
            elif not (is_morning(span) and after_evening):
                yield weekday, span


def _plain(text: str) -> str:
    """NFKC, line ends as one sign, and nothing invisible."""
    text = unicodedata.normalize("NFKC", re.sub(r"\r\n?|\u2028|\u2029", "\n", text))
    return "".join(
        " " if sign == "\t" else sign
        for sign in text
        if sign in "\n\t" or not unicodedata.category(sign).startswith("C")
    )


def _windows(wish: Wish, periods: Periods) -> Iterator[Window]:
    for start, end in _spans(wish, periods):
        for weekday in wish.weekdays:
            yield Window(wish.kind, weekday, start, min(end, DAY_MINUTES), wish.words)
            if end > DAY_MINUTES:
                yield Window(wish.kind, (weekday + 1) % 7, 0, end - DAY_MINUTES, wish.words)


def _spans(wish: Wish, periods: Periods) -> list[Span]:
    times = _marks_ahead(_numbers_as_periods(wish.times))
    _refuse_what_is_not_a_time(times)
    spans: list[Span] = []
    while times:
        match times:
            case [AllDay(), *rest]:
                spans.append((0, DAY_MINUTES))
            case [Lesson(first), To(), Lesson(last), *rest] if first < last:
                spans += [_period(number, periods) for number in range(first, last + 1)]
            case [Lesson(number), *rest]:
                spans.append(_period(number, periods))
            case [Clock() | Number() as start, To(), Clock() | Number() as end, *rest]:
                spans.append(_span(start, end, wish.kind))
            case [After(), Clock() | Number() as start, To() | Before(), Clock() | Number() as end, *rest]:
                spans.append(_span(start, end, wish.kind))
            case [After(), Clock() | Number() as start, *rest]:
                spans.append(_to_the_days_end(_as_start(start, wish)))
            case [Clock() as start, To(alone=False)]:
                spans.append(_to_the_days_end(start))
                rest = []
            case [Before() | To(alone=True), Clock() | Number() as end, *rest]:
                spans.append(_from_the_days_beginning(_as_plain_clock(end, wish)))
            case [Clock(), *rest]:
                raise _NotUnderstood("windows.no_end")
            case _:
                raise _NotUnderstood("windows.not_understood", part=wish.words)
        times = rest
    if spans:
        return spans
    if wish.kind is WindowKind.QUIET:
        return [(0, DAY_MINUTES)]
    raise _NotUnderstood("windows.no_time")


def _numbers_as_periods(times: Sequence[Token]) -> list[Token]:
    """3・4限, 1〜3限, periods 3 and 4: bare numbers beside a period are periods."""
    found = list(times)
    for at in reversed(range(len(found) - 1)):
        beside = found[at + 2 if isinstance(found[at + 1], To) and at + 2 < len(found) else at + 1]
        if isinstance(number := found[at], Number) and isinstance(beside, Lesson):
            found[at] = Lesson(number.value)
    for at in range(1, len(found)):
        beside = found[at - 2 if isinstance(found[at - 1], To) and at > 1 else at - 1]
        if isinstance(number := found[at], Number) and isinstance(beside, Lesson) and beside.follows:
            found[at] = Lesson(number.value, follows=True)
    return found


def _marks_ahead(times: Sequence[Token]) -> list[Token]:
    """19時以降 and 7時まで in the order of "after 19:00" and "until 7:00"; the まで that closes a range goes."""
    found: list[Token] = []
    for token in times:
        is_mark = isinstance(token, After | Before) and token.behind
        if not is_mark or not found:
            found.append(token)
        elif isinstance(token, After):
            if found[-2:-1] != [After()]:  # "from 16:00 onwards" says it twice
                found.insert(-1, After())
        elif len(found) < 2 or not isinstance(found[-2], To):
            found.insert(-1, Before())
    return found


def _refuse_what_is_not_a_time(times: Sequence[Token]) -> None:
    for token in times:
        match token:
            case Unknown(words):
                raise _NotUnderstood("windows.not_understood", part=words.strip())
            case NoSuchTime(words):
                raise _NotUnderstood("windows.no_such_time", time=words)
            case Kind():
                raise _NotUnderstood("windows.which_kind")


def _period(number: int, periods: Periods) -> Span:
    if not periods:
        raise _NotUnderstood("windows.no_periods", number=number)
    if number not in periods:
        known = ", ".join(str(known) for known in sorted(periods))
        raise _NotUnderstood("windows.no_such_period", number=number, known=known)
    return periods[number]


def _span(first: Clock | Number, last: Clock | Number, kind: WindowKind) -> Span:
    """Start and end; the end is beyond 1440 when it lies on the following day."""
    start, end = _said_together(_as_clock(first), _as_clock(last))
    start %= DAY_MINUTES
    if start == end:
        raise _NotUnderstood("windows.no_length")
    if start < end:
        return start, end
    if kind is not WindowKind.QUIET and DAY_MINUTES + end - start > LONGEST_OVER_MIDNIGHT:
        raise _NotUnderstood("windows.backwards", start=_shown(start), end=_shown(end))
    return start, DAY_MINUTES + end if end else DAY_MINUTES


def _to_the_days_end(time: Clock) -> Span:
    if time.minutes % DAY_MINUTES == 0:
        raise _NotUnderstood("windows.no_end")
    return time.minutes, DAY_MINUTES


def _from_the_days_beginning(time: Clock) -> Span:
    if time.minutes == 0:
        raise _NotUnderstood("windows.no_length")
    return 0, time.minutes


EVENING_HOURS = range(1, 8)
"""Nobody's free or quiet time begins in the small hours: "after 5" is 17:00. "After 8" may be either."""


def _as_start(time: Clock | Number, wish: Wish) -> Clock:
    if isinstance(time, Number) and time.value in EVENING_HOURS:
        return Clock((time.value + 12) * 60, "pm")
    return _as_plain_clock(time, wish)


def _as_plain_clock(time: Clock | Number, wish: Wish) -> Clock:
    """Without the other end nobody knows which half of the day "until 5" means, so such digits are refused."""
    if isinstance(time, Number) and time.value <= 12:
        raise _NotUnderstood("windows.not_understood", part=wish.words)
    return _as_clock(time)


def _as_clock(time: Clock | Number) -> Clock:
    if isinstance(time, Clock):
        return time
    if time.value > 24:
        raise _NotUnderstood("windows.no_such_time", time=str(time.value))
    return Clock(time.value * 60)


def _said_together(first: Clock, last: Clock) -> tuple[int, int]:
    """One "pm" or 午後 speaks for both ends where that makes sense: 4:30–6pm, 午後4時半から6時, 10am–2."""
    start, end = first.minutes, last.minutes
    if first.half and not last.half and end <= 720:
        end = min((later for later in (end, end + 720) if later > start), default=end)
    elif last.half and not first.half and start < 780:
        choices = [start % 720, start % 720 + 720] if start >= 720 else [start, start + 720]
        start = max((earlier for earlier in choices if earlier < end), default=choices[-1])
    return start, end


def _shown(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"

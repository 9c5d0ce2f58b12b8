"""`/clock …`: a moment to come, given in a few words. Pure.

Understood: `10:35` (the next such time), `11-25 10:35`, `11/25 10:35`, `11月25日 10:35`, `2026-11-25 10:35`,
`wed 10:35`, `水 10:35`, `tomorrow 10:35`, `明日 10:35`, `+2h`, `+1h30m`, `+2d`, `+30分`.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Problem

FARTHEST = timedelta(days=400)
"""A clock may be put forward by a little more than a year at once."""
_HALF_YEAR = timedelta(days=183)

_SPAN = re.compile(
    r"(?=\d)(?:(?P<days>\d{1,5})(?:d|days?|日))?\s*(?:(?P<hours>\d{1,5})(?:h|hours?|時間))?\s*"
    r"(?:(?P<minutes>\d{1,6})(?:m|mins?|minutes?|分))?",
    re.IGNORECASE,
)
_TIME = r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|時(?:(?P<minute_ja>\d{1,2})分)?))"
_DATE = r"(?:(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?)"
_WEEKDAY = r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun|[月火水木金土日])(?:[a-z]*day|曜日?|[a-z]{0,2})?"
_TOMORROW = r"(?P<tomorrow>tomorrow|明日|あした|あす)"
_MOMENT = re.compile(rf"(?:(?:{_DATE}|{_WEEKDAY}|{_TOMORROW})\s*(?:の|at)?\s*)?{_TIME}", re.IGNORECASE)
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6} | {
    letter: number for number, letter in enumerate("月火水木金土日")
}


def moment(words: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that `words` name, in UTC, later than `now`.

    Raises `Problem`: `room.clock_unclear`, `room.clock_backwards` (a date that is past), `room.clock_far`.
    """
    text = unicodedata.normalize("NFKC", words).strip()
    target = now + _span(text[1:]) if text.startswith("+") else _at(text, now, zone)
    if target <= now:
        raise Problem("room.clock_backwards")
    if target - now > FARTHEST:
        raise Problem("room.clock_far", days=FARTHEST.days)
    return target.astimezone(UTC)


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise Problem("room.clock_unclear")
    return timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})


def _at(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise Problem("room.clock_unclear")
    local = now.astimezone(zone)
    try:
        at = time(int(match["hour"]), int(match["minute"] or match["minute_ja"] or 0), tzinfo=zone)
        day = _day(match, local.date())
    except ValueError as error:
        raise Problem("room.clock_unclear") from error
    if day is not None:
        return datetime.combine(day, at)
    first = local.date()
    if match["weekday"]:
        first += timedelta(days=(_WEEKDAYS[match["weekday"].casefold()] - first.weekday()) % 7)
    target = datetime.combine(first, at)
    # Compared in UTC: on the day of a change of the clocks, wall times of one zone do not order by themselves.
    if target.astimezone(UTC) > now.astimezone(UTC):
        return target
    return datetime.combine(first + timedelta(days=7 if match["weekday"] else 1), at)


def _day(match: re.Match[str], today: date) -> date | None:
    """The date that was named; None when any day, or a weekday, will do."""
    if match["tomorrow"]:
        return today + timedelta(days=1)
    if not match["month"]:
        return None
    month, day = int(match["month"]), int(match["day"])
    if match["year"]:
        return date(int(match["year"]), month, day)
    this_year = date(today.year, month, day)
    # In December "01-10" means the January to come; in March "02-10" is a slip, and is said to be past.
    return this_year.replace(year=today.year + 1) if today - this_year > _HALF_YEAR else this_year

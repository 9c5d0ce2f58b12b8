"""Reading a date that a person typed: 2026-11-25, 11/25, 11月25日, tomorrow, 明日, 水曜, next Friday."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

_NEAR = {
    "today": 0, "今日": 0, "本日": 0, "tomorrow": 1, "明日": 1, "あした": 1, "あす": 1,
    "day after tomorrow": 2, "明後日": 2, "あさって": 2,
}  # fmt: skip
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_KANJI = "月火水木金土日"
_FULL = re.compile(r"^(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$")
_SHORT = re.compile(r"^(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$")
_WEEKDAY_JA = re.compile(rf"^(?P<next>来週の?)?(?P<day>[{_KANJI}])(?:曜日?)?$")
_DAYS_EN = "mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_WEEKDAY_EN = re.compile(rf"^(?P<next>next )?(?P<day>{_DAYS_EN})$")


@dataclass(frozen=True)
class NoSuchDay:
    """A date was written that no calendar has, as `typed`."""

    typed: str


def read_date(text: str, today: date) -> date | NoSuchDay | None:
    """The date meant, or None when the words are none.

    A day and month without a year is the next such day, this year or the year after.
    """
    words = " ".join(unicodedata.normalize("NFKC", text[:60]).casefold().split())
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    if match := _FULL.match(words):
        return _date(int(match["year"]), int(match["month"]), int(match["day"])) or NoSuchDay(words)
    if match := _SHORT.match(words):
        month, day = int(match["month"]), int(match["day"])
        coming = (_date(year, month, day) for year in (today.year, today.year + 1))
        return next((found for found in coming if found is not None and found >= today), NoSuchDay(words))
    if match := _WEEKDAY_JA.match(words):
        return _next_weekday(today, _KANJI.index(match["day"]), in_next_week=bool(match["next"]))
    if match := _WEEKDAY_EN.match(words):
        return _next_weekday(today, _WEEKDAYS[match["day"][:3]], in_next_week=bool(match["next"]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_weekday(today: date, weekday: int, *, in_next_week: bool) -> date:
    if in_next_week:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)

"""When somebody is reminded that a badge of theirs expires: 30 and 7 days before, at no bad moment. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.spare import Closed, Rhythm, WindowKind, has_room, may_send

AHEAD = (timedelta(days=30), timedelta(days=7))
IN_THE_MORNING = timedelta(hours=8)
"""After the local midnight of the day; a moment later where the person's own times say so."""
STEP = timedelta(minutes=15)
SATURDAY = 5


def next_reminder(valid_until: datetime, after: datetime) -> datetime | None:
    """The first of the two moments that is later than `after`."""
    moments = (valid_until - days + IN_THE_MORNING for days in AHEAD)
    return next((moment for moment in moments if moment > after), None)


def is_near(valid_until: datetime, now: datetime) -> bool:
    """Whether it expires within the time in which it is reminded of."""
    return now < valid_until <= now + AHEAD[0]


def is_workday(rhythm: Rhythm, at: datetime) -> bool:
    """No weekend, unless the person has told of spare moments on this day of the week: offers come then, too."""
    weekday = at.astimezone(ZoneInfo(rhythm.zone)).weekday()
    told = (window.weekday for window in rhythm.windows if window.kind is WindowKind.FREE)
    return weekday < SATURDAY or weekday in told


def good_moment(rhythm: Rhythm, at: datetime, closed: Closed, until: datetime) -> datetime | None:
    """The first moment from `at` on and before `until` at which something unasked may be sent; None: there is none."""
    if rhythm.stopped or rhythm.daily_budget < 1:
        return None
    while at < until:
        if is_workday(rhythm, at) and may_send(rhythm, at, closed) and has_room(rhythm, at):
            return at
        at += STEP
    return None

"""How long a badge holds: whole months from the day of its award, told in days. Pure."""

from calendar import monthrange
from datetime import date, datetime, timedelta

SHORTEST_MONTHS = 3
LONGEST_MONTHS = 240
RENEWS_AHEAD = timedelta(days=60)
"""From so long before its end a badge can be renewed: the first reminder comes well after this has begun."""


def may_renew(valid_until: datetime, now: datetime) -> bool:
    """Whether the time to renew has begun. It never ends: an expired badge can be renewed, too."""
    return now >= valid_until - RENEWS_AHEAD


def end_after(day: date, months: int) -> date:
    """The day whose beginning ends a term of so many months that began on `day`: the day of the same number.

    Where that month has no such day the term ends with the month, and so this is the first of the next one (as the
    Japanese Civil Code counts, article 143).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    return date(year + month // 12, month % 12 + 1, 1)

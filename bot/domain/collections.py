"""Collections: badges that somebody chose to show together, to those with the link, until a day of their choosing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.shown import one_line

LONGEST_TITLE = 120
MOST_BADGES = 50
MOST_OPEN = 20
"""Collections that one person may have open at a time."""
LONGEST = timedelta(days=366)
"""An end date is never further away than this: nothing is shown for ever by mistake."""


@dataclass(frozen=True)
class BadgeCollection:
    """What was chosen. It is open through the day `until`, in the school's zone, unless it was ended before."""

    id: int
    public_id: str
    school_id: int
    person_id: int
    title: str
    until: date
    made_at: datetime
    ended_at: datetime | None = None

    def is_open(self, today: date) -> bool:
        return self.ended_at is None and today <= self.until


def read_title(typed: str) -> str:
    """The title on one line, as names are; empty where nothing of it would be seen or it is too long to be one.

    It stands on a public page and in its <title>.
    """
    title = one_line(typed)
    return title if len(title) <= LONGEST_TITLE else ""

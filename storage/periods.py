"""A period in a JSON column: two moments as text in UTC, the second one null where it lasts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.periods import Period


def spelt(period: Period) -> list[str | None]:
    """What is kept of a period."""
    until = None if period.until is None else period.until.astimezone(UTC).isoformat()
    return [period.since.astimezone(UTC).isoformat(), until]


def period(kept: Sequence[str | None]) -> Period:
    """The period that was kept."""
    since, until = kept
    return Period(datetime.fromisoformat(since or ""), None if until is None else datetime.fromisoformat(until))

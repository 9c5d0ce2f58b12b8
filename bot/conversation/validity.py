"""Until when a badge is valid, as it is shown in chat and on pages alike: by its last day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.views import ValidityView
from bot.domain.awards import Award
from bot.domain.validity import may_renew
from bot.services.brought import BroughtBadge

A_MOMENT = timedelta(microseconds=1)


def validity_view(award: Award, zone: ZoneInfo, now: datetime) -> ValidityView | None:
    """None for a badge that is valid for good. `zone` is that of its school: days are its days."""
    if award.valid_until is None:
        return None
    renewable = award.stop is None and may_renew(award.valid_until, now)
    return ValidityView(last_day(award.valid_until, zone), award.is_expired(now), renewable)


def validity_elsewhere(badge: BroughtBadge, zone: ZoneInfo, now: datetime) -> ValidityView | None:
    """The same of a badge from elsewhere, which is not renewed here."""
    return None if badge.ends is None else ValidityView(last_day(badge.ends, zone), badge.is_expired(now))


def last_day(valid_until: datetime, zone: ZoneInfo) -> date:
    """The last day on which a badge is valid."""
    return (valid_until - A_MOMENT).astimezone(zone).date()

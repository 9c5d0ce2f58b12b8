"""How a badge that was revoked or suspended is shown: in chat and on pages alike."""

from zoneinfo import ZoneInfo

from bot.conversation.views import StopView
from bot.domain.awards import Award
from bot.services.brought import BroughtBadge


def stop_elsewhere(badge: BroughtBadge) -> StopView | None:
    """The same of a badge from elsewhere, as its issuer stated it."""
    return None if badge.stop is None else StopView(badge.stop.kind, badge.stop.reason, badge.stop.on)


def stop_view(award: Award, zone: ZoneInfo) -> StopView | None:
    """None for an award that counts. `zone` is that of its school: days are its days."""
    stop = award.stop
    return None if stop is None else StopView(stop.kind, stop.reason, stop.since.astimezone(zone).date())

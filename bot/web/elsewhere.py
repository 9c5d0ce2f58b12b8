"""What was earned elsewhere, as the pages of its holder list it: with its school, apart from one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.foreign import foreign_line, standing
from bot.conversation.stops import stop_elsewhere
from bot.conversation.validity import validity_elsewhere
from bot.conversation.views import ForeignLine, StopView, ValidityView
from bot.domain.foreign import Foreign
from bot.domain.language import Bilingual
from bot.services.brought import BroughtBadge
from bot.services.ports import BroughtCompletion
from bot.web.visits import Visit
from bot.wording import Wording


@dataclass(frozen=True)
class Elsewhere:
    """A badge, or something finished, as the school that it comes from says."""

    name: Bilingual
    on: date
    school: Bilingual
    reflection: str | None = None
    """The person's own words, which no school signed."""
    stop: StopView | None = None
    validity: ValidityView | None = None


@dataclass(frozen=True)
class TakenInBadge:
    """A badge of another issuer, with what is known of it in words."""

    line: ForeignLine
    standing: tuple[str, ...]
    is_picture: bool

    @property
    def path(self) -> str:
        return f"/me/elsewhere/{self.line.badge}"

    @property
    def is_over(self) -> bool:
        """It says nothing about today any more."""
        return self.line.is_expired or self.line.revoked_on is not None


def taken_in_badges(visit: Visit, kept: Sequence[Foreign]) -> tuple[TakenInBadge, ...]:
    words = Wording(visit.lang)
    lines = ((item, foreign_line(item, visit.parts.now(), visit.zone)) for item in kept)
    return tuple(TakenInBadge(line, tuple(standing(line, words)), item.is_picture) for item, line in lines)


def brought_lines(badges: Sequence[BroughtBadge], zone: ZoneInfo, now: datetime) -> tuple[Elsewhere, ...]:
    """Badges, with how they stand now."""
    return tuple(
        Elsewhere(
            badge.document.name,
            badge.document.on,
            badge.document.issuer_name,
            stop=stop_elsewhere(badge),
            validity=validity_elsewhere(badge, zone, now),
        )
        for badge in badges
    )


def brought_units(completions: Sequence[BroughtCompletion]) -> tuple[Elsewhere, ...]:
    return tuple(Elsewhere(item.title, item.on, item.issuer_name, item.reflection) for item in completions)

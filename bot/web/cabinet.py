"""The cabinet: what was submitted to a board, for its officers to read. Nobody else opens it."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.conversation.stops import stop_view
from bot.conversation.validity import validity_view
from bot.conversation.views import StopView, ValidityView
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.services import submissions
from bot.services.definitions import definition_of
from bot.services.ports import Submitted
from bot.web.visits import Visit


@dataclass(frozen=True)
class CabinetLine:
    """One submission; days are those of the holder's school."""

    holder: str
    school: Bilingual
    name: Bilingual
    level: str
    earned_on: date
    submitted_on: date
    stop: StopView | None
    validity: ValidityView | None


async def cabinet(visit: Visit) -> Response:
    """What stands, newest first. Whoever is no officer finds no such page."""
    seen = await visit.parts.store.run(submissions.look_at_cabinet, visit.me)
    if isinstance(seen, Refused):
        if seen.reason == "officers_only":
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return visit.refuse(seen, place="cabinet", way="/me")
    now = visit.parts.now()
    return visit.page(
        "me_cabinet.html", place="cabinet", board=seen.board, lines=[_line(item, now) for item in seen.submitted]
    )


def _line(item: Submitted, now: datetime) -> CabinetLine:
    def day(moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(item.zone)).date()

    facts = definition_of(item.achievement)
    return CabinetLine(
        item.holder,
        item.school,
        facts.name,
        f"badge.level.{facts.level}",
        day(item.award.awarded_at),
        day(item.submission.submitted_at),
        stop_view(item.award, ZoneInfo(item.zone)),
        validity_view(item.award, ZoneInfo(item.zone), now),
    )

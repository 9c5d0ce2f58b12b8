"""What one learned from, to endorse its content from the page."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.comments import LONGEST_COMMENT
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.roles import Right, may
from bot.services import content_endorsements
from bot.services.content_endorsements import EndorsableContent
from bot.services.definitions import definition_of
from bot.web.visits import Form, Visit

PATH = "/me/content"


@dataclass(frozen=True)
class ContentLine:
    id: str
    name: Bilingual
    course: Bilingual
    level: str
    is_given: bool
    """One endorses it already."""


async def content(visit: Visit) -> Response:
    """What one learned of last comes first."""
    found = await visit.parts.store.look(content_endorsements.look_at_content, visit.me)
    return visit.page(
        "me_content.html",
        place="endorsements",
        content=[_line(item) for item in found],
        leads=may(visit.person, Right.RECOMMEND),
        longest=LONGEST_COMMENT,
    )


def _line(item: EndorsableContent) -> ContentLine:
    facts = definition_of(item.achievement)
    return ContentLine(item.content, facts.name, facts.course, f"badge.level.{facts.level}", item.given is not None)


async def endorse(visit: Visit, form: Form) -> Response:
    """Endorse one of them, with words or without."""
    command = content_endorsements.EndorseContent(
        **visit.ids, content=form.get("content", ""), words=form.get("words", "")
    )
    outcome = await visit.parts.store.run(content_endorsements.endorse_content, command)
    if not isinstance(outcome, Refused):
        return visit.back(PATH, "endorsed")
    if outcome.reason == "unknown_thing":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(outcome, place="endorsements", way=PATH)

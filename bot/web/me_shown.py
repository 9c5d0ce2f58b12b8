"""Badges that colleagues show, and endorsing them from the page."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.comments import LONGEST_COMMENT
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.roles import Right, may
from bot.services import shown_badges
from bot.services.definitions import definition_of
from bot.services.shown_badges import ShownBadge
from bot.web.visits import Form, Visit
from bot.wording import Wording

PATH = "/me/shown"


@dataclass(frozen=True)
class ShownLine:
    id: str
    name: Bilingual
    about: Bilingual
    holder: str
    level: str
    on: date
    counts: str
    is_given: bool
    """One endorses it already."""
    is_asked: bool
    """Its holder shows it to nobody but whom they asked for an endorsement."""


async def shown(visit: Visit) -> Response:
    """Newest first."""
    found = await visit.parts.store.look(shown_badges.look_at_shown, visit.me)
    return visit.page(
        "me_shown.html",
        place="endorsements",
        badges=[_line(visit, item) for item in found],
        leads=may(visit.person, Right.RECOMMEND),
        longest=LONGEST_COMMENT,
    )


def _line(visit: Visit, item: ShownBadge) -> ShownLine:
    facts, award = definition_of(item.held.achievement), item.held.award
    return ShownLine(
        award.public_id,
        facts.name,
        facts.summary,
        item.holder,
        f"badge.level.{facts.level}",
        award.awarded_at.astimezone(visit.zone).date(),
        Wording(visit.lang).counts(item.held.counts),
        item.given is not None,
        award.displayed_at is None,
    )


async def endorse(visit: Visit, form: Form) -> Response:
    """Endorse one of them, with words or without."""
    command = shown_badges.EndorseInWords(**visit.ids, award=form.get("award", ""), words=form.get("words", ""))
    outcome = await visit.parts.store.run(shown_badges.endorse_in_words, command)
    if not isinstance(outcome, Refused):
        return visit.back(PATH, "endorsed")
    if outcome.reason in ("unknown_thing", "not_displayed"):
        raise HTTPException(HTTPStatus.NOT_FOUND)  # what is not shown to them is not there for them
    return visit.refuse(outcome, place="endorsements", way=PATH)

"""The endorsements that one gave: taking one back, and one's own words on it."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.comments import LONGEST_COMMENT
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.recognition import Seen, TargetKind
from bot.services import comments, endorsements, given, issuer_endorsements
from bot.web.visits import Form, Visit

PATH = "/me/endorsements"
ABOUT = {
    TargetKind.ACHIEVEMENT: "me.given.content",
    TargetKind.ISSUER: "me.given.issuer",
    TargetKind.AWARD: "me.given.elsewhere",
}


@dataclass(frozen=True)
class GivenLine:
    id: str
    name: Bilingual
    holder: str | None
    role: str
    on: date
    comment: str
    seen: Seen | None
    """What was endorsed, as it was then."""
    about: str
    """What is said of an endorsement that is of no present colleague's badge."""


async def own_endorsements(visit: Visit) -> Response:
    """Those that stand, newest first."""
    found = await visit.parts.store.look(given.look_at_given, visit.me)
    lines = [
        GivenLine(
            item.endorsement.public_id,
            item.name,
            item.holder,
            f"me.given.as.{item.endorsement.role}",
            item.endorsement.given_at.astimezone(visit.zone).date(),
            item.endorsement.comment or "",
            item.endorsement.seen,
            "" if item.holder else ABOUT[item.endorsement.target.kind],
        )
        for item in found
    ]
    return visit.page(
        "me_given.html",
        place="endorsements",
        given=lines,
        longest=LONGEST_COMMENT,
        may_endorse_issuers=await visit.parts.store.look(issuer_endorsements.may_endorse_issuers, visit.me),
    )


async def comment(visit: Visit, form: Form) -> Response:
    """Put one's own words to an endorsement; sent empty, they are taken back."""
    command = comments.Comment(**visit.ids, endorsement=form.get("endorsement", ""), text=form.get("words", ""))
    outcome = await visit.parts.store.run(comments.comment, command)
    if not isinstance(outcome, Refused):
        return visit.back(PATH, "commented" if outcome.comment is not None else "uncommented")
    if outcome.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(outcome, place="endorsements", way=PATH)


async def withdraw(visit: Visit, form: Form) -> Response:
    """Take one back, as *Undo* does. One that was taken back already stays so."""
    command = endorsements.Undo(**visit.ids, endorsement=form.get("endorsement", ""))
    outcome = await visit.parts.store.run(endorsements.undo_endorsement, command)
    if isinstance(outcome, Refused) and outcome.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(PATH, "withdrawn")

"""Schools that one may endorse as issuers, for officers of their board and leaders of schools that agreed with them."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.comments import LONGEST_COMMENT
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.services import issuer_endorsements
from bot.web.visits import Form, Visit

PATH = "/me/issuers"


@dataclass(frozen=True)
class IssuerLine:
    id: str
    name: Bilingual
    did: str
    role: str
    is_given: bool


async def issuers(visit: Visit) -> Response:
    """By key; for whoever may endorse none, the page says so."""
    found = await visit.parts.store.look(issuer_endorsements.look_at_issuers, visit.me)
    lines = [
        IssuerLine(
            each.school.public_id, each.school.name, each.issuer.did, f"me.given.as.{each.role}", each.given is not None
        )
        for each in found
    ]
    return visit.page("me_issuers.html", place="endorsements", issuers=lines, longest=LONGEST_COMMENT)


async def endorse(visit: Visit, form: Form) -> Response:
    """Endorse one of them, with words or without. One that was endorsed already stays so."""
    command = issuer_endorsements.EndorseIssuer(**visit.ids, school=form.get("school", ""), words=form.get("words", ""))
    outcome = await visit.parts.store.run(issuer_endorsements.endorse_issuer, command)
    if not isinstance(outcome, Refused):
        return visit.back(PATH, "endorsed")
    if outcome.reason == "unknown_thing":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(outcome, place="endorsements", way=PATH)

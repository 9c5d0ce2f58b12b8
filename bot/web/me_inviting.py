"""Asking colleagues to endorse a badge, at the badge's own page."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.invitations import MOST_ASKED
from bot.domain.outcomes import Refused
from bot.services import invitations
from bot.services.awards import AboutAward
from bot.web.visits import Form, Visit


@dataclass(frozen=True)
class AskedLine:
    id: str
    name: str
    on: date


@dataclass(frozen=True)
class InvitingPart:
    """What the badge's page shows of it. `colleagues` are (public id, name)."""

    asked: tuple[AskedLine, ...]
    colleagues: tuple[tuple[str, str], ...]
    left: int
    most: int = MOST_ASKED


async def inviting(visit: Visit, about: AboutAward) -> InvitingPart | None:
    """None for a badge that is stopped: nobody is asked to endorse it."""
    seen = await visit.parts.store.look(invitations.look_at_inviting, about)
    if isinstance(seen, Refused):
        return None
    return InvitingPart(
        tuple(
            AskedLine(each.invitation.public_id, each.name, each.invitation.asked_at.astimezone(visit.zone).date())
            for each in seen.asked
        ),
        tuple((person.public_id, person.name) for person in seen.colleagues),
        seen.left,
    )


async def invite(visit: Visit, form: Form) -> Response:
    """Show the badge to the colleague who was chosen, and ask them."""
    award = visit.request.path_params["award"]
    command = invitations.Invite(**visit.ids, award=award, colleague=form.get("person", ""))
    outcome = await visit.parts.store.run(invitations.invite, command)
    path = f"/me/badges/{award}"
    if not isinstance(outcome, Refused):
        return visit.back(path, "invited")
    if outcome.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(outcome, place="wallet", way=path)


async def take_back(visit: Visit, form: Form) -> Response:
    """Ask a colleague no more. One that was taken back already stays so."""
    command = invitations.AboutInvitation(**visit.ids, invitation=form.get("invitation", ""))
    outcome = await visit.parts.store.run(invitations.take_back, command)
    if isinstance(outcome, Refused) or outcome != visit.request.path_params["award"]:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(f"/me/badges/{outcome}", "uninvited")

"""Badges inside one's own badge, at the badge's page: which there are, and putting one in or taking it out."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.outcomes import Refused
from bot.services import enclosing
from bot.services.awards import AboutAward
from bot.services.enclosing import Part
from bot.web.visits import Form, Visit


async def parts_of(visit: Visit, about: AboutAward) -> tuple[Part, ...]:
    """The badges that it rests on; none for one that rests on units."""
    seen = await visit.parts.store.look(enclosing.look_at_parts, about)
    return () if isinstance(seen, Refused) else seen.parts


async def enclose(visit: Visit, form: Form) -> Response:
    """Put one part inside, or take it out."""
    award, inside = visit.request.path_params["award"], form.get("to") == "on"
    command = enclosing.Enclose(**visit.ids, award=award, part=form.get("part", ""), inside=inside)
    outcome = await visit.parts.store.run(enclosing.enclose, command)
    path = f"/me/badges/{award}"
    if not isinstance(outcome, Refused):
        return visit.back(path, "enclosed" if inside else "taken_out")
    if outcome.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(outcome, place="wallet", way=path)

"""Badges from elsewhere on one's own pages: what is known of each, and taking one in by its file or address."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.foreign import MAX_MEBIBYTES, MOST_KEPT
from bot.domain.outcomes import Refused
from bot.errors import Problem
from bot.services import foreign
from bot.services.foreign import AboutForeign, NotTaken, in_the_way
from bot.services.foreign_showing import SetForeignFindable, set_findable
from bot.services.verification import LONGEST_LINK
from bot.web.elsewhere import taken_in_badges
from bot.web.me_badges import ON, PRIVATE, as_file
from bot.web.visits import Form, Visit
from bot.wording import Wording
from bot.wording.verdicts import ToldCheck, told

PATH = "/me/elsewhere"
UPLOAD = f"{PATH}/file"
"""Where a badge's file is sent."""
BADGE = f"{PATH}/{{badge}}"


async def own_foreign(visit: Visit) -> Response:
    """The list, and the two ways of taking one in."""
    return await _page(visit)


async def _page(
    visit: Visit,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    found: tuple[ToldCheck, ...] = (),
    typed: str = "",
) -> Response:
    kept = await visit.parts.store.look(foreign.look_at_foreign, visit.me)
    return visit.page(
        "me_elsewhere.html",
        place="wallet",
        status=status,
        badges=taken_in_badges(visit, kept),
        refusal=refusal,
        found=found,
        typed=typed,
        limit=MAX_MEBIBYTES,
        most=MOST_KEPT,
        longest=LONGEST_LINK,
    )


async def bring_file(visit: Visit, data: bytes) -> Response:
    """Take in the badge in a file."""
    return await _take_in(visit, data)


async def bring_link(visit: Visit, form: Form) -> Response:
    """Take in the badge that an address leads to."""
    return await _take_in(visit, form.get("link", "").strip()[:LONGEST_LINK])


async def _take_in(visit: Visit, thing: bytes | str) -> Response:
    typed = thing if isinstance(thing, str) else ""
    try:
        taken = await visit.parts.foreign.take_in(visit.me, thing)
    except Problem as problem:
        sentence = visit.parts.phrases.say(visit.lang, f"problem.{problem.code}", **problem.params)
        return await _page(visit, HTTPStatus.SERVICE_UNAVAILABLE, sentence, typed=typed)
    if isinstance(taken, NotTaken):
        refusal = taken.refusal
        sentence = visit.parts.phrases.say(visit.lang, f"refused.{refusal.reason}", **refusal.params)
        found = told(in_the_way(taken.verdict), Wording(visit.lang)).checks
        return await _page(visit, HTTPStatus.UNPROCESSABLE_ENTITY, sentence, found, typed)
    return visit.back(PATH, "taken_in" if taken.new else "taken_already")


async def check(visit: Visit, form: Form) -> Response:
    """Verify one again, now."""
    try:
        looked = await visit.parts.foreign.check(about(visit))
    except Problem as problem:
        return visit.fail(problem, place="wallet", way=PATH)
    return visit.back(PATH, looked.value)


async def findable(visit: Visit, form: Form) -> Response:
    """Let `who` name one for it, or not."""
    on = form.get("to") == ON
    command = SetForeignFindable(**visit.ids, badge=visit.request.path_params["badge"], findable=on)
    outcome = await visit.parts.store.run(set_findable, command)
    if isinstance(outcome, Refused):
        if outcome.reason == "not_yours":
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return visit.refuse(outcome, place="wallet", way=PATH)
    return visit.back(PATH, "findable_on" if on else "findable_off")


async def drop(visit: Visit, form: Form) -> Response:
    """Keep one no longer."""
    dropped = await visit.parts.store.run(foreign.drop, about(visit))
    if isinstance(dropped, Refused):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(PATH, "dropped")


async def picture(visit: Visit) -> Response:
    """Its picture, as it came."""
    kept = await visit.parts.store.look(foreign.file_of, about(visit))
    if kept is None or not kept.is_picture:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(kept.file, media_type="image/png", headers=PRIVATE)


async def file(visit: Visit) -> Response:
    """Its file, as it came: for keeping elsewhere, never to be shown by the browser."""
    kept = await visit.parts.store.look(foreign.file_of, about(visit))
    if kept is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    name = f"badge-{kept.public_id[:8]}.{kept.ending}"
    return Response(kept.file, media_type="application/octet-stream", headers={**PRIVATE, **as_file(name)})


def about(visit: Visit) -> AboutForeign:
    return AboutForeign(**visit.ids, badge=visit.request.path_params["badge"])

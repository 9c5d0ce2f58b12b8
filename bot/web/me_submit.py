"""Submitting a badge to the board of one's school: first exactly what goes where, then the press, and taking back."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.domain.outcomes import Refused
from bot.services import submissions
from bot.web.me_badges import about, badge_line, sent_by_award
from bot.web.visits import Form, Visit
from bot.wording import Wording


def _path(visit: Visit) -> str:
    return f"/me/badges/{visit.request.path_params['award']}"


async def envelope(visit: Visit) -> Response:
    """What would be sent, and to whom; where no board is known, the way out."""
    found = await visit.parts.store.look(submissions.look_at_envelope, about(visit))
    if isinstance(found, Refused):
        return _refused(visit, found)
    return visit.page(
        "me_submit.html",
        place="wallet",
        badge=badge_line(visit, found.held, await sent_by_award(visit)),
        envelope=found,
        endorsed=Wording(visit.lang).counts(found.held.counts),
    )


async def submit(visit: Visit, form: Form) -> Response:
    """Give it to the board that the page named."""
    command = submissions.Submit(**vars(about(visit)), board=form.get("board", ""))
    outcome = await visit.parts.store.run(submissions.submit, command)
    return _refused(visit, outcome) if isinstance(outcome, Refused) else visit.back(_path(visit), "submitted")


async def take_back(visit: Visit, form: Form) -> Response:
    """The board that the page named has it no more."""
    command = submissions.TakeBack(**vars(about(visit)), board=form.get("board", ""))
    outcome = await visit.parts.store.run(submissions.take_back, command)
    return _refused(visit, outcome) if isinstance(outcome, Refused) else visit.back(_path(visit), "taken_back")


def _refused(visit: Visit, refusal: Refused) -> Response:
    if refusal.reason in ("not_yours", "unknown_thing"):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(refusal, place="wallet", way=_path(visit))

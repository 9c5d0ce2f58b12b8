"""Moving to another school: the code at the old one, the look ahead and the press at the new one; and bringing a
record from another Sukima as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from bot.domain.outcomes import Refused
from bot.errors import Problem
from bot.intake.bundle import MAX_UPLOAD
from bot.services import moving
from bot.services.bringing import Brought, bring_file
from bot.services.moving import Begun
from bot.web.visits import Form, Visit

PATH = "/me/move"
LONGEST_CODE = 40
"""Characters of a code as somebody types it, with blanks and dashes."""


@dataclass(frozen=True)
class Code:
    """A code that was just made. It is shown this once."""

    begun: Begun
    until: date


async def ways(visit: Visit) -> Response:
    """The three ways: leaving for a school of this deployment, having come from one, and bringing a file."""
    return _ways(visit)


def _ways(visit: Visit, status: int = HTTPStatus.OK, **more: Any) -> Response:
    nothing: Mapping[str, Any] = {"code": None, "typed": "", "complaint": "", "brought": None, "left_out": ()}
    context = {**nothing, "longest": LONGEST_CODE, "most": MAX_UPLOAD, **more}
    return visit.page("me_move.html", place="settings", status=status, **context)


async def begin(visit: Visit, form: Form) -> Response:
    """At the old school: a code. A former one ends."""
    begun = await visit.parts.store.run(moving.begin, visit.me)
    if isinstance(begun, Refused):
        return visit.refuse(begun, place="settings", way=PATH)
    return _ways(visit, code=Code(begun, begun.until.astimezone(visit.zone).date()))


async def look(visit: Visit, form: Form) -> Response:
    """At the new school: what the code would bring. Nothing has moved yet."""
    typed = form.get("code", "")[:LONGEST_CODE]
    ahead = await visit.parts.store.run(moving.look_ahead, moving.LookAhead(**visit.ids, code=typed))
    if isinstance(ahead, Refused):
        sentence = visit.parts.phrases.say(visit.lang, f"refused.{ahead.reason}", **ahead.params)
        return _ways(visit, HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, complaint=sentence)
    return visit.page("me_move_look.html", place="settings", ahead=ahead)


async def confirm(visit: Visit, form: Form) -> Response:
    """Everything at once, or nothing."""
    moved = await visit.parts.store.run(moving.move, moving.ConfirmMove(**visit.ids, move=form.get("move", "")))
    return visit.refuse(moved, place="settings", way=PATH) if isinstance(moved, Refused) else visit.back("/me", "moved")


async def bring(visit: Visit, data: bytes) -> Response:
    """Bring in a ZIP that another Sukima exported: what is new of it is told. A second time it changes nothing."""
    try:
        parts = visit.parts
        brought = await bring_file(parts.store, visit.me, data, parts.now(), parts.foreign)
    except Problem as problem:
        return visit.fail(problem, place="settings", way=PATH)
    return _ways(visit, brought=brought, left_out=tuple(_left_out(visit, brought)))


def _left_out(visit: Visit, brought: Brought) -> Iterator[tuple[str, str]]:
    """The name of each badge of another issuer that was not taken in, and why."""
    for each in brought.left_out:
        yield each.name, visit.parts.phrases.say(visit.lang, f"refused.{each.refusal.reason}", **each.refusal.params)

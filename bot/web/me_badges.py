"""The wallet, and one badge closely: its picture, its files, and the four acts of showing, each with its switch."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.conversation.naming import issuing
from bot.conversation.pictures import Baked
from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.services import awards, looks
from bot.services.awards import AboutAward
from bot.services.composition import Composition
from bot.services.definitions import definition_of
from bot.services.looks import BadgeSeen
from bot.services.ports import Held
from bot.web.visits import Form, Visit
from bot.wording import Wording

ON, OFF = "on", "off"
PRIVATE = {"Cache-Control": "private, no-cache"}
"""One's own picture may be kept by one's own browser, which asks each time whether it is still so."""


@dataclass(frozen=True)
class BadgeLine:
    """A badge as the wallet and its own page show it."""

    id: str
    name: Bilingual
    level: str
    issuer: Bilingual
    on: date
    held: Held
    displayed: bool
    findable: bool
    published: bool
    submitted: bool

    @property
    def only_me(self) -> bool:
        """Nothing was shown to anybody."""
        return not (self.displayed or self.findable or self.published or self.submitted)

    @property
    def path(self) -> str:
        return f"/me/badges/{self.id}"

    @property
    def picture(self) -> str:
        return f"{self.path}/picture.png"


def badge_line(visit: Visit, held: Held) -> BadgeLine:
    facts = definition_of(held.achievement)
    return BadgeLine(
        id=held.award.public_id,
        name=facts.name,
        level=f"badge.level.{facts.level}",
        issuer=facts.issuer.name,
        on=held.award.awarded_at.astimezone(visit.zone).date(),
        held=held,
        displayed=held.award.displayed_at is not None,
        findable=held.award.findable_at is not None,
        published=False,
        submitted=False,
    )


async def wallet(visit: Visit) -> Response:
    """All of one's badges, newest first."""
    held = await visit.parts.store.look(looks.look_at_wallet, visit.me)
    return visit.page("me_wallet.html", place="wallet", badges=[badge_line(visit, item) for item in held])


async def badge(visit: Visit) -> Response:
    """One badge: what it says, who sees it, and the switches."""
    seen = await _seen(visit)
    criteria = Composition(visit.parts.phrases).criteria(seen.held.achievement)
    return visit.page(
        "me_badge.html",
        place="wallet",
        badge=badge_line(visit, seen.held),
        issuer_school=issuing(visit.school),
        criteria=criteria,
        endorsed=Wording(visit.lang).counts(seen.held.counts),
        address=visit.parts.addresses.badge(seen.held.award.public_id),
        is_signed=seen.revision is not None,
    )


async def picture(visit: Visit) -> Response:
    """The picture with the newest credential inside."""
    seen = await _seen(visit)
    drawn = await visit.parts.pictures.badge(Baked(seen.held.award, seen.held.achievement, visit.school, seen.revision))
    return Response(drawn.data, media_type="image/png", headers={**PRIVATE, **_named(visit, drawn.name)})


async def credential(visit: Visit) -> Response:
    """The newest credential, byte for byte as it was signed."""
    seen = await _seen(visit)
    if seen.revision is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    name = f"{seen.held.achievement.key}-{seen.held.award.public_id[:8]}.json"
    return Response(seen.revision.text.encode(), media_type="application/json", headers=as_file(name))


def _named(visit: Visit, name: str) -> dict[str, str]:
    """With `?download` the browser keeps the picture as a file."""
    return as_file(name) if "download" in visit.request.query_params else {}


def as_file(name: str) -> dict[str, str]:
    """Headers by which a browser keeps an answer as a file of this name."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "_" for char in name)
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


async def display(visit: Visit, form: Form) -> Response:
    """Show it to the colleagues of one's own school, or to nobody any more."""
    if form.get("to") == ON:
        shared = await visit.parts.store.run(awards.share, about(visit))
        return _told(visit, shared if isinstance(shared, Refused) else shared.award, "displayed")
    return _told(visit, await visit.parts.store.run(awards.keep_private, about(visit)), "hidden")


async def findable(visit: Visit, form: Form) -> Response:
    """Let `who` name one for it, or not."""
    on = form.get("to") == ON
    command = awards.SetFindable(**visit.ids, award=visit.request.path_params["award"], findable=on)
    outcome = await visit.parts.store.run(awards.set_findable, command)
    return _told(visit, outcome, "findable_on" if on else "findable_off")


def about(visit: Visit) -> AboutAward:
    return AboutAward(**visit.ids, award=visit.request.path_params["award"])


async def _seen(visit: Visit) -> BadgeSeen:
    seen = await visit.parts.store.look(looks.look_at_badge, about(visit))
    if isinstance(seen, Refused):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return seen


def _told(visit: Visit, outcome: Award | Refused, told: str) -> Response:
    """Back to the badge, with what was done; somebody else's badge is none."""
    if isinstance(outcome, Refused) and outcome.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    path = f"/me/badges/{visit.request.path_params['award']}"
    if isinstance(outcome, Refused):
        return visit.refuse(outcome, place="wallet", way=path)
    return visit.back(path, told)


SWITCHES: dict[str, Callable[[Visit, Form], Awaitable[Response]]] = {"display": display, "findable": findable}
"""The acts of showing, each under its own address."""

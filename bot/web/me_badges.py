"""The wallet, and one badge closely: its picture, its files, and the four acts of showing, each with its switch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.conversation.naming import issuing
from bot.conversation.pictures import Baked
from bot.conversation.standing import why_uncounted
from bot.conversation.stops import stop_view
from bot.conversation.validity import validity_view
from bot.conversation.views import ReceivedLine, StopView, ValidityView
from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Board
from bot.services import awards, looks, outsiders, public, publishing, received, renewing, submissions
from bot.services.awards import AboutAward
from bot.services.composition import Composition
from bot.services.definitions import definition_of
from bot.services.foreign import look_at_foreign
from bot.services.looks import BadgeSeen
from bot.services.ports import Held
from bot.services.renewals import Renewed
from bot.services.submissions import Sent
from bot.web.answers import SVG
from bot.web.badge_view import badge_view
from bot.web.badges import Place
from bot.web.elsewhere import brought_lines, taken_in_badges
from bot.web.me_inviting import inviting
from bot.web.me_parts import parts_of
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
    stop: StopView | None
    validity: ValidityView | None

    @property
    def only_me(self) -> bool:
        """Nothing was shown to anybody."""
        return not (self.displayed or self.findable or self.published or self.submitted)

    @property
    def uncounted(self) -> str:
        """Why it counts for nothing new now; empty where it counts."""
        return why_uncounted(self.stop, self.validity)

    @property
    def path(self) -> str:
        return f"/me/badges/{self.id}"

    @property
    def picture(self) -> str:
        return f"{self.path}/picture.png"


@dataclass(frozen=True)
class GivenToBoard:
    """A submission as its holder sees it."""

    name: Bilingual
    board: Board
    on: date
    seen_on: date | None

    @classmethod
    def of(cls, visit: Visit, sent: Sent) -> "GivenToBoard":
        seen = sent.submission.seen_at
        return cls(
            definition_of(sent.achievement).name,
            sent.board,
            sent.submission.submitted_at.astimezone(visit.zone).date(),
            seen.astimezone(visit.zone).date() if seen else None,
        )


def badge_line(visit: Visit, held: Held, sent: Mapping[int, Sequence[Sent]]) -> BadgeLine:
    """`sent` are the submissions that stand, by award."""
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
        published=held.award.published_at is not None,
        submitted=held.award.id in sent,
        stop=stop_view(held.award, visit.zone),
        validity=validity_view(held.award, visit.zone, visit.parts.now()),
    )


async def wallet(visit: Visit) -> Response:
    """All of one's badges, newest first; apart from them those that were brought from elsewhere."""
    held = await visit.parts.store.look(looks.look_at_wallet, visit.me)
    sent = await sent_by_award(visit)
    return visit.page(
        "me_wallet.html",
        place="wallet",
        badges=[badge_line(visit, item, sent) for item in held],
        brought=brought_lines(
            await visit.parts.store.look(looks.look_at_brought, visit.me), visit.zone, visit.parts.now()
        ),
        elsewhere=taken_in_badges(visit, await visit.parts.store.look(look_at_foreign, visit.me)),
    )


async def sent_by_award(visit: Visit) -> dict[int, list[Sent]]:
    """The person's submissions that stand."""
    found: dict[int, list[Sent]] = {}
    for item in await visit.parts.store.look(submissions.own_submissions, visit.me):
        found.setdefault(item.award.id, []).append(item)
    return found


async def given_to_boards(visit: Visit) -> list[GivenToBoard]:
    """The same as lines, newest first."""
    found = await visit.parts.store.look(submissions.own_submissions, visit.me)
    return [GivenToBoard.of(visit, item) for item in found]


async def badge(visit: Visit) -> Response:
    """One badge: what it says, who sees it, and the switches."""
    seen = await _seen(visit)
    sent = await sent_by_award(visit)
    envelope = await visit.parts.store.look(submissions.look_at_envelope, about(visit))
    criteria = Composition(visit.parts.phrases).criteria(seen.held.achievement)
    return visit.page(
        "me_badge.html",
        place="wallet",
        badge=badge_line(visit, seen.held, sent),
        given=[GivenToBoard.of(visit, item) for item in sent.get(seen.held.award.id, [])],
        is_sent=not isinstance(envelope, Refused) and envelope.is_sent,
        issuer_school=issuing(seen.issuer),
        criteria=criteria,
        endorsed=Wording(visit.lang).counts(seen.held.counts),
        received=await _received(visit),
        parts=await parts_of(visit, about(visit)),
        inviting=await inviting(visit, about(visit)),
        address=visit.parts.addresses.badge(seen.held.award.public_id),
        is_signed=seen.revision is not None,
        is_listed=seen.is_listed,
        has_token=seen.revision is not None and seen.revision.token is not None,
    )


async def _received(visit: Visit) -> list[ReceivedLine]:
    """The endorsements of the badge, newest first, those too that are hidden."""
    found = await visit.parts.store.look(received.look_at_received, about(visit))
    if isinstance(found, Refused):
        return []
    return [
        ReceivedLine(
            item.endorsement.public_id,
            item.endorsement.role,
            item.by,
            item.endorsement.given_at.astimezone(visit.zone).date(),
            item.endorsement.comment,
            not item.endorsement.is_shown,
        )
        for item in reversed(found.received)
    ]


async def hide_endorsement(visit: Visit, form: Form) -> Response:
    """Take one endorsement out of the badge, or put it in again."""
    hidden = form.get("to") == OFF
    command = received.Hide(**visit.ids, endorsement=form.get("endorsement", ""), hidden=hidden)
    outcome = await visit.parts.store.run(received.hide, command)
    if isinstance(outcome, Refused) or outcome != visit.request.path_params["award"]:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.back(f"/me/badges/{outcome}", "endorsement_hidden" if hidden else "endorsement_shown")


async def preview(visit: Visit) -> Response:
    """What strangers would see, were it published: the same page, for its holder only."""
    showing = await visit.parts.store.look(public.preview, about(visit))
    path = f"/me/badges/{visit.request.path_params['award']}"
    if isinstance(showing, Refused):
        return _refused(visit, showing, path)
    return visit.page(
        "me_preview.html",
        place="wallet",
        badge=badge_view(showing, visit.parts.phrases, visit.parts.now()),
        spot=Place(f"{path}/preview", "/verify", is_published=False),
        way=path,
        is_published=showing.award.published_at is not None,
    )


async def picture(visit: Visit) -> Response:
    """The picture with the newest credential inside."""
    seen = await _seen(visit)
    drawn = await visit.parts.pictures.badge(Baked(seen.held.award, seen.held.achievement, seen.issuer, seen.revision))
    return Response(drawn.data, media_type="image/png", headers={**PRIVATE, **_named(visit, drawn.name)})


async def vector(visit: Visit) -> Response:
    """The same as an SVG; none while the credential is being made: the bare picture is no badge."""
    seen = await _seen(visit)
    if seen.revision is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    svg = await visit.parts.pictures.svg(Baked(seen.held.award, seen.held.achievement, seen.issuer, seen.revision))
    return Response(svg, media_type=SVG, headers={**PRIVATE, **as_file(_file_of(seen, "svg"))})


async def credential(visit: Visit) -> Response:
    """The newest credential, byte for byte as it was signed."""
    seen = await _seen(visit)
    if seen.revision is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(seen.revision.text.encode(), media_type="application/json", headers=as_file(_file_of(seen, "json")))


async def token(visit: Visit) -> Response:
    """The same as a compact JWT; none while it is being made."""
    seen = await _seen(visit)
    if seen.revision is None or seen.revision.token is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(seen.revision.token, media_type="text/plain", headers=as_file(_file_of(seen, "jwt")))


def _file_of(seen: BadgeSeen, ending: str) -> str:
    return f"{seen.held.achievement.key}-{seen.held.award.public_id[:8]}.{ending}"


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
        refusal = await outsiders.why_not_shared(visit.parts.store, visit.parts.outsiders, about(visit))
        if refusal is not None:
            return _told(visit, refusal, "")
        shared = await visit.parts.store.run(awards.share, about(visit))
        return _told(visit, shared if isinstance(shared, Refused) else shared.award, "displayed")
    return _told(visit, await visit.parts.store.run(awards.keep_private, about(visit)), "hidden")


async def findable(visit: Visit, form: Form) -> Response:
    """Let `who` name one for it, or not."""
    on = form.get("to") == ON
    command = awards.SetFindable(**visit.ids, award=visit.request.path_params["award"], findable=on)
    outcome = await visit.parts.store.run(awards.set_findable, command)
    return _told(visit, outcome, "findable_on" if on else "findable_off")


async def renew(visit: Visit, form: Form) -> Response:
    """Begin to renew it: what is to be done again is brought in chat."""
    outcome = await visit.parts.store.run(renewing.begin, about(visit))
    if isinstance(outcome, Refused):
        return _refused(visit, outcome, f"/me/badges/{visit.request.path_params['award']}")
    told = "renewed" if isinstance(outcome, Renewed) else "renewing"
    return visit.back(f"/me/badges/{visit.request.path_params['award']}", told)


async def publish(visit: Visit, form: Form) -> Response:
    """Let its page exist for anyone with the link, or not any more."""
    if form.get("to") == ON:
        return _told(visit, await visit.parts.store.run(publishing.publish, about(visit)), "published")
    return _told(visit, await visit.parts.store.run(publishing.unpublish, about(visit)), "unpublished")


def about(visit: Visit) -> AboutAward:
    return AboutAward(**visit.ids, award=visit.request.path_params["award"])


async def _seen(visit: Visit) -> BadgeSeen:
    seen = await visit.parts.store.look(looks.look_at_badge, about(visit))
    if isinstance(seen, Refused):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return seen


def _told(visit: Visit, outcome: Award | Refused, told: str) -> Response:
    """Back to the badge, with what was done; somebody else's badge is none."""
    path = f"/me/badges/{visit.request.path_params['award']}"
    return _refused(visit, outcome, path) if isinstance(outcome, Refused) else visit.back(path, told)


def _refused(visit: Visit, refusal: Refused, way: str) -> Response:
    if refusal.reason == "not_yours":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.refuse(refusal, place="wallet", way=way)


SWITCHES: dict[str, Callable[[Visit, Form], Awaitable[Response]]] = {
    "display": display,
    "renew": renew,
    "findable": findable,
    "publish": publish,
}
"""The acts of showing, each under its own address."""

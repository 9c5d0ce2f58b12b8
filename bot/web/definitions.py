"""What can be earned (`/achievements/{id}`) and who issues (`/issuers/{id}`): pages, and JSON-LD by `Accept`."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.badges import compose, did, jsontext
from bot.badges.contexts import ISSUED
from bot.badges.jsontext import JsonObject
from bot.conversation.naming import issuing
from bot.domain.issuers import KeyState
from bot.domain.language import Bilingual
from bot.pages.language import of as language_of
from bot.services.commands import OfNoSchool
from bot.services.composition import Composition, urn
from bot.services.issuers import Succession, successions, web_document
from bot.services.ports import IssuerEndorsed, PublicIssuer
from bot.services.public import PublicThing, look_at_achievement, look_at_issuer, look_at_public_issuers, look_at_signer
from bot.web.answers import HTML, OPEN_TO_ALL, PNG, PROFILE_TYPES, Body, answer, preferred
from bot.web.kept import Kept
from bot.web.parts import WebParts

CARDS_KEPT = 32
VARIES = {"Vary": "Accept, Accept-Language"}


@dataclass(frozen=True)
class _Key:
    """A key as the issuer's page tells of it."""

    name: str
    state: KeyState
    made_on: date
    since: date
    reason: str | None


@dataclass(frozen=True)
class _Name:
    """One did of the issuer, and how its key named the next one, in a signed text."""

    did: str
    keys: tuple[_Key, ...]
    ended_on: date | None
    followed: Succession | None


def _signed(seen: PublicIssuer) -> tuple[JsonObject, ...]:
    """The endorsements of the did under which the school issues now, as they were signed."""
    now = seen.issuers[0].issuer.id
    return tuple(
        jsontext.from_text(each.text.encode()) for each in seen.endorsed if each.text and each.issuer_id == now
    )


@dataclass(frozen=True)
class _Spoken:
    """One endorsement of the issuer, as its page tells of it. `by` is the key of the sentence about the role."""

    did: str
    by: str
    school: Bilingual
    board: Bilingual
    name: str | None
    comment: str | None
    on: date

    @classmethod
    def of(cls, endorsed: IssuerEndorsed, seen: PublicIssuer, zone: ZoneInfo) -> "_Spoken":
        did = next((each.issuer.did for each in seen.issuers if each.issuer.id == endorsed.issuer_id), "")
        return cls(
            did,
            f"credential.endorser.{endorsed.role}",
            endorsed.school,
            endorsed.board or endorsed.school,
            endorsed.name,
            endorsed.comment,
            endorsed.given_at.astimezone(zone).date(),
        )


class DefinitionPages:
    """Shared content and public issuers."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._composition = Composition(parts.phrases, parts.addresses)
        self._pictures: Kept[Body] = Kept(CARDS_KEPT)

    async def achievement(self, request: Request) -> Response:
        seen = await self._parts.store.look(look_at_achievement, PublicThing(public_id=request.path_params["id"]))
        if seen is None:
            raise HTTPException(404)
        if preferred(request, (HTML, *PROFILE_TYPES)) != HTML:
            info = self._composition.achievement(seen.achievement, urn(seen.content_id))
            return self._linked(request, compose.definition(info, self._parts.lang))
        page = self._parts.pages.answer(
            request,
            "achievement.html",
            lang=language_of(request, self._parts.lang),
            seen=seen,
            facts=seen.definition,
            criteria=self._composition.criteria(seen.achievement),
        )
        return self._page(request, page)

    async def picture(self, request: Request) -> Response:
        """The achievement's face, without a credential in it and of no school's."""
        seen = await self._parts.store.look(look_at_achievement, PublicThing(public_id=request.path_params["id"]))
        if seen is None:
            raise HTTPException(404)

        async def draw() -> Body:
            return Body.of(await self._parts.pictures.face(seen.achievement))

        return answer(request, await self._pictures.get(seen.achievement.id, draw), PNG, OPEN_TO_ALL)

    async def issuer(self, request: Request) -> Response:
        seen = await self._parts.store.look(look_at_issuer, PublicThing(public_id=request.path_params["id"]))
        if seen is None or not seen.issuers:
            raise HTTPException(404)
        if preferred(request, (HTML, *PROFILE_TYPES)) != HTML:
            profile = self._composition.issuer(seen.school, seen.issuers[0].issuer.did, _signed(seen))
            return self._linked(request, compose.profile(profile, self._parts.lang))
        zone = ZoneInfo(seen.school.zone)
        page = self._parts.pages.answer(
            request,
            "issuer.html",
            lang=language_of(request, self._parts.lang),
            name=issuing(seen.school),
            url=seen.school.url,
            rehearsal=seen.school.rehearsal,
            is_school=not seen.school.issues_only,
            issuers=_told(seen, zone),
            endorsed=[_Spoken.of(each, seen, zone) for each in seen.endorsed],
        )
        return self._page(request, page)

    async def did_document(self, request: Request) -> Response:
        """The keys of a school's did:web. Open before anything is published: its people's own badges need it too."""
        seen = await self._parts.store.look(look_at_signer, PublicThing(public_id=request.path_params["id"]))
        document = web_document(seen) if seen else None
        if document is None:
            raise HTTPException(404)
        return answer(request, Body.of(jsontext.to_text(document)), did.MEDIA_TYPE, OPEN_TO_ALL)

    async def host_document(self, request: Request) -> Response:
        """Who issues here, for whoever asks the place itself (`did:web` of the host): those whose page is public."""
        base = self._parts.addresses.base
        try:
            host = did.did_web(base or "")
        except ValueError:
            raise HTTPException(404) from None
        if did.did_web_url(host) != f"{(base or '').rstrip('/')}/.well-known/did.json":
            raise HTTPException(404)
        schools = await self._parts.store.look(look_at_public_issuers, OfNoSchool())
        pages = [(each.public_id, self._parts.addresses.issuer(each.public_id) or "") for each in schools]
        document = did.host_document(host, pages)
        return answer(request, Body.of(jsontext.to_text(document)), did.MEDIA_TYPE, OPEN_TO_ALL)

    def _page(self, request: Request, page: Response) -> Response:
        told = {**VARIES, "Content-Language": page.headers["content-language"]}
        return answer(request, Body.of(bytes(page.body)), HTML, told)

    def _linked(self, request: Request, document: JsonObject) -> Response:
        body = Body.of(jsontext.to_text({"@context": list(ISSUED), **document}))
        return answer(request, body, preferred(request, PROFILE_TYPES), {**VARIES, **OPEN_TO_ALL})


def _told(seen: PublicIssuer, zone: ZoneInfo) -> tuple[_Name, ...]:
    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    followed = {each.former: each for each in successions(seen.issuers)}
    return tuple(
        _Name(
            each.issuer.did,
            tuple(_Key(key.name, key.state, day(key.made_at), day(key.since), key.reason) for key in each.keys),
            day(each.issuer.ended_at) if each.issuer.ended_at else None,
            followed.get(each.issuer.did),
        )
        for each in seen.issuers
    )

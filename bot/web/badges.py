"""A badge's page and files: published (`/badges/{id}`) or within a collection (`/w/{token}/{id}`)."""

from collections.abc import Hashable
from dataclasses import dataclass
from io import BytesIO

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.pictures import Baked
from bot.domain.language import Lang
from bot.pages.engine import lead
from bot.pages.language import asked_for
from bot.pages.language import of as language_of
from bot.services.ports import Showing
from bot.services.public import PublicThing, look_at_published
from bot.web.answers import CREDENTIAL_TYPES, HTML, JWS, OPEN_TO_ALL, PNG, SVG, Body, answer, preferred
from bot.web.badge_view import badge_view
from bot.web.kept import Kept
from bot.web.parts import WebParts

PAGES_KEPT = 512
PICTURES_KEPT = 64
"""Baked pictures are some hundred kilobytes each."""
VARIES = {"Vary": "Accept, Accept-Language"}
DRAWING_INSIDE = {"Content-Security-Policy": "default-src 'none'; img-src data:; frame-ancestors 'none'"}
"""An SVG that is opened on its own may show the drawing that it holds, and nothing else."""
AGAIN = {"Retry-After": "2"}


@dataclass(frozen=True)
class Place:
    """Where a badge is shown: the path of its page, and where it is verified from there.

    A page for everybody has an address that is passed on; one in a collection has not, and leads back `home`.
    """

    path: str
    verify: str
    is_published: bool = True
    home: str | None = None


class BadgePages:
    """Draws and hands out what somebody chose to show."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._pages: Kept[Body] = Kept(PAGES_KEPT)
        self._pictures: Kept[Body] = Kept(PICTURES_KEPT)

    # ------------------------------------------------------------ published

    async def page(self, request: Request) -> Response:
        showing = await self._published(request)
        award = showing.award.public_id
        return await self.shown(request, showing, Place(f"/badges/{award}", f"/verify?badge={award}"))

    async def picture(self, request: Request) -> Response:
        return await self.baked(request, await self._published(request))

    async def vector(self, request: Request) -> Response:
        """The picture as an SVG with the credential inside."""
        showing = await self._published(request)
        if not showing.gives_files:
            return withheld(request, self._parts, showing)

        async def draw() -> Body:
            baked = Baked(showing.award, showing.achievement, showing.school, showing.revision)
            return Body.of(await self._parts.pictures.svg(baked))

        body = await self._pictures.get(("vector", _edition(showing)), draw)
        return answer(request, body, SVG, {**OPEN_TO_ALL, **DRAWING_INSIDE})

    async def bare_picture(self, request: Request) -> Response:
        return await self.bare(request, await self._published(request))

    async def document(self, request: Request) -> Response:
        return self.credential(request, await self._published(request))

    async def token(self, request: Request) -> Response:
        return self.compact(request, await self._published(request))

    async def card(self, request: Request) -> Response:
        """The picture beside a link elsewhere."""
        showing = await self._published(request)

        async def draw() -> Body:
            return Body.of(await self._parts.pictures.sharing_card(showing.achievement, showing.school))

        body = await self._pictures.get(("card", showing.achievement.id, showing.school), draw)
        return answer(request, body, PNG, OPEN_TO_ALL)

    async def qr(self, request: Request) -> Response:
        """The page's address to be scanned, from paper or from another screen."""
        showing = await self._published(request)
        address = self._parts.addresses.badge(showing.award.public_id)
        if address is None:
            raise HTTPException(404)
        return answer(request, Body.of(qr_code(address)), SVG)

    async def _published(self, request: Request) -> Showing:
        thing = PublicThing(public_id=request.path_params["id"])
        showing = await self._parts.store.look(look_at_published, thing)
        if showing is None:
            raise HTTPException(404)
        return showing

    # ------------------------------------------------------------ shown somewhere

    async def shown(self, request: Request, showing: Showing, place: Place) -> Response:
        """The page, or the credential itself for those who accept it rather."""
        if preferred(request, (HTML, *CREDENTIAL_TYPES)) != HTML:
            return self.credential(request, showing)
        lang = language_of(request, self._parts.lang)

        async def draw() -> Body:
            return Body.of(self._drawn(request, showing, place, lang))

        body = await self._pages.get((_edition(showing), place, lang, asked_for(request), self._today(showing)), draw)
        return answer(request, body, HTML, {**VARIES, "Content-Language": lang})

    def _drawn(self, request: Request, showing: Showing, place: Place, lang: Lang) -> str:
        address = self._parts.addresses.badge(showing.award.public_id) if place.is_published else None
        return self._parts.pages.html(
            "badge.html",
            lang=lang,
            other_lang_url="?lang=en" if lang == "ja" else "?lang=ja",
            to=lead(request),
            badge=badge_view(showing, self._parts.phrases, self._parts.now()),
            place=place,
            address=address,
        )

    def _today(self, showing: Showing) -> Hashable:
        """Dates pass: a page says what is true today."""
        now = self._parts.now()
        return now.date(), now < showing.revision.valid_from, showing.award.is_expired(now)

    async def baked(self, request: Request, showing: Showing) -> Response:
        """The picture with the credential inside."""
        if not showing.gives_files:
            return withheld(request, self._parts, showing)

        async def draw() -> Body:
            baked = Baked(showing.award, showing.achievement, showing.school, showing.revision)
            return Body.of((await self._parts.pictures.badge(baked)).data)

        body = await self._pictures.get(("baked", _edition(showing)), draw)
        return answer(request, body, PNG, OPEN_TO_ALL)

    async def bare(self, request: Request, showing: Showing) -> Response:
        """The picture alone, to look at."""

        async def draw() -> Body:
            baked = Baked(showing.award, showing.achievement, showing.school, None)
            return Body.of((await self._parts.pictures.badge(baked)).data)

        body = await self._pictures.get(("bare", showing.achievement.id, showing.school.rehearsal), draw)
        return answer(request, body, PNG)

    def credential(self, request: Request, showing: Showing) -> Response:
        """The signed document, byte for byte. What was taken back leaves no more, before its new edition is signed."""
        if not showing.gives_files:
            return withheld(request, self._parts, showing)
        media_type = preferred(request, CREDENTIAL_TYPES)
        return answer(request, Body.of(showing.revision.text), media_type, {**VARIES, **OPEN_TO_ALL})

    def compact(self, request: Request, showing: Showing) -> Response:
        """The same credential as a compact JWT, in one line; under the same conditions."""
        if not showing.gives_files:
            return withheld(request, self._parts, showing)
        if showing.revision.token is None:
            return in_a_moment(request, self._parts)
        return answer(request, Body.of(showing.revision.token), JWS, OPEN_TO_ALL)


def in_a_moment(request: Request, parts: WebParts, why: str = "signing") -> Response:
    """Not now: come again (503)."""
    lang = language_of(request, parts.lang)
    return parts.pages.answer(request, "again.html", lang=lang, status=503, headers=AGAIN, why=why)


def withheld(request: Request, parts: WebParts, showing: Showing) -> Response:
    """A badge that is stopped has no files for others (410): those would not say so. Else it is being signed (503)."""
    stop = showing.award.stop
    if stop is None:
        return in_a_moment(request, parts)
    lang = language_of(request, parts.lang)
    return parts.pages.answer(request, "again.html", lang=lang, status=410, why=stop.kind)


def _edition(showing: Showing) -> Hashable:
    """Everything that a page of a showing follows from."""
    return (
        showing.award.public_id,
        showing.achievement.id,
        showing.school,
        showing.school_is_public,
        showing.revision.number,
        showing.is_settled,
        showing.revision.token is None,
        showing.award.stop,
        showing.award.valid_until,
        showing.endorsements,
    )


def qr_code(address: str) -> bytes:
    """The address as a QR code: an SVG without script or style."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=3, light="#fff", svgclass=None, lineclass=None)
    return out.getvalue()

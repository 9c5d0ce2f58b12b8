"""Collections (`/w/{token}`): badges that somebody chose to show together, each with a page of its own inside."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.pages.language import of as language_of
from bot.services.own_pages import chosen, opened
from bot.services.ports import OpenCollection, Showing
from bot.web.answers import FRESH, HTML, Body, answer
from bot.web.badge_view import badge_view
from bot.web.badges import BadgePages, Place
from bot.web.parts import WebParts


class CollectionPages:
    """A collection, and the badges in it. They are drawn as published ones are, and published by nobody."""

    def __init__(self, parts: WebParts, badges: BadgePages) -> None:
        self._parts = parts
        self._badges = badges

    async def page(self, request: Request) -> Response:
        found = await self._open(request)
        lang = language_of(request, self._parts.lang)
        now = self._parts.now()
        html = self._parts.pages.answer(
            request,
            "collection.html",
            lang=lang,
            collection=found.collection,
            path=request.url.path,
            badges=[badge_view(showing, self._parts.phrases, now) for showing in found.showings],
        )
        told = {"Vary": "Accept-Language", "Content-Language": lang, "Cache-Control": FRESH}
        return answer(request, Body.of(bytes(html.body)), HTML, told)

    async def badge(self, request: Request) -> Response:
        found, showing = await self._chosen(request)
        token, award = self._parts.collection_tokens.token(found.collection.public_id), showing.award.public_id
        verify = f"/verify?w={token}&badge={award}"
        place = Place(f"/w/{token}/{award}", verify, is_published=False, home=f"/w/{token}")
        return await self._badges.shown(request, showing, place)

    async def picture(self, request: Request) -> Response:
        return await self._badges.baked(request, (await self._chosen(request))[1])

    async def bare_picture(self, request: Request) -> Response:
        return await self._badges.bare(request, (await self._chosen(request))[1])

    async def document(self, request: Request) -> Response:
        return self._badges.credential(request, (await self._chosen(request))[1])

    async def token(self, request: Request) -> Response:
        return self._badges.compact(request, (await self._chosen(request))[1])

    async def _open(self, request: Request) -> OpenCollection:
        found = await opened(self._parts.store, self._parts.collection_tokens, request.path_params["token"])
        if found is None:
            raise HTTPException(404)
        return found

    async def _chosen(self, request: Request) -> tuple[OpenCollection, Showing]:
        found = await self._open(request)
        showing = chosen(found, request.path_params["id"])
        if showing is None:
            raise HTTPException(404)
        return found, showing

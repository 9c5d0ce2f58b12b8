"""`/status/{list}`: what an issuer took back or suspended, for everybody and about nobody: signed lists of bits."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.badges.status import LIST_MEDIA_TYPE, TTL, StatusPurpose
from bot.services.status import ListDesk, ListNow
from bot.web.answers import OPEN_TO_ALL, Body, answer
from bot.web.kept import Kept

LISTS_KEPT = 64
FRESH = {"Cache-Control": f"public, max-age={TTL // 1000}"}
"""As long as the list itself says. It is the same for everybody, and who keeps it tells us less of whom they verify."""


class StatusPages:
    """Lists, signed anew when they say something new, and each day."""

    def __init__(self, desk: ListDesk) -> None:
        self._desk = desk
        self._kept: Kept[Body] = Kept(LISTS_KEPT)

    async def revocations(self, request: Request) -> Response:
        return await self._answer(request, StatusPurpose.REVOCATION)

    async def suspensions(self, request: Request) -> Response:
        return await self._answer(request, StatusPurpose.SUSPENSION)

    async def _answer(self, request: Request, purpose: StatusPurpose) -> Response:
        found = await self._desk.find(request.path_params["list"])
        if found is None:
            raise HTTPException(404)
        body = await self._body(found, purpose)
        return answer(request, body, LIST_MEDIA_TYPE, {**FRESH, **OPEN_TO_ALL})

    async def _body(self, found: ListNow, purpose: StatusPurpose) -> Body:
        async def sign() -> Body:
            return Body.of(await self._desk.signed(found, purpose))

        return await self._kept.get((purpose, *found.edition), sign)

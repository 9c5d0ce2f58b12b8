"""`/status/{list}`: what an issuer took back or suspended, for everybody and about nobody: signed lists of bits."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.badges.status import LIST_MEDIA_TYPE, LIST_TOKEN_TYPES, TTL, StatusPurpose
from bot.services.status import ListDesk, ListNow
from bot.web.answers import CREDENTIAL_TYPES, OPEN_TO_ALL, Body, answer, preferred
from bot.web.kept import Kept

LISTS_KEPT = 64
OFFERED = (*CREDENTIAL_TYPES, *LIST_TOKEN_TYPES)
FRESH = {"Cache-Control": f"public, max-age={TTL // 1000}", "Vary": "Accept"}
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
        kind = _kind(request)
        body = await self._body(found, purpose, is_token=kind in LIST_TOKEN_TYPES)
        return answer(request, body, kind, {**FRESH, **OPEN_TO_ALL})

    async def _body(self, found: ListNow, purpose: StatusPurpose, *, is_token: bool) -> Body:
        async def sign() -> Body:
            return Body.of(await (self._desk.token if is_token else self._desk.signed)(found, purpose))

        return await self._kept.get((is_token, purpose, *found.edition), sign)


def _kind(request: Request) -> str:
    """A document for whoever reads documents or anything, a token for who asks for one.

    Who says nothing gets a token as well: `openbadgeslib` does, and verifies lists as tokens only.
    """
    if not request.headers.get("accept"):
        return LIST_TOKEN_TYPES[0]
    kind = preferred(request, OFFERED)
    return kind if kind in LIST_TOKEN_TYPES else LIST_MEDIA_TYPE

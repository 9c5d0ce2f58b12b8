"""The pages for everybody: a badge, what can be earned, who issues, a collection, verifying, and where one is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.pages.language import of as language_of
from bot.web.answers import HTML, Body, answer
from bot.web.badges import BadgePages
from bot.web.collections import CollectionPages
from bot.web.definitions import DefinitionPages
from bot.web.parts import WebParts
from bot.web.status import StatusPages
from bot.web.verifying import VerifyPages


def public_routes(parts: WebParts) -> list[BaseRoute]:
    """The routes of the public pages. A GET changes nothing, and so does the one POST there is."""
    badges = BadgePages(parts)
    collections = CollectionPages(parts, badges)
    definitions = DefinitionPages(parts)
    lists = StatusPages(parts.lists)
    verifying = VerifyPages(parts, parts.verifier)

    async def home(request: Request) -> Response:
        lang = language_of(request, parts.lang)
        page = parts.pages.answer(request, "home.html", lang=lang)
        told = {"Vary": "Accept-Language", "Content-Language": lang}
        return answer(request, Body.of(bytes(page.body)), HTML, told)

    return [
        Route("/", home, methods=["GET"]),
        Route("/badges/{id}/card.png", badges.card, methods=["GET"]),
        Route("/badges/{id}/picture.png", badges.bare_picture, methods=["GET"]),
        Route("/badges/{id}/qr.svg", badges.qr, methods=["GET"]),
        Route("/badges/{id}.png", badges.picture, methods=["GET"]),
        Route("/badges/{id}.svg", badges.vector, methods=["GET"]),
        Route("/badges/{id}.json", badges.document, methods=["GET"]),
        Route("/badges/{id}.jwt", badges.token, methods=["GET"]),
        Route("/badges/{id}", badges.page, methods=["GET"]),
        Route("/achievements/{id}.png", definitions.picture, methods=["GET"]),
        Route("/achievements/{id}", definitions.achievement, methods=["GET"]),
        Route("/.well-known/did.json", definitions.host_document, methods=["GET"]),
        Route("/issuers/{id}/did.json", definitions.did_document, methods=["GET"]),
        Route("/issuers/{id}", definitions.issuer, methods=["GET"]),
        Route("/w/{token}", collections.page, methods=["GET"]),
        Route("/w/{token}/{id}/picture.png", collections.bare_picture, methods=["GET"]),
        Route("/w/{token}/{id}.png", collections.picture, methods=["GET"]),
        Route("/w/{token}/{id}.json", collections.document, methods=["GET"]),
        Route("/w/{token}/{id}.jwt", collections.token, methods=["GET"]),
        Route("/w/{token}/{id}", collections.badge, methods=["GET"]),
        Route("/status/{list}", lists.revocations, methods=["GET"]),
        Route("/status/{list}/suspension", lists.suspensions, methods=["GET"]),
        Route("/verify", verifying.answer, methods=["GET", "POST"]),
    ]

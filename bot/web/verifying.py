"""`/verify`: a file, a text or a link in; the same named checks as on the command line out.

No cookie, no token, nothing kept: whatever is sent is read, answered and forgotten. What a check needs from elsewhere,
and links to elsewhere, are read as design.md 4.14 says.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.badges.recipient import for_recipient
from bot.badges.verdict import Verdict
from bot.domain.stops import StopKind
from bot.pages.language import of as language_of
from bot.services.ports import Showing
from bot.services.public import PublicThing, look_at_published
from bot.services.shares import Shares
from bot.services.verification import verify_link, verify_reading
from bot.services.verifier import Busy, Verifier
from bot.web.answers import HTML, PLAIN, preferred
from bot.web.badges import AGAIN
from bot.web.bodies import FORMS, body_of, form_of, media_type
from bot.web.collections import chosen, opened
from bot.web.parts import WebParts
from bot.wording import Wording
from bot.wording.verdicts import told

MAX_UPLOAD = 16
"""MiB of a whole request: as much as the command line reads."""
MAX_TEXT = 4
"""MiB of pasted text."""
LONGEST_ADDRESS = 320


STATUS = {"not_shown": 404, "signing": 503, StopKind.REVOKED: 410, StopKind.SUSPENDED: 410}
"""How an answer without a verdict goes out, by why; else 400."""


@dataclass(frozen=True)
class _Asked:
    """What is to be verified; or why it cannot be, as the key of a sentence (`verify.page.<why>`)."""

    data: bytes | None = None
    link: str | None = None
    """Of another site."""
    why: str | None = None
    recipient: str = ""
    """The mail address of who it should have been given to, if that is asked."""


class VerifyPages:
    """The form, and its answers."""

    def __init__(self, parts: WebParts, verifier: Verifier) -> None:
        self._parts = parts
        self._verifier = verifier
        self._shares = Shares(parts.fetch)

    async def answer(self, request: Request) -> Response:
        return await (self.send(request) if request.method == "POST" else self.form(request))

    async def form(self, request: Request) -> Response:
        """The empty form; with `?badge=` the answer about a badge that is shown here."""
        badge, token = request.query_params.get("badge"), request.query_params.get("w")
        if badge is None:
            return self._page(request)
        return await self._answer(request, _stored(await self._shown(badge, token)))

    async def send(self, request: Request) -> Response:
        """What was uploaded, pasted or linked; or the request's own body."""
        body = await body_of(request, MAX_UPLOAD)
        if media_type(request) not in FORMS:
            return await self._answer(request, _Asked(body))
        async with form_of(request, body, most_text=MAX_TEXT) as form:
            typed = form.get("recipient")
            recipient = typed.strip()[:LONGEST_ADDRESS] if isinstance(typed, str) else ""
            return await self._answer(request, replace(await self._asked(form), recipient=recipient))

    async def _asked(self, form: FormData) -> _Asked:
        file = form.get("file")
        if isinstance(file, UploadFile):
            data = await file.read()
            if data:
                return _Asked(data)
        for field in ("text", "link"):
            typed = form.get(field)
            if isinstance(typed, str) and (text := typed.strip()):
                return await self._linked(text) if _is_link(text) else _Asked(text.encode("utf-8", "surrogatepass"))
        return _Asked(why="nothing")

    async def _linked(self, link: str) -> _Asked:
        """What is shown here is had without the network; what is not shown here is not had through it either."""
        path = self._own_path(link)
        if path is None:
            return _Asked(link=link)
        match [part for part in path.split("/") if part]:
            case ["badges", badge]:
                return _stored(await self._shown(_stem(badge), None))
            case ["w", token, badge]:
                return _stored(await self._shown(_stem(badge), token))
            case _:
                return _Asked(why="not_shown")

    def _own_path(self, link: str) -> str | None:
        base = self._parts.addresses.base
        if base is None:
            return None
        try:
            ours, theirs = urlsplit(base), urlsplit(link)
        except ValueError:
            return None
        if ours.netloc.lower() != theirs.netloc.lower() or not theirs.path.startswith(ours.path.rstrip("/")):
            return None
        return theirs.path[len(ours.path.rstrip("/")) :]

    async def _shown(self, badge: str, token: str | None) -> Showing | None:
        if token is None:
            return await self._parts.store.look(look_at_published, PublicThing(public_id=badge))
        found = await opened(self._parts.store, self._parts.collection_tokens, token)
        return chosen(found, badge) if found else None

    async def _answer(self, request: Request, asked: _Asked) -> Response:
        if asked.data is None and asked.link is None:
            return self._page(request, status=STATUS.get(asked.why or "", 400), why=asked.why)
        try:
            verdict = for_recipient(await self._verdict(request, asked), {asked.recipient} - {""})
        except Busy:
            return self._page(request, status=503, why="busy")
        if preferred(request, (HTML, PLAIN)) == PLAIN:
            return JSONResponse(verdict.to_json())
        return self._page(request, verdict=verdict)

    async def _verdict(self, request: Request, asked: _Asked) -> Verdict:
        with self._shares.of(self._parts.callers.household(request.scope)) as share:
            check = share.in_turn(self._verifier.verify)
            if asked.link is not None:
                return await verify_link(asked.link, check, share)
            return await verify_reading(asked.data or b"", check, share)

    def _page(
        self, request: Request, *, status: int = 200, why: str | None = None, verdict: Verdict | None = None
    ) -> Response:
        lang = language_of(request, self._parts.lang)
        # What was sent is not kept, so its answer cannot be asked for again: the switch leads to the empty form.
        switch = {} if request.method == "GET" else {"other_lang_url": "?lang=en" if lang == "ja" else "?lang=ja"}
        return self._parts.pages.answer(
            request,
            "verify.html",
            lang=lang,
            status=status,
            headers={"Vary": "Accept, Accept-Language", **(AGAIN if status == 503 else {})},
            why=why,
            told=told(verdict, Wording(lang)) if verdict else None,
            most=MAX_UPLOAD,
            **switch,
        )


def _stored(showing: Showing | None) -> _Asked:
    """The credential of a badge that is shown, byte for byte as it is kept."""
    if showing is None:
        return _Asked(why="not_shown")
    if showing.award.stop is not None:
        return _Asked(why=showing.award.stop.kind)
    return _Asked(showing.revision.text.encode()) if showing.is_settled else _Asked(why="signing")


def _is_link(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and len(text.split()) == 1


def _stem(name: str) -> str:
    """A badge's id from the name of its page or of one of its files."""
    return name.removesuffix(".json").removesuffix(".png").removesuffix(".svg").removesuffix(".jwt")

"""`/verify`: a file, a text or a link in; the same named checks as on the command line out.

No cookie is set and nothing kept: whatever is sent is read, answered and forgotten. For somebody who is in, the issuer
is looked up in the list of their school; for all others there is no list, and it is said so. What a check needs from
elsewhere, and links to elsewhere, are read as design.md 4.14 says.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.badges.bake import MAX_PICTURE_MEBIBYTES
from bot.badges.listed import by_list_of
from bot.badges.picture import spelt_out
from bot.badges.reads import Reads
from bot.badges.recipient import for_recipient
from bot.badges.verdict import Verdict
from bot.domain.outcomes import Refused
from bot.pages.guards import WITH_PICTURE_INSIDE
from bot.pages.language import of as language_of
from bot.services.commands import OfSchool
from bot.services.last_seen import with_last_seen
from bot.services.own_pages import STATUS, OwnPages, handed_out
from bot.services.shares import Shares
from bot.services.trust import list_of
from bot.services.verification import Looked, look_at_file, look_at_link
from bot.services.verifier import Busy, Verifier
from bot.web.answers import HTML, PLAIN, preferred
from bot.web.badges import AGAIN
from bot.web.bodies import FORMS, body_of, form_of, media_type
from bot.web.parts import WebParts
from bot.web.visits import Visits
from bot.wording import Wording
from bot.wording.verdicts import told

MAX_UPLOAD = MAX_PICTURE_MEBIBYTES + 1
"""MiB of a whole request: the largest picture that is opened, and what a form says around it."""
MAX_TEXT = 4
"""MiB of pasted text."""
LONGEST_ADDRESS = 320

_STATUS = STATUS | {"verify_busy": HTTPStatus.SERVICE_UNAVAILABLE}
"""How an answer without a verdict goes out, by why; else 400."""
_PASSING = (400, 503)
"""What goes out with these says nothing against a badge."""


@dataclass(frozen=True)
class _Asked:
    """What is to be verified; or why it cannot be."""

    data: bytes | None = None
    link: str | None = None
    """Of another site."""
    page: str | None = None
    """The path of its page here, where it was had from there."""
    why: Refused | None = None
    recipient: str = ""
    """The mail address of who it should have been given to, if that is asked."""


class VerifyPages:
    """The form, and its answers."""

    def __init__(self, parts: WebParts, verifier: Verifier) -> None:
        self._parts = parts
        self._verifier = verifier
        self._shares = Shares(parts.fetch)
        self._visits = Visits(parts)
        self._own = OwnPages(parts.store, parts.addresses, parts.collection_tokens)

    async def answer(self, request: Request) -> Response:
        return await (self.send(request) if request.method == "POST" else self.form(request))

    async def form(self, request: Request) -> Response:
        """The empty form; with `?badge=` the answer about a badge that is shown here."""
        badge, token = request.query_params.get("badge"), request.query_params.get("w")
        if badge is None:
            return self._page(request)
        shown = await (self._own.collected(token, badge) if token is not None else self._own.published(badge))
        page = f"/badges/{badge}" if token is None else f"/w/{token}/{badge}"
        return await self._answer(request, _stored(handed_out(shown), page))

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
        return _Asked(why=Refused("nothing_to_verify"))

    async def _linked(self, link: str) -> _Asked:
        """What is shown here is had without the network; what is not shown here is not had through it either."""
        found = await self._own.find(link)
        return _Asked(link=link) if found is None else _stored(found, self._own.page(link))

    async def _answer(self, request: Request, asked: _Asked) -> Response:
        if asked.data is None and asked.link is None:
            return self._page(request, why=asked.why)
        visit = await self._visits.visit(request)
        trusting = None
        if visit is not None:
            trusting = await self._parts.store.look(list_of, OfSchool(school_id=visit.school.id))
        try:
            looked = await self._looked(request, asked, trusting.issuers if trusting else frozenset())
        except Busy:
            return self._page(request, why=Refused("verify_busy"))
        verdict = looked.verdict
        if visit is not None:
            thing = asked.link if asked.link is not None else asked.data or b""
            verdict = await with_last_seen(self._parts.store, visit.me, thing, looked)
        lang = language_of(request, self._parts.lang)
        verdict = for_recipient(verdict, {asked.recipient} - {""})
        verdict = by_list_of(verdict, trusting.school.in_(lang) if trusting else None)
        if preferred(request, (HTML, PLAIN)) == PLAIN:
            return JSONResponse(verdict.to_json())
        return self._page(request, verdict=verdict, picture=_picture(asked, looked))

    async def _looked(self, request: Request, asked: _Asked, known: frozenset[str]) -> Looked:
        async def checked(data: bytes, reads: Reads) -> Verdict:
            return await self._verifier.verify(data, reads, known)

        with self._shares.of(self._parts.callers.household(request.scope)) as share:
            check = share.in_turn(checked)
            if asked.link is not None:
                return await look_at_link(asked.link, check, share)
            return await look_at_file(asked.data or b"", check, share)

    def _page(
        self, request: Request, *, why: Refused | None = None, verdict: Verdict | None = None, picture: str = ""
    ) -> Response:
        status = 200 if why is None else _STATUS.get(why.reason, 400)
        lang = language_of(request, self._parts.lang)
        # What was sent is not kept, so its answer cannot be asked for again: the switch leads to the empty form.
        switch = {} if request.method == "GET" else {"other_lang_url": "?lang=en" if lang == "ja" else "?lang=ja"}
        return self._parts.pages.answer(
            request,
            "verify.html",
            lang=lang,
            status=status,
            headers={
                "Vary": "Accept, Accept-Language",
                **(AGAIN if status == 503 else {}),
                **({"Content-Security-Policy": WITH_PICTURE_INSIDE} if picture.startswith("data:") else {}),
            },
            why=self._parts.phrases.say(lang, f"refused.{why.reason}") if why else None,
            is_passing=status in _PASSING,
            told=told(verdict, Wording(lang)) if verdict else None,
            says=verdict.summary if verdict else None,
            picture=picture,
            most=MAX_PICTURE_MEBIBYTES,
            **switch,
        )


def _stored(found: bytes | Refused, page: str | None) -> _Asked:
    return _Asked(why=found) if isinstance(found, Refused) else _Asked(found, page=page)


def _picture(asked: _Asked, looked: Looked) -> str:
    """Where to have the picture: on our own page, or in the file itself. An address in a badge is not asked for one."""
    if asked.page is not None:
        return f"{asked.page}.png"
    return spelt_out(looked.data) if looked.verdict.summary is not None else ""


def _is_link(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and len(text.split()) == 1

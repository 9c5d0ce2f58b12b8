"""Taking everything out, leaving a browser, and being forgotten."""

import unicodedata
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.conversation.export import export_of
from bot.domain.outcomes import Refused
from bot.pages import language
from bot.services import privacy
from bot.web.cookies import Cookie
from bot.web.me_badges import as_file
from bot.web.parts import WebParts
from bot.web.visits import Form, Visit, Visits


async def own_data(visit: Visit) -> Response:
    """What can be taken out, and the way to being forgotten."""
    return visit.page("me_data.html", place="settings")


async def export(visit: Visit, form: Form) -> Response:
    """Everything about me as one ZIP: the same as in chat."""
    now = visit.parts.now()
    today = now.astimezone(visit.zone).date()
    data = await export_of(visit.parts, visit.me, now)
    return Response(data, media_type="application/zip", headers=as_file(f"sukima-{today.isoformat()}.zip"))


async def forget_me(visit: Visit) -> Response:
    """The first step: what goes, what stays, and taking it out beforehand."""
    return await _forget_page(visit, "me_forget.html")


async def forget_sure(visit: Visit) -> Response:
    """The second step: a word typed by hand."""
    return await _forget_page(visit, "me_forget_sure.html")


async def _forget_page(
    visit: Visit, template: str, *, typed: str = "", is_wrong: bool = False, status: int = HTTPStatus.OK
) -> Response:
    belongings = await visit.parts.store.look(privacy.count_belongings, visit.me)
    refusal = await visit.parts.store.look(privacy.refusal_to_forget, visit.me)
    if refusal is not None:
        return visit.refuse(refusal, place="settings", way="/me/settings")
    return visit.page(template, place="settings", status=status, belongings=belongings, typed=typed, is_wrong=is_wrong)


class Leaving:
    """The acts after which nobody is in any more."""

    def __init__(self, visits: Visits) -> None:
        self._cookies = visits.cookies

    async def forget(self, visit: Visit, form: Form) -> Response:
        """Forget the person, if the word was typed. Their sessions and links end with it."""
        typed = form.get("typed", "")
        if _plain(typed) != _plain(visit.parts.phrases.say(visit.lang, "me.forget.word")):
            return await _forget_page(
                visit, "me_forget_sure.html", typed=typed, is_wrong=True, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        outcome = await visit.parts.store.run(privacy.forget, visit.me)
        if isinstance(outcome, Refused):
            return visit.refuse(outcome, place="settings", way="/me/forget")
        lang = language.asked_for(visit.request) or visit.lang
        response = RedirectResponse(f"/me/forgotten?lang={lang}", HTTPStatus.SEE_OTHER)
        self._cookies.drop(response, Cookie.SESSION)
        return response


class Goodbye:
    """What is told to somebody who is not in any more."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts

    async def left(self, request: Request) -> Response:
        return self._told(request, "left")

    async def forgotten(self, request: Request) -> Response:
        return self._told(request, "forgotten")

    def _told(self, request: Request, what: str) -> Response:
        lang = language.of(request, self._parts.lang)
        return self._parts.pages.answer(request, "me_goodbye.html", lang=lang, what=what)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

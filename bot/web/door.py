"""Coming in: a one-time link from chat to a session of this browser.

Looking at the link uses nothing up, so that a chat's preview may follow it; the page's button does. The button works
only in the browser that was shown the page: it has the cookie that the page's form is bound to.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.language import Lang
from bot.domain.sessions import Door, DoorState, Room, Session
from bot.pages import language
from bot.pages.csrf import same_origin
from bot.services import preferences, sessions
from bot.services.commands import ByPerson
from bot.web.browsers import browser_name
from bot.web.cookies import Cookie
from bot.web.parts import WebParts
from bot.web.visits import Visits

ROOMS = {
    Room.WALLET: "/me",
    Room.MAP: "/me/map",
    Room.RECORD: "/me/record",
    Room.SETTINGS: "/me/settings",
}
"""The pages that links lead to."""
ELSEWHERE = "elsewhere"
"""The button was pressed in another browser than the one that was shown it."""


class Entrance:
    """The page at a one-time link, and its button."""

    def __init__(self, parts: WebParts, visits: Visits) -> None:
        self._parts = parts
        self._cookies = visits.cookies

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/in/{token}", self.show, methods=["GET"], name="door"),
            Route("/in/{token}", self.enter, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page with the button. Nothing is used up."""
        token = request.path_params["token"]
        door = await self._parts.store.look(sessions.knock, sessions.Knock(token=token))
        if isinstance(door, DoorState):
            return await self._closed(request, door)
        browser = self._cookies.read(request, Cookie.DOOR) or self._parts.new_token()
        response = self._parts.pages.answer(
            request,
            "me_door.html",
            lang=await self._language(request, door),
            csrf=self._parts.csrf.token(_bound(token, browser)),
            room=door.room.value,
        )
        self._cookies.set(response, Cookie.DOOR, browser)
        return response

    async def enter(self, request: Request) -> Response:
        """The button: use the link, begin a session, go to the page that was asked for."""
        token = request.path_params["token"]
        async with request.form(max_files=0, max_fields=10) as sent:
            csrf = sent.get("csrf")
        browser = self._cookies.read(request, Cookie.DOOR)
        checked = isinstance(csrf, str) and browser and self._parts.csrf.check(csrf, _bound(token, browser))
        if not checked or not same_origin(request):
            return await self._closed(request, ELSEWHERE)
        door = await self._parts.store.look(sessions.knock, sessions.Knock(token=token))
        if isinstance(door, DoorState):
            return await self._closed(request, door)
        session_token = self._parts.new_token()
        command = sessions.Enter(
            school_id=door.school_id,
            person_id=door.person_id,
            token=token,
            session_token=session_token,
            browser=browser_name(request.headers.get("user-agent", "")),
        )
        entered = await self._parts.store.run(sessions.enter, command)
        if isinstance(entered, DoorState):
            return await self._closed(request, entered)
        await self._leave_former(request)
        response = RedirectResponse(ROOMS[entered.room], HTTPStatus.SEE_OTHER)
        self._cookies.set(response, Cookie.SESSION, session_token)
        self._cookies.drop(response, Cookie.DOOR)
        return response

    async def _leave_former(self, request: Request) -> None:
        """This browser has one session: the one it had before, perhaps somebody else's, ends."""
        session = await self._session(request)
        if session is not None:
            command = sessions.OneSession(
                school_id=session.school_id, person_id=session.person_id, session=session.public_id
            )
            await self._parts.store.run(sessions.end_session, command)

    async def _language(self, request: Request, door: Door) -> Lang:
        me = ByPerson(school_id=door.school_id, person_id=door.person_id)
        chosen = await self._parts.store.look(preferences.language_of, me)
        return language.asked_for(request) or chosen or language.of(request, self._parts.lang)

    async def _session(self, request: Request) -> Session | None:
        token = self._cookies.read(request, Cookie.SESSION)
        return None if token is None else await self._parts.store.look(sessions.come, sessions.Come(token=token))

    async def _closed(self, request: Request, reason: str) -> Response:
        """Why the link does not open, and the way on; who is in already (a link pressed twice) just goes on."""
        lang = language.of(request, self._parts.lang)
        is_in = await self._session(request) is not None
        return self._parts.pages.answer(
            request,
            "me_ended.html",
            lang=lang,
            status=HTTPStatus.FORBIDDEN,
            reason=f"door_{reason}",
            typed=(),
            is_in=is_in,
        )


def _bound(token: str, browser: str) -> str:
    """What the button's form is bound to: this link in this browser."""
    return f"door:{token}:{browser}"

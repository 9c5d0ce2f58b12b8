"""The browser face of the staff room: the same chairs as the terminal's, over HTTP on this computer only.

A window loads its page once; what changes afterwards comes as finished pieces of HTML, named by server-sent events
(`live.py`). `open_face` joins the parts; the composition root mounts `Face.routes` and prints `Face.address`.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.conversation.acts.files import MOST_FILES
from bot.domain.foreign import MAX_BYTES
from bot.domain.language import Lang
from bot.errors import Problem
from bot.handlers.local.acts import Act, Acts
from bot.handlers.local.adapter import LocalAdapter
from bot.handlers.local.behind import next_gap
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.desk import Desk
from bot.handlers.local.edition import edition
from bot.handlers.local.fragments import PICTURES, place_url
from bot.handlers.local.guard import Door, Loopback, Session, from_elsewhere
from bot.handlers.local.languages import Languages
from bot.handlers.local.live import Hub
from bot.handlers.local.room import Room
from bot.pages import Pages
from bot.pages.guards import BodyLimit, SecureHeaders
from bot.pages.language import of as reader_language
from bot.pages.static import has_already
from bot.services.ports import Store
from bot.wording import Wording

MOST_BYTES = 1024 * 1024
"""Enough to say kindly that words are too many (`acts.LONGEST`)."""
BRING = "/bring/"
"""Under this, and nowhere else, files come."""
MOST_BROUGHT = MOST_FILES * MAX_BYTES * 4 // 3 + MOST_BYTES
"""All files of one message in base64, and the words beside them."""
MOST_PEOPLE = 50
"""Whose views one connection may follow."""
LAST_MARK = 10**15 - 1
"""Higher marks are none of ours, and more than the room's tables hold."""
GONE = frozenset({"room.no_such_user", "room.no_such_channel", "room.no_such_message"})
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FaceParts:
    """What the face needs. `secret` has 32 bytes and stays the same over restarts (`vault.derive("room")`); `now` is
    the real clock; `coming` is when something happens next by itself (`House.coming`)."""

    room: Room
    adapter: LocalAdapter
    store: Store
    workspace: str
    advance: Callable[[datetime], Awaitable[None]]
    coming: Callable[[], Awaitable[datetime | None]]
    pages: Pages
    secret: bytes
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Face:
    """The face, ready to be served. Close `hub` before the server stops: it would wait for every open window."""

    routes: tuple[BaseRoute, ...]
    hub: Hub
    key: str

    def address(self, port: int) -> str:
        """The address to print and to open."""
        return f"http://127.0.0.1:{port}/room/?key={self.key}"


def open_face(parts: FaceParts) -> Face:
    """The face over an open staff room."""
    shown = edition("bot.pages", "bot.handlers.local")
    hub = Hub(parts.room, parts.workspace, shown)
    door = Door(parts.secret)
    server = _Server(parts, hub, door, shown)
    place = "/as/{user}/{channel}"
    inner = Starlette(
        routes=[
            Route("/", server.enter, methods=["GET"]),
            Route("/live", server.live, methods=["GET"]),
            Route(place, server.page, methods=["GET"]),
            Route(place + "/changes", server.changes, methods=["GET"]),
            Route(place + "/earlier", server.earlier, methods=["GET"]),
            Route(place + "/thread/{key}", server.thread, methods=["GET"]),
            Route(place + "/files/{message}/{number:int}", server.file, methods=["GET"]),
            Route(place + "/do/{act}", server.act, methods=["POST"]),
            Route(BRING + "{user}/{channel}", server.bring, methods=["POST"]),
        ],
        exception_handlers={HTTPException: server.refused, Exception: server.broken},
    )
    guarded = SecureHeaders(Loopback(BodyLimit(inner, MOST_BYTES, {f"/room{BRING}": MOST_BROUGHT})), https=False)
    return Face((Mount("/room", app=guarded),), hub, door.key)


async def _at_once() -> None:
    """A window waits for its own act only; what follows comes as it happens."""


class _Server:
    """Answers the face's requests."""

    def __init__(self, parts: FaceParts, hub: Hub, door: Door, shown: str) -> None:
        self._parts = parts
        self._hub = hub
        self._door = door
        self._edition = shown
        self._clock_moves = asyncio.Lock()
        self._languages = Languages(parts.room, parts.store)
        self._chairs = Chairs(parts.room, parts.adapter, _at_once, parts.workspace)
        self._acts = Acts(parts.room, self._languages, self._advance, parts.coming, partial(next_gap, parts.store))

    # ------------------------------------------------------------------ pages

    async def enter(self, request: Request) -> Response:
        """The printed address: its key is changed for a cookie. Without a key, on to the first chair."""
        first = self._chairs.users()[0]
        onward = RedirectResponse(place_url(first.key, f"dm-{first.key}"), 303)
        if "key" in request.query_params:
            if not self._door.opens(request.query_params["key"]):
                return self._closed(request)
            self._door.let_in(onward, self._parts.now(), secrets.token_urlsafe(24))
            return onward
        return onward if self._session(request) else self._closed(request)

    async def page(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return self._closed(request)
        user = request.path_params["user"]
        try:
            await self._languages.follow(self._chairs.of(user).user)
            desk = self._desk(request, request.query_params.get("thread"))
            context = desk.page()
        except Problem as problem:
            if problem.code in GONE:
                return self._pages_error(request, 404)
            raise
        return self._parts.pages.answer(
            request,
            "room.html",
            lang=desk.user.lang,
            csrf=session.token,
            edition=self._edition,
            **context,
        )

    async def file(self, request: Request) -> Response:
        """A picture shown or a document handed over, of a message that the person sees."""
        self._let_in(request)
        try:
            files = self._desk(request).message(request.path_params["message"]).attachments
            file = files[request.path_params["number"]]
        except (Problem, IndexError):
            raise HTTPException(404) from None
        if not file.path.is_file():
            raise HTTPException(404)
        shown = file.media_type in PICTURES and "download" not in request.query_params
        answer = FileResponse(
            file.path,
            media_type=file.media_type if file.media_type in PICTURES else "application/octet-stream",
            filename=file.name,
            content_disposition_type="inline" if shown else "attachment",
            headers={"Cache-Control": "private, no-cache"},
            stat_result=file.path.stat(),
        )
        if has_already(request, answer.headers["etag"]):
            return Response(status_code=304, headers={name: answer.headers[name] for name in ("etag", "cache-control")})
        return answer

    # ------------------------------------------------------------------ pieces

    async def changes(self, request: Request) -> Response:
        """What a window must draw again after its mark."""
        self._let_in(request)
        since = request.query_params.get("since", "")
        if not since.isdecimal() or len(since) > len(str(LAST_MARK)):
            raise HTTPException(400)
        return self._piece(request, lambda desk: desk.changes(int(since)))

    async def earlier(self, request: Request) -> Response:
        self._let_in(request)
        return self._piece(request, lambda desk: desk.earlier(request.query_params.get("before", "")))

    async def thread(self, request: Request) -> Response:
        self._let_in(request)
        return self._piece(request, lambda desk: {"html": desk.thread_html()}, request.path_params["key"])

    async def live(self, request: Request) -> Response:
        """Server-sent events: where something changed for the people `as` whom the browser looks at the room, or for
        anybody in it."""
        self._let_in(request)
        users = request.query_params.getlist("as")[:MOST_PEOPLE]
        try:
            keys = [self._chairs.of(user).user.key for user in users]
        except Problem:
            raise HTTPException(404) from None
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._hub.stream(keys), media_type="text/event-stream", headers=headers)

    # ------------------------------------------------------------------ acts

    async def act(self, request: Request) -> Response:
        """Something that the person does; the answer brings what changed by it."""
        return await self._done(request, self._acts.named(request.path_params["act"]))

    async def bring(self, request: Request) -> Response:
        """Files that the person sends, likewise."""
        return await self._done(request, self._acts.bring)

    async def _done(self, request: Request, act: Act | None) -> Response:
        session = self._session(request)
        if session is None:
            return self._told(request, 401, "room.page.ended")
        if not self._door.may_change(request, session):
            return self._told(request, 403, "room.page.forged")
        if act is None:
            raise HTTPException(404)
        body = await _json(request)
        since = _mark(body)
        thread = body.get("thread")
        try:
            desk = self._desk(request, thread if isinstance(thread, str) else None)
            told = await act(desk, body)
            if since is not None:
                told["changes"] = self._desk(request, desk.thread).changes(since)
            return JSONResponse(told)
        except Problem as problem:
            return self._problem(request, problem)

    async def _advance(self, moment: datetime) -> None:
        """One move at a time: a second window's, asked for meanwhile, has nothing left to do where the first went
        further."""
        async with self._clock_moves:
            if moment > self._parts.room.now():
                await self._parts.advance(moment)

    # ------------------------------------------------------------------ what cannot be answered

    async def refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._pages_error(request, status)

    async def broken(self, request: Request, error: Exception) -> Response:
        log.error("room_face_failed", path=request.scope["path"].rpartition("/")[2], exc_info=error)
        return self._told(request, 500, "room.trouble")

    def _closed(self, request: Request) -> Response:
        lang = reader_language(request, self._chairs.space.lang)
        return self._parts.pages.answer(request, "room_closed.html", lang=lang, status=403)

    def _pages_error(self, request: Request, status: int) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            return self._told(request, status, "room.page.gone" if status == 404 else "room.trouble")
        lang = self._lang(request)
        return self._parts.pages.answer(request, "room_gone.html", lang=lang, status=status)

    def _problem(self, request: Request, problem: Problem) -> Response:
        sentence = Wording(self._lang(request)).problem(problem)
        return JSONResponse({"problem": sentence}, 404 if problem.code in GONE else 422)

    def _told(self, request: Request, status: int, key: str) -> Response:
        return JSONResponse({"problem": Wording(self._lang(request)).say(key)}, status)

    # ------------------------------------------------------------------ inside

    def _session(self, request: Request) -> Session | None:
        return self._door.session(request, self._parts.now())

    def _let_in(self, request: Request) -> None:
        """For what only our own pages ask for."""
        if self._session(request) is None:
            raise HTTPException(401)
        if from_elsewhere(request):
            raise HTTPException(403)

    def _desk(self, request: Request, thread: str | None = None) -> Desk:
        path = request.path_params
        return Desk(self._chairs, self._parts.pages, path["user"], path["channel"], thread or None)

    def _piece(self, request: Request, draw: Callable[[Desk], dict[str, Any]], thread: str | None = None) -> Response:
        try:
            desk = self._desk(request, thread or request.query_params.get("thread"))
            return JSONResponse(draw(desk))
        except Problem as problem:
            return self._problem(request, problem)

    def _lang(self, request: Request) -> Lang:
        """The language of the person on the chair; before there is one, the browser's."""
        try:
            return self._chairs.of(request.path_params["user"]).user.lang
        except (Problem, KeyError):
            return reader_language(request, self._chairs.space.lang)


async def _json(request: Request) -> dict[str, Any]:
    """The body of an act. Raises HTTPException 400 for what is no JSON object."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(400)
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(body, dict):
        raise HTTPException(400)
    return body


def _mark(body: dict[str, Any]) -> int | None:
    """The mark of the window that asks; None when it wants no changes. Raises HTTPException 400 for what is no mark:
    asked for before the act, lest somebody hear of trouble after it was done."""
    since = body.get("since")
    if since is None:
        return None
    if not isinstance(since, int) or isinstance(since, bool) or not 0 <= since <= LAST_MARK:
        raise HTTPException(400)
    return since

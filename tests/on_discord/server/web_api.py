"""REST over HTTP: the token, limits, ordered faults; then the route."""

import inspect
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from on_discord.server import rest
from on_discord.server.calls import NOTHING, ROUTES, Call, Route
from on_discord.server.faults import Fault
from on_discord.server.messages import Files
from on_discord.server.refusals import Refusal, Unauthorized
from on_discord.server.world import Json

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

API = "/api/v10"
VIA = {"Via": "1.1 google"}
assert rest.PARTS


@dataclass(frozen=True)
class Answer:
    """`body` None: an answer that is no JSON. `status` 0: no answer, the connection is broken."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Called:
    """A request that came, and what was answered."""

    route: str
    args: Json
    """What the path names, and the body."""
    status: int
    answer: Any
    at: float

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def serve(discord: "DiscordLike", served: web.Application) -> None:
    for each in ROUTES:
        served.router.add_route(each.method, API + each.path, _Front(discord, each).answer)

    async def unknown(request: web.Request) -> web.StreamResponse:
        discord.calls.append(Called(f"{request.method} {request.path}", {}, 404, None, discord.clock.now()))
        return _json(Answer(404, {"message": "404: Not Found", "code": 0}))

    served.router.add_route("*", API + "/{rest:.*}", unknown)


class _Front:
    def __init__(self, discord: "DiscordLike", asked: Route) -> None:
        self._discord = discord
        self._asked = asked

    async def answer(self, request: web.Request) -> web.StreamResponse:
        discord, asked = self._discord, self._asked
        path = dict(request.match_info)
        body: Any = None
        try:
            body, files = await _read(request)
            call = Call(discord, path, dict(request.query), body, files)
            said = await self._troubled(request, call)
        except Refusal as refusal:
            said = Answer(refusal.status, refusal.answer)
        args = path | (body if isinstance(body, dict) else {"body": body} if body is not None else {})
        discord.noted(Called(asked.name, args, said.status, said.body, discord.clock.now()))
        if said.status in (401, 403, 429):
            discord.limits.invalid += 1
        if said.status == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _json(said)

    async def _troubled(self, request: web.Request, call: Call) -> Answer:
        args = call.path | (call.body if isinstance(call.body, dict) else {})
        fault = self._discord.faults.meet(self._asked.name, args)
        if fault is None:
            return await self._carry_out(request, call)
        if fault.gate is not None:
            await fault.gate.wait()
            return await self._carry_out(request, call)
        if fault.effect:
            await self._carry_out(request, call)
        return _failed(fault)

    async def _carry_out(self, request: web.Request, call: Call) -> Answer:
        discord, asked = self._discord, self._asked
        headers: dict[str, str] = {}
        try:
            if asked.needs_token and request.headers.get("Authorization") != f"Bot {discord.app.token}":
                raise Unauthorized
            verdict = discord.limits.take(asked.name, call.path.get(asked.major, ""), discord.clock.now())
            headers = verdict.headers
            if verdict.wait:
                return limited(verdict.wait, is_global=verdict.is_global, headers=headers)
            answer = asked.answer(call)
            said = await answer if inspect.isawaitable(answer) else answer
        except Refusal as refusal:
            return Answer(refusal.status, refusal.answer, headers)
        return Answer(204, None, headers) if said is NOTHING else Answer(200, said, headers)


def limited(wait: float, *, is_global: bool = False, via: bool = True, headers: dict[str, str] | None = None) -> Answer:
    said = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
    more = {"Retry-After": str(int(wait + 1)), "X-RateLimit-Scope": "global" if is_global else "user"}
    return Answer(429, said, (headers or {}) | more | (VIA if via else {}))


def _failed(fault: Fault) -> Answer:
    if fault.reset:
        return Answer(0)
    if fault.retry_after:
        return limited(fault.retry_after, is_global=fault.is_global, via=fault.via)
    if fault.code:
        refusal = Refusal(fault.code, fault.status or None)
        return Answer(refusal.status, refusal.answer)
    return Answer(fault.status)


def _json(said: Answer) -> web.Response:
    if said.status == 204:
        return web.Response(status=204, headers=said.headers)
    if said.body is None:
        return web.Response(status=said.status, text="upstream error", content_type="text/html", headers=said.headers)
    headers = {"Content-Type": "application/json", **said.headers}
    return web.Response(status=said.status, body=json.dumps(said.body, ensure_ascii=False).encode(), headers=headers)


async def _read(request: web.Request) -> tuple[Any, Files]:
    files = Files()
    if request.content_type.startswith("multipart/"):
        body: Any = None
        form = await request.post()
        for name, part in form.items():
            if name == "payload_json":
                body = _parsed(part if isinstance(part, str) else "")
            elif isinstance(part, web.FileField):
                number = name.removeprefix("files[").removesuffix("]")
                files.by_number[number] = (part.filename, part.file.read())
        return (body if body is not None else {}), files
    text = await request.text()
    if not text:
        return None, files
    if request.content_type != "application/json":
        errors = {"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": 'Expected "Content-Type" header'}]}
        raise Refusal(50035, errors=errors)
    return _parsed(text), files


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refusal(50109) from None

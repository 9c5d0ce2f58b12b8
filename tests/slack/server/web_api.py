"""The Web API over HTTP: tokens, scopes, limits, ordered faults; then the method."""

import base64
import inspect
import json
from typing import TYPE_CHECKING

from aiohttp import web

from slack.server.app import BOT, Grant
from slack.server.calls import METHODS, Call, Method, Refusal
from slack.server.methods import load_methods
from slack.server.troubled import Answer, troubled
from slack.server.world import Json, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

load_methods()


def serve(slack: "SlackLike", served: web.Application) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await _Front(slack, request).answer()

    served.router.add_route("*", "/api/{method}", answer)


class _Front:
    def __init__(self, slack: "SlackLike", request: web.Request) -> None:
        self._slack = slack
        self._request = request
        self._method = request.match_info["method"]
        self._args: Json = {}
        self._token = ""
        self._headers: dict[str, str] = {}

    async def answer(self) -> web.StreamResponse:
        try:
            self._args = await self._read()
            said = await troubled(self._slack, self._request, self._method, self._args, self._carry_out)
        except Refusal as refusal:
            said = Answer(refusal.answer)
        self._slack.noted(self._method, self._args, said, self._token)
        if said.json is None:
            return web.Response(status=said.status or 500, text="upstream error", content_type="text/html")
        return web.json_response(said.json, status=said.status, headers=self._headers | said.headers)

    async def _carry_out(self) -> Answer:
        try:
            method = METHODS.get(self._method)
            if method is None:
                raise Refusal("unknown_method", req_method=self._method)
            call = self._call(method)
            now = self._slack.clock.now()
            wait = self._slack.limits.wait(call.team.id, method.name, method.tier, call.text("channel"), now)
            if wait:
                return Answer.limited(wait)
            answer = method.answer(call)
            said = await answer if inspect.isawaitable(answer) else answer
            return Answer({"ok": True, **said})
        except Refusal as refusal:
            return Answer(refusal.answer)

    # ------------------------------------------------------------------ what came

    async def _read(self) -> Json:
        request = self._request
        args: Json = dict(request.query)
        header = request.headers.get("Authorization", "")
        if request.content_type == "application/json" and request.method == "POST":
            try:
                body = json.loads(await request.text() or "{}")
            except ValueError:
                raise Refusal("invalid_json") from None
            if not isinstance(body, dict):
                raise Refusal("json_not_object")
            args |= {name: value for name, value in body.items() if name != "token"}
        elif request.method == "POST":
            args |= dict(await request.post())
        in_body = str(args.pop("token", ""))
        self._token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else in_body
        if header.startswith("Basic "):
            login, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
            args |= {"client_id": login, "client_secret": password}
        return args

    def _call(self, method: Method) -> Call:
        if not method.kind:
            return Call(self._slack, method.name, self._args, Grant("", "", frozenset()), Team("", "", ""))
        grant = self._grant(method)
        call = Call(self._slack, method.name, self._args, grant, self._team(grant))
        if method.scopes:
            call.scope(*method.scopes)
        return call

    def _grant(self, method: Method) -> Grant:
        if not self._token:
            raise Refusal("not_authed")
        grant = self._slack.app.grants.get(self._token)
        if grant is None:
            raise Refusal("invalid_auth")
        if grant.install is not None and grant.install.gone:
            raise Refusal("account_inactive")
        if grant.revoked:
            raise Refusal("token_revoked")
        if grant.expires is not None and grant.expires <= self._slack.clock.now():
            raise Refusal("token_expired")
        if grant.kind not in method.kind.split():
            raise Refusal("not_allowed_token_type")
        self._headers = {
            "X-OAuth-Scopes": ",".join(sorted(grant.scopes)),
            "X-Accepted-OAuth-Scopes": ",".join(method.scopes),
        }
        return grant

    def _team(self, grant: Grant) -> Team:
        """The workspace that is meant: with an organisation's token `team_id` says it, or the channel."""
        if grant.kind != BOT or grant.install is None:
            return Team("", "", "")
        if grant.install.team_id is not None:
            return self._slack.teams[grant.install.team_id]
        wanted, channel = str(self._args.get("team_id", "")), str(self._args.get("channel", ""))
        inside = [team for team in self._slack.teams.values() if team.enterprise_id == grant.install.enterprise_id]
        named = [team for team in inside if team.id == wanted or (not wanted and channel in team.channels)]
        if not named and wanted:
            raise Refusal("team_access_not_granted")
        return (named or inside)[0]

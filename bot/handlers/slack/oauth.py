"""A workspace installs the app by itself: `/slack/install` leads to Slack, `/slack/oauth_redirect` back.

What Slack brings back counts once, within ten minutes, and in the browser that set out: a state is signed with that
browser's own cookie in it. Nobody gets into a school by installing: where no school uses a workspace, one sentence is
all that is said there.
Source: docs.slack.dev, "Installing with OAuth"; RFC 9700, 4.7.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.language import Lang
from bot.handlers.slack.access import Client, access, given, plain
from bot.handlers.slack.client import said_of
from bot.handlers.slack.installs import install_key
from bot.handlers.slack.scopes import scopes
from bot.pages import Pages, language
from bot.services.installs import InstallDesk, Installed

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
ANSWERED_WITHIN = timedelta(minutes=10)
"""Slack's own limit for the code that it brings."""
COOKIE = "sukima-install"
OLD = frozenset({"invalid_code", "code_already_used", "code_expired"})
"""Slack does not take the code (any more)."""
LONGEST = 500
"""Characters of what Slack brings back."""
_WORD = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_STATE = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """Where we are, and how people there are spoken to. `key` signs states, `new_token` makes words of 43 letters."""

    public_url: str
    pages: Pages
    lang: Lang
    key: bytes = field(repr=False)
    new_token: Callable[[], str]

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def redirect_url(self) -> str:
        """To be named in the manifest."""
        return f"{self.public_url}{REDIRECT}"


class InstallPages:
    """The two addresses. `installed` is told of each new installation, once it is kept."""

    def __init__(
        self,
        place: Place,
        app: Client,
        desk: InstallDesk,
        client: AsyncWebClient,
        now: Callable[[], datetime],
        installed: Callable[[Installed], Awaitable[None]],
    ) -> None:
        self._place = place
        self._app = app
        self._desk = desk
        self._client = client
        self._now = now
        self._installed = installed
        self._cookie = f"__Host-{COOKIE}" if place.is_https else COOKIE

    async def install(self, request: Request) -> Response:
        """On to Slack, to look at what is asked for and agree. Nothing is changed by that."""
        browser = self._browser(request) or self._place.new_token()
        asked = {
            "client_id": self._app.id,
            "scope": ",".join(scopes()),
            "redirect_uri": self._place.redirect_url,
            "state": self._state(browser),
        }
        response = RedirectResponse(f"{authorize_url(self._client.base_url)}?{urlencode(asked)}", HTTPStatus.FOUND)
        response.set_cookie(
            self._cookie,
            browser,
            max_age=int(ANSWERED_WITHIN.total_seconds()),
            path="/",
            secure=self._place.is_https,
            httponly=True,
            samesite="lax",
        )
        return response

    async def returned(self, request: Request) -> Response:
        """Back from Slack, with a code or with the reason why there is none."""
        told = {name: value[:LONGEST] for name, value in request.query_params.items()}
        mark = self._mark(told.get("state", ""), self._browser(request))
        if mark is None:  # perhaps a link of somebody else's: whoever has set out goes on
            return self._page(request, "stale", HTTPStatus.BAD_REQUEST, is_over=False)
        if told.get("error"):
            log.info("slack.install_cancelled")
            return self._page(request, "cancelled")
        if not told.get("code") or not await self._desk.use_state(mark):
            return self._page(request, "stale", HTTPStatus.BAD_REQUEST)
        try:
            said = await access(self._client, self._app, code=told["code"], redirect_uri=self._place.redirect_url)
        except SlackApiError as error:
            return self._refused(request, str(said_of(error).get("error") or ""))
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            log.warning("slack.install_unanswered", reason=type(error).__name__)
            return self._page(request, "away", HTTPStatus.BAD_GATEWAY)
        return await self._keep(request, said)

    async def _keep(self, request: Request, said: Mapping[str, Any]) -> Response:
        team, enterprise = _part(said, "team"), _part(said, "enterprise")
        of_organisation = bool(said.get("is_enterprise_install"))
        key = install_key(_id(enterprise), _id(team), of_organisation=of_organisation)
        try:
            pair = given(said, self._now())
        except ValueError:
            return self._refused(request, "no_bot_token")
        if not (key.enterprise if of_organisation else key.team):
            return self._refused(request, "no_workspace")
        kept = await self._desk.keep(key, plain(said.get("bot_user_id")), pair.scopes, pair.tokens)
        log.info("slack.installed", workspace=key.name)
        await self._installed(kept)
        name = _name(enterprise if of_organisation else team) or key.name
        what = "organisation" if of_organisation else "done"
        there = urlencode({"app": plain(said.get("app_id")), "team": key.team or key.enterprise})
        way = urljoin(self._client.base_url, f"/app_redirect?{there}")
        return self._page(request, what, name=name, workspace=key.name, way=way)

    def _refused(self, request: Request, code: str) -> Response:
        if code in OLD:
            return self._page(request, "stale", HTTPStatus.BAD_REQUEST)
        log.error("slack.install_refused", code=code or "unreadable")
        return self._page(request, "refused", HTTPStatus.BAD_GATEWAY)

    def _page(
        self,
        request: Request,
        what: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        name: str = "",
        workspace: str = "",
        way: str = INSTALL,
        is_over: bool = True,
    ) -> Response:
        """`is_over`: what this browser set out for has come to its end."""
        lang = language.of(request, self._place.lang)
        page = self._place.pages.answer(
            request,
            "slack_installed.html",
            lang=lang,
            status=status,
            other_lang_url=None,  # asked for again it would be another page
            what=what,
            name=name,
            workspace=workspace,
            way=way,
        )
        if is_over:
            page.delete_cookie(self._cookie, path="/", secure=self._place.is_https, httponly=True, samesite="lax")
        return page

    # ------------------------------------------------------------------ states

    def _browser(self, request: Request) -> str | None:
        word = request.cookies.get(self._cookie, "")
        return word if _WORD.fullmatch(word) else None

    def _state(self, browser: str) -> str:
        nonce = self._place.new_token()
        until = str(int((self._now() + ANSWERED_WITHIN).timestamp()))
        return f"{nonce}.{until}.{self._signature(nonce, until, browser)}"

    def _mark(self, state: str, browser: str | None) -> str | None:
        """By what a state is known to have been used; None for one that is not ours, not this browser's, or old."""
        found = _STATE.fullmatch(state)
        if found is None or browser is None:
            return None
        nonce, until, signature = found.groups()
        if not hmac.compare_digest(signature, self._signature(nonce, until, browser)):
            return None
        return hashlib.sha256(nonce.encode()).hexdigest() if int(until) > self._now().timestamp() else None

    def _signature(self, nonce: str, until: str, browser: str) -> str:
        return hmac.new(self._place.key, f"{nonce}.{until}.{browser}".encode(), hashlib.sha256).hexdigest()


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = said.get(name)
    return part if isinstance(part, Mapping) else {}


def _id(part: Mapping[str, Any]) -> str:
    """Empty for what is no id: it stands in keys, whose parts a slash divides."""
    found = plain(part.get("id"))
    return found if _ID.fullmatch(found) else ""


def _name(part: Mapping[str, Any]) -> str:
    name = part.get("name")
    return name.encode(errors="replace").decode() if isinstance(name, str) else ""


def authorize_url(api_url: str) -> str:
    """Where people agree; beside the Web API, wherever that is."""
    return urljoin(api_url, "../oauth/v2/authorize")

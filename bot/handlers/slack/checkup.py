"""`sukima check` on Slack: reaches it with the tokens and names what is wrong there. Nothing is posted or changed.

Asking for an address to connect to (`apps.connections.open`) opens no connection. Which events the app is subscribed to
no token of it can read: they are named, to be compared. Its id stands in its app-level token and in its bot's profile.
"""

import logging
import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.installs import InstallKey, Tokens, is_over
from bot.errors import Complaint
from bot.handlers.slack.access import Client
from bot.handlers.slack.client import TOKEN
from bot.handlers.slack.installs import Install, install_from
from bot.handlers.slack.keys import team_of, workspace_key
from bot.handlers.slack.platform import SlackSettings
from bot.handlers.slack.scopes import EVENTS, OPTIONAL, scopes
from bot.handlers.slack.sharing import has_outsiders, sharing

ANSWERS_WITHIN = 10
"""Seconds."""
CLOCKS_APART = timedelta(minutes=1)
"""Requests whose signature is five minutes off are refused; long before that somebody should look."""
APP_IN_TOKEN = re.compile(r"xapp-\d-(A[A-Z0-9]+)-")
CODE = re.compile(r"[a-z0-9_]+")
CLIENT_REFUSED = frozenset({"invalid_client_id", "bad_client_secret", "invalid_client"})
NO_CODE = "0.0.0"
BOT_TOKEN, APP_TOKEN = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
UNREACHED = (OSError, HTTPException)


@dataclass(frozen=True)
class StaffChannel:
    """Where a school's shared badges are posted. `school` is the school's key."""

    school: str
    workspace: str
    channel: str


@dataclass(frozen=True)
class Seen:
    """Something that was found; good to know only, where it `is_advice`."""

    wrong: Complaint
    is_advice: bool = False


@dataclass(frozen=True)
class Kept:
    """An installation that is kept; `tokens` is None where the secret does not open them."""

    key: InstallKey
    bot_user: str
    tokens: Tokens | None


@dataclass(frozen=True)
class Deployment:
    """What is known here of Slack. `install_url` is where workspaces install the app, or will, as it is to be said."""

    settings: SlackSettings
    channels: Sequence[StaffChannel]
    kept: Sequence[Kept] = ()
    install_url: str = ""
    tells_schools: bool = True
    """False: the database cannot be read now, so that nothing is known of schools."""

    def workspaces(self, school: str) -> frozenset[str]:
        """The keys of a school's workspaces."""
        return frozenset(each.workspace for each in self.channels if each.school == school)


def look_over(here: Deployment, now: datetime) -> Iterator[Seen]:
    """All that is found, one after another. Where Slack does not answer, that alone."""
    settings = here.settings
    silent = logging.Logger("slack.checkup", logging.CRITICAL + 1)  # what is wrong is said in sentences
    client = WebClient(base_url=settings.api_url, timeout=ANSWERS_WITHIN, retry_handlers=[], logger=silent)
    try:
        if settings.app is not None:
            yield from _client_of(client, settings.app)
        served, app = yield from _tokens(client, here, now)
        yield from _left_over(here, served)
        if settings.app_token is not None:
            yield from _app_token(client, settings.app_token, app)
    except UNREACHED:
        yield Seen(Complaint("check.slack_unreachable", {"host": urlsplit(settings.api_url).netloc}))


def _tokens(client: WebClient, here: Deployment, now: datetime) -> Generator[Seen, None, tuple[list[Install], str]]:
    """Every token in turn. Returns for which workspaces one is taken, and the id of their app, where it is known."""
    served: list[Install] = []
    app = ""
    if here.settings.bot_token is not None:
        own = yield from _bot_token(client, here, here.settings.bot_token, now)
        served += [own] if own is not None else []
        app = _app_of(client, own) if own is not None else ""
    for kept in here.kept:
        found = yield from _kept(client, here, kept, now)
        served += [found] if found is not None else []
    if served:
        yield Seen(Complaint("check.slack_events", {"events": ", ".join(EVENTS)}), is_advice=True)
    return served, app


def _bot_token(client: WebClient, here: Deployment, token: str, now: datetime) -> Generator[Seen, None, Install | None]:
    """Returns what the token is for, where Slack takes it."""
    try:
        answer = client.auth_test(token=token)
    except SlackApiError as error:
        yield _refused(error, "auth.test", BOT_TOKEN)
        return None
    headers = _headers(answer.headers)
    yield from _clock(headers, now)
    yield from _scopes(headers)
    told: Any = answer.data
    install = install_from(told, token, "")
    if not here.channels and here.tells_schools:
        yield Seen(Complaint("check.slack_nobody"), is_advice=True)
    for each in here.channels:
        if install.serves(each.workspace):
            yield from _channel(client, install, each, here.workspaces(each.school))
        elif here.settings.app is None:
            bound: dict[str, str | int] = {"school": each.school, "bound": each.workspace, "home": install.home}
            yield Seen(Complaint("check.slack_elsewhere", bound))
    return install


def _kept(client: WebClient, here: Deployment, kept: Kept, now: datetime) -> Generator[Seen, None, Install | None]:
    """As `_bot_token`, for a workspace that installed the app by itself; each thing that is wrong names it."""
    again: dict[str, str | int] = {"workspace": kept.key.name, "url": here.install_url}
    if kept.tokens is None:
        yield Seen(Complaint("check.slack_shut", again))
        return None
    try:
        answer = client.auth_test(token=kept.tokens.token)
    except SlackApiError as error:
        code = _code(error)
        if code not in TOKEN:
            yield _refused(error, "auth.test", BOT_TOKEN)
        elif kept.tokens.refresh and is_over(kept.tokens.expires_at, now):
            yield Seen(Complaint("check.slack_install_over", again), is_advice=True)
        else:
            yield Seen(Complaint("check.slack_install_refused", {**again, "code": code}))
        return None
    yield from _clock(_headers(answer.headers), now)
    for each in _scopes(_headers(answer.headers)):
        if not each.is_advice:
            yield Seen(Complaint("check.slack_install_scopes", {**again, **each.wrong.params}))
    home = workspace_key(kept.key.team, kept.key.enterprise or None)
    install = Install(home, kept.tokens.token, "", kept.bot_user, of_organisation=kept.key.of_organisation)
    bound = [each for each in here.channels if install.serves(each.workspace)]
    if not bound:
        yield Seen(Complaint("check.slack_install_nobody", {"workspace": kept.key.name}), is_advice=True)
    for place in bound:
        yield from _channel(client, install, place, here.workspaces(place.school))
    return install


def _left_over(here: Deployment, served: Sequence[Install]) -> Iterator[Seen]:
    """Where schools are, and the app is not."""
    if here.settings.app is None:
        return
    known = {workspace_key(each.key.team, each.key.enterprise or None) for each in here.kept}
    for each in here.channels:
        if each.workspace not in known and not any(install.serves(each.workspace) for install in served):
            lost: dict[str, str | int] = {"school": each.school, "workspace": each.workspace}
            yield Seen(Complaint("check.slack_install_missing", {**lost, "url": here.install_url}))


def _client_of(client: WebClient, app: Client) -> Iterator[Seen]:
    """A code that nobody was given is refused as such only where the id and the secret are right."""
    try:
        client.oauth_v2_access(client_id=app.id, client_secret=app.secret, code=NO_CODE)
    except SlackApiError as error:
        code = _code(error)
        if code in CLIENT_REFUSED:
            yield Seen(Complaint("check.slack_client", {"code": code}))
        elif not code:
            raise ConnectionError from None


def _app_of(client: WebClient, install: Install) -> str:
    try:
        told: Any = client.users_info(token=install.token, user=install.bot_user).get("user") or {}
    except SlackApiError:
        return ""
    return str((told.get("profile") or {}).get("api_app_id") or "")


def _app_token(client: WebClient, token: str, app: str) -> Iterator[Seen]:
    named = APP_IN_TOKEN.match(token)
    if app and named is not None and named[1] != app:
        yield Seen(Complaint("check.slack_two_apps", {"bot": app, "app": named[1]}))
        return
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        if _code(error) == "missing_scope":
            yield Seen(Complaint("check.slack_app_scope"))
            return
        refused = _refused(error, "apps.connections.open", APP_TOKEN)
        not_open = Seen(Complaint("check.slack_no_socket", refused.wrong.params))
        yield not_open if refused.wrong.code == "check.slack_refused" else refused


def _clock(headers: Mapping[str, str], now: datetime) -> Iterator[Seen]:
    try:
        apart = abs(now - parsedate_to_datetime(headers["date"]))
    except (KeyError, ValueError, TypeError):
        return  # a gateway that says no time
    if apart > CLOCKS_APART:
        yield Seen(Complaint("check.slack_clock", {"seconds": round(apart.total_seconds())}))


def _scopes(headers: Mapping[str, str]) -> Iterator[Seen]:
    if "x-oauth-scopes" not in headers:
        return
    granted = {scope.strip() for scope in headers["x-oauth-scopes"].split(",")}
    lacking = [scope for scope in scopes() if scope not in granted]
    if needed := [scope for scope in lacking if scope not in OPTIONAL]:
        yield Seen(Complaint("check.slack_scopes", {"scopes": ", ".join(needed)}))
    if wished := [scope for scope in lacking if scope in OPTIONAL]:
        yield Seen(Complaint("check.slack_optional", {"scopes": ", ".join(wished)}), is_advice=True)


def _channel(client: WebClient, install: Install, place: StaffChannel, own: Collection[str]) -> Iterator[Seen]:
    """`own`: the keys of its school's workspaces."""
    told: dict[str, str | int] = {"school": place.school, "channel": place.channel, "workspace": place.workspace}
    within: dict[str, Any] = {"team_id": team_of(place.workspace)} if install.of_organisation else {}
    try:
        answer = client.conversations_info(token=install.token, channel=place.channel, **within)
        found: Any = answer.get("channel") or {}
    except SlackApiError as error:
        if _code(error) == "channel_not_found":
            yield Seen(Complaint("check.slack_channel_gone", told))
        elif _code(error) != "missing_scope":  # that is said already
            yield _refused(error, "conversations.info", BOT_TOKEN)
        return
    if found.get("is_archived"):
        yield Seen(Complaint("check.slack_channel_archived", told))
    elif found.get("is_member") is False:
        yield Seen(Complaint("check.slack_channel_closed", told))
    if has_outsiders(sharing(found), own):
        yield Seen(Complaint("check.slack_channel_outsiders", told))


def _refused(error: SlackApiError, method: str, name: str) -> Seen:
    """What a refusal means. Raises `ConnectionError` where it was not Slack that answered."""
    code = _code(error)
    if not code:
        raise ConnectionError
    if code == "not_allowed_token_type":
        return Seen(Complaint("check.slack_token_kind", {"name": name}))
    if code in TOKEN and name == APP_TOKEN:
        return Seen(Complaint("check.slack_app_token", {"code": code}))
    if code in TOKEN:
        return Seen(Complaint("check.slack_token", {"code": code}))
    return Seen(Complaint("check.slack_refused", {"method": method, "code": code}))


def _code(error: SlackApiError) -> str:
    """Slack's code; empty where something else answered in its place."""
    response: SlackResponse | dict[str, Any] = error.response
    code = str(response.get("error") or "")
    return code if CODE.fullmatch(code) else ""


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}

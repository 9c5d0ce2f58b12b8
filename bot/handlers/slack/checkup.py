"""`sukima check` on Slack: reaches it with the tokens and names what is wrong there. Nothing is posted or changed.

Asking for an address to connect to (`apps.connections.open`) opens no connection. Which events the app is subscribed to
no token of it can read: they are named, to be compared. Its id stands in its app-level token and in its bot's profile.
"""

import logging
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.errors import Complaint
from bot.handlers.slack.client import TOKEN
from bot.handlers.slack.installs import Install, install_from
from bot.handlers.slack.keys import enterprise_of
from bot.handlers.slack.platform import SlackSettings
from bot.handlers.slack.scopes import EVENTS, OPTIONAL, scopes

ANSWERS_WITHIN = 10
"""Seconds."""
CLOCKS_APART = timedelta(minutes=1)
"""Requests whose signature is five minutes off are refused; long before that somebody should look."""
APP_IN_TOKEN = re.compile(r"xapp-\d-(A[A-Z0-9]+)-")
CODE = re.compile(r"[a-z0-9_]+")
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


def look_over(settings: SlackSettings, channels: Sequence[StaffChannel], now: datetime) -> Iterator[Seen]:
    """All that is found, one after another. Where Slack does not answer, that alone."""
    silent = logging.Logger("slack.checkup", logging.CRITICAL + 1)  # what is wrong is said in sentences
    client = WebClient(base_url=settings.api_url, timeout=ANSWERS_WITHIN, retry_handlers=[], logger=silent)
    try:
        app = yield from _bot_token(client, settings.bot_token, channels, now)
        if settings.app_token is not None:
            yield from _app_token(client, settings.app_token, app)
    except UNREACHED:
        yield Seen(Complaint("check.slack_unreachable", {"host": urlsplit(settings.api_url).netloc}))


def _bot_token(
    client: WebClient, token: str, channels: Sequence[StaffChannel], now: datetime
) -> Generator[Seen, None, str]:
    """Returns the id of the token's app; empty where that is not known."""
    try:
        answer = client.auth_test(token=token)
    except SlackApiError as error:
        yield _refused(error, "auth.test", BOT_TOKEN)
        return ""
    headers = _headers(answer.headers)
    yield from _clock(headers, now)
    yield from _scopes(headers)
    told: Any = answer.data
    install = install_from(told, token, "")
    if not channels:
        yield Seen(Complaint("check.slack_nobody"), is_advice=True)
    for each in channels:
        yield from _channel(client, install, each)
    yield Seen(Complaint("check.slack_events", {"events": ", ".join(EVENTS)}), is_advice=True)
    return _app_of(client, install)


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
        else:
            yield _refused(error, "apps.connections.open", APP_TOKEN)


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


def _channel(client: WebClient, install: Install, place: StaffChannel) -> Iterator[Seen]:
    told: dict[str, str | int] = {"school": place.school, "channel": place.channel, "workspace": place.workspace}
    if not _serves(install, place.workspace):
        bound: dict[str, str | int] = {"school": place.school, "bound": place.workspace, "home": install.home}
        yield Seen(Complaint("check.slack_elsewhere", bound))
        return
    try:
        found: Any = client.conversations_info(token=install.token, channel=place.channel).get("channel") or {}
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


def _serves(install: Install, workspace: str) -> bool:
    """Whether the token is for this workspace, by itself or by its whole organisation."""
    organisation = enterprise_of(install.home) if install.of_organisation else None
    return install.home == workspace or (organisation is not None and organisation == enterprise_of(workspace))


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

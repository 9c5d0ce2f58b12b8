"""The way out to Slack's Web API: one client for all workspaces, and what its answers mean.

| Slack says | it means |
|---|---|
| 429, `ratelimited` | `RetryLater`: nothing was taken; the method rests in that place |
| the token does not work (any more) | `TokenRefused`, a `RetryLater`: everything waits until there is another |
| the message, the person or the channel is gone, or closed to us | `Unsendable` |
| `missing_scope` | `MissingScope`, with the scope that is needed |
| another code | `Refused` |
| nothing, or what cannot be understood | the kit's own error: whether it was taken is in doubt |

The kit itself tries nothing again: a broken connection after `chat.postMessage` may have posted (design.md 3).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.slack.lanes import Lanes
from bot.services.ports import RetryLater, Unsendable

SLACK = "https://slack.com/api/"
ANSWERS_WITHIN = 20.0
"""Seconds that one call may take."""
WAITS_HERE = timedelta(seconds=3)
"""A turn that comes sooner is waited for; for a later one the lane is left."""
ASKED_AGAIN = timedelta(minutes=10)
"""After a token was refused."""
PAUSE = timedelta(seconds=30)
"""Where Slack asks for a pause and does not say how long."""
GONE = frozenset(
    {
        *("channel_not_found", "is_archived", "not_in_channel", "message_not_found", "thread_not_found"),
        *("user_not_found", "user_not_visible", "user_disabled", "users_not_found", "user_not_in_channel"),
        *("cannot_dm_bot", "messages_tab_disabled", "is_inactive", "cant_update_message", "cant_delete_message"),
        *("edit_window_closed", "restricted_action", "restricted_action_read_only_channel", "no_permission"),
        *("restricted_action_thread_locked", "restricted_action_non_threadable_channel", "cannot_reply_to_message"),
        *("team_access_not_granted", "not_in_dm", "invalid_users", "slackbot_file_upload"),
    }
)
"""It will never work."""
TOKEN = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required"),
        *("not_allowed_token_type", "two_factor_setup_required", "enterprise_is_restricted", "team_not_found"),
    }
)
UNREADABLE = "http_"
"""How the code of an answer begins that says nothing but its status."""
SLACKS_OWN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's own troubles: they pass, and what was asked for may have been done."""
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "rate_limit_exceeded"})

Answer = Mapping[str, Any]
log = structlog.get_logger(__name__)


class Refused(Exception):
    """Slack did not take a call; `code` says why."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code

    @property
    def may_pass(self) -> bool:
        """Slack was in trouble: the same call may be taken later, and may have been taken now."""
        return self.code in SLACKS_OWN or self.code.startswith(UNREADABLE)


class MissingScope(Refused):
    """The app was not given what a call needs: the scope `needed`."""

    def __init__(self, method: str, needed: str) -> None:
        super().__init__(method, "missing_scope")
        self.needed = needed


class TokenRefused(RetryLater):
    """The workspace's token does not work. Nothing is lost: it is asked again later."""

    def __init__(self, code: str) -> None:
        super().__init__(ASKED_AGAIN)
        self.code = code


TROUBLES = (Refused, RetryLater, aiohttp.ClientError, TimeoutError)
"""What a call raises when Slack does not do it, and nothing is wrong with us."""


def reason_of(trouble: Exception) -> str:
    """A trouble in a code, for the log."""
    if isinstance(trouble, Unsendable) and trouble.args:
        return str(trouble.args[0])
    return str(getattr(trouble, "code", type(trouble).__name__))


def web_client(session: aiohttp.ClientSession, base_url: str = SLACK) -> AsyncWebClient:
    """The one client. Its token is given with each call; it tries nothing again by itself."""
    return AsyncWebClient(base_url=base_url, session=session, retry_handlers=[], timeout=int(ANSWERS_WITHIN))


def _nothing(_: str, __: str) -> Mapping[str, str]:
    return {}


class Calls:
    """Calls of the Web API, each in the name of a workspace. `sleep` waits for a turn that is near.

    `besides` tells what every call must say in a workspace, with a token.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        lanes: Lanes,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        besides: Callable[[str, str], Mapping[str, str]] = _nothing,
        token_every: float = 30.0,
    ) -> None:
        """`token_every`: seconds between two looks whether a token that was refused works again."""
        self._client = client
        self._lanes = lanes
        self._besides = besides
        self._sleep = sleep
        self._token_every = token_every
        self._warned: set[tuple[str, str]] = set()
        self._missed: set[tuple[str, str, str]] = set()
        """By workspace and method: the scopes that lack, as was said."""
        self._works: dict[str, asyncio.Event] = {}
        """Of workspaces whose token is refused: set when it works."""
        self._refused: set[tuple[str, str]] = set()
        """Workspaces with the tokens that are refused there."""
        self._asked: dict[str, float] = {}

    async def call(self, workspace: str, token: str, method: str, *, place: str = "", **values: Any) -> Answer:
        """One call; `place` is the channel that it concerns. Raises as the table above says."""
        if (rest := self._lanes.paused(workspace, method, place)) > timedelta(0):
            raise RetryLater(rest)
        ask = getattr(self._client, method.replace(".", "_"))
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                answer = await ask(token=token, **self._besides(workspace, token), **values)
        except SlackApiError as error:
            trouble = self._understood(workspace, method, place, error)
            if isinstance(trouble, TokenRefused):
                self._refused.add((workspace, token))
            raise trouble from None
        except SlackRequestError:  # of a file that did not get through; the kit's words name it
            raise Refused(method, f"{UNREADABLE}upload") from None
        self._refused.discard((workspace, token))
        if workspace in self._works:
            self._taken(workspace)
        data: Answer = answer.data
        return data

    async def post(self, workspace: str, token: str, method: str, channel: str, **values: Any) -> Answer:
        """As `call`, for what puts a message into a channel: it waits for its turn, if that is near.

        Raises also `RetryLater` for a turn that is far.
        """
        if (wait := self._lanes.wait(workspace, channel)) > WAITS_HERE:
            raise RetryLater(wait)
        if (wait := self._lanes.take(workspace, channel)) > timedelta(0):
            await self._sleep(wait.total_seconds())
        return await self.call(workspace, token, method, place=channel, channel=channel, **values)

    def refuses(self, workspace: str) -> bool:
        """Whether Slack did not take the workspace's token, and has not taken it since."""
        return workspace in self._works

    def refuses_token(self, workspace: str, token: str) -> bool:
        """Whether Slack did not take this very token there, when it was used last."""
        return (workspace, token) in self._refused

    async def until_taken(self, workspace: str, token: Callable[[], Awaitable[str | None]]) -> None:
        """Wait until Slack takes the workspace's token, or the one in its place that `token` brings.

        Where it brings none, the app was taken out: nothing is waited for.
        """
        while (works := self._works.get(workspace)) is not None and await token() is not None:
            try:
                async with asyncio.timeout(self._token_every):
                    await works.wait()
            except TimeoutError:
                await self._ask_for(workspace, token)

    async def rest(self, seconds: float) -> None:
        """Wait a moment for something that Slack is about to do."""
        await self._sleep(seconds)

    def _say_once(self, workspace: str, method: str, needed: str) -> None:
        if (workspace, method, needed) not in self._missed:
            self._missed.add((workspace, method, needed))
            log.warning("slack.missing_scope", workspace=workspace, method=method, needed=needed)

    async def _ask_for(self, workspace: str, token: Callable[[], Awaitable[str | None]]) -> None:
        """Try the token, however many wait for it, once in a while."""
        now = asyncio.get_running_loop().time()
        if now - self._asked.get(workspace, -self._token_every) < self._token_every:
            return
        self._asked[workspace] = now
        if (kept := await token()) is not None:
            with suppress(Exception):  # what it means has been said
                await self.call(workspace, kept, "auth.test")

    def _taken(self, workspace: str) -> None:
        self._works.pop(workspace).set()
        self._warned -= {(workspace, code) for code in TOKEN}
        log.info("slack.token_taken", workspace=workspace)

    def _understood(self, workspace: str, method: str, place: str, error: SlackApiError) -> Exception:
        response = error.response
        said = said_of(error)
        status, code = getattr(response, "status_code", 0), str(said.get("error") or "")
        if (after := pause_of(error)) is not None:
            self._lanes.pause(workspace, method, place, after)
            return RetryLater(after)
        if code in TOKEN:
            self._works.setdefault(workspace, asyncio.Event())
            if (workspace, code) not in self._warned:
                self._warned.add((workspace, code))
                log.error("slack.token_refused", workspace=workspace, method=method, code=code)
            return TokenRefused(code)
        if code in GONE:
            return Unsendable(code)
        if code == "missing_scope":
            needed = str(said.get("needed") or "")
            self._say_once(workspace, method, needed)
            return MissingScope(method, needed)
        if code:
            return Refused(method, code)
        return Refused(method, f"{UNREADABLE}{status}")


def said_of(error: SlackApiError) -> Answer:
    """What Slack answered, where it is something that one can read."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, Mapping) else {}


def pause_of(error: SlackApiError) -> timedelta | None:
    """How long Slack asks to be left alone, where that is what it answered."""
    response = error.response
    if (
        getattr(response, "status_code", 0) != HTTPStatus.TOO_MANY_REQUESTS
        and said_of(error).get("error") not in LIMITED
    ):
        return None
    return _seconds(getattr(response, "headers", {}))


def _seconds(headers: Mapping[str, str]) -> timedelta:
    """`Retry-After`, whatever the case of its letters."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).isdecimal():
            return timedelta(seconds=int(value))
    return PAUSE

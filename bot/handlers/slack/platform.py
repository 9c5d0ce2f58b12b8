"""Slack at work: what the house needs of it, joined. One workspace by the environment's token, and all that installed
the app by themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.conversation.intents import Attached
from bot.conversation.tasks import Tasks
from bot.domain.people import Standing
from bot.errors import Problem
from bot.handlers.slack.access import Client
from bot.handlers.slack.answering import Answering
from bot.handlers.slack.attached import SlackFile
from bot.handlers.slack.attention import Attentive
from bot.handlers.slack.client import TOKEN, Calls, said_of, web_client
from bot.handlers.slack.door import Door
from bot.handlers.slack.hearing import Hearing, Routes
from bot.handlers.slack.home import HomePages
from bot.handlers.slack.hosts import is_beside, place_of
from bot.handlers.slack.inbound import Sent
from bot.handlers.slack.installs import AllInstalls, ManyInstalls, OneInstall, authorizing, install_from
from bot.handlers.slack.keys import PLATFORM
from bot.handlers.slack.lanes import Lanes
from bot.handlers.slack.listening import Listening, bolt_app
from bot.handlers.slack.oauth import InstallPages, Place
from bot.handlers.slack.outsiders import SlackOutsiders
from bot.handlers.slack.over_http import Requests
from bot.handlers.slack.people import People
from bot.handlers.slack.prompts import Prompts
from bot.handlers.slack.roll import Roll
from bot.handlers.slack.rotation import Rotation
from bot.handlers.slack.sender import Draws, SlackSender
from bot.handlers.slack.socket_mode import Socket
from bot.handlers.slack.taking import Taking
from bot.handlers.slack.timing import Timing
from bot.services.installs import InstallDesk, Installed

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between the tries to reach Slack at the start."""
LIMIT_IS_OVER = 90.0
"""Seconds from Slack's word that it keeps a minute's events back."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SlackSettings:
    """What the environment says of Slack. Without an app token there is no Socket Mode, without a secret no HTTP.

    There is a bot token, or an `app`, or both.
    """

    api_url: str
    bot_token: str | None = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    app: Client | None = None
    """With it workspaces install the app by themselves; without, there is the bot token's alone."""


class Slack:
    """One process's Slack. `sender` is for the relay, `requests` for `/slack/events` (None: not over HTTP)."""

    def __init__(
        self,
        settings: SlackSettings,
        session: aiohttp.ClientSession,
        router: Routes,
        cards: Draws,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
        begun: Callable[[], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timing: Timing | None = None,
        desk: InstallDesk | None = None,
    ) -> None:
        """`sleep` waits for a turn to send, and until Slack may be asked again. `desk` keeps what installed the app.

        `begun` is awaited once Slack is reached: what happened while we were away is looked at then.
        """
        self._settings = settings
        self._timing = timing = timing or Timing()
        self._sleep = sleep
        self._begun = begun
        self._session = session
        self._tasks = Tasks()
        self._now = now
        self._client = web_client(session, settings.api_url)
        self._one = OneInstall()
        self._many = self._kept_installs(settings.app, desk)
        kept = self._many.installs if self._many else None
        self._installs = AllInstalls(self._one, kept, lambda home, token: self._calls.refuses_token(home, token))
        self._calls = Calls(self._client, Lanes(now), sleep, self._installs.besides, timing.token_every)
        self._people = People(self._ask, now, sleep)
        self.outsiders = SlackOutsiders(
            self._calls, self._installs, now, lambda home: router.same_school(PLATFORM, home)
        )
        self.sender = SlackSender(self._calls, self._installs, cards, self._is_person, self.outsiders.surely_in)
        answering = Answering(
            self._calls, self._installs, self.sender, cards, session, settings.api_url, now, new_token, router.shown
        )
        homes = HomePages(self._calls, self._installs, cards)
        prompts = Prompts(self._calls, self._installs, now)
        self.attention = Attentive(self._calls, self._installs, self._people, now)
        self._hearing = Hearing(
            router,
            self._people,
            answering,
            homes,
            prompts,
            self.sender.reactions,
            self._tasks,
            self._until_taken,
            self.attention,
        )
        self._router = router
        self._roll = Roll(self._calls, self._installs, self._hearing.follow)
        taking = Taking(self._tasks, timing, self._calls.refuses)
        self._listening = Listening(
            self._hearing, self._tasks, taking, self._fetched, self._left, self._limited, self.outsiders.notice
        )
        app = bolt_app(self._listening, self._client, authorizing(self._installs))
        door = Door(app, self._listening, self._serves, self._tasks, answering.turned_away)
        app_token, secret, passes_over = settings.app_token, settings.signing_secret, self._listening.passes_over
        self._socket = Socket(door, self._client, session, app_token, timing, passes_over) if app_token else None
        self.requests = Requests(door, secret, timing, passes_over) if secret else None
        self._has_begun = False
        self._was_taken_out = ""
        """From which workspace, where the environment's token stopped working."""
        self._beginning: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None
        self._comparing: asyncio.Task[None] | None = None
        self._limited_at = 0

    def start(self) -> None:
        """Begin; returns at once, since Slack may be away."""
        self._beginning = asyncio.create_task(self._begin(), name="slack beginning")

    async def stop(self) -> None:
        """Take nothing new, end what was begun, close. May be asked again."""
        self._listening.close()
        for waiting in (self._beginning, self._returning, self._comparing):
            if waiting is not None:
                waiting.cancel()
                with suppress(asyncio.CancelledError):
                    await waiting
        if self._socket is not None:
            await self._socket.stop()
        await self._tasks.drain(self._timing.drain)

    async def quiet(self) -> None:
        """Wait until Slack is reached and all that arrived is answered."""
        if self._beginning is not None:
            await self._beginning
        await self._tasks.quiet()
        if self._comparing is not None:
            await self._comparing

    async def returned(self) -> None:
        """Wait until the app that was taken out of its workspace is there again."""
        if self._returning is not None:
            await self._returning

    async def trouble(self) -> str | None:
        """Why nothing reaches us from Slack, as a code; None: all is well. Of many workspaces none speaks for all."""
        if self._settings.bot_token is not None and self._one.install is None and not await self._is_served_anew():
            return "slack.uninstalled" if self._was_taken_out else "slack.no_answer"
        if self._one.install is not None and self._calls.refuses(self._one.install.home):
            return "slack.token_refused"
        if self._socket is not None and not self._socket.is_alive:
            return "slack.not_connected"
        return None

    def state(self) -> Mapping[str, str | int]:
        """For those who look after it: the connection of Socket Mode, and when Slack last kept events back."""
        limited = {"events_kept_back_at": self._limited_at} if self._limited_at else {}
        return {**(self._socket.state() if self._socket is not None else {}), **limited}

    def install_pages(self, place: Place) -> InstallPages | None:
        """The addresses at which a workspace installs the app; None where none may."""
        if self._many is None:
            return None
        return InstallPages(place, self._many.app, self._many.desk, self._client, self._now, self._came)

    async def pulse(self) -> None:
        """Exchange the tokens that are over soon. Returns at once, for Slack may be slow."""
        if self._many is not None and self._has_begun:
            self._tasks.begin(self._exchange(self._many))

    async def _serves(self, home: str) -> bool | None:
        """Whether the app is in a workspace; None while it may be the one of the environment's token."""
        if not self._has_begun:
            return None
        if await self._installs.of(home) is not None:
            return True
        is_reached = self._settings.bot_token is None or self._one.install is not None
        return False if is_reached or self._was_taken_out not in ("", home) else None

    def _kept_installs(self, app: Client | None, desk: InstallDesk | None) -> "_Many | None":
        if app is None or desk is None:
            return None
        rotation = Rotation(desk, self._client, app, self._now)
        return _Many(app, desk, rotation, ManyInstalls(desk, self._now, rotation.renew))

    async def _begin(self) -> None:
        """Only once it is known which workspaces the tokens are for may events come.

        Where there may be many, those do not wait for the one whose token stands in the environment.
        """
        if self._many is None:
            await self._reach(self._sleep)
        else:
            await self._exchange(self._many)
            if self._settings.bot_token is not None:
                self._returning = asyncio.create_task(self._come_back(), name="slack reaching")
        self._has_begun = True
        if self._socket is not None:
            self._socket.start()
        await self._catch_up()

    async def _exchange(self, many: "_Many") -> None:
        try:
            await many.rotation.look()
        except Exception:
            log.exception("slack.exchange_failed")  # the clock comes back to it

    def _limited(self, team: str, minute: int) -> None:
        """Slack keeps the rest of a minute's events back, for good: what can be read is compared once that is over.

        `minute`: in seconds since 1970. Slack says it every minute for as long as it lasts.
        """
        if minute == self._limited_at and self._comparing is not None:
            return
        self._limited_at = minute
        log.warning("slack.events_limited", workspace=team, minute=minute)
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = asyncio.create_task(self._compare(), name="slack comparing")

    async def _compare(self) -> None:
        await self._sleep(LIMIT_IS_OVER)
        await self._catch_up()

    async def _came(self, install: Installed) -> None:
        """The app was installed: what happened there while we were away is looked at."""
        if self._many is not None:
            self._many.installs.forget()
        self._tasks.begin(self._catch_up())

    async def _left(self, home: str) -> None:
        """The app was taken out of a workspace: what is to be sent waits until it is back. When this returns, what
        must go is gone.

        Slack may say so late, and of a token before: what counts is whether the one that we have still works.
        """
        one = self._one.install
        if one is not None and one.home == home and not await self._is_accepted(one.token):
            self._one.install = None
            self._was_taken_out = home
            log.warning("slack.uninstalled", workspace=home)
            self._returning = asyncio.create_task(self._come_back(), name="slack returning")
        if self._many is not None:
            await self._drop(self._many, home)

    async def _drop(self, many: "_Many", home: str) -> None:
        """Slack may say so late, and of a token that was exchanged: what counts is whether the kept one still works.

        That of an organisation goes, too, where the workspace that we are told of is served by its own.
        """
        for found in await many.installs.all_for(home):
            if await self._is_accepted(found.tokens.token):
                continue
            if await many.desk.drop(found):
                log.warning("slack.uninstalled", workspace=found.key.name)
            many.installs.forget()
            self._people.forget_all(home)

    async def _is_accepted(self, token: str) -> bool:
        try:
            await self._client.auth_test(token=token)
        except SlackApiError as error:
            if said_of(error).get("error") in TOKEN:
                return False
            raise
        return True

    async def _is_served_anew(self) -> bool:
        """Whether the environment's own workspace installed the app by itself, after its token was taken."""
        return bool(self._was_taken_out) and await self._installs.of(self._was_taken_out) is not None

    async def _come_back(self) -> None:
        await self._reach(asyncio.sleep, was_taken=bool(self._was_taken_out))
        self._was_taken_out = ""
        await self._catch_up()

    async def _reach(self, rest: Callable[[float], Awaitable[None]], *, was_taken: bool = False) -> None:
        """Learn which workspace the token is for; `rest` waits between the tries.

        Where the app `was_taken` out, it is no news that its token is refused.
        """
        wait, reason, token = FIRST_WAIT, "", self._settings.bot_token or ""
        while True:
            try:
                answer = await self._client.auth_test(token=token)
                told: Any = answer.data
                scopes = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
                self._one.install = found = install_from(told, token, scopes)
                break
            except SlackApiError as error:
                code = str(said_of(error).get("error") or "unreadable")
                if not (was_taken and code in TOKEN):
                    reason = _said_once(code, reason)
            except Exception as error:
                reason = _said_once(type(error).__name__, reason)
            await rest(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        log.info("slack.begun", workspace=found.home)

    async def _catch_up(self) -> None:
        """Look at what happened while we were away: first who is there, since that tells whose reactions count."""
        try:
            for home in await self._router.workspaces(PLATFORM):
                await self._roll.call(home)
            await self._begun()
        except Exception:
            log.exception("slack.not_reconciled")  # the clock comes back to it

    async def _ask(self, home: str, user: str) -> Mapping[str, Any]:
        install = await self._installs.of(home)
        if install is None:
            raise LookupError(home)
        answer = await self._calls.call(home, install.token, "users.info", user=user, include_locale=True)
        told: Mapping[str, Any] = answer["user"]
        return told

    async def _is_person(self, home: str, user: str) -> bool:
        """Whoever left is one: what they gave stays. Of a guest the house has to know, that theirs stays, too."""
        found = await self._people.of(home, user)
        if found.is_gone or found.standing is Standing.GUEST:
            await self._hearing.follow(home, user, found)
        return not (found.is_bot or found.is_stranger or found.standing is Standing.GUEST)

    def _fetched(self, home: str, sent: Sent) -> Attached:
        near = (place_of(sent.url)[1],) if is_beside(sent.url, self._settings.api_url) else ()
        return SlackFile(sent.name, sent.url, self._session, lambda: self._token(home), near)

    async def _until_taken(self, home: str) -> None:
        async def token() -> str | None:
            install = await self._installs.of(home)
            return install.token if install is not None else None

        await self._calls.until_taken(home, token)

    async def _token(self, home: str) -> str:
        install = await self._installs.of(home)
        if install is None:
            raise Problem("file_unreadable")
        return install.token


@dataclass(frozen=True)
class _Many:
    """What there is where workspaces install the app by themselves."""

    app: Client
    desk: InstallDesk
    rotation: Rotation
    installs: ManyInstalls


def _said_once(reason: str, before: str) -> str:
    """Why Slack cannot be begun with: said when it is another reason than before."""
    if reason in TOKEN:
        if reason != before:
            log.error("slack.token_refused", code=reason)
    elif reason != before:
        log.warning("slack.unreachable", reason=reason)
    return reason


@asynccontextmanager
async def open_slack(
    settings: SlackSettings,
    router: Routes,
    cards: Draws,
    now: Callable[[], datetime],
    new_token: Callable[[], str],
    begun: Callable[[], Awaitable[None]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    timing: Timing | None = None,
    desk: InstallDesk | None = None,
) -> AsyncIterator[Slack]:
    """Slack, not yet started; stopped in the end."""
    async with aiohttp.ClientSession() as session:
        slack = Slack(settings, session, router, cards, now, new_token, begun, sleep, timing, desk)
        try:
            yield slack
        finally:
            await slack.stop()

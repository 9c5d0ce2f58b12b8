"""Tokens that rotate are exchanged before they are over (docs.slack.dev, "Token rotation").

A refresh token works once. Who exchanges one says so in the row first, so that no other process does the same; the new
pair is kept before anybody uses it. Where Slack took the exchange and its answer was lost, the former refresh token is
void: the log says so two hours before the former token is over, and the way out is to install the app again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.installs import InstallKey, is_due
from bot.handlers.slack.access import Client, NoEnd, Pair, access, given
from bot.handlers.slack.client import LIMITED, SLACKS_OWN, UNREADABLE, said_of
from bot.services.installs import InstallDesk, Installed

log = structlog.get_logger(__name__)


class Rotation:
    """Exchanges what is due. One exchange of an installation at a time."""

    def __init__(
        self,
        desk: InstallDesk,
        client: AsyncWebClient,
        app: Client,
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._client = client
        self._app = app
        self._now = now
        self._turns: defaultdict[InstallKey, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._void: set[bytes] = set()
        """Editions whose refresh token Slack does not take."""
        self._doubted: set[bytes] = set()
        """Editions of which it was said that nobody knows whether their refresh token still works."""
        self._in_hand: dict[bytes, Pair] = {}
        """By edition: what was exchanged and could not be kept yet."""

    async def look(self) -> None:
        """Exchange every token that is over soon."""
        for each in await self._desk.all():
            if is_due(each.tokens.expires_at, self._now()):
                await self.renew(each)

    async def renew(self, install: Installed) -> Installed:
        """The installation with a token that lasts; as it is kept, where that cannot be had now."""
        async with self._turns[install.key]:
            newest = await self._desk.get(install.key)
            if newest is None:
                return install
            if not is_due(newest.tokens.expires_at, self._now()) or newest.kept.sealed in self._void:
                return newest
            pair = self._in_hand.get(newest.kept.sealed) or await self._exchanged(newest)
            return newest if pair is None else await self._keep(newest, pair)

    async def _exchanged(self, install: Installed) -> Pair | None:
        begun = await self._desk.begin_exchange(install)
        if begun is None:
            return None  # another process is at it
        if begun.in_doubt:
            self._doubt(install, "begun_before")
        try:
            told = await access(
                self._client, self._app, grant_type="refresh_token", refresh_token=install.tokens.refresh
            )
            pair = given(told, self._now())
        except SlackApiError as error:
            await self._refused(install, error)
            return None
        except NoEnd as odd:  # what it gave is all there is now
            self._doubt(install, type(odd).__name__)
            pair = odd.pair
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError) as error:
            self._doubt(install, type(error).__name__)
            return None
        self._in_hand[install.kept.sealed] = pair
        return pair

    async def _keep(self, install: Installed, pair: Pair) -> Installed:
        edition = install.kept.sealed
        if not await self._desk.exchanged(install, pair.scopes, pair.tokens):
            log.warning("slack.exchange_of_no_use", workspace=install.key.name)
            del self._in_hand[edition]
            return install
        del self._in_hand[edition]
        log.info("slack.token_exchanged", workspace=install.key.name)
        return await self._desk.get(install.key) or install

    async def _refused(self, install: Installed, error: SlackApiError) -> None:
        code = str(said_of(error).get("error") or "")
        status = getattr(error.response, "status_code", 0)
        is_limited = status == HTTPStatus.TOO_MANY_REQUESTS or code in LIMITED
        if not is_limited and (not code or code in SLACKS_OWN):
            self._doubt(install, code or f"{UNREADABLE}{status}")
            return
        await self._desk.not_exchanged(install)
        if is_limited:
            log.info("slack.exchange_later", workspace=install.key.name)
            return
        self._void.add(install.kept.sealed)
        log.error("slack.exchange_refused", workspace=install.key.name, code=code)

    def _doubt(self, install: Installed, reason: str) -> None:
        """Whether Slack took the exchange is not known: said once, and tried again."""
        if install.kept.sealed not in self._doubted:
            self._doubted.add(install.kept.sealed)
            log.warning("slack.exchange_in_doubt", workspace=install.key.name, reason=reason)

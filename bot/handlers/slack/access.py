"""What Slack gives for a code, or for a refresh token: a bot's tokens (docs.slack.dev, `oauth.v2.access`)."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.installs import Tokens
from bot.handlers.slack.client import ANSWERS_WITHIN

USUAL = timedelta(hours=12)
"""So long tokens last that rotate (docs.slack.dev, "Token rotation")."""
LONGEST = timedelta(days=3650)


@dataclass(frozen=True)
class Client:
    """The app as Slack knows it."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Pair:
    """What Slack gave for a code or a refresh token."""

    tokens: Tokens
    scopes: frozenset[str]


class NoEnd(ValueError):
    """Slack gave a pair and said nothing readable of when it ends; `pair` is as though it lasted as long as usual."""

    def __init__(self, pair: Pair) -> None:
        super().__init__("no readable end")
        self.pair = pair


async def access(client: AsyncWebClient, app: Client, **asked: str) -> Mapping[str, Any]:
    """What Slack answers the app. Raises what the kit raises, and TimeoutError."""
    basic = base64.b64encode(f"{app.id}:{app.secret}".encode()).decode()
    async with asyncio.timeout(ANSWERS_WITHIN):
        # Not by the kit's own method: it makes the header with a class that aiohttp gives up.
        answer = await client.api_call("oauth.v2.access", data=asked, headers={"Authorization": f"Basic {basic}"})
    told: Any = answer.data
    return told if isinstance(told, Mapping) else {}


def given(told: Mapping[str, Any], now: datetime) -> Pair:
    """What an answer of `oauth.v2.access` gives a bot. Raises ValueError where it gives it nothing, and `NoEnd`."""
    token, refresh = plain(told.get("access_token")), plain(told.get("refresh_token"))
    if not token or told.get("token_type", "bot") != "bot":
        raise ValueError("no bot token")
    scopes = frozenset(scope.strip() for scope in plain(told.get("scope")).split(",") if scope.strip())
    seconds = told.get("expires_in")
    if not seconds:
        return Pair(Tokens(token, refresh), scopes)
    try:
        lasts = timedelta(seconds=int(seconds))
    except (TypeError, ValueError, OverflowError):
        lasts = timedelta(0)
    if not timedelta(0) < lasts <= LONGEST:
        raise NoEnd(Pair(Tokens(token, refresh, now + USUAL), scopes))
    return Pair(Tokens(token, refresh, now + lasts), scopes)


def plain(value: object) -> str:
    """A text of Slack's ids, scopes and tokens; empty for what cannot be one."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""

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


async def access(client: AsyncWebClient, app: Client, **asked: str) -> Mapping[str, Any]:
    """What Slack answers the app. Raises what the kit raises, and TimeoutError."""
    basic = base64.b64encode(f"{app.id}:{app.secret}".encode()).decode()
    async with asyncio.timeout(ANSWERS_WITHIN):
        # Not by the kit's own method: it makes the header with a class that aiohttp gives up.
        answer = await client.api_call("oauth.v2.access", data=asked, headers={"Authorization": f"Basic {basic}"})
    told: Any = answer.data
    return told if isinstance(told, Mapping) else {}


def given(told: Mapping[str, Any], now: datetime) -> Pair:
    """What an answer of `oauth.v2.access` gives a bot. Raises ValueError where it gives it nothing."""
    token = told.get("access_token")
    if not isinstance(token, str) or not token or told.get("token_type", "bot") != "bot":
        raise ValueError("no bot token")
    seconds = told.get("expires_in")
    lasts = timedelta(seconds=int(seconds)) if seconds else None
    scopes = frozenset(scope.strip() for scope in str(told.get("scope") or "").split(",") if scope.strip())
    return Pair(Tokens(token, str(told.get("refresh_token") or ""), None if lasts is None else now + lasts), scopes)

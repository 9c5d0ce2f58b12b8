"""Signed HTTP: each event and interaction is a POST to the app, and a 2xx in time acknowledges it."""

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from slack.server.delivery import COMMANDS, EVENTS, Deadline, Delivery, Outcome
from slack.server.world import Json

if TYPE_CHECKING:
    from slack.server.server import SlackLike

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Requests:
    """What Slack asks the app over HTTP."""

    def __init__(self, slack: "SlackLike") -> None:
        self._slack = slack
        self.sent: list[tuple[str, dict[str, str]]] = []
        """Body and headers of all requests."""
        self._session: aiohttp.ClientSession | None = None

    async def bring(self, delivery: Delivery) -> Outcome:
        number, reason = delivery.retry
        headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
        body, kind = encoded(delivery)
        deadline = Deadline(self._slack)
        asking = asyncio.create_task(self._ask(body, kind, headers, deadline))
        try:
            return await deadline.wait()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def post(
        self,
        body: str,
        kind: str = JSON,
        headers: dict[str, str] | None = None,
        *,
        secret: str | None = None,
        age: float = 0,
    ) -> tuple[int, str]:
        """One signed request, answered with status and body; a test may sign wrongly, or as if it were old."""
        stamp = str(int(self._slack.signing_time() - age))
        sent = self.signed(body, stamp, secret) | {"Content-Type": kind, "User-Agent": AGENT} | (headers or {})
        self.sent.append((body, sent))
        return await self.replay(-1)

    async def replay(self, number: int) -> tuple[int, str]:
        """Send a request of `sent` as it was, with its old signature."""
        body, headers = self.sent[number]
        session = self._session = self._session or aiohttp.ClientSession()
        address = self._slack.app.request_url
        async with session.post(address, data=body.encode(), headers=headers, allow_redirects=False) as said:
            self._last = said.headers
            return said.status, await said.text()

    def signed(self, body: str, stamp: str, secret: str | None = None) -> dict[str, str]:
        """The headers of a signature."""
        key = (secret or self._slack.app.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def verify_url(self) -> bool:
        """Whether the app answers the challenge with which Slack checks a request URL."""
        challenge = f"challenge-{self._slack.new_id()}"
        asked = {"token": self._slack.app.verification_token, "challenge": challenge, "type": "url_verification"}
        status, text = await self.post(json.dumps(asked))
        if status != 200:
            return False
        return text == challenge or text == f"challenge={challenge}" or _json(text) == {"challenge": challenge}

    async def check_ssl(self) -> bool:
        """Whether the app answers the check that Slack makes of a command's address."""
        form = urlencode({"ssl_check": "1", "token": self._slack.app.verification_token})
        return (await self.post(form, FORM))[0] == 200

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, body: str, kind: str, headers: dict[str, str], deadline: Deadline) -> None:
        try:
            status, text = await self.post(body, kind, headers)
        except aiohttp.ClientError:
            deadline.end(Outcome("connection_failed"))
            return
        final = self._last.get("X-Slack-No-Retry") == "1"
        if 200 <= status < 300:
            deadline.end(Outcome(status=status, payload=_json(text) or text or None))
        else:
            reason = "too_many_redirects" if 300 <= status < 400 else "http_error"
            deadline.end(Outcome(reason, status=status, final=final))


def encoded(delivery: Delivery) -> tuple[str, str]:
    """Body and content type of a delivery."""
    if delivery.kind == EVENTS:
        return json.dumps(delivery.payload), JSON
    if delivery.kind == COMMANDS:
        return urlencode(delivery.payload), FORM
    return urlencode({"payload": json.dumps(delivery.payload)}), FORM


def _json(text: str) -> Json | None:
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except ValueError:
        return None

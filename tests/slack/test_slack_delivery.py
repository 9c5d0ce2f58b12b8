"""How the Slack-like server brings events: Socket Mode to the real client, signed HTTP to a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from slack.server import PRIVATE, NotAnswered, SlackLike, Team

Json = dict[str, Any]


class Heard(list[SocketModeRequest]):
    """What the app got. `deaf` envelopes of it are not acknowledged; `answers` go with an acknowledgement."""

    deaf = 0
    answer: Json | None = None


@asynccontextmanager
async def connected(slack: SlackLike) -> AsyncIterator[tuple[SocketModeClient, Heard]]:
    """The real client in Socket Mode."""
    heard = Heard()

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        if heard.deaf:
            heard.deaf -= 1
        else:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, heard.answer))
        slack.changed()

    async with aiohttp.ClientSession() as session:
        client = SocketModeClient(
            slack.app_token(),
            web_client=AsyncWebClient(base_url=slack.api_url, session=session),
            ping_interval=0.1,
        )
        client.socket_mode_request_listeners.append(listen)  # type: ignore[arg-type]
        own = client.aiohttp_client_session
        await client.connect()
        try:
            yield client, heard
        finally:
            await client.close()
            await own.close()


async def test_a_connection_is_opened_with_an_app_token(slack: SlackLike, school: Team) -> None:
    grant = slack.install(school)
    opening = AsyncWebClient(base_url=slack.api_url)
    for token, error in ((grant.token, "not_allowed_token_type"), (slack.app_token(scopes=[]), "missing_scope")):
        with pytest.raises(SlackApiError) as refused:
            await opening.apps_connections_open(app_token=token)
        assert refused.value.response["error"] == error
    async with connected(slack) as (client, _):
        await slack.sockets.connected()
        assert await client.is_connected()
        said = await slack.until(lambda: slack.called("apps.connections.open"))
        assert said[-1].answer["url"].startswith("ws://127.0.0.1:")


async def test_an_event_comes_once_when_it_is_acknowledged(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    async with connected(slack) as (_, heard):
        await slack.person("aoki").says("10分で学べるもの < 5 & 楽しいもの")
        (request,) = heard
        await slack.deliveries.over(slack.deliveries.again(slack.deliveries.sent[0]))
        assert heard[1].payload == request.payload, "a test may have it sent twice"
    assert (request.type, request.retry_attempt) == ("events_api", 0)
    event = request.payload["event"]
    assert (event["type"], event["channel_type"], event["user"]) == ("message", "im", "U0AOKI")
    assert event["text"] == "10分で学べるもの &lt; 5 &amp; 楽しいもの"
    assert request.payload["authorizations"][0]["user_id"] == "U0SUKIMA"


async def test_an_event_that_nobody_acknowledges_comes_four_times(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    async with connected(slack) as (_, heard):
        heard.deaf = 4
        aoki = slack.person("aoki")
        aoki.waits = False
        await aoki.says("やあ")
        (event,) = slack.deliveries.sent
        for number, after in enumerate((0, 0, 60, 300)):
            slack.clock.move(after)
            await slack.until(lambda count=number: len(heard) > count)
            slack.clock.move(3)
            await slack.until(lambda count=number: len(event.attempts) > count)
        slack.clock.move(3600)
        await slack.deliveries.quiet()
    assert [(each.retry_attempt, each.retry_reason) for each in heard] == [
        (0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout"),
    ]  # fmt: skip
    assert len({each.payload["event_id"] for each in heard}) == 1
    assert len({each.envelope_id for each in heard}) == 4
    assert event.over
    assert not event.acknowledged


async def test_what_comes_while_nobody_is_connected_comes_later(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    await slack.person("aoki").says("やあ")
    assert slack.deliveries.sent[0].waiting
    async with connected(slack) as (_, heard):
        await slack.sockets.connected()
        slack.clock.move(60)
        await slack.deliveries.quiet()
    assert [each.retry_attempt for each in heard] == [2]
    assert slack.deliveries.sent[0].acknowledged


async def test_connections_are_renewed_and_break(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    async with connected(slack) as (_, heard):
        await slack.sockets.connected()
        for opened, trouble in enumerate((slack.sockets.refresh, slack.sockets.cut, slack.sockets.silence), 1):
            happened = trouble()
            if happened is not None:
                await happened
            await slack.until(lambda count=opened: slack.sockets.opened > count)
        await slack.until(lambda: any(not each.silent for each in slack.sockets.open))
        slack.sockets.forget_silent()
        await slack.person("aoki").says("まだいる？")
        assert len(heard) == 1


async def test_what_the_app_does_not_hear(slack: SlackLike, school: Team) -> None:
    scopes = set(slack.app.scopes) - {"reactions:read"}
    slack.install(school, scopes=scopes)
    slack.add_channel(school, "C0ROOM", "room", PRIVATE, members=["U0AOKI"])
    aoki = slack.person("aoki")
    async with connected(slack) as (_, heard):
        await aoki.says("not in this room", where="room")
        school.channel("general").members.append("U0SUKIMA")
        message = await aoki.says("here", where="general")
        await aoki.reacts(message, "white_flower")
        slack.app.events -= {"message.channels"}
        await aoki.mentions("hello")
    assert [each.payload["event"]["type"] for each in heard] == ["message", "app_mention"]


async def test_a_channel_of_two_organisations_tells_once(slack: SlackLike, school: Team) -> None:
    other = slack.add_team("T0YUHI", "ゆうひ小学校")
    slack.add_user(other, "U0NISHI", "nishi")
    slack.add_user(school, "U0NISHI", "nishi", team_id="T0YUHI")
    for team in (school, other):
        slack.install(team)
    shared = slack.add_channel(school, "C0BOTH", "both", members=["U0AOKI", "U0NISHI", "U0SUKIMA"])
    slack.share_channel(shared, other)
    async with connected(slack) as (_, heard):
        await slack.person("nishi", school).says("こんにちは", where="both")
    (request,) = heard
    assert request.payload["is_ext_shared_channel"]
    assert request.payload["event"]["user_team"] == "T0YUHI"


async def test_a_press_that_nobody_answers_is_not_brought_again(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    async with connected(slack) as (_, heard):
        heard.deaf = 1
        pressing = asyncio.create_task(slack.person("aoki").commands("学ぶ"))
        await slack.until(lambda: heard)
        slack.clock.move(3)
        with pytest.raises(NotAnswered):
            await pressing
        heard.answer = {"text": "はい", "response_type": "ephemeral"}
        await slack.person("aoki").commands("学ぶ")
        await slack.person("aoki").sees("はい")
    assert [each.type for each in heard] == ["slash_commands"] * 2
    assert heard[0].payload["text"] == "学ぶ"


# ---------------------------------------------------------------------- signed HTTP

Answer = Callable[[web.Request, str], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(slack: SlackLike, answer: Answer) -> AsyncIterator[list[web.Request]]:
    """An app at a request URL, that checks signatures with the kit's own verifier."""
    verifier = SignatureVerifier(slack.app.signing_secret, clock=slack.clock)  # type: ignore[arg-type]
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.text()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        asked.append(request)
        slack.changed()
        return await answer(request, body)

    served = web.Application()
    served.router.add_post("/slack/events", handle)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.app.socket_mode = False
    slack.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield asked
    finally:
        await runner.cleanup()


async def test_signed_requests(slack: SlackLike, school: Team) -> None:
    slack.install(school)

    async def answer(request: web.Request, body: str) -> web.StreamResponse:
        if request.content_type == "application/json":
            given = json.loads(body)
            return web.Response(text=given.get("challenge", ""))
        form = {name: values[0] for name, values in parse_qs(body).items()}
        return web.Response(text="" if "ssl_check" in form else f"{form['command']} {form['text']}")

    async with listening(slack, answer) as asked:
        assert await slack.requests.verify_url()
        assert await slack.requests.check_ssl()
        assert (await slack.requests.post("{}", secret="another"))[0] == 401
        assert (await slack.requests.post("{}", age=301))[0] == 401
        assert (await slack.requests.replay(0))[0] == 200, "a replay at once has a good signature"
        await slack.person("aoki").says("やあ")
        await slack.person("aoki").commands("学ぶ")
        await slack.person("aoki").sees("/sukima 学ぶ")
    assert len(asked) == 5
    assert slack.deliveries.sent[0].acknowledged


async def test_a_request_without_2xx_or_in_vain_comes_again(slack: SlackLike, school: Team) -> None:
    slack.install(school)
    hang, answers = asyncio.Event(), iter((500, 302, None, 200))

    async def answer(request: web.Request, body: str) -> web.StreamResponse:
        status = next(answers)
        if status is None:
            await hang.wait()
        return web.Response(status=status or 200)

    async with listening(slack, answer) as asked:
        await slack.person("aoki").says("やあ")
        slack.clock.move(60)
        await slack.until(lambda: len(asked) == 3)
        slack.clock.move(3)
        await slack.deliveries.quiet()
        hang.set()
        slack.clock.move(300)
        await slack.deliveries.quiet()
    retried = [(each.headers.get("X-Slack-Retry-Num"), each.headers.get("X-Slack-Retry-Reason")) for each in asked]
    assert retried == [(None, None), ("1", "http_error"), ("2", "too_many_redirects"), ("3", "http_timeout")]
    assert slack.deliveries.sent[0].acknowledged


async def test_an_app_may_ask_not_to_be_tried_again(slack: SlackLike, school: Team) -> None:
    slack.install(school)

    async def answer(request: web.Request, body: str) -> web.StreamResponse:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with listening(slack, answer) as asked:
        await slack.person("aoki").says("やあ")
    assert len(asked) == 1
    assert slack.deliveries.sent[0].over
    assert not slack.deliveries.sent[0].acknowledged

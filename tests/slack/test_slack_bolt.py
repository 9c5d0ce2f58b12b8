"""The Slack-like server and a small app of the real kit, by Socket Mode, as the product is built."""

from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from slack.server import SlackLike, Team

Json = dict[str, Any]
VIEW = {
    "type": "modal", "callback_id": "form", "title": {"type": "plain_text", "text": "設定"},
    "submit": {"type": "plain_text", "text": "保存"}, "blocks": [{
        "type": "input", "block_id": "f:name", "label": {"type": "plain_text", "text": "名前"},
        "element": {"type": "plain_text_input", "action_id": "value"}}],
}  # fmt: skip
BUTTON = {"type": "button", "action_id": "act0", "text": {"type": "plain_text", "text": "開く"}, "value": "v1"}


def app_of(client: AsyncWebClient) -> AsyncApp:
    """Greets, opens a modal by command, refuses short names, and says which button was pressed."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0ASAHI", bot_user_id="U0SUKIMA", bot_id="B0SUKIMA", bot_token=client.token
        )

    app = AsyncApp(client=client, authorize=authorize, signing_secret="s", process_before_response=True)

    @app.event("message")
    async def hear(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "elements": [BUTTON]}]
        if "bot_id" not in event:
            await client.chat_postMessage(channel=event["channel"], text=f"{event['text']}!", blocks=blocks)

    @app.command("/sukima")
    async def command(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    @app.view("form")
    async def sent(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
        name = view["state"]["values"]["f:name"]["value"]["value"]
        if len(name) < 2:
            await ack(response_action="errors", errors={"f:name": "短すぎます"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"{name}さん")

    @app.action("act0")
    async def pressed(ack: Any, respond: Any) -> None:
        await ack()
        await respond("開きました", replace_original=True)

    return app


async def test_an_app_of_the_real_kit(slack: SlackLike, school: Team) -> None:
    token = slack.install(school).token
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token, base_url=slack.api_url, session=session)
        handler = AsyncSocketModeHandler(app_of(client), slack.app_token())
        own = handler.client.aiohttp_client_session
        await handler.connect_async()
        try:
            aoki = slack.person("aoki")
            await aoki.says("こんにちは")
            await aoki.presses("開く")
            await aoki.sees("開きました")
            await aoki.commands("設定")
            await aoki.modals.open("設定", "名前")
            assert await aoki.modals.submits({"名前": "あ"}) == {"名前": "短すぎます"}
            assert await aoki.modals.submits({"名前": "青木"}) == {}
            await aoki.sees("青木さん")
        finally:
            await handler.close_async()
            await own.close()
    assert all(each.acknowledged for each in slack.deliveries.sent)

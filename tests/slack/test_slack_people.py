"""People of the Slack-like server: what they do reaches the app as Slack sends it, and they see what Slack shows."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from slack.server import SlackLike, Team
from slack.test_slack_delivery import connected

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, value: str) -> Json:
    return {"type": "button", "action_id": f"act-{value}", "text": plain(label), "value": value}


def card(text: str, *buttons: Json) -> list[Json]:
    said = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return [said, {"type": "actions", "elements": list(buttons)}] if buttons else [said]


def asked(label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": f"b-{label}", "label": plain(label), "element": element, **more}


NAME = asked("名前", {"type": "plain_text_input", "action_id": "name", "initial_value": "青木"})
LANG = asked("言語", {"type": "static_select", "action_id": "lang", "placeholder": plain("選ぶ"), "options": [
    {"text": plain("日本語"), "value": "ja"}, {"text": plain("English"), "value": "en"}]})  # fmt: skip


class Bot:
    """An app that keeps what it is sent, and answers interactions as the test says."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.got: list[SocketModeRequest] = []
        self.answers: Callable[[Json], Json | None] = lambda payload: None

    @property
    def last(self) -> Json:
        return dict(self.got[-1].payload)

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.got.append(request)
        answer = self.answers(dict(request.payload))
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@pytest.fixture
async def bot(slack: SlackLike, client: AsyncWebClient) -> AsyncIterator[Bot]:
    async with connected(slack) as (connection, _):
        hearing = Bot(client)
        connection.socket_mode_request_listeners[:] = [hearing.hear]  # type: ignore[list-item]
        await slack.sockets.connected()
        yield hearing


async def test_a_button_is_pressed_by_its_label(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    blocks = [*card("*分数*", button("開く", "1")), {"type": "divider"}, *card("図形 &amp; 面積", button("開く", "2"))]
    await bot.client.chat_postMessage(channel="U0AOKI", text="教材", blocks=blocks)
    message = await aoki.sees("図形 & 面積")
    assert aoki.buttons(message) == ["開く", "開く"]
    await aoki.presses("開く", beside="図形")
    pressed = bot.last
    assert (pressed["type"], pressed["actions"][0]["value"]) == ("block_actions", "2")
    assert pressed["container"] == {
        "type": "message", "message_ts": message.ts, "channel_id": aoki.dm.id, "is_ephemeral": False,
    }  # fmt: skip
    assert pressed["message"]["text"] == "教材"
    assert pressed["user"]["team_id"] == "T0ASAHI"
    assert pressed["state"] == {"values": {}}


async def test_an_ephemeral_answer_is_pressed_and_replaced(slack: SlackLike, school: Team, bot: Bot) -> None:
    aoki, hall = slack.person("aoki"), slack.person("hall")
    school.channel("general").members.append("U0SUKIMA")
    await bot.client.chat_postEphemeral(
        channel="C0GENERAL", user="U0AOKI", text="？", blocks=card("？", button("はい", "y"))
    )
    await aoki.presses("はい", where="general")
    pressed = bot.last
    assert pressed["container"]["is_ephemeral"]
    assert "message" not in pressed
    assert bot.client.session is not None
    await bot.client.session.post(pressed["response_url"], json={"text": "済み", "replace_original": True})
    await aoki.sees("済み", where="general")
    assert hall.messages("general") == []
    await bot.client.session.post(pressed["response_url"], json={"delete_original": True})
    assert aoki.messages("general") == []


async def test_an_ephemeral_answer_in_a_new_thread_is_not_seen(slack: SlackLike, school: Team, bot: Bot) -> None:
    aoki = slack.person("aoki")
    school.channel("general").members.append("U0SUKIMA")
    message = await aoki.says("誰に聞けば？", where="general")
    answer = {"channel": "C0GENERAL", "user": "U0AOKI", "text": "私に", "thread_ts": message.ts}
    await bot.client.chat_postEphemeral(**answer)
    assert [aoki.words(each) for each in aoki.messages("general")] == ["誰に聞けば？"]
    await bot.client.chat_postMessage(channel="C0GENERAL", text="答え", thread_ts=message.ts)
    await bot.client.chat_postEphemeral(**answer)
    await aoki.sees("私に", where="general")


async def test_a_modal_is_filled_refused_and_sent(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    await aoki.commands("設定")
    view = {
        "type": "modal", "callback_id": "form", "title": plain("設定"), "submit": plain("保存"),
        "blocks": [NAME, LANG], "private_metadata": "t-1",
    }  # fmt: skip
    await bot.client.views_open(trigger_id=bot.last["trigger_id"], view=view)
    await aoki.modals.open("設定", "名前", "保存")
    assert list(aoki.modals.inputs()) == ["名前", "言語"]
    with pytest.raises(AssertionError, match="must be filled"):
        await aoki.modals.submits()
    bot.answers = lambda payload: {"response_action": "errors", "errors": {"b-名前": "短すぎます"}}
    assert await aoki.modals.submits({"名前": "あ", "言語": "English"}) == {"名前": "短すぎます"}
    bot.answers = lambda payload: None
    assert await aoki.modals.submits({"名前": "青木 花"}) == {}
    assert aoki.modals.top is None
    sent = bot.last
    assert (sent["type"], sent["view"]["private_metadata"]) == ("view_submission", "t-1")
    values = sent["view"]["state"]["values"]
    assert values["b-名前"]["name"] == {"type": "plain_text_input", "value": "青木 花"}
    assert values["b-言語"]["lang"]["selected_option"]["value"] == "en"


async def test_a_modal_is_changed_stacked_and_closed(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    first = {
        "type": "modal",
        "title": plain("一"),
        "submit": plain("次へ"),
        "blocks": card("一", button("さらに", "m")),
    }
    await aoki.uses_shortcut("learn_now")
    await bot.client.views_open(trigger_id=bot.last["trigger_id"], view=first)
    bot.answers = lambda payload: {"response_action": "update", "view": {**first, "title": plain("二")}}
    await aoki.modals.submits()
    await aoki.modals.open("二")
    bot.answers = lambda payload: None
    await aoki.modals.presses("さらに")
    view = {**first, "title": plain("三"), "notify_on_close": True}
    await bot.client.views_push(trigger_id=bot.last["trigger_id"], view=view)
    await aoki.modals.open("三")
    await aoki.modals.closes()
    assert bot.last["type"] == "view_closed"
    await aoki.modals.open("二")


async def test_inputs_in_a_message_come_with_the_press(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    blocks = [NAME, LANG, {"type": "actions", "elements": [button("保存", "s")]}]
    await bot.client.chat_postMessage(channel="U0AOKI", text="教えてください", blocks=blocks)
    await aoki.fills({"名前": "青木 花", "言語": "日本語"})
    await aoki.presses("保存")
    values = bot.last["state"]["values"]
    assert values["b-名前"]["name"]["value"] == "青木 花"
    assert values["b-言語"]["lang"]["selected_option"]["value"] == "ja"


async def test_a_form_is_completed_wherever_it_is_asked(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    blocks = [NAME, LANG, {"type": "actions", "elements": [button("保存", "s"), button("やめる", "c")]}]
    await bot.client.chat_postMessage(channel="U0AOKI", text="教えて", blocks=blocks)
    await aoki.completes({"name": "青木 花", "b-言語": "English"})
    assert bot.last["actions"][0]["value"] == "s"
    assert bot.last["state"]["values"]["b-言語"]["lang"]["selected_option"]["value"] == "en"
    await aoki.completes({"名前": "花"}, "やめる")
    assert bot.last["actions"][0]["value"] == "c"
    await aoki.uses_shortcut("learn_now")
    view = {"type": "modal", "title": plain("設定"), "submit": plain("保存"), "blocks": [NAME]}
    await bot.client.views_open(trigger_id=bot.last["trigger_id"], view=view)
    assert await aoki.completes({"名前": "青木"}) == {}
    assert bot.last["view"]["state"]["values"]["b-名前"]["name"]["value"] == "青木"


async def test_home_is_opened_and_pressed(slack: SlackLike, bot: Bot) -> None:
    aoki = slack.person("aoki")
    assert await aoki.opens_home() is None
    assert bot.last["event"]["tab"] == "home"
    await bot.client.views_publish(user_id="U0AOKI", view={"type": "home", "blocks": card("次は", button("開く", "o"))})
    await aoki.sees_at_home("次は", "開く")
    await aoki.presses_at_home("開く")
    assert bot.last["view"]["type"] == "home"
    await aoki.opens_home()
    assert bot.last["event"]["view"]["id"] == slack.teams["T0ASAHI"].homes["U0AOKI"]["id"]
    await aoki.opens_messages()
    assert bot.last["event"]["tab"] == "messages"


async def test_words_mentions_files_and_threads(slack: SlackLike, school: Team, bot: Bot) -> None:
    aoki = slack.person("aoki")
    school.channel("general").members.append("U0SUKIMA")
    await aoki.says("これ", files=(("badge.png", b"PNG"),))
    event = bot.last["event"]
    assert (event["subtype"], event["files"][0]["name"]) == ("file_share", "badge.png")
    headers = {"Authorization": f"Bearer {bot.client.token}"}
    assert bot.client.session is not None
    async with bot.client.session.get(event["files"][0]["url_private"], headers=headers) as got:
        assert await got.read() == b"PNG"
    first = await aoki.mentions("誰が分数を？", where="general")
    assert [each.payload["event"]["type"] for each in bot.got[-2:]] == ["message", "app_mention"]
    assert bot.last["event"]["text"] == "<@U0SUKIMA> 誰が分数を？"
    await slack.person("hall").says("私", where="general", thread=first)
    assert bot.last["event"]["thread_ts"] == first.ts
    assert aoki.words(first) == "@sukima 誰が分数を？"
    await aoki.edits(first, "やめます")
    assert bot.last["event"]["subtype"] == "message_changed"
    await aoki.deletes(first)
    assert bot.last["event"]["subtype"] == "message_deleted"


async def test_reactions_and_shortcuts_on_messages(slack: SlackLike, school: Team, bot: Bot) -> None:
    aoki, hall = slack.person("aoki"), slack.person("hall")
    school.channel("general").members.append("U0SUKIMA")
    ts = (await bot.client.chat_postMessage(channel="C0GENERAL", text="バッジ"))["ts"]
    message = await aoki.sees("バッジ", where="general")
    await hall.reacts(message, "white_flower::skin-tone-2")
    event = bot.last["event"]
    assert (event["type"], event["reaction"]) == ("reaction_added", "white_flower::skin-tone-2")
    assert event["item"] == {"type": "message", "channel": "C0GENERAL", "ts": ts}
    await hall.unreacts(message, "white_flower::skin-tone-2")
    assert bot.last["event"]["type"] == "reaction_removed"
    await hall.uses_shortcut("endorse_this", on=message)
    assert (bot.last["type"], bot.last["message"]["ts"]) == ("message_action", ts)
    slack.app.shortcuts = {"learn_now": "global"}
    with pytest.raises(AssertionError, match="no such shortcut"):
        await hall.uses_shortcut("endorse_this", on=message)


async def test_a_manifest_is_all_that_the_app_may(slack: SlackLike, school: Team, bot: Bot) -> None:
    slack.app.follow(
        {
            "features": {
                "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
                "agent_view": {"agent_description": "…"},
                "slash_commands": [{"command": "/sukima"}],
                "shortcuts": [{"callback_id": "learn_now", "type": "global"}],
            },
            "oauth_config": {"scopes": {"bot": ["chat:write"], "bot_optional": ["users:read.email"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}, "socket_mode_enabled": True},
        }
    )
    await slack.person("aoki").says("聞こえる？")
    assert bot.got == []
    assert slack.app.optional_scopes == ("users:read.email",)
    with pytest.raises(AssertionError, match="not a valid command"):
        await slack.person("aoki").commands("学ぶ", name="/other")

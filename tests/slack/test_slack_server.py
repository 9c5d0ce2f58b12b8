"""The Slack-like server is held to what Slack does, by the real kit over real sockets: the Web API."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from slack.server import PRIVATE, Clock, LiveClock, SlackLike, Team, open_slack

Json = dict[str, Any]


async def refused(call: Awaitable[Any]) -> Json:
    """What a refused call was answered."""
    with pytest.raises(SlackApiError) as caught:
        await call
    data: Json = caught.value.response.data
    assert data["ok"] is False
    return data


async def error(call: Awaitable[Any]) -> str:
    return str((await refused(call))["error"])


def section(text: str = "こんにちは") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label: str = "開く", **more: Any) -> Json:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, **more}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": {"type": "plain_text", "text": "設定"}, "blocks": list(blocks), **more}


# ---------------------------------------------------------------------- tokens and scopes


async def test_a_token_says_who_calls(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    said = await client.auth_test()
    assert (said["team_id"], said["user_id"], said["bot_id"]) == ("T0ASAHI", "U0SUKIMA", "B0SUKIMA")
    assert "chat:write" in said.headers["x-oauth-scopes"]
    other = AsyncWebClient(slack.app_token(), base_url=slack.api_url)
    assert (await other.auth_test())["app_id"] == slack.app.id
    assert await error(other.chat_postMessage(channel="C0GENERAL", text="a")) == "not_allowed_token_type"


async def test_a_token_that_does_not_work(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    assert await error(client.auth_test(token="")) == "not_authed"
    assert await error(client.auth_test(token="xoxb-unknown")) == "invalid_auth"
    grant = slack.app.grants[str(client.token)]
    slack.revoke(grant)
    assert await error(client.auth_test()) == "token_revoked"
    slack.uninstall(school)
    assert await error(client.auth_test()) == "account_inactive"
    assert [event["type"] for event in slack.happened] == ["tokens_revoked", "tokens_revoked", "app_uninstalled"]


async def test_a_missing_scope_is_named(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    token = slack.install(school, scopes=["chat:write"]).token
    data = await refused(client.users_info(user="U0AOKI", token=token))
    assert (data["error"], data["needed"], data["provided"]) == ("missing_scope", "users:read", "chat:write")
    assert await error(client.api_call("no.such")) == "unknown_method"


# ---------------------------------------------------------------------- messages


async def test_a_direct_message_is_posted_changed_and_found_again(slack: SlackLike, client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0AOKI")
    channel = opened["channel"]["id"]
    assert (await client.conversations_open(users="U0AOKI"))["already_open"]
    metadata = {"event_type": "sukima", "event_payload": {"token": "t-1"}}
    said = await client.chat_postMessage(
        channel=channel, text="一", blocks=[section()], metadata=metadata, unfurl_links=False
    )
    assert said["message"]["blocks"][0]["block_id"]
    assert slack.teams["T0ASAHI"].channels[channel].messages[said["ts"]].unfurl is False
    changed = await client.chat_update(channel=channel, ts=said["ts"], text="二")
    assert "blocks" not in changed["message"], "text without blocks takes them away"
    found = (await client.conversations_history(channel=channel, include_all_metadata=True))["messages"]
    assert [(each["text"], each["metadata"]) for each in found] == [("二", metadata)]
    bare = (await client.conversations_history(channel=channel))["messages"]
    assert bare[0]["metadata"] == {"event_type": "sukima"}
    link = await client.chat_getPermalink(channel=channel, message_ts=said["ts"])
    assert said["ts"].replace(".", "") in link["permalink"]
    await client.chat_delete(channel=channel, ts=said["ts"])
    assert await error(client.chat_update(channel=channel, ts=said["ts"], text="三")) == "message_not_found"
    assert [event.get("subtype") for event in slack.happened] == [None, "message_changed", "message_deleted"]


async def test_where_the_bot_cannot_write(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    async def post(channel: str, **more: Any) -> str:
        return await error(client.chat_postMessage(channel=channel, text="a", **more))

    staff = slack.add_channel(school, "C0STAFF", "staff", members=["U0AOKI"])
    slack.add_channel(school, "C0ROOM", "room", PRIVATE, members=["U0AOKI"])
    assert await post("C0NOWHERE") == "channel_not_found"
    assert await post("C0STAFF") == "not_in_channel"
    assert await post("C0ROOM") == "channel_not_found"
    staff.members.append("U0SUKIMA")
    assert await post("C0STAFF", thread_ts="1700000000.000001") == "thread_not_found"
    staff.archived = True
    assert await post("C0STAFF") == "is_archived"
    school.users["U0HALL"].deleted = True
    slack.add_user(school, "U0ROBOT", "robot", is_bot=True)
    assert await error(client.conversations_open(users="U0HALL")) == "user_disabled"
    assert await error(client.conversations_open(users="U0ROBOT")) == "cannot_dm_bot"
    assert await error(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    slack.app.messages_tab = False
    assert await post("U0AOKI") == "messages_tab_disabled"


async def test_only_ones_own_messages_are_changed(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    school.channel("general").members.append("U0SUKIMA")
    other = slack.install(school, bot_user="U0OTHER").token
    school.channel("general").members.append("U0OTHER")
    said = await client.chat_postMessage(channel="C0GENERAL", text="a", token=other)
    assert await error(client.chat_update(channel="C0GENERAL", ts=said["ts"], text="b")) == "cant_update_message"
    assert await error(client.chat_delete(channel="C0GENERAL", ts=said["ts"])) == "cant_delete_message"


async def test_an_ephemeral_answer_is_seen_by_one(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    general = school.channel("general")
    assert await error(client.chat_postEphemeral(channel="C0GENERAL", user="U0AOKI", text="a")) == "not_in_channel"
    general.members.append("U0SUKIMA")
    said = await client.chat_postEphemeral(channel="C0GENERAL", user="U0AOKI", text="a")
    assert general.messages[said["message_ts"]].reader == "U0AOKI"
    assert (await client.conversations_history(channel="C0GENERAL"))["messages"] == []
    assert await error(client.chat_update(channel="C0GENERAL", ts=said["message_ts"], text="b")) == "message_not_found"
    general.members.remove("U0AOKI")
    assert await error(client.chat_postEphemeral(channel="C0GENERAL", user="U0AOKI", text="a")) == "user_not_in_channel"


async def test_threads(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    school.channel("general").members.append("U0SUKIMA")
    first = (await client.chat_postMessage(channel="C0GENERAL", text="first"))["ts"]
    for text, broadcast in (("second", False), ("third", True)):
        await client.chat_postMessage(channel="C0GENERAL", text=text, thread_ts=first, reply_broadcast=broadcast)
    replies = (await client.conversations_replies(channel="C0GENERAL", ts=first))["messages"]
    assert [each["text"] for each in replies] == ["first", "second", "third"]
    assert replies[0]["reply_count"] == 2
    history = (await client.conversations_history(channel="C0GENERAL"))["messages"]
    assert [each["text"] for each in history] == ["third", "first"]
    await client.chat_delete(channel="C0GENERAL", ts=first)
    stone = (await client.conversations_replies(channel="C0GENERAL", ts=first))["messages"][0]
    assert stone["subtype"] == "tombstone"
    assert await error(client.conversations_replies(channel="C0GENERAL", ts="1.000000")) == "thread_not_found"


async def test_history_by_pages_and_times(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U0AOKI"))["channel"]["id"]
    stamps = []
    for number in range(5):
        slack.clock.move(60)
        stamps.append((await client.chat_postMessage(channel=channel, text=str(number)))["ts"])
    pages = [
        [each["text"] for each in page["messages"]]
        async for page in await client.conversations_history(channel=channel, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]

    async def texts(**more: Any) -> list[str]:
        return [each["text"] for each in (await client.conversations_history(channel=channel, **more))["messages"]]

    assert await texts(oldest=stamps[2]) == ["4", "3"]
    assert await texts(oldest=stamps[2], inclusive=True) == ["4", "3", "2"]
    assert await texts(latest=stamps[1]) == ["0"]
    assert await error(client.conversations_history(channel=channel, cursor="x")) == "invalid_cursor"


# ---------------------------------------------------------------------- blocks

TOO_MUCH: dict[str, list[Json]] = {
    "51 blocks": [{"type": "divider"}] * 51,
    "section": [section("あ" * 3001)],
    "an empty text": [section("")],
    "field": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "あ" * 2001}]}],
    "11 fields": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 11}],
    "header": [{"type": "header", "text": {"type": "plain_text", "text": "あ" * 151}}],
    "header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}],
    "26 buttons": [actions(*[button()] * 26)],
    "no buttons": [actions()],
    "label": [actions(button("あ" * 76))],
    "value": [actions(button(value="v" * 2001))],
    "action_id": [actions(button(action_id="a" * 256))],
    "the same action_id": [actions(button(action_id="a"), button(action_id="a"))],
    "the same block_id": [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
    "style": [actions(button(style="loud"))],
    "url": [actions(button(url="not an address"))],
    "11 in a context": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}] * 11}],
    "image without alt": [{"type": "image", "image_url": "https://a.example/a.png"}],
    "unknown": [{"type": "sparkle"}],
    "rich text": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": ""}]}]}],
    "characters outside of the basic plane": [actions(button("👩" * 38))],
    "101 options": [actions({"type": "static_select", "options": [
        {"text": {"type": "plain_text", "text": str(n)}, "value": str(n)} for n in range(101)]})],
    "text input among buttons": [actions({"type": "plain_text_input"})],
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
async def test_blocks_that_slack_refuses(client: AsyncWebClient, what: str) -> None:
    data = await refused(client.chat_postMessage(channel="U0AOKI", text="a", blocks=TOO_MUCH[what]))
    assert data["error"] == "invalid_blocks"
    assert "json-pointer:/blocks" in data["errors"][0]
    assert data["response_metadata"]["messages"]


async def test_blocks_at_their_limits_are_taken(client: AsyncWebClient) -> None:
    buttons = [button("あ" * 75, value="v" * 2000, action_id=f"act{n}") for n in range(25)]
    blocks = [section("あ" * 3000), actions(*buttons), *[{"type": "divider"}] * 48]
    assert (await client.chat_postMessage(channel="U0AOKI", text="a", blocks=blocks))["ok"]


async def test_a_message_that_is_too_long(client: AsyncWebClient) -> None:
    async def post(**content: Any) -> str:
        return await error(client.chat_postMessage(channel="U0AOKI", **content))

    assert await post(text="a", blocks=[section("あ" * 2700)] * 5) == "msg_blocks_too_long"
    assert await post(text="a" * 40_001) == "msg_too_long"
    assert await error(client.api_call("chat.postMessage", json={"channel": "U0AOKI", "text": " "})) == "no_text"
    assert await post(text="a", blocks="[{") == "invalid_blocks_format"
    assert await post(text="a", metadata={"event_type": "a"}) == "invalid_metadata_schema"


# ---------------------------------------------------------------------- reactions and people


async def test_reactions(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    school.channel("general").members.append("U0SUKIMA")
    ts = (await client.chat_postMessage(channel="C0GENERAL", text="a"))["ts"]
    await client.reactions_add(channel="C0GENERAL", timestamp=ts, name="white_flower")
    again = client.reactions_add(channel="C0GENERAL", timestamp=ts, name="white_flower")
    assert await error(again) == "already_reacted"
    message = school.channel("general").messages[ts]
    message.reactions["white_flower"] += [f"U{n:08}" for n in range(20)]
    few = (await client.reactions_get(channel="C0GENERAL", timestamp=ts))["message"]["reactions"][0]
    full = (await client.reactions_get(channel="C0GENERAL", timestamp=ts, full=True))["message"]["reactions"][0]
    assert (few["count"], len(few["users"])) == (21, 5)
    assert len(full["users"]) == 21
    await client.reactions_remove(channel="C0GENERAL", timestamp=ts, name="white_flower")
    gone = client.reactions_remove(channel="C0GENERAL", timestamp=ts, name="white_flower")
    assert await error(gone) == "no_reaction"
    assert await error(client.reactions_get(channel="C0GENERAL", timestamp="1.000000")) == "message_not_found"
    assert [event["type"] for event in slack.happened][1:] == ["reaction_added", "reaction_removed"]


async def test_people(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    aoki = (await client.users_info(user="U0AOKI", include_locale=True))["user"]
    assert (aoki["locale"], aoki["tz"], aoki["tz_offset"]) == ("ja-JP", "Asia/Tokyo", 32400)
    assert aoki["profile"]["email"] == "aoki@asahi.example"
    assert aoki["is_email_confirmed"]
    assert "locale" not in (await client.users_info(user="U0AOKI"))["user"]
    slack.add_user(school, "U0GUEST", "guest", team_id="T0YUHI", email="guest@yuhi.example")
    stranger = (await client.users_info(user="U0GUEST"))["user"]
    assert stranger["is_stranger"]
    assert (stranger["team_id"], stranger["profile"].get("email")) == ("T0YUHI", None)
    school.users["U0HALL"].deleted = True
    assert (await client.users_info(user="U0HALL"))["user"]["deleted"]
    assert await error(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert (await client.bots_info(bot="B0SUKIMA"))["bot"]["user_id"] == "U0SUKIMA"
    assert (await client.team_info())["team"]["id"] == "T0ASAHI"
    assert (await client.dnd_info(user="U0AOKI"))["dnd_enabled"] is False
    everybody = [who["id"] async for page in await client.users_list(limit=3) for who in page["members"]]
    assert everybody == list(school.users)


async def test_workspaces_with_equal_ids_are_apart(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    other = slack.add_team("T0YUHI", "ゆうひ小学校")
    slack.add_user(other, "U0AOKI", "aoki", real_name="青木 ゆうひ")
    token = slack.install(other).token
    assert (await client.users_info(user="U0AOKI", token=token))["user"]["real_name"] == "青木 ゆうひ"
    assert (await client.users_info(user="U0AOKI"))["user"]["real_name"] == "青木 あさひ"


async def test_an_organisations_token_says_which_workspace(slack: SlackLike, client: AsyncWebClient) -> None:
    for key in ("T0ONE", "T0TWO"):
        slack.add_user(slack.add_team(key, key, enterprise="E0BOARD"), "W0AOKI", "aoki", real_name=key)
    token = slack.install_in_organisation("E0BOARD").token
    said = await client.users_info(user="W0AOKI", team_id="T0TWO", token=token)
    assert said["user"]["real_name"] == "T0TWO"
    foreign = client.users_info(user="U0AOKI", team_id="T0ASAHI", token=token)
    assert await error(foreign) == "team_access_not_granted"
    assert (await client.auth_test(token=token))["is_enterprise_install"]


# ---------------------------------------------------------------------- views


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: SlackLike, school: Team, client: AsyncWebClient
) -> None:
    trigger = slack.trigger(school, "U0AOKI")
    too_long = {"type": "plain_text", "text": "a" * 25}
    data = await refused(client.views_open(trigger_id=trigger, view={**modal(section()), "title": too_long}))
    assert data["error"] == "invalid_arguments"
    assert "/view/title" in data["response_metadata"]["messages"][0]
    view = (await client.views_open(trigger_id=trigger, view=modal(section())))["view"]
    assert school.views["U0AOKI"][0]["id"] == view["id"]
    assert await error(client.views_open(trigger_id=trigger, view=modal(section()))) == "exchanged_trigger_id"
    late = slack.trigger(school, "U0AOKI")
    slack.clock.move(4)
    assert await error(client.views_open(trigger_id=late, view=modal(section()))) == "expired_trigger_id"
    assert await error(client.views_open(trigger_id="nothing", view=modal(section()))) == "invalid_trigger_id"
    updated = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("新しい")))
    assert updated["view"]["id"] == view["id"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section()))
    assert await error(stale) == "hash_conflict"
    assert await error(client.views_update(view_id="V0", view=modal(section()))) == "not_found"


async def test_views_that_slack_refuses(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    typed = {"type": "input", "label": {"type": "plain_text", "text": "a"}, "element": {"type": "plain_text_input"}}

    async def opened(view: Json) -> str:
        return await error(client.views_open(trigger_id=slack.trigger(school, "U0AOKI"), view=view))

    assert await opened(modal(typed)) == "invalid_arguments", "an input needs a submit"
    assert await opened(modal(section(), private_metadata="p" * 3001)) == "invalid_arguments"
    assert await opened(modal(*[{"type": "divider"}] * 101)) == "invalid_arguments"
    assert await opened(modal(*[section("あ" * 3000)] * 28)) == "view_too_large"
    for _ in range(2):
        view = {"type": "home", "blocks": [section()] * 100}
        home = await client.views_publish(user_id="U0AOKI", view=view)
    assert school.homes["U0AOKI"]["id"] == home["view"]["id"]
    slack.app.home_tab = False
    assert await error(client.views_publish(user_id="U0AOKI", view=view)) == "not_enabled"


async def test_modals_stack_to_three(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=slack.trigger(school, "U0AOKI"), view=modal(section())))["view"]
    for _ in range(2):
        trigger = slack.trigger(school, "U0AOKI", view=view["id"])
        view = (await client.views_push(trigger_id=trigger, view=modal(section())))["view"]
    assert view["root_view_id"] == school.views["U0AOKI"][0]["id"]
    trigger = slack.trigger(school, "U0AOKI", view=view["id"])
    assert await error(client.views_push(trigger_id=trigger, view=modal(section()))) == "push_limit_reached"


async def test_an_agents_prompts(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U0AOKI"))["channel"]["id"]
    prompts: list[dict[str, str]] = [{"title": "学ぶ", "message": "学ぶ"}]
    said = await client.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts="1.2", prompts=prompts)
    assert said["ok"]
    assert channel not in school.prompts, "with a thread they are silently lost"
    await client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": prompts})
    assert school.prompts[channel] == prompts
    more = client.api_call(
        "assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": prompts * 5}
    )
    assert await error(more) == "invalid_arguments"


# ---------------------------------------------------------------------- files


async def test_a_file_arrives_byte_for_byte(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U0AOKI"))["channel"]["id"]
    data = bytes(range(256)) * 9
    said = await client.files_upload_v2(
        file=data, filename="badge.png", title="バッジ", alt_txt="花", channel=channel, initial_comment="どうぞ"
    )
    shown = said["file"]
    message = school.channels[channel].lasting()[-1]
    assert (message.text, message.files[0].data, message.files[0].alt) == ("どうぞ", data, "花")
    assert (shown["mimetype"], shown["title"]) == ("image/png", "バッジ")
    info = (await client.files_info(file=shown["id"]))["file"]
    assert info["shares"]["private"][channel][0]["ts"] == message.ts
    assert client.session is not None
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.get(shown["url_private_download"], headers=headers) as got:
        assert await got.read() == data
    async with client.session.get(shown["url_private"]) as got:
        assert got.content_type == "text/html", "without a token one is asked to sign in"
    await client.files_delete(file=shown["id"])
    assert await error(client.files_info(file=shown["id"])) == "file_deleted"


async def test_a_file_is_shown_in_blocks_once_it_is_there(client: AsyncWebClient) -> None:
    said = await client.files_upload_v2(file=b"PNG", filename="badge.png")
    image = {"type": "image", "alt_text": "花", "slack_file": {"id": said["file"]["id"]}}
    assert (await client.chat_postMessage(channel="U0AOKI", text="a", blocks=[image]))["ok"]
    image["slack_file"] = {"id": "F0NOTHING"}
    data = await refused(client.chat_postMessage(channel="U0AOKI", text="a", blocks=[image]))
    assert data["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]


async def test_a_file_that_is_not_whole(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.png", length=4)
    early = client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "a"}])
    assert await error(early) == "file_update_failed"
    assert client.session is not None
    async with client.session.post(place["upload_url"], data=b"abc") as said:
        assert said.status == 400
    async with client.session.post(place["upload_url"], data=b"abcd") as said:
        assert await said.text() == "OK - 4"
    assert await error(client.files_info(file=place["file_id"])) == "file_not_found"


# ---------------------------------------------------------------------- faults and limits


async def test_ordered_faults(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U0AOKI"))["channel"]["id"]

    async def post() -> Any:
        return await client.chat_postMessage(channel=channel, text="a")

    slack.faults.fails("chat.postMessage", 503)
    slack.faults.resets("chat.postMessage", effect=False, channel=channel)
    slack.faults.resets("chat.postMessage", effect=True)
    slack.faults.limits("chat.postMessage", 17)
    slack.faults.refuses("chat.postMessage", "internal_error")
    with pytest.raises(SlackApiError):
        await post()
    for there in (0, 1):
        with pytest.raises(aiohttp.ClientError):
            await post()
        assert len(school.channels[channel].messages) == there
    with pytest.raises(SlackApiError) as limited:
        await post()
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "17")
    assert await error(post()) == "internal_error"
    held = slack.faults.holds("chat.postMessage")
    waiting = asyncio.create_task(post())
    await held.met.wait()
    assert not waiting.done()
    assert held.gate
    held.gate.set()
    assert (await waiting)["ok"]
    assert [call.status for call in slack.called("chat.postMessage")] == [503, 0, 0, 429, 200, 200]


async def test_one_post_a_second_and_channel_after_a_burst() -> None:
    clock = Clock()
    async with open_slack(SlackLike(clock, limits=True)) as slack:
        team = slack.add_team("T0ASAHI")
        slack.add_user(team, "U0AOKI", "aoki")
        slack.add_user(team, "U0HALL", "hall")
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(slack.install(team).token, base_url=slack.api_url, session=session)
            for _ in range(slack.limits.burst):
                await client.chat_postMessage(channel="U0AOKI", text="a")
            with pytest.raises(SlackApiError) as limited:
                await client.chat_postMessage(channel="U0AOKI", text="a")
            assert limited.value.response.headers["Retry-After"] == "1"
            assert (await client.chat_postMessage(channel="U0HALL", text="a"))["ok"], "another lane goes on"
            clock.move(1)
            assert (await client.chat_postMessage(channel="U0AOKI", text="a"))["ok"]
            for _ in range(20):
                await client.users_list()
            assert await error(client.users_list()) == "ratelimited"
            clock.move(60)
            assert (await client.users_list())["ok"]


async def test_with_the_machines_time_limits_are_on() -> None:
    async with open_slack(SlackLike(LiveClock())) as slack:
        team = slack.add_team("T0ASAHI")
        slack.add_user(team, "U0AOKI", "aoki")
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(slack.install(team).token, base_url=slack.api_url, session=session)
            sent = [await client.chat_postMessage(channel="U0AOKI", text="a") for _ in range(slack.limits.burst)]
            assert len({each["ts"] for each in sent}) == slack.limits.burst
            assert await error(client.chat_postMessage(channel="U0AOKI", text="a")) == "ratelimited"


# ---------------------------------------------------------------------- installs


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # the kit's own use
async def test_a_workspace_installs_the_app_and_its_tokens_rotate(slack: SlackLike, school: Team) -> None:
    slack.app.rotates = True
    client = AsyncWebClient(base_url=slack.api_url)
    secret = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    address = f"{slack.url}/oauth/v2/authorize?client_id={slack.app.client_id}&scope=chat:write,users:read&state=s-1"
    back = slack.agree(address + "&redirect_uri=https://a.example/back", school, "U0SATO", without=["users:read"])
    assert back.startswith("https://a.example/back?code=")
    assert back.endswith("&state=s-1")
    code = back.partition("code=")[2].partition("&")[0]
    assert await error(client.oauth_v2_access(code=code, client_id=secret["client_id"], client_secret="no")) == (
        "bad_client_secret"
    )
    said = await client.oauth_v2_access(code=code, **secret)
    assert (said["team"]["id"], said["scope"], said["expires_in"]) == ("T0ASAHI", "chat:write", 43200)
    assert await error(client.oauth_v2_access(code=code, **secret)) == "invalid_code"
    slack.clock.move(43200)
    assert await error(client.auth_test(token=said["access_token"])) == "token_expired"
    refresh = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"], **secret}
    fresh = await client.oauth_v2_access(**refresh)
    assert (await client.auth_test(token=fresh["access_token"]))["ok"]
    assert await error(client.oauth_v2_access(**refresh)) == "invalid_refresh_token", "it is good once"


async def test_answers_by_response_url(slack: SlackLike, school: Team, client: AsyncWebClient) -> None:
    general = school.channel("general")
    address = slack.response_url(school, general, "U0AOKI")
    assert client.session is not None

    async def answer(**content: Any) -> tuple[int, str]:
        async with client.session.post(address, json=content) as said:
            return said.status, await said.text()

    status, text = await answer(text="a", blocks=TOO_MUCH["header"])
    assert status == 400
    assert "invalid_blocks" in text
    assert (await answer(text="a"))[1] == "ok"
    assert [message.reader for message in general.messages.values()] == ["U0AOKI"]
    assert (await answer(text="b", response_type="in_channel"))[1] == "ok"
    assert [message.text for message in general.lasting()] == ["b"]
    for _ in range(3):
        await answer(text="c")
    status, text = await answer(text="d")
    assert status == 404
    assert "used_url" in text
    address = slack.response_url(school, general, "U0AOKI")
    slack.clock.move(1801)
    assert "expired_url" in (await answer(text="d"))[1]

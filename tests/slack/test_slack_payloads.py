"""What the Slack-like server sends has the shape of the recorded payloads, so that tests of both mean the same."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from slack.recorded import NAMES, recorded
from slack.server import Actor, Message, SlackLike, Team

Json = dict[str, Any]
Act = Callable[[Actor, AsyncWebClient], Awaitable[Any]]

LEFT_OUT = {
    "client_msg_id", "parent_user_id", "upload", "display_as_bot", "permalink_public", "media_display_type", "inviter",
    "enterprise", "original_w", "original_h", "enterprise_id", "locale", "who_can_share_contact_card", "style",
    "source_team", "user_team", "is_forgotten",
}  # fmt: skip
"""What Slack sends sometimes, and nothing here needs."""
INSIDE = ("event", "view", "container", "channel", "user", "team", "message", "item")
BUTTON = {"type": "button", "action_id": "act0", "text": {"type": "plain_text", "text": "開く"}, "value": "v1"}
INPUT = {
    "type": "input", "block_id": "f:name", "label": {"type": "plain_text", "text": "名前"},
    "element": {"type": "plain_text_input", "action_id": "value"},
}  # fmt: skip
CARD = [{"type": "section", "text": {"type": "mrkdwn", "text": "教材"}}, {"type": "actions", "elements": [BUTTON]}]
MODAL = {
    "type": "modal", "callback_id": "form", "blocks": [INPUT], "notify_on_close": True,
    "title": {"type": "plain_text", "text": "設定"}, "submit": {"type": "plain_text", "text": "保存"},
}  # fmt: skip


async def posted(actor: Actor, client: AsyncWebClient, channel: str = "U0AOKI") -> Message:
    said = await client.chat_postMessage(channel=channel, text="教材", blocks=CARD)
    return actor.team.channels[said["channel"]].messages[said["ts"]]


async def pressed(actor: Actor, client: AsyncWebClient) -> None:
    await posted(actor, client)
    await actor.presses("開く")


async def pressed_privately(actor: Actor, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel="C0GENERAL", user="U0AOKI", text="教材", blocks=CARD)
    await actor.presses("開く", where="general")


async def pressed_at_home(actor: Actor, client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U0AOKI", view={"type": "home", "blocks": CARD})
    await actor.presses_at_home("開く")


async def opened(actor: Actor, client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=actor.slack.trigger(actor.team, actor.id), view=MODAL)


async def submitted(actor: Actor, client: AsyncWebClient) -> None:
    await opened(actor, client)
    actor.modals.top["state"]["values"]["f:name"]["value"]["value"] = "青木"  # type: ignore[index]
    await actor.modals.submits()


async def closed(actor: Actor, client: AsyncWebClient) -> None:
    await opened(actor, client)
    await actor.modals.closes()


async def endorsed(actor: Actor, client: AsyncWebClient) -> None:
    await actor.uses_shortcut("endorse_this", on=await posted(actor, client, "C0GENERAL"))


async def flowered(actor: Actor, client: AsyncWebClient) -> None:
    await actor.reacts(await posted(actor, client, "C0GENERAL"), "white_flower")


async def unflowered(actor: Actor, client: AsyncWebClient) -> None:
    message = await posted(actor, client, "C0GENERAL")
    await actor.reacts(message, "white_flower")
    await actor.unreacts(message, "white_flower")


async def edited(actor: Actor, client: AsyncWebClient) -> None:
    await actor.edits(await actor.says("やあ"), "いや")


async def deleted(actor: Actor, client: AsyncWebClient) -> None:
    await actor.deletes(await actor.says("やあ"))


ACTS: dict[str, Act] = {
    "message_im": lambda actor, _: actor.says("やあ"),
    "message_channel": lambda actor, _: actor.says("やあ", where="general"),
    "app_mention": lambda actor, _: actor.mentions("やあ"),
    "message_file_share": lambda actor, _: actor.says("これ", files=(("badge.png", b"PNG"),)),
    "message_changed": edited,
    "message_deleted": deleted,
    "message_own": posted,
    "reaction_added": flowered,
    "reaction_removed": unflowered,
    "command": lambda actor, _: actor.commands("学ぶ"),
    "block_actions_message": pressed,
    "block_actions_ephemeral": pressed_privately,
    "block_actions_home": pressed_at_home,
    "view_submission": submitted,
    "view_closed": closed,
    "shortcut_global": lambda actor, _: actor.uses_shortcut("learn_now"),
    "shortcut_message": endorsed,
    "app_home_opened_home": lambda actor, _: actor.opens_home(),
    "app_home_opened_messages": lambda actor, _: actor.opens_messages(),
    "user_change": lambda actor, _: actor.slack.admin().changes("aoki", tz="Asia/Tokyo"),
    "user_change_deactivated": lambda actor, _: actor.slack.admin().deactivates("aoki"),
    "user_status_changed": lambda actor, _: actor.slack.admin().sets_status("aoki", "会議中", ":calendar:", 1781049600),
    "dnd_updated_user": lambda actor, _: actor.slack.admin().quietens("aoki", 1781044200, 1781049600),
    "team_join": lambda actor, _: actor.slack.admin().welcomes("U0NISHI", "nishi"),
    "channel_archive": lambda actor, _: actor.slack.admin().archives("general"),
    "channel_left": lambda actor, _: actor.slack.admin().removes("bot", "general"),
    "member_left_channel": lambda actor, _: actor.slack.admin().removes("hall", "general"),
    "app_uninstalled": lambda actor, _: actor.slack.admin().uninstalls(),
}


@pytest.mark.parametrize("name", ACTS)
async def test_it_sends_what_slack_sends(slack: SlackLike, school: Team, client: AsyncWebClient, name: str) -> None:
    school.channel("general").members.append("U0SUKIMA")
    actor = slack.person("aoki")
    actor.waits = False
    wanted = recorded(name)
    await ACTS[name](actor, client)
    kinds = [each.payload for each in slack.deliveries.sent if kind_of(each.payload) == kind_of(wanted)]
    assert kinds, f"nothing like {name} was sent"
    assert not lacking(wanted, kinds[-1])


async def test_it_sends_what_an_organisations_app_hears(slack: SlackLike) -> None:
    team = slack.add_team("T0ONE", enterprise="E0BOARD")
    slack.add_user(team, "W0AOKI", "aoki")
    slack.install_in_organisation("E0BOARD")
    actor = slack.person("aoki", "T0ONE")
    actor.waits = False
    await actor.says("やあ")
    await actor.commands("学ぶ")
    await actor.uses_shortcut("learn_now")
    event, command, shortcut = (each.payload for each in slack.deliveries.sent)
    for name, sent in (("message_org_wide", event), ("command_org_wide", command)):
        assert not lacking(recorded(name), sent)
        assert sent["enterprise_id"] == "E0BOARD"
    assert event["authorizations"] == [
        {
            "enterprise_id": "E0BOARD",
            "team_id": None,
            "user_id": "W0SUKIMA",
            "is_bot": True,
            "is_enterprise_install": True,
        }
    ]
    assert (command["is_enterprise_install"], shortcut["is_enterprise_install"]) == ("true", True)
    assert shortcut["enterprise"]["id"] == shortcut["team"]["enterprise_id"] == "E0BOARD"


def kind_of(payload: Json) -> tuple[Any, ...]:
    event = payload.get("event", {})
    return payload.get("type"), event.get("type"), event.get("subtype"), "bot_id" in event


def lacking(wanted: Json, sent: Json, where: str = "") -> list[str]:
    """What Slack's payload has and ours has not."""
    missing = [f"{where}/{name}" for name in wanted.keys() - sent.keys() - LEFT_OUT]
    for name in INSIDE:
        if isinstance(wanted.get(name), dict) and isinstance(sent.get(name), dict):
            missing += lacking(wanted[name], sent[name], f"{where}/{name}")
    return missing


@pytest.mark.parametrize("name", NAMES)
def test_recorded_payloads_say_what_they_are(name: str) -> None:
    payload = recorded(name)
    assert payload.get("token"), "a payload that Slack sends carries its old token"
    if "event" in payload:
        assert payload["type"] == "event_callback"
        assert payload["event_id"].startswith("Ev")
        assert payload["event"]["type"]

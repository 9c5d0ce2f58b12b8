"""What Slack sends when people press, choose, submit, close, command and use shortcuts."""

import copy
from typing import TYPE_CHECKING

from slack.server import shapes, states
from slack.server.world import IM, MPIM, PRIVATE, Channel, Json, Message, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

NAMES = {IM: "directmessage", MPIM: "mpdm", PRIVATE: "privategroup"}


def command(slack: "SlackLike", team: Team, user: str, where: Channel, name: str, text: str) -> Json:
    install = slack.installed(team)
    said: Json = {
        "token": slack.app.verification_token, "team_id": team.id, "team_domain": team.domain,
        "channel_id": where.id, "channel_name": NAMES.get(where.kind, where.name), "user_id": user,
        "user_name": team.users[user].name, "command": name, "text": text, "api_app_id": slack.app.id,
        "is_enterprise_install": str(bool(install and install.team_id is None)).lower(),
        "response_url": slack.response_url(team, where, user), "trigger_id": slack.trigger(team, user),
    }  # fmt: skip
    if team.enterprise_id:
        said |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_id}
    return said


def press(slack: "SlackLike", team: Team, user: str, where: Channel, message: Message, action: Json) -> Json:
    """A press on a message. Of an ephemeral one Slack sends where it was, not what it said."""
    container: Json = {
        "type": "message", "message_ts": message.ts, "channel_id": where.id, "is_ephemeral": message.reader is not None,
    }  # fmt: skip
    if message.thread_ts and message.thread_ts != message.ts:
        container["thread_ts"] = message.thread_ts
    said = {
        **_common(slack, team, user, "block_actions"), "container": container,
        "trigger_id": slack.trigger(team, user), "channel": _channel(where),
        "state": {"values": copy.deepcopy(states.of(message.blocks, message.states.get(user, {})))},
        "response_url": slack.response_url(team, where, user, message), "actions": [stamped(slack, action)],
    }  # fmt: skip
    if message.reader is None:
        said["message"] = shapes.message(slack, team, where, message)
    return said


def press_in_view(slack: "SlackLike", team: Team, user: str, view: Json, action: Json) -> Json:
    modal = view["id"] if view["type"] == "modal" else None
    return {
        **_common(slack, team, user, "block_actions"), "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": slack.trigger(team, user, modal), "view": copy.deepcopy(view),
        "actions": [stamped(slack, action)],
    }  # fmt: skip


def submission(slack: "SlackLike", team: Team, user: str, view: Json) -> Json:
    return {
        **_common(slack, team, user, "view_submission"), "trigger_id": slack.trigger(team, user, view["id"]),
        "view": copy.deepcopy(view), "response_urls": [],
    }  # fmt: skip


def closing(slack: "SlackLike", team: Team, user: str, view: Json, *, cleared: bool) -> Json:
    return {
        **_common(slack, team, user, "view_closed"), "view": copy.deepcopy(view), "is_cleared": cleared,
    }  # fmt: skip


def shortcut(slack: "SlackLike", team: Team, user: str, callback_id: str) -> Json:
    return {
        **_common(slack, team, user, "shortcut"), "callback_id": callback_id, "action_ts": stamp(slack),
        "trigger_id": slack.trigger(team, user),
    }  # fmt: skip


def message_shortcut(
    slack: "SlackLike", team: Team, user: str, callback_id: str, where: Channel, message: Message
) -> Json:
    return {
        **_common(slack, team, user, "message_action"), "callback_id": callback_id, "action_ts": stamp(slack),
        "trigger_id": slack.trigger(team, user), "channel": _channel(where), "message_ts": message.ts,
        "message": shapes.message(slack, team, where, message),
        "response_url": slack.response_url(team, where, user, message),
    }  # fmt: skip


def stamp(slack: "SlackLike") -> str:
    return f"{slack.clock.now():.6f}"


def stamped(slack: "SlackLike", action: Json) -> Json:
    return {**action, "action_ts": stamp(slack)}


def _common(slack: "SlackLike", team: Team, user: str, kind: str) -> Json:
    who = team.users[user]
    install = slack.installed(team)
    about: Json = {"id": team.id, "domain": team.domain}
    enterprise: Json | None = None
    if team.enterprise_id:
        about |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_id}
        enterprise = {"id": team.enterprise_id, "name": team.enterprise_id}
    return {
        "type": kind, "team": about, "enterprise": enterprise, "api_app_id": slack.app.id,
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team_id},
        "token": slack.app.verification_token,
        "is_enterprise_install": bool(install and install.team_id is None),
    }  # fmt: skip


def _channel(where: Channel) -> Json:
    return {"id": where.id, "name": NAMES.get(where.kind, where.name)}

"""Which events reach the app: those that it subscribed to, may read, and is there for."""

from typing import TYPE_CHECKING

from slack.server.delivery import EVENTS
from slack.server.world import Channel, Json, Team

if TYPE_CHECKING:
    from slack.server.app import Install
    from slack.server.server import SlackLike

KINDS = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
SCOPES = {
    "app_mention": "app_mentions:read", "reaction_added": "reactions:read", "reaction_removed": "reactions:read",
    "user_change": "users:read", "user_status_changed": "users:read", "dnd_updated_user": "dnd:read",
    "team_join": "users:read", "channel_archive": "channels:read",
    "channel_unarchive": "channels:read", "channel_rename": "channels:read", "channel_deleted": "channels:read",
    "channel_shared": "channels:read", "channel_unshared": "channels:read",
    "channel_left": "channels:read", "group_archive": "groups:read", "group_unarchive": "groups:read",
    "group_left": "groups:read", "group_deleted": "groups:read",
}  # fmt: skip

ANYWHERE = ("app_home_opened", "channel_left", "group_left")
"""What is told although the bot is not in the channel."""


def heard(slack: "SlackLike", team: Team, event: Json) -> bool:
    """Whether the app is told of this event of a workspace."""
    install = slack.installed(team)
    if install is None:
        return False
    name, scope = _name(event), SCOPES.get(event["type"], "")
    if event["type"] == "message":
        scope = f"{KINDS[event['channel_type']]}:history"
    if name not in slack.app.events or (scope and scope not in install.scopes):
        return False
    where = team.channels.get(_place(event))
    return where is None or event["type"] in ANYWHERE or install.bot_user in where.members


def deliver(slack: "SlackLike", team: Team, event: Json, where: Channel | None = None) -> None:
    """Send the app an event, in the envelope of one of the workspaces that it happened in."""
    install = slack.installed(team)
    assert install is not None
    slack.deliveries.send(EVENTS, outer(slack, team, event, install, where))


def outer(slack: "SlackLike", team: Team, event: Json, install: "Install", where: Channel | None = None) -> Json:
    """An event as it is sent."""
    key = f"Ev{slack.new_id()}"
    bot = {"user_id": install.bot_user, "is_bot": True, "is_enterprise_install": install.team_id is None}
    said: Json = {
        "token": slack.app.verification_token, "team_id": team.id, "context_team_id": team.id,
        "context_enterprise_id": team.enterprise_id, "api_app_id": slack.app.id, "event": event,
        "type": "event_callback", "event_id": key, "event_time": int(slack.clock.now()),
        "authorizations": [{"enterprise_id": team.enterprise_id, "team_id": install.team_id, **bot}],
        "is_ext_shared_channel": bool(where and where.shared_with), "event_context": f"4-{key.lower()}",
    }  # fmt: skip
    return said | ({"enterprise_id": team.enterprise_id} if team.enterprise_id else {})


def _name(event: Json) -> str:
    return f"message.{KINDS[event['channel_type']]}" if event["type"] == "message" else str(event["type"])


def _place(event: Json) -> str:
    item = event.get("item") or {}
    channel = event.get("channel") or item.get("channel") or ""
    return channel if isinstance(channel, str) else str(channel.get("id", ""))

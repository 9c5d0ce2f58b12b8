"""The app as it is known to Slack: what it may do, hears and offers, where it is installed, which tokens it has."""

from dataclasses import dataclass, field
from typing import Any

BOT, APP = "bot", "app"

SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands",
    "files:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history",
    "mpim:read", "reactions:read", "reactions:write", "team:read", "users:read", "users:read.email", "dnd:read",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_deleted", "channel_left",
    "channel_rename", "channel_unarchive", "group_archive", "group_deleted", "group_left", "group_unarchive",
    "member_joined_channel", "member_left_channel", "message.channels", "message.groups", "message.im", "message.mpim",
    "reaction_added", "reaction_removed", "tokens_revoked", "user_change", "app_context_changed", "team_join",
    "dnd_updated_user", "user_status_changed", "channel_shared", "channel_unshared",
)  # fmt: skip


@dataclass
class Grant:
    """What a token is good for."""

    token: str
    kind: str
    scopes: frozenset[str]
    install: "Install | None" = None
    expires: float | None = None
    """Seconds since 1970, where tokens rotate."""
    revoked: bool = False


@dataclass
class Install:
    """The app in a workspace, or in all of an organisation (`team_id` is None)."""

    team_id: str | None
    enterprise_id: str | None
    bot_user: str
    bot_id: str
    scopes: frozenset[str]
    installer: str = ""
    gone: bool = False
    refresh: str | None = None
    """The one refresh token that works now."""


@dataclass
class App:
    id: str = "A0SUKIMA001"
    name: str = "Sukima"
    client_id: str = "1111111111.2222222222"
    client_secret: str = "cc00cc00cc00cc00cc00cc00cc00cc00"
    signing_secret: str = "5516e75c6e4a4c6b9f0e0b2f5a1c4d3e"
    verification_token: str = "vvvvvvvvvvvvvvvvvvvvvvvv"
    scopes: tuple[str, ...] = SCOPES
    optional_scopes: tuple[str, ...] = ()
    events: frozenset[str] = frozenset(EVENTS)
    commands: tuple[str, ...] = ("/sukima",)
    shortcuts: dict[str, str] = field(default_factory=dict)
    """Type (global, message) by callback_id; empty: every callback_id is good."""
    redirect_urls: tuple[str, ...] = ()
    home_tab: bool = True
    messages_tab: bool = True
    agent_view: bool = True
    rotates: bool = False
    org_deploy: bool = True
    socket_mode: bool = True
    request_url: str = ""
    """Where signed requests go when Socket Mode is off."""
    grants: dict[str, Grant] = field(default_factory=dict)
    installs: list[Install] = field(default_factory=list)

    def follow(self, manifest: dict[str, Any]) -> None:
        """Be what a manifest says: its scopes, events, commands and shortcuts, and nothing more."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        oauth = manifest.get("oauth_config", {})
        self.scopes = tuple(oauth.get("scopes", {}).get("bot", ()))
        self.optional_scopes = tuple(oauth.get("scopes", {}).get("bot_optional", ()))
        self.redirect_urls = tuple(oauth.get("redirect_urls", ()))
        subscribed = settings.get("event_subscriptions", {})
        self.events = frozenset(subscribed.get("bot_events", ()))
        self.request_url = subscribed.get("request_url", self.request_url)
        self.commands = tuple(command["command"] for command in features.get("slash_commands", ()))
        self.shortcuts = {each["callback_id"]: each["type"] for each in features.get("shortcuts", ())}
        home = features.get("app_home", {})
        self.home_tab = bool(home.get("home_tab_enabled"))
        self.messages_tab = bool(home.get("messages_tab_enabled"))
        self.agent_view = "agent_view" in features
        self.rotates = bool(settings.get("token_rotation_enabled"))
        self.org_deploy = bool(settings.get("org_deploy_enabled"))
        self.socket_mode = bool(settings.get("socket_mode_enabled"))

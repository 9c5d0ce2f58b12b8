"""What Sukima needs of Slack and what for: the manifest is made from these tables, a test compares them with the code.

Source: docs.slack.dev, the page of each method and event; "Installing with OAuth": optional scopes stand in both lists.
"""

from collections.abc import Mapping

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # by the app-level token, which has a scope of its own: connections:write
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "dnd.info": ("dnd:read",),
    "files.delete": ("files:write",),
    "files.upload_v2": ("files:write",),
    "oauth.v2.access": (),  # by the app's own id and secret
    "reactions.get": ("reactions:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "views.open": (),
    "views.publish": (),
}
"""Every method of the Web API that is called, and the scopes that it needs in the places where it is called."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "dnd_updated_user": ("dnd:read",),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
    "user_status_changed": ("users:read",),
}
"""Every event that is heard, and the scopes without which Slack does not tell of it."""

BESIDES: Mapping[str, str] = {
    "assistant:write": "the conversation with Sukima opens as that of an agent",
    "commands": "`/sukima`, and the shortcuts",
    "files:read": "files that somebody sends to Sukima are fetched",
    "users:read.email": "an address that Slack verified binds a person to the staff list and to badges from elsewhere",
}
"""What needs a scope and is neither a method nor an event."""

OPTIONAL = ("dnd:read", "users:read.email")
"""Without these everything else goes on: an address, or that somebody is not to be disturbed, is simply not known."""


def scopes() -> tuple[str, ...]:
    """Every scope that the app asks for, the optional ones too."""
    needed = {scope for table in (METHODS, EVENTS) for each in table.values() for scope in each}
    return tuple(sorted(needed | BESIDES.keys()))

"""What Sukima asks to be allowed in a server, and the address by which it is invited with just that.

Source: docs.discord.com, "Permissions"; "OAuth2", bot users.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import discord

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")
GUILD_INSTALL = 0


@dataclass(frozen=True)
class Permission:
    """By the library's name. Without one that is for threads, only who closed direct messages misses something."""

    name: str
    is_wish: bool = False


PERMISSIONS = (
    Permission("view_channel"),
    Permission("send_messages"),
    Permission("attach_files"),
    Permission("read_message_history"),
    Permission("create_private_threads", is_wish=True),
    Permission("send_messages_in_threads", is_wish=True),
)
"""All that is asked for, in the order of the documentation. Nothing that could change a server or what others wrote."""


def asked_for() -> discord.Permissions:
    return discord.Permissions(**{each.name: True for each in PERMISSIONS})


def invite_url(application: str) -> str:
    """Where whoever manages a server lets Sukima in: into servers alone, not into people's own accounts."""
    told = {
        "client_id": application,
        "permissions": asked_for().value,
        "integration_type": GUILD_INSTALL,
        "scope": " ".join(SCOPES),
    }
    return f"{AUTHORIZE}?{urlencode(told)}"


def permissions_in(channel: Any, guild: Any, member: Any) -> discord.Permissions:
    """What a member may do in a channel, from what Discord says of the three."""
    user, roles = str(member["user"]["id"]), {str(guild["id"]), *map(str, member["roles"])}
    held = discord.Permissions(0)
    for role in guild["roles"]:
        if str(role["id"]) in roles:
            held |= discord.Permissions(int(role["permissions"]))
    if held.administrator or str(guild.get("owner_id")) == user:
        return discord.Permissions.all()
    changes = {str(each["id"]): each for each in channel.get("permission_overwrites") or ()}
    everyone = str(guild["id"])
    for group in ({everyone}, roles - {everyone}, {user}):
        of_group = [changes[key] for key in group if key in changes]
        for each in of_group:
            held &= ~discord.Permissions(int(each["deny"]))
        for each in of_group:
            held |= discord.Permissions(int(each["allow"]))
    return held

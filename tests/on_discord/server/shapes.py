"""How things look on the wire."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from on_discord.server import permissions
from on_discord.server.world import (
    Attachment,
    Channel,
    Guild,
    Json,
    Member,
    Message,
    Role,
    User,
    moment_of,
)

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user(who: User) -> Json:
    return {
        "id": who.id, "username": who.username, "global_name": who.global_name, "discriminator": "0",
        "avatar": who.avatar, "bot": who.bot, "public_flags": 0, "avatar_decoration_data": None, "clan": None,
        "primary_guild": None, "collectibles": None,
    }  # fmt: skip


def own_user(who: User) -> Json:
    return user(who) | {"mfa_enabled": True, "locale": "en-US", "flags": 0, "email": None, "verified": True, "bio": ""}


def bare_member(member: Member) -> Json:
    """As it stands in messages: without the user."""
    return {
        "nick": member.nick, "avatar": None, "banner": None, "roles": list(member.roles),
        "joined_at": iso(member.joined), "premium_since": None, "communication_disabled_until": None, "deaf": False,
        "mute": False, "flags": 0, "pending": False,
    }  # fmt: skip


def member(each: Member) -> Json:
    return bare_member(each) | {"user": user(each.user)}


def role(each: Role) -> Json:
    return {
        "id": each.id, "name": each.name, "color": 0, "hoist": False, "icon": None, "unicode_emoji": None,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "position": each.position, "permissions": str(each.permissions), "managed": each.managed,
        "mentionable": each.mentionable, "flags": 0, **({"tags": {"bot_id": each.bot_id}} if each.bot_id else {}),
    }  # fmt: skip


def channel(discord: "DiscordLike", each: Channel) -> Json:
    last = next((key for key in reversed(each.messages) if each.messages[key].reader is None), None)
    shown: Json = {"id": each.id, "type": each.kind, "last_message_id": last, "flags": 0}
    if each.is_direct:
        partner = each.partner(discord.bot.id)
        return shown | {"recipients": [user(discord.users[partner])], "last_pin_timestamp": None}
    shown |= {"guild_id": each.guild_id, "name": each.name, "parent_id": each.parent_id, "rate_limit_per_user": 0}
    if each.is_thread:
        return shown | _thread(discord, each)
    return shown | {
        "position": each.position, "topic": each.topic, "nsfw": False,
        "permission_overwrites": [
            {"id": one.of, "type": int(one.is_member), "allow": str(one.allow), "deny": str(one.deny)}
            for one in each.overwrites
        ],
    }  # fmt: skip


def _thread(discord: "DiscordLike", each: Channel) -> Json:
    count = sum(message.reader is None for message in each.messages.values())
    shown: Json = {
        "owner_id": each.owner_id, "message_count": count, "member_count": min(len(each.members), 50),
        "total_message_sent": count,
        "thread_metadata": {
            "archived": each.archived, "auto_archive_duration": each.archive_minutes, "locked": each.locked,
            "archive_timestamp": iso(each.archived_at or moment_of(each.id)), "invitable": each.invitable,
            "create_timestamp": iso(moment_of(each.id)),
        },
    }  # fmt: skip
    if discord.bot.id in each.members:
        shown["member"] = thread_member(each, discord.bot.id)
    return shown


def thread_member(thread: Channel, who: str) -> Json:
    return {"id": thread.id, "user_id": who, "join_timestamp": iso(thread.members[who]), "flags": 0}


def guild(discord: "DiscordLike", each: Guild) -> Json:
    """As REST answers it."""
    return {
        "id": each.id, "name": each.name, "icon": None, "splash": None, "discovery_splash": None,
        "owner_id": each.owner_id, "region": "japan", "afk_channel_id": None, "afk_timeout": 300,
        "widget_enabled": False, "widget_channel_id": None, "verification_level": 1,
        "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "application_id": None,
        "roles": [role(one) for one in each.roles.values()], "emojis": [], "features": [], "stickers": [],
        "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None, "max_members": 500000,
        "max_presences": None, "vanity_url_code": None, "description": None, "banner": None, "premium_tier": 0,
        "premium_subscription_count": 0, "preferred_locale": each.locale, "public_updates_channel_id": None,
        "nsfw_level": 0, "premium_progress_bar_enabled": False, "safety_alerts_channel_id": None,
        "incidents_data": None, "hub_type": None,
    }  # fmt: skip


def guild_created(discord: "DiscordLike", each: Guild) -> Json:
    """As the gateway brings it: of the members only the bot, without the intent for members."""
    places = [one for one in each.channels.values() if not one.is_thread]
    threads = [
        one
        for one in each.channels.values()
        if one.is_thread and not one.archived and discord.may(one, discord.bot.id, permissions.VIEW_CHANNEL)
    ]
    own = each.members[discord.bot.id]
    return guild(discord, each) | {
        "joined_at": iso(own.joined), "large": len(each.members) > 250, "unavailable": False,
        "member_count": len(each.members), "voice_states": [], "members": [member(own)],
        "channels": [channel(discord, one) for one in places],
        "threads": [channel(discord, one) for one in threads], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [],
    }  # fmt: skip


def attachment(discord: "DiscordLike", each: Attachment) -> Json:
    url = f"{discord.url}/cdn/attachments/{each.channel}/{each.id}/{each.name}?ex={discord.link_ends():x}"
    shown: Json = {
        "id": each.id, "filename": each.name, "size": len(each.data), "url": url, "proxy_url": url,
        "content_type": each.content_type,
    }  # fmt: skip
    if each.description is not None:
        shown["description"] = each.description
    if each.ephemeral:
        shown["ephemeral"] = True
    return shown


def emoji(key: str) -> Json:
    name, _, number = key.partition(":")
    return {"id": number or None, "name": name} | ({"animated": False} if number else {})


def message(discord: "DiscordLike", each: Message, *, hidden: bool = False) -> Json:
    """`hidden`: what it says is not for who may not read messages."""
    channel_of = discord.channels[each.channel_id]
    shown: Json = {
        "id": each.id, "channel_id": each.channel_id, "type": each.type, "author": user(each.author),
        "content": each.content, "timestamp": iso(moment_of(each.id)),
        "edited_timestamp": iso(each.edited) if each.edited else None, "tts": False,
        "mention_everyone": each.mention_everyone, "mentions": [user(discord.users[key]) for key in each.mentions],
        "mention_roles": list(each.mention_roles), "attachments": [attachment(discord, a) for a in each.attachments],
        "embeds": each.embeds, "components": each.components, "pinned": each.pinned, "flags": each.flags,
    }  # fmt: skip
    if hidden:
        shown |= {"content": "", "attachments": [], "embeds": [], "components": []}
    if each.reactions:
        shown["reactions"] = [reaction(discord, key, users) for key, users in each.reactions.items()]
    if each.webhook_id:
        shown |= {"webhook_id": each.webhook_id, "application_id": each.webhook_id}
    elif each.author.id == discord.bot.id:
        shown["application_id"] = discord.app.id
    if each.interaction:
        shown["interaction_metadata"] = each.interaction
    if each.nonce is not None:
        shown["nonce"] = each.nonce
    if each.reference:
        shown["message_reference"] = each.reference
        replied = channel_of.messages.get(str(each.reference.get("message_id")))
        if each.type == 19:
            shown["referenced_message"] = message(discord, replied, hidden=hidden) if replied else None
    return shown


def reaction(discord: "DiscordLike", key: str, users: list[str]) -> Json:
    return {
        "emoji": emoji(key), "count": len(users), "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [], "me_burst": False, "burst_me": False, "me": discord.bot.id in users, "burst_count": 0,
    }  # fmt: skip


def interaction_channel(discord: "DiscordLike", each: Channel, permitted: int) -> Json:
    return channel(discord, each) | {"permissions": str(permitted)}

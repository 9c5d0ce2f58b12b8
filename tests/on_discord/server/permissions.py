"""Who may do what where, as Discord computes it: owner, roles, overwrites; threads by their parent."""

from on_discord.server.world import PRIVATE_THREAD, Channel, Guild

KICK_MEMBERS, ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_GUILD = 1 << 1, 1 << 3, 1 << 4, 1 << 5
ADD_REACTIONS, VIEW_CHANNEL, SEND_MESSAGES, MANAGE_MESSAGES = 1 << 6, 1 << 10, 1 << 11, 1 << 13
EMBED_LINKS, ATTACH_FILES, READ_MESSAGE_HISTORY, MENTION_EVERYONE = 1 << 14, 1 << 15, 1 << 16, 1 << 17
USE_EXTERNAL_EMOJIS, MANAGE_ROLES, USE_APPLICATION_COMMANDS = 1 << 18, 1 << 28, 1 << 31
MANAGE_THREADS, CREATE_PUBLIC_THREADS, CREATE_PRIVATE_THREADS = 1 << 34, 1 << 35, 1 << 36
SEND_MESSAGES_IN_THREADS, PIN_MESSAGES = 1 << 38, 1 << 51
ALL = (1 << 53) - 1

EVERYBODY = (
    ADD_REACTIONS | VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS | USE_APPLICATION_COMMANDS | CREATE_PUBLIC_THREADS | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS
)  # fmt: skip
"""What @everyone may in a new guild, as far as it matters here."""
DIRECT = (
    ADD_REACTIONS | VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY
    | MENTION_EVERYONE | USE_EXTERNAL_EMOJIS | USE_APPLICATION_COMMANDS | PIN_MESSAGES
)  # fmt: skip


def in_guild(guild: Guild, user: str) -> int:
    """What a member may in the whole guild."""
    if user == guild.owner_id:
        return ALL
    member = guild.members.get(user)
    if member is None:
        return 0
    granted = guild.roles[guild.id].permissions
    for role in member.roles:
        granted |= guild.roles[role].permissions if role in guild.roles else 0
    return ALL if granted & ADMINISTRATOR else granted


def in_channel(guild: Guild, channel: Channel, user: str) -> int:
    """What a member may in a channel or thread; 0 for who does not see it."""
    granted = in_guild(guild, user)
    if user not in guild.members:
        return 0
    if channel.is_thread:
        parent = guild.channels.get(channel.parent_id or "")
        granted = in_channel(guild, parent, user) if parent is not None else 0
        if channel.kind == PRIVATE_THREAD and user not in channel.members and not granted & MANAGE_THREADS:
            return 0
        return granted
    if granted & ADMINISTRATOR:
        return ALL
    granted = _overwritten(guild, channel, user, granted)
    if not granted & VIEW_CHANNEL:
        return 0
    if not granted & SEND_MESSAGES:
        granted &= ~(MENTION_EVERYONE | ATTACH_FILES | EMBED_LINKS)
    return granted


def _overwritten(guild: Guild, channel: Channel, user: str, granted: int) -> int:
    roles = {each.of: each for each in channel.overwrites if not each.is_member}
    if guild.id in roles:
        granted = granted & ~roles[guild.id].deny | roles[guild.id].allow
    mine = [roles[role] for role in guild.members[user].roles if role in roles]
    deny = allow = 0
    for each in mine:
        deny, allow = deny | each.deny, allow | each.allow
    granted = granted & ~deny | allow
    for each in channel.overwrites:
        if each.is_member and each.of == user:
            granted = granted & ~each.deny | each.allow
    return granted

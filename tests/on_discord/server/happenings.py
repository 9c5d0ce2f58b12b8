"""What changes in the world, and the events that tell of it."""

from typing import TYPE_CHECKING, Any

from on_discord.server import gateway as gw
from on_discord.server import shapes
from on_discord.server.world import EPHEMERAL, PRIVATE_THREAD, Channel, Guild, Json, Member, Message

if TYPE_CHECKING:
    from on_discord.server.gateway import Session
    from on_discord.server.server import DiscordLike


def posted(discord: "DiscordLike", where: Channel, message: Message) -> None:
    """A message is there."""
    where.messages[message.id] = message
    where.archived = where.archived and where.locked
    _of_message(discord, "MESSAGE_CREATE", where, message)


def changed(discord: "DiscordLike", where: Channel, message: Message, *, flagged: bool = True, **fields: Any) -> None:
    """A message is changed to these fields; `flagged`: it shows that it was edited."""
    for name, value in fields.items():
        setattr(message, name, value)
    message.editions += 1
    if flagged:
        message.edited = discord.clock.now()
    _of_message(discord, "MESSAGE_UPDATE", where, message)


def deleted(discord: "DiscordLike", where: Channel, message: Message) -> None:
    del where.messages[message.id]
    told: Json = {"id": message.id, "channel_id": where.id}
    if where.guild_id and message.reader is None:
        told["guild_id"] = where.guild_id
    guild = where.guild_id if message.reader is None else None
    if gw.sees(discord, where):
        intent = gw.GUILD_MESSAGES if guild else gw.DIRECT_MESSAGES
        discord.gateway.dispatch("MESSAGE_DELETE", guild, intent, lambda _: told)
    discord.changed()


def reacted(discord: "DiscordLike", where: Channel, message: Message, user: str, emoji: str) -> None:
    users = message.reactions.setdefault(emoji, [])
    if user in users:
        return
    users.append(user)
    more: Json = {"message_author_id": message.author.id}
    guild = discord.guild_of(where)
    if guild is not None and user in guild.members:
        more["member"] = shapes.member(guild.members[user])
    _of_reaction(discord, "MESSAGE_REACTION_ADD", where, message, user, emoji, more)


def unreacted(discord: "DiscordLike", where: Channel, message: Message, user: str, emoji: str) -> None:
    users = message.reactions.get(emoji, [])
    if user not in users:
        return
    users.remove(user)
    if not users:
        del message.reactions[emoji]
    _of_reaction(discord, "MESSAGE_REACTION_REMOVE", where, message, user, emoji, {})


def cleared(discord: "DiscordLike", where: Channel, message: Message, emoji: str | None = None) -> None:
    """A moderator took all reactions off, or all with one emoji."""
    told: Json = {"channel_id": where.id, "message_id": message.id}
    if where.guild_id:
        told["guild_id"] = where.guild_id
    if emoji is None:
        message.reactions.clear()
        event = "MESSAGE_REACTION_REMOVE_ALL"
    else:
        message.reactions.pop(emoji, None)
        told["emoji"] = shapes.emoji(emoji)
        event = "MESSAGE_REACTION_REMOVE_EMOJI"
    if gw.sees(discord, where):
        discord.gateway.dispatch(event, where.guild_id, _reactions(where), lambda _: told)
    discord.changed()


# ---------------------------------------------------------------------- channels and threads


def channel_told(discord: "DiscordLike", event: str, where: Channel) -> None:
    """A channel or thread came to be, changed or went: `CREATE`, `UPDATE`, `DELETE`."""
    kind = "THREAD" if where.is_thread else "CHANNEL"
    if where.is_thread and not gw.sees(discord, where):
        return
    shown = shapes.channel(discord, where)
    if where.is_thread and event == "CREATE":
        shown["newly_created"] = True
    discord.gateway.dispatch(f"{kind}_{event}", where.guild_id, gw.GUILDS, lambda _: shown)
    discord.changed()


def joined_thread(discord: "DiscordLike", where: Channel, user: str) -> None:
    if user in where.members:
        return
    where.members[user] = discord.clock.now()
    if where.kind == PRIVATE_THREAD and user == discord.bot.id:
        channel_told(discord, "CREATE", where)
    _of_thread(discord, where, user, added=True)


def left_thread(discord: "DiscordLike", where: Channel, user: str) -> None:
    if user in where.members:
        _of_thread(discord, where, user, added=False)
        where.members.pop(user, None)


# ---------------------------------------------------------------------- guilds and members


def guild_came(discord: "DiscordLike", guild: Guild) -> None:
    shown = shapes.guild_created(discord, guild)
    discord.gateway.dispatch("GUILD_CREATE", guild.id, gw.GUILDS, lambda _: shown)
    discord.changed()


def guild_went(discord: "DiscordLike", guild: Guild, *, outage: bool = False) -> None:
    told: Json = {"id": guild.id} | ({"unavailable": True} if outage else {})
    discord.gateway.dispatch("GUILD_DELETE", guild.id, gw.GUILDS, lambda _: told)
    discord.changed()


def member_came(discord: "DiscordLike", guild: Guild, member: Member) -> None:
    told = shapes.member(member) | {"guild_id": guild.id}
    discord.gateway.dispatch("GUILD_MEMBER_ADD", guild.id, gw.GUILD_MEMBERS, lambda _: told)
    discord.changed()


def member_changed(discord: "DiscordLike", guild: Guild, member: Member) -> None:
    """The app always hears of its own."""
    told = shapes.member(member) | {"guild_id": guild.id}
    intent = 0 if member.user.id == discord.bot.id else gw.GUILD_MEMBERS
    discord.gateway.dispatch("GUILD_MEMBER_UPDATE", guild.id, intent, lambda _: told)
    discord.changed()


def member_went(discord: "DiscordLike", guild: Guild, member: Member) -> None:
    told = {"user": shapes.user(member.user), "guild_id": guild.id}
    discord.gateway.dispatch("GUILD_MEMBER_REMOVE", guild.id, gw.GUILD_MEMBERS, lambda _: told)
    discord.changed()


def role_told(discord: "DiscordLike", event: str, guild: Guild, role: str) -> None:
    """A role came to be, changed or went: `CREATE`, `UPDATE`, `DELETE`."""
    told: Json = {"guild_id": guild.id}
    told |= {"role_id": role} if event == "DELETE" else {"role": shapes.role(guild.roles[role])}
    discord.gateway.dispatch(f"GUILD_ROLE_{event}", guild.id, gw.GUILDS, lambda _: told)
    discord.changed()


# ---------------------------------------------------------------------- inside


def _of_message(discord: "DiscordLike", event: str, where: Channel, message: Message) -> None:
    """What only one person sees is told to the app as a message of no guild, as Discord does."""
    guild = discord.guild_of(where) if not message.flags & EPHEMERAL else None

    def shown(session: "Session") -> Json:
        read = discord.gateway.may_read(session, message, where)
        told = shapes.message(discord, message, hidden=not read)
        told["channel_type"] = where.kind
        if guild is not None:
            told["guild_id"] = guild.id
            if message.author.id in guild.members and not message.webhook_id:
                told["member"] = shapes.bare_member(guild.members[message.author.id])
            for each in told["mentions"]:
                if each["id"] in guild.members:
                    each["member"] = shapes.bare_member(guild.members[each["id"]])
        return told

    if gw.sees(discord, where) or message.author.id == discord.bot.id:
        intent = gw.GUILD_MESSAGES if guild is not None else gw.DIRECT_MESSAGES
        discord.gateway.dispatch(event, guild.id if guild else None, intent, shown)
    discord.changed()


def _reactions(where: Channel) -> int:
    return gw.GUILD_REACTIONS if where.guild_id else gw.DIRECT_REACTIONS


def _of_reaction(
    discord: "DiscordLike", event: str, where: Channel, message: Message, user: str, emoji: str, more: Json
) -> None:
    told: Json = {
        "user_id": user, "channel_id": where.id, "message_id": message.id, "emoji": shapes.emoji(emoji), "type": 0,
        "burst": False, **more,
    }  # fmt: skip
    if where.guild_id:
        told["guild_id"] = where.guild_id
    if gw.sees(discord, where):
        discord.gateway.dispatch(event, where.guild_id, _reactions(where), lambda _: told)
    discord.changed()


def _of_thread(discord: "DiscordLike", where: Channel, user: str, *, added: bool) -> None:
    told: Json = {"id": where.id, "guild_id": where.guild_id, "member_count": min(len(where.members), 50)}
    if added:
        told["added_members"] = [shapes.thread_member(where, user)]
    else:
        told["removed_member_ids"] = [user]
    own = user == discord.bot.id

    def shown(session: "Session") -> Json | None:
        return told if own or session.intents & gw.GUILD_MEMBERS else None

    if gw.sees(discord, where):
        discord.gateway.dispatch("THREAD_MEMBERS_UPDATE", where.guild_id, gw.GUILDS, shown)
    discord.changed()

"""What a person finds in a message: its words, what can be pressed, and what each thing stands with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from on_discord.server import permissions
from on_discord.server.components import BUTTON, CONTAINER, FILE, GALLERY, ROW, SECTION, SELECTS, THUMBNAIL, WORDS
from on_discord.server.world import Channel, Json, Message

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

_MENTION = re.compile(r"<@!?(\d+)>")
_TIME = re.compile(r"<t:(\d+)(?::[tTdDfFR])?>")
_ESCAPED = re.compile(r"\\([^\sA-Za-z0-9])")
_STRONG = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", re.DOTALL)
_HEADING = re.compile(r"^(#{1,3}|-#) (?=\S)", re.MULTILINE)
_ITEM = re.compile(r"^(\s*)[-*] (?=\S)", re.MULTILINE)
_NO_EMBED = re.compile(r"<(https?://[^>\s]+)>")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True)
class Pressable:
    """A button or list as it is seen; `words` is what is said beside it, and before it."""

    label: str
    words: str
    component: Json


def seen(discord: "DiscordLike", where: Channel, user: str) -> list[Message]:
    """What somebody finds in a channel, oldest first; nothing where they do not get in."""
    if not readable(discord, where, user):
        return []
    return [each for each in where.messages.values() if each.reader in (None, user)]


def readable(discord: "DiscordLike", where: Channel, user: str) -> bool:
    """Whether somebody can read what is said there."""
    if where.is_direct:
        return user in where.members
    needs = permissions.VIEW_CHANNEL | permissions.READ_MESSAGE_HISTORY
    return not needs & ~discord.granted(where, user)


def plain(discord: "DiscordLike", text: str, guild: str | None = None) -> str:
    """Text as it is read on the screen: mentions are names, marks are gone."""

    def named(match: re.Match[str]) -> str:
        who = discord.users.get(match.group(1))
        here = discord.guilds.get(guild or "")
        member = here.members.get(who.id) if here is not None and who is not None else None
        return f"@{member.name if member else who.name if who else 'unknown-user'}"

    return unmarked(_MENTION.sub(named, text))


def unmarked(text: str) -> str:
    """Text without the marks that shape it."""
    text = _NO_EMBED.sub(r"\1", _LINK.sub(r"\1", text))
    text = _ITEM.sub("\\1• ", _STRONG.sub(r"\1", _HEADING.sub("", text)))
    return _ESCAPED.sub(r"\1", text)


def words(discord: "DiscordLike", message: Message) -> str:
    """All that a message says: text, words for pictures, titles of embeds."""
    guild = discord.channels[message.channel_id].guild_id
    parts = [plain(discord, message.content, guild)]
    parts += [plain(discord, each, guild) for each in said(message.components)]
    for each in message.embeds:
        fields = [f"{field.get('name')}\n{field.get('value')}" for field in each.get("fields") or ()]
        texts = [each.get("title"), each.get("description"), *fields, (each.get("footer") or {}).get("text")]
        parts += [plain(discord, str(text), guild) for text in texts if text]
    parts += [each.description for each in message.attachments if each.description]
    return "\n".join(part for part in parts if part)


def said(components: list[Json]) -> Iterator[str]:
    """The texts among components, in order."""
    for each in components:
        kind = each["type"]
        if kind == WORDS:
            yield each["content"]
        elif kind in (SECTION, CONTAINER):
            yield from said(each["components"])
            yield from said([each["accessory"]] if each.get("accessory") else [])
        elif kind == GALLERY:
            yield from (item["description"] for item in each["items"] if item.get("description"))
        elif kind in (THUMBNAIL, FILE) and each.get("description"):
            yield each["description"]


def pressable(message: Message) -> Iterator[Pressable]:
    """Buttons and lists: one in a section stands with that, others with all since the last row or section."""
    near = [message.content] if message.content else []
    for each in _flat(message.components):
        kind = each["type"]
        if kind == SECTION:
            own = "\n".join(said([each]))
            near.append(own)
            if each["accessory"]["type"] == BUTTON:
                yield Pressable(label(each["accessory"]), own, each["accessory"])
        elif kind == ROW:
            for one in each["components"]:
                if one["type"] == BUTTON or one["type"] in SELECTS:
                    yield Pressable(label(one), "\n".join(near), one)
        else:
            near += said([each])


def _flat(components: list[Json]) -> Iterator[Json]:
    for each in components:
        if each["type"] == CONTAINER:
            yield from each["components"]
        else:
            yield each


def label(component: Json) -> str:
    """What a button says, or a list before anything is chosen."""
    emoji = (component.get("emoji") or {}).get("name", "")
    said = component.get("label") or component.get("placeholder") or ""
    return f"{emoji} {said}".strip() if emoji else str(said)

"""What an app wants to post or change is held to Discord's rules; then it is a message."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from on_discord.server import permissions
from on_discord.server.components import WORDS, Checked, numbered, walk
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.world import COMPONENTS_V2, SUPPRESS_EMBEDS, Attachment, Channel, Json, Message, User

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

LONGEST, LONGEST_NONCE, MOST_FILES, MOST_EMBEDS = 2000, 25, 10, 10
LARGEST = 10 * 1024**2
_USERS, _ROLES = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_MENTIONABLE = frozenset({"users", "roles", "everyone"})
POSTABLE = SUPPRESS_EMBEDS | (1 << 12) | COMPONENTS_V2
"""The flags that an app may set on what it posts."""
LEGACY = ("content", "embeds", "sticker_ids", "poll")


@dataclass
class Files:
    """Files that came with a request: by the number that a form gives them."""

    by_number: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def said(message: Message) -> str:
    """All the words in which somebody can be mentioned."""
    return "\n".join([message.content, *(w["content"] for w in walk(message.components) if w["type"] == WORDS)])


class Content:
    """What a request would make of a message. `old` is the message that is changed."""

    def __init__(
        self, discord: "DiscordLike", where: Channel, given: Json, files: Files, old: Message | None = None
    ) -> None:
        self._discord = discord
        self._where = where
        self._given = given
        self._old = old
        self._files = files
        self._wrong = Complaints()
        self.attachments = self._attachments()
        before = old.flags if old is not None else 0
        self.flags = self._flags(before)
        self.is_v2 = bool(self.flags & COMPONENTS_V2)

    # ------------------------------------------------------------------ checking

    def check(self, allowed_flags: int = POSTABLE) -> None:
        """Raises Refusal."""
        given, wrong = self._given, self._wrong
        wrong.text("content", given.get("content"), 0, LONGEST, required=False)
        self._check_flags(allowed_flags)
        if given.get("embeds"):
            wrong.count("embeds", given["embeds"], 0, MOST_EMBEDS)
        if given.get("components"):
            names = frozenset(each.name for each in self.attachments)
            Checked(wrong, v2=self.is_v2, files=names).of_message(given["components"])
        if given.get("nonce") is not None and not isinstance(given["nonce"], int):
            wrong.text("nonce", given["nonce"], 0, LONGEST_NONCE, required=False)
        self._check_mentions()
        wrong.refuse()
        if sum(len(each.data) for each in self.attachments if each.data) > 25 * 1024**2 or any(
            len(data) > LARGEST for _, data in self._files.by_number.values()
        ):
            raise Refusal(40005)
        if not self._says_something():
            raise Refusal(50006)

    def _flags(self, before: int) -> int:
        flags = self._given.get("flags")
        return (int(flags) | before & COMPONENTS_V2) if isinstance(flags, int) else before

    def _check_flags(self, allowed: int) -> None:
        flags = self._given.get("flags")
        if flags is not None and (not isinstance(flags, int) or flags & ~allowed):
            self._wrong.add("flags", "BASE_TYPE_CHOICES", "These flags cannot be set.")
        if self.is_v2:
            for name in LEGACY:
                if self._given.get(name):
                    message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                    self._wrong.add(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
            old = self._old
            if old is not None and not old.is_v2 and old.content and "content" not in self._given:
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                self._wrong.add("content", code, "The content is still there")

    def _check_mentions(self) -> None:
        mentions = self._given.get("allowed_mentions")
        if not mentions:
            return
        parse = mentions.get("parse") or []
        for place, each in enumerate(parse):
            if each not in _MENTIONABLE:
                self._wrong.add(f"allowed_mentions.parse.{place}", "BASE_TYPE_CHOICES", "Not one of the choices")
        for name in ("users", "roles"):
            listed = mentions.get(name) or []
            if len(listed) > 100:
                self._wrong.add(f"allowed_mentions.{name}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
            if listed and name in parse:
                self._wrong.add(
                    "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.',
                )  # fmt: skip

    def _says_something(self) -> bool:
        given, old = self._given, self._old

        def now(name: str, before: Any) -> Any:
            return given.get(name, before)

        content = now("content", old.content if old else "")
        embeds = now("embeds", old.embeds if old else [])
        components = now("components", old.components if old else [])
        words = (
            str(content or "").strip() or embeds or self.attachments or given.get("poll") or given.get("sticker_ids")
        )
        return bool(words or components)

    def _attachments(self) -> list[Attachment]:
        """Those that are kept, and the new ones; without a list all stay and what came is added."""
        before = list(self._old.attachments) if self._old is not None else []
        listed = self._given.get("attachments")
        if listed is None:
            return before + [self._new(number, {}) for number in self._files.by_number]
        kept: list[Attachment] = []
        named: set[str] = set()
        for place, each in enumerate(listed):
            key = str(each.get("id"))
            old = next((one for one in before if one.id == key), None)
            if old is not None:
                old.description = each.get("description", old.description)
                kept.append(old)
            elif key in self._files.by_number:
                named.add(key)
                self._wrong.text(f"attachments.{place}.description", each.get("description"), 0, 1024, required=False)
                kept.append(self._new(key, each))
            else:
                self._wrong.add(f"attachments.{place}.id", "MESSAGE_ATTACHMENT_NOT_FOUND", "Attachment data not found")
        if len(kept) > MOST_FILES:
            self._wrong.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
        return kept + [self._new(number, {}) for number in self._files.by_number if number not in named]

    def _new(self, number: str, listed: Json) -> Attachment:
        name, data = self._files.by_number[number]
        name = re.sub(r"[^\w.\-]", "_", str(listed.get("filename") or name), flags=re.ASCII)
        kind = "image/png" if data.startswith(b"\x89PNG") else "application/octet-stream"
        return Attachment(
            self._discord.new_id(), name, data, self._where.id, listed.get("description"), kind,
        )  # fmt: skip

    # ------------------------------------------------------------------ making

    def post(self, author: User, **more: Any) -> Message:
        """A new message of it."""
        given = self._given
        nonce = given.get("nonce")
        message = Message(
            id=self._discord.new_id(),
            channel_id=self._where.id,
            author=author,
            content=str(given.get("content") or ""),
            components=self._shown(given.get("components") or []),
            embeds=given.get("embeds") or [],
            attachments=self.attachments,
            flags=self.flags,
            nonce=None if nonce is None else str(nonce),
            **more,
        )
        self._address(message)
        return message

    def fields(self) -> Json:
        """What is set on the message that is changed."""
        given = self._given
        assert self._old is not None
        changed: Json = {"attachments": self.attachments, "flags": self._old.flags & ~SUPPRESS_EMBEDS | self.flags}
        if "content" in given:
            changed["content"] = str(given["content"] or "")
        if "embeds" in given:
            changed["embeds"] = given["embeds"] or []
        if "components" in given:
            changed["components"] = self._shown(given["components"] or [])
        return changed

    def _shown(self, components: list[Json]) -> list[Json]:
        """Components as they are sent back: numbered, and what is attached has its address."""
        links = {f"attachment://{each.name}": each for each in self.attachments}
        for each in walk(numbered(components)):
            media = [each.get("media"), each.get("file"), *(item.get("media") for item in each.get("items") or ())]
            for one in media:
                if one and one.get("url") in links:
                    one["attachment_id"] = links[one["url"]].id
        return components

    # ------------------------------------------------------------------ mentions

    def _address(self, message: Message) -> None:
        """Who is mentioned, and who of them is pinged: as the words and `allowed_mentions` have it."""
        address(self._discord, self._where, message, self._given.get("allowed_mentions"))


def address(discord: "DiscordLike", where: Channel, message: Message, allowed: Json | None) -> None:
    """Find who a message mentions. Without `allowed` all that it says counts, and nobody is spared."""
    words, guild = said(message), discord.guild_of(where)
    parse = set(allowed.get("parse") or ()) if allowed is not None else set(_MENTIONABLE)
    named = {str(each) for name in ("users", "roles") for each in (allowed or {}).get(name) or ()}
    message.mentions = [key for key in dict.fromkeys(_USERS.findall(words)) if key in discord.users]
    pinged = {key for key in message.mentions if "users" in parse or key in named}
    if allowed is not None:
        message.mentions = [key for key in message.mentions if key in pinged]
    if guild is not None:
        granted = permissions.in_channel(guild, where, message.author.id)
        mass = bool(granted & permissions.MENTION_EVERYONE)
        roles = [key for key in dict.fromkeys(_ROLES.findall(words)) if key in guild.roles]
        message.mention_roles = [
            key for key in roles
            if ("roles" in parse or key in named) and (mass or guild.roles[key].mentionable)
        ]  # fmt: skip
        message.mention_everyone = bool(mass and "everyone" in parse and _EVERYONE.search(words))
        for member in guild.members.values():
            if message.mention_everyone or set(member.roles) & set(message.mention_roles):
                pinged.add(member.user.id)
    discord.pings += [(message, each) for each in sorted(pinged) if each != message.author.id]

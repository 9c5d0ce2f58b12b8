"""What there is in Discord: people, guilds, roles, channels, threads, messages."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEXT, DIRECT, CATEGORY, ANNOUNCEMENT, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 4, 5, 11, 12
THREADS = frozenset({PUBLIC_THREAD, PRIVATE_THREAD})
EPHEMERAL, LOADING, SUPPRESS_EMBEDS, SILENT, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 2, 1 << 12, 1 << 15
DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds since 1970 at which snowflakes begin."""


def moment_of(snowflake: str) -> float:
    """Seconds since 1970 at which something came to be."""
    return ((int(snowflake) >> 22) + DISCORD_EPOCH) / 1000


@dataclass
class User:
    """An account. `accepts_direct` False: nobody but friends may write to it, what Discord calls closed messages."""

    id: str
    username: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "ja"
    avatar: str | None = None
    accepts_direct: bool = True

    @property
    def name(self) -> str:
        return self.global_name or self.username


@dataclass
class Role:
    id: str
    name: str
    permissions: int
    position: int = 1
    managed: bool = False
    mentionable: bool = False
    bot_id: str = ""
    """The app's whose own role it is."""


@dataclass
class Member:
    user: User
    joined: float
    nick: str | None = None
    roles: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.nick or self.user.name


@dataclass
class Overwrite:
    """What a channel allows or denies a role or a member; `of` is the id of either."""

    of: str
    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass
class Attachment:
    id: str
    name: str
    data: bytes
    channel: str
    description: str | None = None
    content_type: str = "application/octet-stream"
    ephemeral: bool = False


@dataclass
class Message:
    """A message. `reader` is who alone sees it, None: everybody who sees the channel."""

    id: str
    channel_id: str
    author: User
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | None = None
    edited: float | None = None
    reference: Json | None = None
    reader: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Who reacted, by emoji: the character, or `name:id`."""
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    interaction: Json | None = None
    """The interaction that it answers, as Discord repeats it."""
    webhook_id: str | None = None
    pinned: bool = False
    editions: int = 0
    components_id: int = 0

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)


@dataclass
class Channel:
    """A text channel, a direct conversation or a thread. `members`: of direct conversations and threads."""

    id: str
    name: str
    kind: int
    guild_id: str | None = None
    parent_id: str | None = None
    owner_id: str | None = None
    members: dict[str, float] = field(default_factory=dict)
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    position: int = 0
    topic: str | None = None
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    archive_minutes: int = 4320
    archived_at: float = 0.0

    @property
    def is_direct(self) -> bool:
        return self.kind == DIRECT

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    def partner(self, other: str) -> str:
        """Whom somebody talks with in a direct conversation."""
        return next(member for member in self.members if member != other)


@dataclass
class Guild:
    id: str
    name: str
    owner_id: str
    locale: str = "ja"
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    """Threads, too."""
    has_app: bool = False
    unavailable: bool = False

    def member(self, key: str) -> Member:
        """By id, username or name."""
        for each in self.members.values():
            if key in (each.user.id, each.user.username, each.name):
                return each
        raise AssertionError(f"nobody here is {key!r}")

    def channel(self, key: str) -> Channel:
        """By id or name, with or without #."""
        return next(each for each in self.channels.values() if key.lstrip("#") in (each.id, each.name))

    def role(self, key: str) -> Role:
        """By id or name."""
        return next(each for each in self.roles.values() if key in (each.id, each.name))

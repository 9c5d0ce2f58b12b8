"""What exists in Slack: workspaces with their people, channels, messages, files. Plain data, changed by `server`."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

IM, MPIM, PUBLIC, PRIVATE = "im", "mpim", "public", "private"


@dataclass
class User:
    """A member. `team_id` is the home: another one than the workspace's makes a stranger (Slack Connect)."""

    id: str
    team_id: str
    name: str
    real_name: str
    locale: str = "ja-JP"
    tz: str = "Asia/Tokyo"
    is_bot: bool = False
    deleted: bool = False
    email: str | None = None
    email_confirmed: bool = True
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    enterprise_id: str | None = None
    bot_id: str | None = None
    """Set for an app's bot."""
    status: tuple[str, str] = ("", "")
    """Text and emoji."""
    status_expiration: int = 0
    """In seconds; 0: without an end."""
    is_single_channel_guest: bool = False
    dnd: tuple[int, int] | None = None
    """The next quiet window."""
    updated: int = 0


@dataclass
class Upload:
    """A file. It is whole when its bytes came and the upload was completed."""

    id: str
    name: str
    title: str
    size: int
    user: str
    team_id: str
    created: int
    alt: str = ""
    data: bytes | None = field(default=None, repr=False)
    complete: bool = False
    channels: list[str] = field(default_factory=list)
    deleted: bool = False


@dataclass
class Message:
    ts: str
    user: str
    text: str
    team_id: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    app_id: str | None = None
    bot_id: str | None = None
    files: list[Upload] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Users by emoji name, as it was given: skin tones are names of their own."""
    edited: str | None = None
    editions: int = 0
    deleted: bool = False
    reader: str | None = None
    """Set for an ephemeral message: the only person who sees it."""
    unfurl: bool = True
    states: dict[str, Json] = field(default_factory=dict)
    """What each user typed or chose in the message's inputs: values by block_id and action_id."""


@dataclass
class Channel:
    """A conversation. One that is shared with other organisations is the same object in all its workspaces."""

    id: str
    name: str
    kind: str
    team_id: str
    creator: str = ""
    members: list[str] = field(default_factory=list)
    archived: bool = False
    shared_with: set[str] = field(default_factory=set)
    """Other workspaces of this channel (Slack Connect)."""
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, in order; ephemeral ones are here, too."""
    last_ts: int = 0
    """Microseconds of the newest ts."""

    @property
    def direct(self) -> bool:
        return self.kind in (IM, MPIM)

    def partner(self, bot: str) -> str:
        """Whom a bot talks with in this direct conversation."""
        return next((member for member in self.members if member != bot), bot)

    def new_ts(self, now: float) -> str:
        self.last_ts = max(self.last_ts + 1, int(now * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def lasting(self) -> list[Message]:
        """What is there for everybody, oldest first."""
        return [message for message in self.messages.values() if not message.deleted and message.reader is None]


@dataclass
class Team:
    id: str
    name: str
    domain: str
    enterprise_id: str | None = None
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    """The published App Home of each user."""
    views: dict[str, list[Json]] = field(default_factory=dict)
    """Open modals of each user, the top one last."""
    prompts: dict[str, list[Json]] = field(default_factory=dict)
    """Suggested prompts by direct conversation."""
    files: dict[str, Upload] = field(default_factory=dict)

    def shown_files(self) -> set[str]:
        """The files that blocks may show."""
        return {each.id for each in self.files.values() if each.complete and not each.deleted}

    def user(self, key: str) -> User:
        """By id or name."""
        return next(user for user in self.users.values() if key in (user.id, user.name, user.real_name))

    def channel(self, key: str) -> Channel:
        """By id or name, with or without #."""
        return next(c for c in self.channels.values() if key.lstrip("#") in (c.id, c.name))

    def direct(self, one: str, other: str) -> Channel | None:
        """The direct conversation of two users, when it was opened before."""
        return next(
            (c for c in self.channels.values() if c.kind == IM and sorted(c.members) == sorted((one, other))), None
        )

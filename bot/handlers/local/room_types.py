"""What is in the staff room: its workspaces, users, messages and the events it still has to deliver."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.conversation.card import Card
from bot.domain.language import Bilingual, Lang
from bot.domain.people import Standing
from bot.handlers.local.cardbox import knobs
from bot.handlers.local.told import Handed, Knob
from bot.services.ports import MessageRef

PLATFORM = "local"
SUKIMA = "sukima"
"""The key of Sukima's own user in every workspace."""
NAMELESS = Bilingual("", "")


@dataclass(frozen=True)
class Space:
    """A workspace of the room. `zone` is where its clock hangs, `lang` what its staff channel speaks."""

    key: str
    name: Bilingual
    staff_channel: str
    zone: str
    lang: Lang


@dataclass(frozen=True)
class User:
    """Somebody with a chair. `title` is what the profile says of the person; `lang` is the profile's language."""

    workspace: str
    key: str
    name: str
    lang: Lang
    title: Bilingual
    is_bot: bool = False
    is_admin: bool = False
    """Runs the workspace, as somebody does on every platform."""

    @property
    def standing(self) -> Standing:
        return Standing.ADMIN if self.is_admin else Standing.MEMBER


@dataclass(frozen=True)
class Channel:
    """`direct_user` is whose conversation with Sukima it is; None for what every colleague reads."""

    workspace: str
    key: str
    direct_user: str | None
    name: Bilingual = NAMELESS
    about: Bilingual = NAMELESS
    """What is talked about there, in a few words."""


@dataclass(frozen=True)
class Attachment:
    """A file of a message, on disk."""

    name: str
    media_type: str
    path: Path
    alt: str


@dataclass(frozen=True)
class Reaction:
    user: str
    emoji: str


@dataclass(frozen=True)
class Replies:
    """What hangs below a message of a channel, but for messages that only one person sees."""

    count: int
    people: tuple[str, ...]
    """Keys of those who replied, each once, in the order in which they came."""
    last_at: datetime


@dataclass(frozen=True)
class Message:
    """One message as a viewer finds it. `number` counts what this viewer can see in the channel, from 1.

    A deleted message keeps its number and loses its content. `card` has no files; they are `attachments`.
    """

    ref: MessageRef
    number: int
    author: str
    card: Card
    attachments: tuple[Attachment, ...]
    reactions: tuple[Reaction, ...]
    sent_at: datetime
    edited: bool
    deleted: bool
    ephemeral: bool
    """Only the viewer sees it."""
    page: str
    """A unit's page in Markdown, where the message brings one; the card's sections say the same plainly."""
    changed: int
    """Grows with every new, edited or deleted message of the room."""
    posted: int = 0
    """The mark with which it came."""
    touched: int = 0
    """As `changed`, and it grows with reactions and replies, too: what a live view must draw again."""
    thread: str | None = None
    """Key of the message that it replies to."""
    replies: Replies | None = None

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def text(self) -> str:
        """All that it says, with its pictures' alternative texts."""
        return self.card.text() + "".join(f"\n{file.alt}" for file in self.attachments)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        return tuple(knob for knob, _ in knobs(self.card))

    @property
    def handed(self) -> tuple[Handed, ...]:
        return tuple(Handed(file.name, file.alt, file.path.read_bytes) for file in self.attachments)


@dataclass(frozen=True)
class Change:
    """Something that live views show. `only` is the one person who sees it; None: whoever reads the channel."""

    kind: Literal["message", "seen", "clock", "people"]
    workspace: str
    channel: str = ""
    only: str | None = None


@dataclass(frozen=True)
class Unread:
    """What a person has not read in one place: a channel, or a thread of it that concerns them."""

    channel: str
    thread: str | None
    count: int


EventKind = Literal["said", "reaction_added", "reaction_removed"]


@dataclass(frozen=True)
class Event:
    """Something that Sukima must hear of, delivered until it is acknowledged."""

    id: str
    kind: EventKind
    workspace: str
    channel: str
    direct: bool
    user: str
    user_name: str
    lang: Lang
    is_bot: bool
    message: str
    """Key of the message said or reacted to."""
    text: str = ""
    emoji: str = ""
    thread: str = ""
    """Key of the message under which it was said."""
    is_admin: bool = False

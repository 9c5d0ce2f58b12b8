"""What is in the staff room: its workspaces, users, messages and the events it still has to deliver."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.conversation.card import Card
from bot.domain.language import Bilingual, Lang
from bot.services.ports import MessageRef

PLATFORM = "local"
SUKIMA = "sukima"
"""The key of Sukima's own user in every workspace."""


@dataclass(frozen=True)
class Space:
    """A workspace of the room. `zone` is where its clock hangs, `lang` what its staff channel speaks."""

    key: str
    name: str
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


@dataclass(frozen=True)
class Channel:
    """`direct_user` is whose conversation with Sukima it is; None for the staff channel."""

    workspace: str
    key: str
    direct_user: str | None


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

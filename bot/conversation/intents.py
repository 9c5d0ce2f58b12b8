"""What somebody did on a platform, in neutral words. Handlers make these; the router understands them."""

import re
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.domain.language import Lang
from bot.domain.people import Standing
from bot.services.ports import MessageRef


@dataclass(frozen=True)
class Origin:
    """Who did it, and where. Keys are the platform's own.

    `event_id` is set for events that the platform may bring again; None for interactions, which it does not.
    """

    platform: str
    workspace_key: str
    user_key: str
    user_name: str | None
    """None where the platform's event does not say: it is learned from a later one."""
    channel: str
    direct: bool
    """In a direct conversation with Sukima: answers need not be ephemeral."""
    event_id: str | None = None
    is_bot: bool = False
    locale: Lang | None = None
    thread: str | None = None
    """Key of the message under which it was done: answers are shown there, too."""
    address: str | None = None
    """The user's mail address, only where the platform verified that it is theirs."""
    zone: str | None = None
    """The user's time zone by its IANA name, where the platform tells it."""
    standing: Standing = Standing.MEMBER
    wears: frozenset[str] | None = None
    """The roles that their workspace gives them on its platform, by its ids; None where it does not say."""


class Attached(Protocol):
    """A file that came with words. Its platform has it; nothing of it was fetched yet."""

    @property
    def name(self) -> str:
        """As its sender named it: any characters at all."""

    async def read(self, most: int) -> bytes:
        """Its bytes, fetched now, and never more than `most` of them.

        Raises `Problem`: file_too_large (`limit` in MiB), file_unreadable where the platform does not give it.
        """


@dataclass(frozen=True)
class Said:
    """Plain words in a direct message, or with a mention; perhaps with files."""

    origin: Origin
    text: str
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Commanded:
    """`/sukima …`: `text` is what follows the command's name."""

    origin: Origin
    text: str


@dataclass(frozen=True)
class Pressed:
    """A button was pressed; `action` is the token it carried."""

    origin: Origin
    action: str


@dataclass(frozen=True)
class Submitted:
    """A form was sent: `values` by field name, as typed."""

    origin: Origin
    action: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EndorseMessage:
    """*My endorsement*, meant for the badge in a message: asked of the message itself, not by a button of it."""

    origin: Origin
    message: MessageRef


@dataclass(frozen=True)
class BadgesOf:
    """Which badges does somebody show to colleagues? Asked of the person themselves, by the platform's key."""

    origin: Origin
    user_key: str


@dataclass(frozen=True)
class ReactionAdded:
    origin: Origin
    message: MessageRef
    emoji: str


@dataclass(frozen=True)
class ReactionRemoved:
    origin: Origin
    message: MessageRef
    emoji: str


Answerable = Said | Commanded | Pressed | Submitted | EndorseMessage | BadgesOf
"""What is answered."""
Intent = Answerable | ReactionAdded | ReactionRemoved

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALVES = re.compile(r"[\ud800-\udfff]")


def typed(text: str) -> str:
    """What somebody typed as text that can be kept and shown.

    Controls but tabs and line ends become spaces, half characters the replacement character.
    """
    return _HALVES.sub("\ufffd", _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def readable(intent: Intent) -> Intent:
    """The intent with everything that was typed as `typed` text."""
    match intent:
        case Said(text=text) | Commanded(text=text):
            return replace(intent, text=typed(text))
        case Submitted(values=values):
            return replace(intent, values={name: typed(value) for name, value in values.items()})
        case _:
            return intent

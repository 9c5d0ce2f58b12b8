"""What a person typed, and what the room delivers, as intents. Pure: no room, no clock.

A line is one of
- `/sukima …`: the command, also full-width and as 「／すきま」;
- `/react 3 💮`, `/unreact 3 💮`: an emoji on, or off, message number 3;
- `/send PATH words`: a file, perhaps with words, for Sukima alone;
- a number, or its label word for word: the button or form with that number;
- words: said to Sukima in a direct conversation or with @Sukima, else to the channel.
A line that begins with a space is words, whatever it looks like.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.card import Button, Form
from bot.conversation.intents import Commanded, Intent, Origin, Pressed, ReactionAdded, ReactionRemoved, Said
from bot.domain.people import Standing
from bot.errors import Problem
from bot.handlers.local.addresses import address_of
from bot.handlers.local.emoji import emoji_name
from bot.handlers.local.room_types import PLATFORM, Event
from bot.handlers.local.text import folded
from bot.services.ports import MessageRef

_COMMAND = re.compile(r"[/／]\s?(?:sukima|すきま|スキマ|隙間)(?=\s|$)", re.IGNORECASE)
_MENTION = re.compile(r"(?<![0-9a-z_])[@＠](?:sukima(?![0-9a-z_.])|すきま|スキマ|隙間)", re.IGNORECASE)
_SLASHED = re.compile(r"[/／](?=[^\s/／])")
_SEND = re.compile(
    r"[/／](?P<name>\w+)(?:\s+(?:\"(?P<quoted>[^\"]+)\"|(?P<path>\S+))(?:\s+(?P<words>.*))?)?", re.DOTALL
)
_NUMBER = re.compile(r"\d{1,4}")
_REACTION = re.compile(r"(react|unreact)\s+[#＃]?(\d{1,9})\s+(\S+)", re.IGNORECASE)

Choice = Button | Form
"""What a number may stand for: a button to press, a form to fill in."""


@dataclass(frozen=True)
class Seen:
    """What the person has before their eyes: who and where they are, numbered choices, numbered messages."""

    origin: Origin
    choices: Mapping[int, Choice] = field(default_factory=dict)
    messages: Mapping[int, MessageRef] = field(default_factory=dict)


@dataclass(frozen=True)
class Fill:
    """The person chose a form: it is to be filled in before it can be sent."""

    form: Form


@dataclass(frozen=True)
class Talk:
    """Words to colleagues in the channel; nothing that Sukima hears."""

    text: str


Act = Intent | Fill | Talk


def understood(line: str, seen: Seen) -> Act | None:
    """What a typed line means here; None for an empty one.

    Raises `Problem`: `room.unknown_command`, `room.no_such_number`, `room.no_such_message`, `room.react_how`,
    `room.no_such_emoji`.
    """
    text = line.strip()
    if not text:
        return None
    if line[0].isspace():
        return _words(text, seen)
    command = commanded(text)
    if command is not None:
        return Commanded(seen.origin, command)
    if _SLASHED.match(text):
        return _slashed(text, seen)
    plain = unicodedata.normalize("NFKC", text)
    if _NUMBER.fullmatch(plain) and seen.choices:
        return _chosen(int(plain), seen)
    labelled = [number for number, choice in seen.choices.items() if _label(choice) == folded(text)]
    return _chosen(labelled[0], seen) if len(labelled) == 1 else _words(text, seen)


def for_sukima(text: str, *, direct: bool) -> str | None:
    """What Sukima hears of words: all of them in a direct conversation, else what goes with a mention."""
    without, mentions = _MENTION.subn(" ", text)
    if mentions:
        return without.strip()
    return text if direct else None


def delivered(event: Event) -> Intent:
    """A stored event as the intent it is."""
    origin = Origin(
        platform=PLATFORM,
        workspace_key=event.workspace,
        user_key=event.user,
        user_name=event.user_name,
        channel=event.channel,
        direct=event.direct,
        event_id=event.id,
        is_bot=event.is_bot,
        locale=event.lang,
        thread=event.thread or None,
        address=address_of(event.user, is_bot=event.is_bot),
        standing=Standing.ADMIN if event.is_admin else Standing.MEMBER,
    )
    if event.kind == "said":
        return Said(origin, event.text)
    message = MessageRef(PLATFORM, event.workspace, event.channel, event.message)
    if event.kind == "reaction_added":
        return ReactionAdded(origin, message, event.emoji)
    return ReactionRemoved(origin, message, event.emoji)


def slashed(text: str) -> tuple[str, str] | None:
    """A slash command's name, in small half-width letters, and what follows it; None for other text."""
    if not _SLASHED.match(text):
        return None
    name, _, rest = unicodedata.normalize("NFKC", text[1:]).partition(" ")
    return name.casefold(), rest.strip()


def sent(line: str) -> tuple[str, str] | None:
    """The path of a file and the words beside it, as they were typed, of `/send PATH words`; None for another line.

    A path with spaces stands in quotation marks. The path is empty where none was typed.
    """
    match = _SEND.fullmatch(line.strip())
    if match is None or unicodedata.normalize("NFKC", match["name"]).casefold() != "send":
        return None
    return match["quoted"] or match["path"] or "", match["words"] or ""


def commanded(text: str) -> str | None:
    """What follows `/sukima`, as it was typed; None when it is another text."""
    head = re.match(r"\S+", text)
    if head is None:
        return None
    name = unicodedata.normalize("NFKC", head.group())
    return text[head.end() :].strip() if _COMMAND.fullmatch(name) else None


def _words(text: str, seen: Seen) -> Said | Talk:
    heard = for_sukima(text, direct=seen.origin.direct)
    return Talk(text) if heard is None else Said(seen.origin, heard)


def _label(choice: Choice) -> str:
    return folded(choice.submit if isinstance(choice, Form) else choice.label)


def _chosen(number: int, seen: Seen) -> Pressed | Fill:
    choice = seen.choices.get(number)
    if choice is None:
        raise Problem("room.no_such_number", number=number)
    return Fill(choice) if isinstance(choice, Form) else Pressed(seen.origin, choice.action)


def _slashed(text: str, seen: Seen) -> Intent:
    # The emoji is taken from the text as typed: NFKC is for the command's name and number only.
    plain = " ".join(text[1:].split())
    match = _REACTION.fullmatch(unicodedata.normalize("NFKC", plain))
    command = slashed(text)
    name = command[0] if command else ""
    if match is None:
        if name in {"react", "unreact"}:
            raise Problem("room.react_how")
        raise Problem("room.unknown_command", name=name)
    number = int(match.group(2))
    message = seen.messages.get(number)
    if message is None:
        raise Problem("room.no_such_message", number=number)
    emoji = emoji_name(plain.rpartition(" ")[2])
    if emoji is None:
        raise Problem("room.no_such_emoji", emoji=match.group(3))
    added = match.group(1).casefold() == "react"
    return (ReactionAdded if added else ReactionRemoved)(seen.origin, message, emoji)

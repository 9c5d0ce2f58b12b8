"""What people see: words of messages and views as Slack draws them, and what can be pressed or filled there."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack.server import shapes
from slack.server.blocks import interactive
from slack.server.world import Channel, Json, Message, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

_MARKED = re.compile(r"<([@#!]?)([^|>]+)(?:\|([^>]*))?>")


@dataclass(frozen=True)
class Pressable:
    """Something to press or choose, and the words that it stands with."""

    label: str
    words: str
    block: Json
    element: Json


@dataclass(frozen=True)
class Fillable:
    label: str
    block: Json
    element: Json


def words(slack: "SlackLike", team: Team, message: Message) -> str:
    """All that a message says to who sees it, its files' names and descriptions included."""
    said = blocks_words(team, message.blocks) if message.blocks else plain(team, message.text)
    files = [f"{file.title}\n{file.alt}".strip() for file in message.files if not file.deleted]
    return "\n".join(part for part in (said, *files) if part)


def blocks_words(team: Team, blocks: list[Json]) -> str:
    return "\n".join(part for block in blocks for part in _of_block(team, block) if part)


def plain(team: Team, text: str) -> str:
    """mrkdwn as it reads: names for ids, labels for links, characters for entities."""

    def shown(found: re.Match[str]) -> str:
        mark, what, label = found.groups()
        if mark == "@":
            user = team.users.get(what)
            return f"@{user.name if user else what}"
        if mark == "#":
            channel = team.channels.get(what)
            return f"#{channel.name if channel else label or what}"
        return label or (f"@{what}" if mark == "!" else what)

    return html.unescape(_MARKED.sub(shown, text))


def pressable(team: Team, blocks: list[Json]) -> Iterator[Pressable]:
    """Buttons and choices that send at once. Their words are those of the blocks since the buttons before."""
    near: list[str] = []
    fresh = True
    for block in blocks:
        parts = [
            each for each in interactive(block)
            if block["type"] != "input" or each["type"] == "button" or block.get("dispatch_action")
        ]  # fmt: skip
        if block["type"] != "actions":
            if not fresh:
                near, fresh = [], True
            near += _of_block(team, block)
        elif parts:
            fresh = False
        for element in parts:
            yield Pressable(label_of(element), "\n".join(near), block, element)


def fillable(blocks: list[Json]) -> Iterator[Fillable]:
    """The inputs, by their labels."""
    for block in blocks:
        if block["type"] == "input":
            yield Fillable(html.unescape(block["label"]["text"]), block, block["element"])


def label_of(element: Json) -> str:
    """What stands on a button, or in an empty choice."""
    text: Any = element.get("text") or element.get("placeholder") or {}
    return html.unescape(text.get("text", "") or element.get("action_id", ""))


def seen(slack: "SlackLike", where: Channel, user: str) -> list[Message]:
    """What a member sees in a conversation, oldest first.

    An ephemeral message is its reader's alone; in a thread it shows only where the thread has answers already.
    """
    return [
        message
        for message in where.messages.values()
        if not message.deleted
        and message.reader in (None, user)
        and not (message.reader and message.thread_ts and not shapes.replies(where, message.thread_ts))
    ]


def _of_block(team: Team, block: Json) -> list[str]:
    kind = block["type"]
    if kind == "section":
        fields = [plain(team, each["text"]) for each in block.get("fields", ())]
        return [plain(team, block["text"]["text"]) if block.get("text") else "", *fields]
    if kind == "header":
        return [html.unescape(block["text"]["text"])]
    if kind == "context":
        return [plain(team, each["text"]) if "text" in each else each["alt_text"] for each in block["elements"]]
    if kind == "image":
        return [block.get("title", {}).get("text", ""), block["alt_text"]]
    if kind == "input":
        return [block["label"]["text"], (block.get("hint") or {}).get("text", "")]
    if kind == "rich_text":
        return [_rich(block)]
    return [plain(team, block["text"])] if kind == "markdown" else []


def _rich(part: Json) -> str:
    """Rich text, each paragraph and each item of a list on a line of its own."""
    if isinstance(part.get("text"), str):
        return str(part["text"])
    between = "\n" if part["type"] in ("rich_text", "rich_text_list") else ""
    return between.join(map(_rich, part.get("elements", ())))

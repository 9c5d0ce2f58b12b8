"""The files of a card as attachments: named so that a layout can point to them, described for who cannot see."""

import re
from collections.abc import Sequence
from io import BytesIO

import discord

from bot.conversation.card import File
from bot.conversation.texts import cut, line
from bot.handlers.discord import limits

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What Discord shows within a message."""
LONGEST_NAME = 100
_ODD = re.compile(r"[^A-Za-z0-9.-]+")


def attachments(files: Sequence[File]) -> list[discord.File]:
    """Fresh attachments: each may be sent once."""
    named = zip(names(files), files, strict=False)
    return [
        discord.File(BytesIO(file.data), filename=name, description=cut(line(file.alt), limits.ALT) or None)
        for name, file in named
    ]


def names(files: Sequence[File]) -> list[str]:
    """What the attachments are called: each name once, of characters that Discord leaves as they are."""
    found: list[str] = []
    for number, file in enumerate(files[: limits.FILES], 1):
        name = _ODD.sub("_", file.name).strip("._")[-LONGEST_NAME:].strip("._") or "file"
        while name in found:
            name = f"{number}-{name}"
        found.append(name)
    return found

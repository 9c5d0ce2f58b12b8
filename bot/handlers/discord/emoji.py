"""Emoji of reactions: Discord tells the character itself, or name and id of a guild's own; workspaces keep names."""

import re

from discord import PartialEmoji

from bot.conversation.emoji import PICTURES

_NAMES = {picture: name for name, picture in PICTURES.items()}
_DRESSING = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
"""How it is to look, and the colour of a skin."""


def emoji_name(emoji: PartialEmoji) -> str:
    """The name by which a workspace keeps an emoji: `white_flower` for 💮, `name:id` for a guild's own."""
    if emoji.id is not None:
        return f"{emoji.name}:{emoji.id}"
    plain = _DRESSING.sub("", emoji.name)
    return _NAMES.get(plain, plain)

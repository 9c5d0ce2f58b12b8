"""Files that somebody sent with words: fetched when they are wanted."""

from dataclasses import dataclass

import discord

from bot.errors import Problem
from bot.handlers.discord.troubles import TROUBLES

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Received:
    """The port `conversation.intents.Attached`."""

    attachment: discord.Attachment

    @property
    def name(self) -> str:
        return self.attachment.filename

    async def read(self, most: int) -> bytes:
        """As the port says. Discord tells the size before; its word is kept to."""
        if self.attachment.size > most:
            raise Problem("file_too_large", limit=most // MEBIBYTE)
        try:
            data = await self.attachment.read()
        except (discord.DiscordException, *TROUBLES, ValueError):
            raise Problem("file_unreadable") from None
        if len(data) > most:
            raise Problem("file_too_large", limit=most // MEBIBYTE)
        return data

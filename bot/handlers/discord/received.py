"""Files that somebody sent with words: fetched when they are wanted.

Where a file is, its message says: it is asked for over HTTPS, or where this Discord itself is by its settings, and
nowhere else.
"""

from dataclasses import dataclass

import aiohttp
import discord
import yarl
from discord.http import Route

from bot.errors import Problem

MEBIBYTE = 2**20
A_PIECE = 2**16
PATIENCE = aiohttp.ClientTimeout(total=60.0)
"""Seconds in which a file comes."""
AS_IT_IS = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Received:
    """The port `conversation.intents.Attached`."""

    attachment: discord.Attachment

    @property
    def name(self) -> str:
        return self.attachment.filename

    async def read(self, most: int) -> bytes:
        """As the port says. Discord tells the size before; never is more than `most` read, whatever it said."""
        too_large = Problem("file_too_large", limit=most // MEBIBYTE)
        if self.attachment.size > most:
            raise too_large
        try:
            data = await _fetched(self.attachment.url, most)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            raise Problem("file_unreadable") from None
        if len(data) > most:
            raise too_large
        return data


async def _fetched(address: str, most: int) -> bytes:
    """What is there; of what is larger than `most`, more than that. Raises as aiohttp, `ValueError` for elsewhere."""
    where = yarl.URL(address)
    if where.scheme != "https" and where.origin() not in _own():
        raise ValueError("not where files are")
    data = bytearray()
    async with (
        aiohttp.ClientSession(timeout=PATIENCE, headers=AS_IT_IS) as session,
        session.get(where, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            raise ValueError("not there")
        async for piece in answer.content.iter_chunked(A_PIECE):
            data += piece
            if len(data) > most:
                break
    return bytes(data)


def _own() -> set[yarl.URL]:
    """Where this Discord is, by the settings (`client.Places`)."""
    return {yarl.URL(address).origin() for address in (Route.BASE, discord.Asset.BASE)}

"""Files that somebody sent with words: fetched with the workspace's token, only from where Slack keeps files."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

import aiohttp

from bot.errors import Problem
from bot.handlers.slack.hosts import place_of

HOSTS = frozenset({"files.slack.com", "slack-files.com"})
SECONDS = 15.0
MEBIBYTE = 2**20
PIECE = 2**16


@dataclass(frozen=True)
class SlackFile:
    """The port `Attached`. The token goes to no host but Slack's own (`hosts`: further ones, where a gateway is)."""

    name: str
    url: str
    session: aiohttp.ClientSession = field(repr=False)
    token: Callable[[], Awaitable[str]] = field(repr=False)
    hosts: Collection[str] = ()

    async def read(self, most: int) -> bytes:
        """As the port says."""
        scheme, host = place_of(self.url)
        if host not in HOSTS | set(self.hosts) or (host in HOSTS and scheme != "https"):
            raise Problem("file_unreadable")
        try:
            return await self._read(most)
        except (aiohttp.ClientError, TimeoutError, ValueError):  # the last of an address that is none
            raise Problem("file_unreadable") from None

    async def _read(self, most: int) -> bytes:
        headers = {"Authorization": f"Bearer {await self.token()}"}
        within = aiohttp.ClientTimeout(total=SECONDS)
        # Slack answers a page to sign in on, by a redirect, where the token may not read the file.
        async with self.session.get(self.url, headers=headers, timeout=within, allow_redirects=False) as answer:
            if answer.status != 200:
                raise Problem("file_unreadable")
            data = bytearray()
            async for piece in answer.content.iter_chunked(PIECE):
                data += piece
                if len(data) > most:
                    raise Problem("file_too_large", limit=most // MEBIBYTE)
            return bytes(data)

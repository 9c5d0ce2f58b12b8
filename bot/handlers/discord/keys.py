"""Discord's ids as Sukima's keys, and what is derived from a promise so that its message is known again.

A guild is a workspace. Discord's ids (snowflakes) are unique in all of Discord; they are kept as decimal texts.
Source: docs.discord.com, API reference, "Snowflakes"; "Create Message" (`nonce`, `enforce_nonce`); components (`id`).
"""

import base64
from datetime import datetime
from hashlib import blake2b

from bot.services.ports import MessageRef

PLATFORM = "discord"
NONCE_BYTES = 15
"""They make 24 characters; Discord takes 25."""
EPOCH = 1_420_070_400_000
"""The first moment that a snowflake can tell, in milliseconds since 1970."""
TIME_AT = 22
"""From this bit on, a snowflake tells when it was made."""


def ref(guild: int | str, channel: int | str, message: int | str) -> MessageRef:
    """A message. In a direct conversation `guild` is the one that it speaks for."""
    return MessageRef(PLATFORM, str(guild), str(channel), str(message))


def snowflake(key: str) -> int | None:
    """The id that a key stands for; None where it is none of Discord's."""
    return int(key) if key.isascii() and key.isdecimal() and int(key) < 1 << 64 else None


def snowflake_at(moment: datetime) -> int:
    """The smallest id that can have been made at `moment` or later."""
    return max(int(moment.timestamp() * 1000) - EPOCH, 0) << TIME_AT


def nonce_of(token: str) -> str:
    """The nonce of what is sent for a promise's token: always the same, so that Discord takes it once."""
    return base64.b32encode(_digest(token, NONCE_BYTES)).decode("ascii").lower()


def _digest(token: str, size: int) -> bytes:
    return blake2b(token.encode("utf-8", "surrogatepass"), digest_size=size).digest()

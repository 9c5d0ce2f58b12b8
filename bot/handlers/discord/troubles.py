"""What Discord's refusals mean for what was to be done.

| Discord says | it means |
|---|---|
| a pause longer than the library waits by itself, or that we are too fast | `RetryLater`: nothing was taken |
| the token does not work (any more) | `TokenRefused`, a `RetryLater`: everything waits until there is another |
| a permission or the access to a channel is missing | `NotPermitted`, a `RetryLater`: who runs the server can give it |
| the person takes no direct messages from us | `Closed`, an `Unsendable` |
| the message, the channel or the person is gone | `Unsendable` |
| another code | `Refused` |
| nothing, or its own trouble (5xx) | `Refused`, or aiohttp's own error: whether it was taken is in doubt |

No text of Discord's goes on: its words may name what was sent.

Source: discord/discord-api-docs, topics/opcodes-and-status-codes (JSON error codes).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus

import aiohttp
import discord

from bot.services.ports import RetryLater, Unsendable

PAUSE = timedelta(seconds=30)
"""Where Discord asks for a pause and does not say how long."""
ASKED_AGAIN = timedelta(minutes=10)
"""After a token was refused, or a permission was missing."""
NOT_CONNECTED = timedelta(seconds=30)

CLOSED = frozenset({50007, 50278})
"""The person takes no direct messages; shares no server with us (any more)."""
GONE = frozenset(
    {
        *(10003, 10004, 10007, 10008, 10013),  # unknown: channel, guild, member, message, user
        *(20009, 50005, 50008, 50021, 50024, 50033, 50083),  # this cannot be done there, or to that
        *(160005, 200000, 200001, 240000, 30007, 30033),  # locked, kept back by rules of the server, full
    }
)
"""It will never work."""
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
NO_PERMISSION = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS})
TOO_FAST = frozenset({20016, 20022, 20028, 20029, 30046, 31002, 40003, 40062, 130000})
"""Too much of one kind, now: of a channel, a server, of old messages edited, of conversations opened."""
UNFIT = frozenset({50006, 50035, 50109, 40005})
"""A message as it was drawn is not taken."""


class Refused(Exception):
    """Discord did not take a call; `code` says why, 0 where it does not, and `status` is that of HTTP."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"http_{status}: {code}")
        self.status = status
        self.code = code

    @property
    def may_pass(self) -> bool:
        """Discord was in trouble: the same call may be taken later, and may have been taken now."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


class TokenRefused(RetryLater):
    """The token does not work. Nothing is lost: it is asked again later."""

    def __init__(self) -> None:
        super().__init__(ASKED_AGAIN)


class NotPermitted(RetryLater):
    """We may not do that there (`code`); whoever runs the server can let us."""

    def __init__(self, code: int) -> None:
        super().__init__(ASKED_AGAIN)
        self.code = code


class Closed(Unsendable):
    """A person takes no direct messages from us."""


BROKE = (aiohttp.ClientError, TimeoutError, OSError)
"""What a call raises when nothing came back: whether it was taken is in doubt."""
TROUBLES = (Refused, RetryLater, *BROKE)
"""What a call raises when Discord does not do it, and nothing is wrong with us."""


def understood(error: discord.DiscordException) -> Exception:
    """The meaning of the library's error, as the table above says."""
    if isinstance(error, discord.RateLimited):
        return RetryLater(timedelta(seconds=error.retry_after))
    if not isinstance(error, discord.HTTPException):
        return error
    code = error.code
    if code in CLOSED:
        return Closed(str(code))
    if code in GONE:
        return Unsendable(str(code))
    if code in NO_PERMISSION:
        return NotPermitted(code)
    if code in TOO_FAST or error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RetryLater(_pause(error))
    if error.status == HTTPStatus.UNAUTHORIZED:
        return TokenRefused()
    return Refused(error.status, code)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Within, the library's errors are raised as what they mean."""
    try:
        yield
    except discord.DiscordException as error:
        raise understood(error) from None


def passes(trouble: Exception) -> bool:
    """Whether the same question may soon be answered, though nobody changes anything."""
    if isinstance(trouble, Refused):
        return trouble.may_pass
    return not isinstance(trouble, (Unsendable, NotPermitted, TokenRefused))


def reason_of(trouble: Exception) -> str:
    """A trouble in a code, for the log."""
    if isinstance(trouble, Unsendable) and trouble.args:
        return str(trouble.args[0])
    return str(getattr(trouble, "code", type(trouble).__name__))


def _pause(error: discord.HTTPException) -> timedelta:
    """`Retry-After`, where a number of seconds is told."""
    told = str(error.response.headers.get("Retry-After", ""))
    return timedelta(seconds=int(told)) if told.isascii() and told.isdecimal() else PAUSE

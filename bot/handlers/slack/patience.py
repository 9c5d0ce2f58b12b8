"""Trying again while Slack is in trouble: for what somebody waits for, and nothing else would bring again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import aiohttp

from bot.handlers.slack.client import Refused, TokenRefused
from bot.services.ports import RetryLater

WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between the tries."""
LONGEST_PAUSE = timedelta(minutes=2)
"""Somebody waits: what may not be done for longer is not done at all."""
T = TypeVar("T")


async def patiently(
    act: Callable[[bool], Awaitable[T]],
    rest: Callable[[float], Awaitable[None]],
    token_works: Callable[[], Awaitable[None]] | None = None,
) -> T:
    """Try until it is done, as long as that can be hoped for; `rest` waits between the tries.

    `act` is told whether a try before this one may have done it. With `token_works`, which waits for that, a token that
    is refused costs no try. Raises what the last try raised, or what no other try would change.
    """
    in_doubt, waits = False, list(WAITS)
    while waits:
        try:
            return await act(in_doubt)
        except RetryLater as later:
            if isinstance(later, TokenRefused) and token_works is not None:
                await token_works()
                continue
            if later.after > LONGEST_PAUSE:
                raise
            await rest(later.after.total_seconds())
        except Refused as refused:
            if not refused.may_pass:
                raise
            in_doubt = True
            await rest(waits[0])
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            in_doubt = True
            await rest(waits[0])
        waits.pop(0)
    return await act(in_doubt)

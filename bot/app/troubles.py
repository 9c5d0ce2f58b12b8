"""What keeps a platform from being heard, told on the screen of whoever started Sukima: the log has codes alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.wording import Wording

LOOKED_AT_EVERY = 5.0
"""Seconds between two looks. A trouble is told when it is there twice in a row: at the start nothing is reached yet."""

Trouble = Callable[[], Awaitable[str | None]]


async def tell_troubles(
    troubles: Mapping[str, Trouble], voice: Wording, tell: Callable[[str], None], every: float = LOOKED_AT_EVERY
) -> None:
    """Tell, once, what lasts; and that it is over. `troubles`: by platform, as `House.watch` says. Never returns."""
    seen: dict[str, str | None] = {}
    told: dict[str, str] = {}
    while True:
        await asyncio.sleep(every)
        for platform, trouble in troubles.items():
            code = await trouble()
            if code is None and told.pop(platform, None) is not None:
                tell(voice.say("run.trouble_over", platform=platform.capitalize()))
            elif code is not None and code == seen.get(platform) != told.get(platform):
                tell(voice.say("run.trouble", platform=platform.capitalize(), code=code))
                told[platform] = code
            seen[platform] = code

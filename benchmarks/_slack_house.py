"""Sukima with Slack, for `slack_events.py`: all that `sukima run` begins, in a process that can be asked.

    python benchmarks/_slack_house.py

The environment says where Slack is. Promises wait until they are asked for. See `_asked.py` for how it is asked.
"""

import asyncio
import os
from datetime import timedelta

from _asked import HOST, answer

from bot.app import World, open_house
from bot.app.house import House
from bot.app.running import going
from bot.app.serving import listening, serving
from bot.app.site import all_pages, known_hosts, site
from bot.app.slack import EVENTS, slack_at_work, slack_routes
from bot.log import configure
from bot.scheduler.engine import InProcessEngine
from bot.settings import Settings
from bot.web.limits import Rate


async def main() -> None:
    configure("info", json=True)
    settings = Settings.from_env(dict(os.environ), env_file=None)
    with listening(HOST, 0) as listener:
        async with open_house(settings, World()) as house, going(house) as clock, slack_at_work(house) as slack:
            assert slack is not None
            hosts = known_hosts(settings.public_url, listener.host)
            pages = all_pages()
            public = site(house, clock, pages, hosts=hosts, rate=Rate(), more=slack_routes(slack, house, pages))
            async with serving(public.app, listener):
                await slack.quiet()  # until what happened before is looked at
                await answer(f"{listener.origin}{EVENTS}", {"keep": lambda: keep(house), "leave": lambda: leave(house)})


async def keep(house: House) -> None:
    """Begin to keep promises, with a new engine: one that was stopped does not begin again."""
    house.engine = InProcessEngine(house.relay, house.world.now)
    await house.start()


async def leave(house: House) -> None:
    """Keep none any more; those that are being kept are kept."""
    await house.engine.stop(timedelta(minutes=1))


if __name__ == "__main__":
    asyncio.run(main())

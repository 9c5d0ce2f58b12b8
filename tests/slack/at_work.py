"""The product at work on the Slack-like server, over Socket Mode or over HTTP: its own house, its own clock."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from scenarios.shelf import catalogue
from scenarios.town import short_rsa
from scenarios.web import Web

from bot.app.catalogues import Pages
from bot.app.house import House, open_house
from bot.app.running import going
from bot.app.serving import listening, serving
from bot.app.site import all_pages, site
from bot.app.slack import slack_routes, slack_settings
from bot.app.world import World
from bot.domain.catalogue import Catalogue
from bot.domain.ownership import RANDOM_BYTES
from bot.handlers.slack.keys import PLATFORM
from bot.handlers.slack.platform import Slack, open_slack
from bot.services.installs import InstallDesk
from bot.services.ownership import EnsureClaim, ensure_claim
from bot.settings import Settings
from slack.server import SlackLike, Team
from tests.prepared import prepare

Transport = Literal["socket", "http"]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
GATHERED = timedelta(seconds=3)
"""What comes together in a moment has happened after this time."""


@dataclass(frozen=True)
class Beginning:
    """What is there when Slack begins: the shelf, and what `prepare` makes. `now` is the server's time, or the past."""

    catalogues: Sequence[tuple[Catalogue, Pages]] = ((catalogue(), {}),)
    now: Callable[[], datetime] | None = None
    prepare: Callable[[House], Awaitable[None]] | None = None


@dataclass(frozen=True)
class AtWork:
    """The house and its Slack; `code` is the first owner's, while there is none. Tokens: to begin again with."""

    house: House
    slack: Slack
    server: SlackLike
    code: str
    tokens: dict[str, str]
    origin: str = ""
    """Where its pages are, where they are served."""

    async def settle(self) -> None:
        """Until everything that arrived is answered, and everything promised is kept."""
        await self.server.deliveries.quiet()
        await self.slack.quiet()
        await self.house.engine.settle(self.house.world.now() + GATHERED)
        await self.slack.quiet()


async def connected(server: SlackLike, slack: Slack) -> None:
    """Until both sides have a connection of Socket Mode: the server has it a moment earlier."""
    await server.sockets.connected()
    while await slack.trouble() == "slack.not_connected":  # noqa: ASYNC110 - its hello is on its way
        await asyncio.sleep(0)


@asynccontextmanager
async def at_work(
    server: SlackLike,
    team: Team,
    folder: Path,
    transport: Transport,
    *,
    beginning: Beginning | None = None,
    tokens: dict[str, str] | None = None,
) -> AsyncIterator[AtWork]:
    """Sukima in one workspace, nobody's school yet; acts of people wait until all that follows has happened.

    With `tokens` of a work before, in the same folder, it begins again. With those of an app that workspaces install
    by themselves, `team` is none of them yet.
    """
    tokens = tokens or {"SLACK_BOT_TOKEN": server.install(team).token}
    given = {"SUKIMA_DATA_DIR": str(folder), "SLACK_API_URL": server.api_url, **tokens}
    if transport == "socket":
        given.setdefault("SLACK_APP_TOKEN", server.app_token())
    else:
        given["SLACK_SIGNING_SECRET"] = server.app.signing_secret = SECRET
        server.app.socket_mode = False
        server.signing_time = time.time
    settings = Settings.from_env(given, env_file=None)
    begun = beginning or Beginning()
    now = begun.now or server.clock.moment
    world = World(now=now, rng=random.Random(1), fetch=Web(), stands=True, new_rsa=short_rsa)

    async def until(moment: datetime) -> None:
        server.clock.put(moment)

    async def sleep(seconds: float) -> None:
        server.clock.move(seconds)

    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(prepare(settings), world, until))
        await house.load_catalogues(begun.catalogues)
        told = slack_settings(settings)
        assert told is not None

        async def begun_on() -> None:
            await house.begin_on(PLATFORM, slack.sender)

        slack = await stack.enter_async_context(
            open_slack(
                told,
                house.router,
                house.cards,
                world.now,
                house.new_token,
                begun_on,
                sleep,
                desk=InstallDesk(house.store, house.vault, PLATFORM),
            )
        )
        house.watch(PLATFORM, slack.trouble, slack.state, slack.pulse, slack.attention, slack.outsiders)
        if begun.prepare is not None:
            await begun.prepare(house)
        await house.start()
        code = await house.store.run(ensure_claim, EnsureClaim(random=world.entropy(RANDOM_BYTES)))
        origin = ""
        if transport == "http" or settings.slack_client_id:
            clock = await stack.enter_async_context(going(house))
            listener = stack.enter_context(listening("127.0.0.1", 0))
            pages = all_pages()
            served = site(house, clock, pages, hosts=None, more=slack_routes(slack, house, pages))
            await stack.enter_async_context(serving(served.app, listener))
            origin = listener.origin
            server.app.request_url = f"{origin}/slack/events"
        slack.start()
        await slack.quiet()
        if transport == "socket":
            await connected(server, slack)
        working = AtWork(house, slack, server, code or "", tokens, origin)
        server.settle = working.settle
        try:
            yield working
        finally:
            server.settle = None

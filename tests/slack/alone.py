"""Sukima's Slack alone, without a house behind it: what it hears is written down, and each is answered once."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.routing import Route

from bot.app.serving import listening, serving
from bot.conversation.actions import Actions
from bot.conversation.cards import Cards
from bot.conversation.intents import Intent, Origin, ReactionAdded, ReactionRemoved
from bot.conversation.reconciling import Reads
from bot.conversation.router import Answer
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.handlers.slack.platform import Slack, SlackSettings, open_slack
from bot.handlers.slack.timing import Timing
from bot.services.ports import MessageRef
from slack.at_work import SECRET, Transport, connected
from slack.server import SlackLike, Team
from slack.server.world import Channel, Message

ANSWER = Notice("refused.forgotten")
PATIENT = Timing(acknowledged_within=60, drain=60)
"""Nothing happens because time passes."""


@dataclass
class Heard:
    """In the router's place. `heard` holds what was done; the next `fails` tries are in vain; `gate` holds them up."""

    views: tuple[View, ...] = (ANSWER,)
    fails: int = 0
    heard: list[Intent] = field(default_factory=list)
    tried: int = 0
    gate: asyncio.Event | None = None
    trying: asyncio.Event = field(default_factory=asyncio.Event)
    shown_as: list[MessageRef] = field(default_factory=list)
    at_home: View | None = None
    """What stands on everybody's page."""
    homes: int = 0
    """How often a page was asked for."""
    counts: frozenset[str] | None = None
    """The emoji that count; None: all."""

    async def handle(self, intent: Intent) -> Answer:
        self.tried += 1
        self.trying.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("secret words")
        self.heard.append(intent)
        return Answer(self.views, "ja")

    def may_count(self, platform: str, workspace_key: str, emoji: str) -> bool:
        return self.counts is None or emoji in self.counts

    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]:
        return (workspace_key,)

    async def handle_late(self, intent: ReactionAdded | ReactionRemoved, read: Reads) -> bool:
        if await read(intent.message) is None:
            return False
        await self.handle(intent)
        return True

    async def changed(self, origin: Origin, *, is_gone: bool) -> None:
        """Nobody is known here."""

    async def answered(self, origin: Origin) -> None:
        """Nothing is kept here."""

    async def workspaces(self, platform: str) -> tuple[str, ...]:
        return ()

    async def home(self, origin: Origin) -> Answer:
        self.homes += 1
        return Answer((self.at_home,) if self.at_home else (), "ja")

    async def language(self, origin: Origin) -> Lang:
        return "ja"

    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        self.shown_as.append(ref)

    def hold(self) -> asyncio.Event:
        """From now on nothing is done until this is set."""
        self.gate = asyncio.Event()
        return self.gate


@dataclass
class Alone:
    slack: Slack
    server: SlackLike
    team: Team
    router: Heard
    begun: list[float]
    """When what happened meanwhile was looked at, by the server's clock."""

    def said(self, where: Channel | None = None) -> list[Message]:
        """What Sukima said: there, or anywhere."""
        places = [where] if where is not None else list(self.team.channels.values())
        return [each for place in places for each in place.messages.values() if each.user == "U0SUKIMA"]

    async def settle(self) -> None:
        await self.server.deliveries.quiet()
        await self.slack.quiet()


@asynccontextmanager
async def alone(
    server: SlackLike,
    team: Team,
    transport: Transport,
    *,
    timing: Timing = PATIENT,
    app_token: str | None = None,
    reached: bool = True,
) -> AsyncIterator[Alone]:
    """At work in one workspace and its channel `general`. Not `reached`: Slack may be away."""
    token = server.install(team).token
    team.channels["C0GENERAL"].members.append("U0SUKIMA")
    router, keys = Heard(), itertools.count()
    socket = (app_token or server.app_token()) if transport == "socket" else None
    settings = SlackSettings(server.api_url, token, socket, None if socket else SECRET)
    cards = Cards(Actions(b"k" * 32), server.clock.moment)

    looked: list[float] = []

    async def begun() -> None:
        looked.append(server.clock.now())

    async def sleep(seconds: float) -> None:
        server.clock.move(seconds)

    async with AsyncExitStack() as stack:
        opened = open_slack(
            settings, router, cards, server.clock.moment, lambda: f"token{next(keys)}", begun, sleep, timing
        )
        slack = await stack.enter_async_context(opened)
        if transport == "http":
            assert slack.requests is not None
            listener = stack.enter_context(listening("127.0.0.1", 0))
            served = Starlette(routes=[Route("/slack/events", slack.requests.handle, methods=["POST"])])
            await stack.enter_async_context(serving(served, listener))
            server.app.signing_secret, server.app.socket_mode = SECRET, False
            server.signing_time = timing.seconds
            server.app.request_url = f"{listener.origin}/slack/events"
        slack.start()
        working = Alone(slack, server, team, router, looked)
        if reached:
            await slack.quiet()
            if socket is not None:
                await connected(server, slack)
            server.settle = working.settle
        try:
            yield working
        finally:
            server.settle = None

"""Discord at work: what the house needs of it, joined."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from bot.conversation.tasks import Tasks
from bot.handlers.discord.answering import Answering, Draws
from bot.handlers.discord.attention import Unnoticed
from bot.handlers.discord.client import Client, Places
from bot.handlers.discord.commands import tree_of
from bot.handlers.discord.directs import Directs
from bot.handlers.discord.hearing import Hearing, Routes
from bot.handlers.discord.inbound import Interaction
from bot.handlers.discord.keys import PLATFORM
from bot.handlers.discord.line import Line
from bot.handlers.discord.outsiders import DiscordOutsiders
from bot.handlers.discord.people import People
from bot.handlers.discord.pressing import Pressing, pressable
from bot.handlers.discord.reopened import Opened, Reopened
from bot.handlers.discord.roll import Roll
from bot.handlers.discord.sender import DiscordSender
from bot.handlers.discord.sync import KeepsTold, sync_at_start
from bot.handlers.discord.threads import Threads
from bot.handlers.discord.timing import Timing
from bot.handlers.discord.ways import Ways
from bot.handlers.discord.whereabouts import Guild, Whereabouts
from bot.services.contacts import ContactDesk

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DiscordSettings:
    """What the environment says of Discord."""

    token: str = field(repr=False)
    places: Places
    message_content: bool = False


class Discord:
    """One process's Discord. `sender` is for the relay."""

    def __init__(
        self,
        settings: DiscordSettings,
        router: Routes,
        cards: Draws,
        now: Callable[[], datetime],
        begun: Callable[[], Awaitable[None]],
        opened: Opened,
        contacts: ContactDesk,
        told: KeepsTold,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timing: Timing | None = None,
    ) -> None:
        """`told` keeps which commands Discord knows; `sleep` waits for a turn to send, and between two tries.

        `begun` is awaited after each new session: what happened while we were away is looked at then. So is `opened`
        where only some places were closed to us.
        """
        self._begun = begun
        self._sleep = sleep
        self._timing = timing = timing or Timing()
        self._tasks = Tasks()
        self._client = client = Client(
            settings.places, message_content=settings.message_content, guilds_within=timing.guilds_within
        )
        self._line = Line(client, settings.token, timing, self._catch_up_behind)
        self._people = People(client, now)
        ways = Ways(now)
        directs = Directs(client, contacts, ways, Threads(client, cards, contacts, now), now, sleep)
        self.attention = Unnoticed()
        self.outsiders = DiscordOutsiders(client, partial(router.roles_of_school, PLATFORM), self._is_guest)
        self.sender = DiscordSender(client, cards, directs, self.outsiders.surely_in, self._may_count, self._belongs)
        self._router = router
        whereabouts = Whereabouts(PLATFORM, router, contacts, self._guilds, self._people.of, now, sleep)
        answering = Answering(client, cards, directs, router.shown, sleep)
        self._hearing = Hearing(
            client,
            router,
            self._people,
            whereabouts,
            answering,
            ways,
            contacts,
            self.sender.reactions,
            self._tasks,
            timing,
            sleep,
            hears_all=settings.message_content,
        )
        self._roll = Roll(client, router, self._people.ask, now, sleep)
        self._pressing = Pressing(self._hearing, answering)
        self._pressable = pressable(self._pressing)
        client.hear("interaction", self._on_interaction)
        self._tree = tree_of(client, self._hearing)
        self._told = told
        client.at_setup(self._set_up)
        self._reopened = Reopened(client, opened, sleep)
        self._catching_up: asyncio.Task[None] | None = None
        self._coming_back: asyncio.Task[None] | None = None
        self._calling: asyncio.Task[None] | None = None
        self._is_behind = False
        self._has_begun = asyncio.Event()

    def start(self) -> None:
        """Begin; returns at once, since Discord may be away."""
        self._line.start()

    async def stop(self) -> None:
        """Take nothing new, end what was begun, close. May be asked again."""
        self._hearing.close()
        await self._line.hang_up()
        for task in (self._catching_up, self._coming_back, self._calling, self._reopened.telling):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self._tasks.drain(self._timing.drain)
        await self._line.close()

    async def quiet(self) -> None:
        """Wait until Discord is reached and all that arrived is answered."""
        await self._has_begun.wait()
        for task in (self._catching_up, self._reopened.telling):
            if task is not None:
                await task
        await self._tasks.quiet()

    async def trouble(self) -> str | None:
        """Why nothing reaches us from Discord, as a code; None: all is well."""
        return self._line.trouble()

    def state(self) -> Mapping[str, str | int]:
        """For those who look after it."""
        return self._line.state()

    async def pulse(self) -> None:
        """Call the roll, when a day is over. Returns at once, for that takes a while."""
        if self._has_begun.is_set() and (self._calling is None or self._calling.done()):
            self._calling = asyncio.create_task(self._call_roll(), name="discord roll")

    def _on_interaction(self, asked: Interaction) -> None:
        """A press of what its message holds no more."""
        lost = self._pressing.lost(asked)
        if lost is not None:
            self._tasks.begin(lost)

    async def _set_up(self) -> None:
        self._client.add_dynamic_items(self._pressable)
        await sync_at_start(self._tree, self._told)

    async def _call_roll(self) -> None:
        try:
            await self._roll.look()
        except Exception:
            log.exception("discord.roll_failed")  # the clock comes back to it

    def _catch_up_behind(self) -> None:
        """A new session: what happened before it is looked at, once more where that is being done."""
        self._is_behind = True
        if self._coming_back is not None:
            self._coming_back.cancel()
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._catch_up(), name="discord catching up")

    async def _catch_up(self) -> None:
        has_read = True
        while self._is_behind:
            self._is_behind = False
            has_read = await self._look_back()
        self._has_begun.set()
        await self.pulse()
        if not has_read:
            self._coming_back = asyncio.create_task(self._come_back(), name="discord coming back")

    async def _come_back(self) -> None:
        """What could not be read is read soon: a reaction that was given meanwhile is not to wait for the clock."""
        for wait in self._timing.reads_again:
            await self._sleep(wait)
            if await self._look_back():
                return

    async def _look_back(self) -> bool:
        """Look at what happened meanwhile; False: not all of it could be read, and that may pass."""
        unread = self.sender.unread
        try:
            await self._begun()
        except Exception:
            log.exception("discord.not_reconciled")
            return False
        return self.sender.unread == unread

    def _guilds(self) -> Iterator[Guild]:
        return (Guild(str(guild.id), guild.name) for guild in self._client.guilds)

    def _may_count(self, home: str, emoji: str) -> bool:
        return self._router.may_count(PLATFORM, home, emoji)

    async def _belongs(self, home: str, user: str) -> bool:
        """Whether somebody's reaction counts. Where no roles are followed nobody is a guest, and nobody is asked."""
        followed = await self._router.roles_of_school(PLATFORM, home)
        return not followed or await self._hearing.is_person(home, user)

    async def _is_guest(self, home: str, user: str) -> bool:
        """Another app, which a channel may let in by its name, is nobody's guest."""
        is_bot = (await self._people.of(home, user)).is_bot
        return not is_bot and not await self._hearing.is_person(home, user)


@asynccontextmanager
async def open_discord(
    settings: DiscordSettings,
    router: Routes,
    cards: Draws,
    now: Callable[[], datetime],
    begun: Callable[[], Awaitable[None]],
    opened: Opened,
    contacts: ContactDesk,
    told: KeepsTold,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    timing: Timing | None = None,
) -> AsyncIterator[Discord]:
    """Discord, not yet started; stopped in the end."""
    discord = Discord(settings, router, cards, now, begun, opened, contacts, told, sleep, timing)
    try:
        yield discord
    finally:
        await discord.stop()

"""How something reaches one person: which way is taken is decided by `domain.contacts`, here it is gone.

Nobody's direct conversation is opened unless they came by themselves, and one after another with a pause in between:
Discord takes many at once for an attack. Who takes no direct messages hears beside what they do next, or, where they
wait for something, from a private thread; never by a public ping.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import discord
import structlog

from bot.conversation.card import Card
from bot.conversation.reaching import is_awaited, is_from_colleague, is_receipt
from bot.conversation.remembering import remember
from bot.conversation.views import View
from bot.domain.contacts import Contact, Step, step_to
from bot.domain.language import Lang
from bot.handlers.discord import keys
from bot.handlers.discord.troubles import Closed, in_our_words, reason_of
from bot.services.contact_ports import Waits
from bot.services.ports import MessageRef, RetryLater, Unsendable

BETWEEN_TWO_OPENED = timedelta(seconds=2)
"""From one direct conversation that is opened to the next."""
WAITS_HERE = timedelta(seconds=4)
"""A turn to open one that comes sooner is waited for; for a later one the lane is left."""

LOOKS_THERE = timedelta(minutes=2)
"""So long somebody still looks at where they acted; when they came is known to about a minute."""
TRIES = 3
"""More ways than there are: each that turns out to be closed is gone once."""
Post = Callable[[str], Awaitable[MessageRef]]
"""Posts what is to be said into a channel."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Said:
    """What is to be said: the view, drawn, by the delivery with that token."""

    view: View
    card: Card
    lang: Lang
    token: str


class Desk(Protocol):
    """What is known of the ways to people (`services.contacts.ContactDesk`)."""

    async def of(self, workspace_key: str, user_key: str) -> Contact | None: ...
    async def opened(self, workspace_key: str, user_key: str, channel: str) -> None: ...
    async def closed(self, workspace_key: str, user_key: str) -> None: ...


class Beside(Protocol):
    """Answers beside what somebody has just done, that only they see (`ways.Ways`)."""

    def has(self, workspace_key: str, user_key: str) -> bool:
        """Whether there is a way now."""

    def is_here(self, user_key: str) -> bool:
        """Whether they are doing something now, so that there will be a way in a moment."""

    async def say(self, workspace_key: str, user_key: str, card: Card, lang: Lang, *, token: str) -> MessageRef | None:
        """Say it there, once for a `token`; None: the way was over after all."""


class Calls(Protocol):
    """Private threads that tell somebody that something waits for them (`threads.Threads`)."""

    async def call(self, workspace_key: str, user_key: str, lang: Lang) -> None: ...


class Directs:
    """The direct conversations of one process."""

    def __init__(
        self,
        client: discord.Client,
        desk: Desk,
        beside: Beside,
        calls: Calls,
        now: Callable[[], datetime],
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`rest` waits for the turn to open a conversation."""
        self._client = client
        self._desk = desk
        self._beside = beside
        self._calls = calls
        self._now = now
        self._rest = rest
        self._turn = datetime.min.replace(tzinfo=UTC)
        """When the next conversation may be opened."""
        self._left: OrderedDict[tuple[str, str], str] = OrderedDict()
        """The conversations with people who asked to be forgotten: the last word is said there."""

    async def say(self, workspace: str, user: str, what: Said, post: Post) -> MessageRef:
        """Say it on the best way that there is.

        Raises `Waits` where there is none now, `Unsendable` where nobody is known, else what posting raises.
        """
        for _ in range(TRIES):
            contact = await self._desk.of(workspace, user)
            if contact is None:
                return await self._last_word(workspace, user, post)
            has_way = self._beside.has(workspace, user)
            if is_from_colleague(what.view):
                has_way = has_way and (self._beside.is_here(user) or self._came_just_now(contact))
            step = step_to(
                contact,
                is_receipt=is_receipt(what.view),
                is_awaited=is_awaited(what.view),
                has_way=has_way,
                is_here=self._beside.is_here(user),
            )
            said = await self._go(step, contact, workspace, user, what, post)
            if said is not None:
                return said
        raise Waits

    async def channel(self, workspace: str, user: str) -> str | None:
        """The direct conversation with somebody; None: there is none that we know of."""
        contact = await self._desk.of(workspace, user)
        return contact.channel if contact is not None else self._left.get((workspace, user))

    async def left(self, workspace: str, user: str) -> str | None:
        """The direct conversation with somebody who asked to be forgotten, and of whom nothing is known any more.

        None: Discord does not know them either.
        """
        try:
            channel = await self.channel(workspace, user) or await self._open(user)
        except Unsendable:
            return None
        remember(self._left, (workspace, user), channel)
        return channel

    def _came_just_now(self, contact: Contact) -> bool:
        """Whether they still look at where they acted: what only they see rings no bell, and is gone soon."""
        return contact.came_at is not None and self._now() - contact.came_at < LOOKS_THERE

    async def _go(
        self, step: Step, contact: Contact, workspace: str, user: str, what: Said, post: Post
    ) -> MessageRef | None:
        """One step; None: that way is closed, and there may be another. Raises `Waits` at the end of all ways."""
        match step:
            case Step.DIRECT | Step.OPEN:
                try:
                    return await post(contact.channel or await self._opened(workspace, user))
                except Closed as closed:
                    log.info("discord.direct_closed", workspace=workspace, person=user, code=reason_of(closed))
                    await self._desk.closed(workspace, user)
                    return None
            case Step.FOLLOW_UP:
                return await self._beside.say(workspace, user, what.card, what.lang, token=what.token)
            case Step.THREAD:
                await self._calls.call(workspace, user, what.lang)
        raise Waits

    async def _last_word(self, workspace: str, user: str, post: Post) -> MessageRef:
        """To somebody who is not known: only where it was just said that they are forgotten."""
        channel = self._left.get((workspace, user))
        if channel is None:
            raise Unsendable("not_known")
        try:
            return await post(channel)
        except Closed:
            raise Waits from None

    async def _opened(self, workspace: str, user: str) -> str:
        channel = await self._open(user)
        await self._desk.opened(workspace, user, channel)
        return channel

    async def _open(self, user: str) -> str:
        """Open a conversation, or find the one that there is, when it is our turn."""
        wait = self._turn - self._now()
        if wait > WAITS_HERE:
            raise RetryLater(wait)
        self._turn = max(self._turn, self._now()) + BETWEEN_TWO_OPENED
        if wait > timedelta(0):
            await self._rest(wait.total_seconds())
        with in_our_words():
            return str((await self._client.create_dm(discord.Object(keys.snowflake(user) or 0))).id)

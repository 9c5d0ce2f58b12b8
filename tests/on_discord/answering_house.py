"""A house that answers every intent with what a test says, behind the product's answers and presses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord

from bot.conversation.actions import Actions
from bot.conversation.cards import Cards
from bot.conversation.intents import Answerable, Origin, Said, Submitted
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.handlers.discord import inbound, modals
from bot.handlers.discord.answering import Answering
from bot.handlers.discord.directs import Post
from bot.handlers.discord.directs import Said as ToSay
from bot.handlers.discord.inbound import Interaction
from bot.handlers.discord.pressing import Pressing, pressable
from bot.services.contact_ports import Waits
from bot.services.ports import MessageRef

ASAHI = "100000000000000000"
NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
CARDS = Cards(Actions(b"a key for tests"), lambda: NOW)
DONE = Notice("notice.forgotten")


@dataclass(frozen=True)
class Told:
    origin: Origin
    views: tuple[View, ...]
    lang: Lang = "ja"


@dataclass
class House:
    """What stands behind the answers: every intent is answered with `views`, once `gate` is open."""

    client: Any
    views: tuple[View, ...] = (DONE,)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[Answerable] = field(default_factory=list)
    shown: list[tuple[View, MessageRef]] = field(default_factory=list)
    before: Callable[[Interaction], Awaitable[None]] = field(default=lambda asked: asyncio.sleep(0))
    lang: Lang = "ja"
    """What they read."""
    direct: str | None = None
    """Where Sukima may speak to them directly."""
    now: float = 0.0
    slept: list[float] = field(default_factory=list)
    tasks: set["asyncio.Future[Any]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.gate.set()
        self.begin_anew()
        self.client.hear("interaction", self._on_interaction)
        self.client.hear("message", self._on_message)

    def begin_anew(self) -> None:
        """As after a restart: nothing is remembered."""
        self.answering = Answering(self.client, CARDS, self, self._shown, self._sleep, lambda: self.now, prompt=0.05)
        store = self.client._connection._view_store
        store._dynamic_items.clear()
        self.pressing = Pressing(self, self.answering)
        self.client.add_dynamic_items(pressable(self.pressing))

    def by_whom(self, asked: Interaction) -> Origin:
        return inbound.by_whom(asked)

    async def interaction(self, asked: Interaction, intent: Answerable) -> None:
        self.heard.append(intent)
        await self.before(asked)
        await self._begin(self.answering.answer(asked, self._begin(self._answered(intent))))

    async def reads(self, asked: Interaction) -> Lang:
        return self.lang

    async def say(self, workspace: str, user: str, what: ToSay, post: Post) -> MessageRef:
        if self.direct is None:
            raise Waits
        return await post(self.direct)

    async def quiet(self) -> None:
        """Wait until all that was begun is done."""
        while begun := {*self.tasks, *self.client._connection._view_store._ViewStore__tasks}:  # type: ignore[attr-defined]
            await asyncio.wait(begun)

    async def _answered(self, intent: Answerable) -> Told:
        await self.gate.wait()
        origin = intent.origin
        return Told(Origin(**{**vars(origin), "workspace_key": ASAHI}), self.views)

    def _on_interaction(self, asked: Interaction) -> None:
        lost = self.pressing.lost(asked)
        if lost is not None:
            self._begin(lost)
        if asked.type is discord.InteractionType.modal_submit:
            data: Any = asked.data
            intent = Submitted(self.by_whom(asked), data["custom_id"], modals.values(data["components"]))
            self._begin(self.interaction(asked, intent))

    def _on_message(self, message: discord.Message) -> None:
        me = self.client.user
        said = inbound.said(message, me.id) if me is not None and not message.author.bot else None
        if said is not None:
            self.heard.append(said)
            self._begin(self._reply(said))

    async def _reply(self, said: Said) -> None:
        await self.answering.say(await self._answered(said))

    def _begin(self, work: Any) -> "asyncio.Future[Any]":
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        self.shown.append((view, ref))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

"""Between the room and the router: events and interactions in, answers out.

An event is acknowledged only after the router has returned, for then its inbox row is committed (design.md 4.2);
when Sukima dies in between, the room delivers it again. A failing event is tried again some ticks later, a bounded
number of times in one life of the process; the events that follow it about the same thing wait for their turn.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.conversation.card import Card
from bot.conversation.intents import Commanded, Intent, Origin, Pressed, Said, Submitted
from bot.conversation.refusals import is_refusal
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.errors import Problem
from bot.handlers.local.inbound import delivered
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import SUKIMA, Event
from bot.handlers.local.sender import Draws, page_of
from bot.services.ports import MessageRef

ATTEMPTS = 7
"""How often one process tries an event: at once, then 1, 2, 4, 8, 16 and 32 ticks later."""

Interaction = Commanded | Pressed | Submitted | Said
"""What is answered at once. Words are among them where they came with files: these are stored nowhere."""
log = structlog.get_logger(__name__)


class Answers(Protocol):
    """What the router answers: views, and the language of the one who asked."""

    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def lang(self) -> Lang: ...


class Routes(Protocol):
    """The part of `conversation.router.Router` that a platform needs."""

    async def handle(self, intent: Intent) -> Answers: ...
    async def answered(self, origin: Origin) -> None:
        """What was answered to an event has been said."""

    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        """An answer was posted as a message of its own."""


@dataclass(frozen=True)
class Answered:
    """What became of an act: the messages that answer it, or the refusal that was not posted."""

    posted: tuple[MessageRef, ...]
    refused: tuple[Card, ...] = ()


@dataclass(frozen=True)
class _Failure:
    attempts: int
    due_tick: int


class LocalAdapter:
    """Delivers what happens in `room` to `router` and shows what it answers."""

    def __init__(self, room: Room, router: Routes, cards: Draws) -> None:
        self._room = room
        self._router = router
        self._cards = cards
        self._failures: dict[str, _Failure] = {}
        self._tick = 0
        self._one_at_a_time = asyncio.Lock()

    async def interact(self, intent: Interaction, *, asks_again: bool = False) -> Answered:
        """A command, a press, a form, words with files: answered at once, never brought again.

        With `asks_again` a refusal of what was typed is not posted: the face shows it beside what was typed.
        """
        try:
            answer = await self._router.handle(intent)
            if asks_again and is_refusal(answer.views):
                return Answered((), tuple(self._cards.draw(view, answer.lang) for view in answer.views))
            return Answered(await self._show(answer.views, answer.lang, intent.origin))
        except Problem as problem:
            return await self._apologise(intent.origin, Notice(f"problem.{problem.code}", dict(problem.params)))
        except Exception:
            log.exception("interaction_failed", act=type(intent).__name__)
            return await self._apologise(intent.origin, Notice("room.trouble"))

    async def deliver(self) -> int:
        """Deliver every event that is due; how many were acknowledged."""
        async with self._one_at_a_time:
            done = 0
            held: set[tuple[str, str, str]] = set()
            for event in self._room.waiting():
                about = (event.workspace, event.user, event.message)
                if about in held:
                    continue
                if not self._is_due(event) or not await self._deliver(event):
                    held.add(about)
                else:
                    done += 1
            return done

    async def tick(self) -> int:
        """A tick of the clock: failed events come nearer to their next attempt; then as `deliver`."""
        self._tick += 1
        return await self.deliver()

    async def _deliver(self, event: Event) -> bool:
        intent = delivered(event)
        try:
            answer = await self._router.handle(intent)
        except Exception:
            attempts = self._failures[event.id].attempts + 1 if event.id in self._failures else 1
            self._failures[event.id] = _Failure(attempts, self._tick + 2 ** (attempts - 1))
            log.exception("event_failed", event_id=event.id, kind=event.kind, attempts=attempts)
            return False
        self._room.acknowledge(event.id)
        self._failures.pop(event.id, None)
        try:
            await self._show(answer.views, answer.lang, intent.origin)
            await self._router.answered(intent.origin)
        except Exception:
            # What was asked for is done and kept; only its answer is lost, as it is when a process dies here.
            log.exception("answer_failed", event_id=event.id, kind=event.kind)
        return True

    def _is_due(self, event: Event) -> bool:
        failure = self._failures.get(event.id)
        return failure is None or (failure.attempts < ATTEMPTS and failure.due_tick <= self._tick)

    async def _show(self, views: tuple[View, ...], lang: Lang, origin: Origin) -> tuple[MessageRef, ...]:
        """As messages in a direct conversation; in a channel or thread only the one who asked sees them."""
        posted = []
        drawn: list[tuple[Card, str]] = [(self._cards.draw(view, lang), page_of(view)) for view in views]
        for number, (view, (card, page)) in enumerate(zip(views, drawn, strict=True)):
            ref = self._room.post(
                origin.workspace_key,
                origin.channel,
                SUKIMA,
                card,
                token=f"{origin.event_id}/{number}" if origin.event_id else None,
                ephemeral_for=None if origin.direct else origin.user_key,
                page=page,
                thread=origin.thread,
            )
            posted.append(ref)
            if origin.direct:
                await self._router.shown(origin, view, ref)
        return tuple(posted)

    async def _apologise(self, origin: Origin, notice: Notice) -> Answered:
        lang = origin.locale or self._room.workspace(origin.workspace_key).lang
        return Answered(await self._show((notice,), lang, origin))

"""Between Slack and the router: who did it, what is answered, and the way back.

Nothing is decided here. Somebody of another organisation, met in a channel that both share, gets one sentence and
nothing of the workspace (design.md 4.17); their reactions and those of whoever left count for nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from bot.conversation.intents import Intent, Origin, ReactionAdded, ReactionRemoved
from bot.conversation.reconciling import Reads
from bot.conversation.tasks import Tasks
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.domain.people import Standing
from bot.errors import Problem
from bot.handlers.slack.client import TROUBLES, MissingScope, TokenRefused, reason_of
from bot.handlers.slack.inbound import Arrived, Changed, Quiet, Way
from bot.handlers.slack.keys import PLATFORM, Payload
from bot.handlers.slack.people import People, Profile, updated
from bot.handlers.slack.taking import Said
from bot.services.ports import MessageRef, Unsendable

STRANGER = (Notice("slack.stranger"),)
"""Said to somebody of another organisation."""
ELSEWHERE: Lang = "en"
"""The language of those of whom Slack says none."""
WINDOW_WAITS = 2.5
"""Seconds that a sent window stays open for what the router says of it; Slack gives three."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stranger:
    """Somebody of another organisation acted."""

    lang: Lang


class Answer(Protocol):
    """What the router answers: views, and the language of the one who asked."""

    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def lang(self) -> Lang: ...


class Routes(Protocol):
    """The part of `conversation.router.Router` that a platform needs."""

    async def handle(self, intent: Intent) -> Answer: ...
    def may_count(self, platform: str, workspace_key: str, emoji: str) -> bool:
        """Whether a reaction may mean something in a workspace; False only where that is known."""

    async def handle_late(self, intent: ReactionAdded | ReactionRemoved, read: Reads) -> bool:
        """A reaction that was brought again: whether it was compared with what is on its message now."""

    async def changed(self, origin: Origin, *, is_gone: bool) -> None:
        """The platform says something new of somebody, or that they are gone."""

    async def answered(self, origin: Origin) -> None:
        """What was answered to an event has been said: it is not answered again."""

    async def workspaces(self, platform: str) -> tuple[str, ...]:
        """The keys of the platform's workspaces that are somebody's school."""

    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]:
        """The keys of the platform's workspaces of the school that uses this one."""

    async def home(self, origin: Origin) -> Answer:
        """What stands on somebody's own page."""

    async def language(self, origin: Origin) -> Lang:
        """In which somebody is spoken to."""

    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        """An answer was posted as a message of its own."""


class Shows(Protocol):
    """Shows answers to whoever asked (`answering`)."""

    async def show(self, origin: Origin, way: Way, views: tuple[View, ...], lang: Lang) -> None: ...
    def in_window(self, window: Payload, views: tuple[View, ...], lang: Lang) -> dict[str, Any] | None:
        """What keeps a sent window open, to say beside its fields what was wrong; None: it may close."""


class ShowsHome(Protocol):
    """Shows people their own page (`home`)."""

    async def show(self, origin: Origin, views: tuple[View, ...], lang: Lang) -> None: ...


class ShowsPrompts(Protocol):
    """Proposes what one might say (`prompts`)."""

    async def show(self, origin: Origin, lang: Lang) -> None: ...


class Learns(Protocol):
    """Keeps hints of people's attention (`attention`)."""

    def learn(self, home: str, user: str, dnd: Payload) -> None: ...


class Hearing:
    """Brings what arrived to the router, and its answers back."""

    def __init__(
        self,
        router: Routes,
        people: People,
        shows: Shows,
        homes: ShowsHome,
        prompts: ShowsPrompts,
        reactions: Reads,
        tasks: Tasks,
        token: Callable[[str], Awaitable[None]],
        attention: Learns,
    ) -> None:
        """`token` waits until a workspace's token works."""
        self._router = router
        self._people = people
        self._shows = shows
        self._homes = homes
        self._prompts = prompts
        self._reactions = reactions
        self._tasks = tasks
        self._token = token
        self._attention = attention
        self._again: dict[tuple[str, str], bool] = {}
        """Whose page is being drawn, and whether something has changed meanwhile."""

    def may_count(self, home: str, emoji: str) -> bool:
        """Whether a reaction may mean something in a workspace. Nobody is asked for that."""
        return self._router.may_count(PLATFORM, home, emoji)

    async def event(self, arrived: Arrived, *, is_late: bool = False) -> Said:
        """Something that Slack brings again. When this returns, what it did is durable; its answer is on its way.

        `is_late`: Slack tried before, and what followed may have arrived already, also its answer. While the token is
        refused it waits until there is one that works.
        """
        known = await self._surely_by_whom(arrived)
        arrived = replace(arrived, way=replace(arrived.way, is_in_doubt=is_late))
        if isinstance(known, Stranger):
            if isinstance(arrived.intent, ReactionAdded | ReactionRemoved):
                return None
            return self._begin_to_show(arrived, STRANGER, known.lang)
        if known is None or (is_late and await self._is_settled(known)):
            return None
        answer = await self._router.handle(known)
        return self._begin_to_show(replace(arrived, intent=known), answer.views, answer.lang)

    async def _is_settled(self, intent: Intent) -> bool:
        """Whether a late event was compared with what is there now. One that cannot be is taken as it is."""
        if not isinstance(intent, ReactionAdded | ReactionRemoved):
            return False
        return await self._router.handle_late(intent, self._reactions)

    async def changed(self, news: Changed, *, is_late: bool = False) -> None:
        """Follow what Slack says of somebody. When this returns, it is durable.

        What came late, or says nothing of the language, is asked for anew: it may not be the newest. What is older than
        what is known changes nothing.
        """
        user = str(news.user["id"])
        if not is_late and self._people.is_overtaken(news.home, user, updated(news.user)):
            return
        if is_late or "locale" not in news.user:
            self._people.forget(news.home, user)
            found = await self._people.of(news.home, user)
        else:
            found = self._people.learn(news.home, news.user)
        await self.follow(news.home, user, found)

    def hinted(self, quiet: Quiet) -> None:
        """Keep a hint for a while. Nothing is to be made durable of it."""
        self._attention.learn(quiet.home, quiet.user, quiet.dnd)

    async def follow(self, home: str, user: str, found: Profile) -> None:
        """Let the house know who somebody is now. When this returns, it is durable."""
        if found.is_bot or found.is_stranger or self._people.is_overtaken(home, user, found.updated):
            return
        self._people.saw(home, user, found.updated)
        origin = Origin(PLATFORM, home, user, found.name, user, direct=True, locale=found.locale, zone=found.zone)
        await self._router.changed(replace(origin, standing=found.standing), is_gone=found.is_gone)

    async def interaction(self, arrived: Arrived) -> None:
        """A command or a press, already acknowledged: whatever happens, somebody waits for an answer."""
        await self._show(*await self._answered(arrived))

    async def window(self, arrived: Arrived, window: Payload) -> dict[str, Any] | None:
        """A window that was sent: what keeps it open; None: it closes, and what is to be said follows."""
        answering = self._tasks.begin(self._answered(arrived))
        done, _ = await asyncio.wait({answering}, timeout=WINDOW_WAITS)
        if done:
            _, views, lang = answering.result()
            kept_open = self._shows.in_window(window, views, lang)
            if kept_open is not None:
                return kept_open
        self._tasks.begin(self._show_when(answering))
        return None

    async def home(self, origin: Origin) -> None:
        """Show somebody their own page as it is now."""
        key = (origin.workspace_key, origin.user_key)
        if key in self._again:
            self._again[key] = True  # an older page never covers a newer one
            return
        try:
            self._again[key] = True
            while self._again[key]:
                self._again[key] = False
                await self._draw_home(origin)
        except TROUBLES as trouble:
            log.warning("slack.home_failed", workspace=origin.workspace_key, reason=reason_of(trouble))
        except Exception:
            log.exception("slack.home_failed", workspace=origin.workspace_key)
        finally:
            del self._again[key]

    async def conversation(self, origin: Origin) -> None:
        """Propose to somebody who opened the conversation what they might say."""
        try:
            known = await self._who(origin)
            if isinstance(known, Origin) and not known.is_bot and known.standing is not Standing.GUEST:
                await self._prompts.show(known, await self._router.language(known))
        except TROUBLES as trouble:
            log.warning("slack.prompts_failed", workspace=origin.workspace_key, reason=reason_of(trouble))
        except Exception:
            log.exception("slack.prompts_failed", workspace=origin.workspace_key)

    async def _draw_home(self, origin: Origin) -> None:
        known = await self._who(origin)
        if isinstance(known, Stranger):
            await self._homes.show(origin, STRANGER, known.lang)
        elif known is not None and not known.is_bot:
            answer = await self._router.home(known)
            await self._homes.show(origin, answer.views, answer.lang)

    async def _answered(self, arrived: Arrived) -> tuple[Arrived, tuple[View, ...], Lang]:
        lang: Lang = "ja"
        try:
            known = await self._by_whom(arrived)
            if known is None:
                return arrived, (), lang
            if isinstance(known, Stranger):
                return arrived, STRANGER, known.lang
            arrived, lang = replace(arrived, intent=known), known.origin.locale or lang
            answer = await self._router.handle(known)
        except Problem as problem:
            return arrived, (Notice(f"problem.{problem.code}", dict(problem.params)),), lang
        except MissingScope:
            return arrived, (Notice("slack.scope_missing"),), lang  # which one was said in the log
        except TokenRefused:  # has been said
            return arrived, (Notice("room.trouble"),), lang
        except TROUBLES as trouble:
            log.warning("slack.interaction_failed", act=type(arrived.intent).__name__, reason=reason_of(trouble))
            return arrived, (Notice("room.trouble"),), lang
        except Exception:
            log.exception("slack.interaction_failed", act=type(arrived.intent).__name__)
            return arrived, (Notice("room.trouble"),), lang
        return arrived, answer.views, answer.lang

    async def _surely_by_whom(self, arrived: Arrived) -> Intent | Stranger | None:
        """As `_by_whom`, once Slack tells us of anybody at all."""
        while True:
            try:
                return await self._by_whom(arrived)
            except TokenRefused:
                await self._token(arrived.intent.origin.workspace_key)

    async def _by_whom(self, arrived: Arrived) -> Intent | Stranger | None:
        """The intent with what Slack says of its person; None as `_who`."""
        intent = arrived.intent
        origin = await self._who(intent.origin, is_foreign=arrived.is_foreign)
        return replace(intent, origin=origin) if isinstance(origin, Origin) else origin

    async def _who(self, origin: Origin, *, is_foreign: bool = False) -> Origin | Stranger | None:
        """None for whoever left, is unknown here, or is another organisation's bot.

        `is_foreign`: Slack said with what they did that they are of another organisation.
        """
        try:
            found = await self._people.surely(origin.workspace_key, origin.user_key)
        except Unsendable:
            log.info("slack.unknown_person", workspace=origin.workspace_key, person=origin.user_key)
            return Stranger(ELSEWHERE) if is_foreign and not origin.is_bot else None
        is_bot, is_stranger = origin.is_bot or found.is_bot, found.is_stranger or is_foreign
        if found.is_gone:
            await self.follow(origin.workspace_key, origin.user_key, found)  # should Slack's own word have been lost
        if found.is_gone or (is_stranger and is_bot):
            return None
        if is_stranger:
            return Stranger(found.locale or ("ja" if found.zone == "Asia/Tokyo" else ELSEWHERE))
        return replace(
            origin,
            user_name=found.name,
            locale=found.locale,
            address=found.address,
            zone=found.zone,
            is_bot=is_bot,
            standing=found.standing,
        )

    def _begin_to_show(self, arrived: Arrived, views: tuple[View, ...], lang: Lang) -> Said:
        return self._tasks.begin(self._show(arrived, views, lang)) if views else None

    async def _show_when(self, answering: asyncio.Future[tuple[Arrived, tuple[View, ...], Lang]]) -> None:
        await self._show(*await answering)

    async def _show(self, arrived: Arrived, views: tuple[View, ...], lang: Lang) -> None:
        try:
            await self._shows.show(arrived.intent.origin, arrived.way, views, lang)
            if arrived.intent.origin.event_id is not None:
                await self._router.answered(arrived.intent.origin)
        # What was asked for is done and kept; only its answer is lost.
        except (*TROUBLES, ConnectionError, Unsendable) as trouble:
            home = arrived.intent.origin.workspace_key
            log.warning(
                "slack.answer_failed", act=type(arrived.intent).__name__, workspace=home, reason=reason_of(trouble)
            )
        except Exception:
            log.exception("slack.answer_failed", act=type(arrived.intent).__name__)
        if arrived.way.at_home:
            await self.home(arrived.intent.origin)

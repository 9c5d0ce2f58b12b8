"""Between Discord and the router: who did it, what is answered, and the way back.

Nothing is decided here. What the library tells is taken at once; whatever takes time is done behind it, in turn where
it concerns the same. Discord brings nothing again: an event that cannot be taken in is tried again here, and what is
lost for good is found when stored endorsements are compared with live reactions (design.md 4.8).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import discord
import structlog

from bot.conversation.intents import (
    Answerable,
    Commanded,
    Intent,
    Origin,
    Pressed,
    ReactionAdded,
    ReactionRemoved,
    Said,
    Submitted,
)
from bot.conversation.reconciling import Reads
from bot.conversation.remembering import remember
from bot.conversation.tasks import Tasks
from bot.conversation.views import Notice, View, WhichWorkspace
from bot.domain.catalogue import Shelf
from bot.domain.contacts import Contact
from bot.domain.language import Lang
from bot.domain.people import Standing
from bot.errors import Problem
from bot.handlers.discord import inbound, modals
from bot.handlers.discord.client import Client
from bot.handlers.discord.emoji import emoji_name
from bot.handlers.discord.inbound import NOWHERE, Interaction, lang_of
from bot.handlers.discord.keys import PLATFORM, ref
from bot.handlers.discord.marks import mark_on
from bot.handlers.discord.people import People, Profile, profile
from bot.handlers.discord.spoken import language_of
from bot.handlers.discord.timing import Timing
from bot.handlers.discord.troubles import TROUBLES, reason_of
from bot.handlers.discord.turns import Turns
from bot.handlers.discord.whereabouts import Several, Whereabouts
from bot.services.ports import MessageRef, Unsendable

TROUBLE = (Notice("room.trouble"),)
NO_SCHOOL = (Notice("discord.no_guild"),)
"""Said to somebody who shares no guild with us."""
MOST_WAITING = 1_000
AT_ONCE = 12
"""So many acts are decided at once: with more, each would only be slower, and the first answers late."""
READ_WITHIN = 1.0
"""Seconds that may be taken of the three in which a window must open."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answered:
    """What is shown to whoever did something, and where they are."""

    origin: Origin
    views: tuple[View, ...]
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
    def may_count(self, platform: str, workspace_key: str, emoji: str) -> bool: ...
    async def changed(self, origin: Origin, *, is_gone: bool) -> None: ...
    async def answered(self, origin: Origin) -> None: ...
    async def workspaces(self, platform: str) -> tuple[str, ...]: ...
    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]: ...
    async def known_in(self, platform: str, workspace_key: str) -> tuple[str, ...]: ...
    def named_workspace(self, action: str) -> str | None: ...
    async def compare(self, message: MessageRef, read: Reads) -> None: ...
    async def keeps(self, message: MessageRef) -> bool: ...
    async def shelf(self, origin: Origin) -> tuple[Shelf, Lang] | None: ...
    async def reads(self, origin: Origin) -> Lang | None: ...
    async def standing(self, origin: Origin) -> Standing: ...
    async def roles_of_school(self, platform: str, workspace_key: str) -> frozenset[str]: ...
    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None: ...


class Shows(Protocol):
    """Shows answers to whoever asked (`answering`)."""

    async def answer(self, asked: Interaction, answering: "asyncio.Future[Answered]") -> None:
        """Answer an interaction, within Discord's time whatever the answer takes."""

    async def say(self, answered: Answered) -> None:
        """Answer somebody's words."""


class Ways(Protocol):
    """Interactions through which something can be said for a while (`ways`)."""

    def expected(self, user_key: str) -> AbstractContextManager[None]:
        """Within, somebody acts and is not answered yet."""

    def open(self, workspace_key: str, user_key: str, interaction: Interaction) -> None: ...


class Contacts(Protocol):
    """The part of `services.contacts.ContactDesk` that is told who came."""

    async def came(self, workspace_key: str, user_key: str, *, direct: str | None = None) -> None: ...
    async def of(self, workspace_key: str, user_key: str) -> Contact | None: ...
    async def staff_channel(self, workspace_key: str) -> str | None: ...


class Hearing:
    """Brings what happened to the router, and its answers back."""

    def __init__(
        self,
        client: Client,
        router: Routes,
        people: People,
        whereabouts: Whereabouts,
        shows: Shows,
        ways: Ways,
        contacts: Contacts,
        reactions: Reads,
        tasks: Tasks,
        timing: Timing,
        sleep: Callable[[float], Awaitable[None]],
        *,
        hears_all: bool,
    ) -> None:
        """`hears_all`: Discord tells everybody's words, so that those in the staff channel may call Sukima by name."""
        self._client = client
        self._router = router
        self._people = people
        self._whereabouts = whereabouts
        self._shows = shows
        self._ways = ways
        self._contacts = contacts
        self._reactions = reactions
        self._tasks = tasks
        self._turns = Turns(tasks)
        self._timing = timing
        self._sleep = sleep
        self._hears_all = hears_all
        self._is_closed = False
        self._room = asyncio.Semaphore(AT_ONCE)
        self._waiting: OrderedDict[str, Answerable] = OrderedDict()
        """What somebody asked before they said for which school, by user."""
        client.hear("message", self._on_message)
        client.hear("raw_reaction_add", self._on_reaction)
        client.hear("raw_reaction_remove", self._on_reaction)
        client.hear("raw_reaction_clear", self._on_cleared)
        client.hear("raw_reaction_clear_emoji", self._on_cleared)
        client.hear("interaction", self._on_interaction)
        client.hear("guild_remove", self._on_left)

    def close(self) -> None:
        """Take nothing new."""
        self._is_closed = True

    # ------------------------------------------------------------------ what the library tells, at once

    def _on_message(self, message: discord.Message) -> None:
        me = self._client.user
        if self._is_closed or me is None or message.author.bot:
            return
        intent = inbound.said(message, me.id)
        if intent is not None:
            self._turns.begin(("words", message.author.id), partial(self._words, intent, message.author))
        elif self._hears_all and (called := inbound.called(message, me.id)) is not None:
            self._turns.begin(("words", message.author.id), partial(self._called, called, message.author))

    def _on_reaction(self, told: discord.RawReactionActionEvent) -> None:
        me = self._client.user
        if self._is_closed or me is None or told.user_id == me.id:
            return
        home = NOWHERE if told.guild_id is None else str(told.guild_id)
        if not self._router.may_count(PLATFORM, home, emoji_name(told.emoji)):
            return
        if told.member is not None:
            self._people.learn(home, str(told.user_id), profile(told.member))
        intent = inbound.reaction(told)
        self._turns.begin(("reaction", told.message_id, told.user_id), partial(self._taken_in, intent))

    def _on_cleared(self, told: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent) -> None:
        """A moderator took reactions off: what still stands is asked for."""
        if not self._is_closed and told.guild_id is not None:
            message = ref(told.guild_id, told.channel_id, told.message_id)
            self._turns.begin(("cleared", told.message_id), partial(self._compare, message))

    def _on_interaction(self, asked: Interaction) -> None:
        """Windows that were sent; commands come by their tree, buttons by their item."""
        if asked.type is discord.InteractionType.modal_submit:
            data: Mapping[str, Any] = asked.data or {}
            values = modals.values(data.get("components") or ())
            intent = Submitted(inbound.by_whom(asked), str(data.get("custom_id", "")), values)
            self._tasks.begin(self.interaction(asked, intent))

    def _on_left(self, guild: discord.Guild) -> None:
        log.info("discord.left", workspace=str(guild.id))
        self._people.forget_all(str(guild.id))

    # ------------------------------------------------------------------ interactions

    async def interaction(self, asked: Interaction, intent: Answerable) -> None:
        """Do what was asked, and answer. Nothing is raised."""
        if self._is_closed:
            return
        await self._tasks.begin(self._interaction(asked, intent))

    async def shelf(self, asked: Interaction) -> tuple[Shelf, Lang] | None:
        """What whoever asks can learn where they are, and their language; None where it is not for them to see."""
        known = await self._who(inbound.by_whom(asked), asked)
        return await self._router.shelf(known) if isinstance(known, Origin) else None

    async def reads(self, asked: Interaction) -> Lang:
        """The language that whoever acts has chosen; where that is not known at once, the one of their Discord."""
        reading = self._tasks.begin(self._reads(asked))
        done, _ = await asyncio.wait({reading}, timeout=READ_WITHIN)
        return (reading.result() if done else None) or lang_of(asked.locale)

    async def _reads(self, asked: Interaction) -> Lang | None:
        try:
            known = await self._who(inbound.by_whom(asked), asked)
            return await self._router.reads(known) if isinstance(known, Origin) else None
        except Exception as error:  # a window in the wrong language is better than none
            log.info("discord.language_unknown", error=type(error).__name__)
            return None

    async def _interaction(self, asked: Interaction, intent: Answerable) -> None:
        with self._ways.expected(intent.origin.user_key):
            answering = self._tasks.begin(self._answered(intent, asked))
            try:
                await self._shows.answer(asked, answering)
            except (*TROUBLES, discord.DiscordException, Unsendable) as trouble:
                log.warning("discord.answer_failed", act=type(intent).__name__, reason=reason_of(trouble))
            except Exception:
                log.exception("discord.answer_failed", act=type(intent).__name__)
            answered = await answering
            home = answered.origin.workspace_key
            if home != NOWHERE:
                self._ways.open(home, answered.origin.user_key, asked)
                await self._came(answered.origin)

    # ------------------------------------------------------------------ words

    async def _called(self, intent: Said, author: discord.abc.User) -> None:
        staff = await self._contacts.staff_channel(intent.origin.workspace_key)
        if staff == intent.origin.channel:
            await self._words(intent, author)

    async def _words(self, intent: Said, author: discord.abc.User) -> None:
        if isinstance(author, discord.Member):
            self._people.learn(intent.origin.workspace_key, str(author.id), profile(author))
        with self._ways.expected(intent.origin.user_key):
            answered = await self._answered(intent, None)
            try:
                if answered.views:
                    await self._shows.say(answered)
                if answered.origin.workspace_key != NOWHERE:
                    await self._router.answered(answered.origin)
            # What was asked for is done and kept; only its answer is lost.
            except (*TROUBLES, discord.DiscordException, Unsendable) as trouble:
                log.warning("discord.answer_failed", act="Said", reason=reason_of(trouble))
            except Exception:
                log.exception("discord.answer_failed", act="Said")
            if answered.origin.workspace_key != NOWHERE:
                await self._came(answered.origin)

    # ------------------------------------------------------------------ reactions

    async def _taken_in(self, intent: ReactionAdded | ReactionRemoved) -> None:
        """Nobody brings it again: while it cannot be taken in, it is tried again."""
        wait = self._timing.between_tries
        for attempt in range(1, self._timing.tries + 1):
            try:
                return await self._reaction(intent)
            except Exception as error:
                if attempt == self._timing.tries:
                    log.exception("discord.event_failed", workspace=intent.origin.workspace_key)
                    return None
                log.info("discord.event_tried_again", error=type(error).__name__)
            await self._sleep(wait)
            wait *= 2
        return None

    async def _reaction(self, intent: ReactionAdded | ReactionRemoved) -> None:
        origin = await self._at_message(intent)
        if isinstance(intent, ReactionRemoved):
            known = await self._placed(origin)
            if known is not None and (seen := self._people.remembered(known.workspace_key, known.user_key)):
                known = _named(known, seen)
        else:
            found = await self._who(origin, None)
            known = found if isinstance(found, Origin) else None
        if known is not None:
            await self._handled(inbound.at(intent, known))

    async def _at_message(self, intent: ReactionAdded | ReactionRemoved) -> Origin:
        """In a direct conversation it is about the school whose message it is, whichever was used since."""
        origin, message = intent.origin, intent.message
        if origin.workspace_key != NOWHERE:
            return origin

        async def tells(home: str) -> bool:
            return await self._router.keeps(replace(message, workspace_key=home))

        home = await self._whereabouts.told(origin.user_key, tells)
        return origin if home is None else replace(origin, workspace_key=home)

    async def _handled(self, intent: Intent) -> Answer:
        """So many are at work at once: the others wait in turn, and every answer may still be promised in time."""
        async with self._room:
            return await self._router.handle(intent)

    async def _placed(self, origin: Origin) -> Origin | None:
        if origin.workspace_key != NOWHERE:
            return origin
        home = await self._whereabouts.of(origin.user_key)
        return replace(origin, workspace_key=home) if isinstance(home, str) else None

    async def _compare(self, message: MessageRef) -> None:
        try:
            await self._router.compare(message, self._reactions)
        except (*TROUBLES, discord.DiscordException, Unsendable) as trouble:
            log.warning("discord.not_compared", workspace=message.workspace_key, reason=reason_of(trouble))
        except Exception:
            log.exception("discord.not_compared", workspace=message.workspace_key)

    # ------------------------------------------------------------------ who, and what is answered

    async def is_person(self, home: str, user: str) -> bool:
        """Whose reactions count. Whoever left is one, too: what they gave stays. A guest's do not."""
        found = await self._people.of(home, user)
        is_guest = await self._router.standing(_as_known(home, user, found)) is Standing.GUEST
        if found.is_gone or is_guest:
            await self.follow(home, user, found)
        return not (found.is_bot or is_guest)

    async def follow(self, home: str, user: str, found: Profile) -> None:
        """Let the house know who somebody is now. When this returns, it is durable."""
        if not found.is_bot:
            await self._router.changed(_as_known(home, user, found), is_gone=found.is_gone)

    async def _answered(self, intent: Answerable, asked: Interaction | None) -> Answered:
        origin, lang = intent.origin, intent.origin.locale or "ja"
        try:
            intent = await self._chosen(intent)
            known = await self._who(intent.origin, asked)
            if isinstance(known, Several):
                remember(self._waiting, origin.user_key, intent, MOST_WAITING)
                which = WhichWorkspace(tuple((guild.key, guild.name) for guild in known.guilds))
                return Answered(origin, (which,), lang)
            if known is None:
                return Answered(origin, NO_SCHOOL if origin.direct else (), lang)
            known = await self._read(intent, known)
            origin, lang = known, known.locale or lang
            answer = await self._handled(inbound.at(intent, known))
        except Problem as problem:
            return Answered(origin, (Notice(f"problem.{problem.code}", dict(problem.params)),), lang)
        except (*TROUBLES, discord.DiscordException, Unsendable) as trouble:
            log.warning("discord.act_failed", act=type(intent).__name__, reason=reason_of(trouble))
            return Answered(origin, TROUBLE, lang)
        except Exception:
            log.exception("discord.act_failed", act=type(intent).__name__)
            return Answered(origin, TROUBLE, lang)
        return Answered(origin, answer.views, answer.lang)

    async def _read(self, intent: Answerable, known: Origin) -> Origin:
        """With words Discord tells no language: of who is new in a school, the words themselves tell it."""
        home, user = known.workspace_key, known.user_key
        if known.locale is not None or not isinstance(intent, Said):
            return known
        if home not in await self._router.workspaces(PLATFORM) or await self._contacts.of(home, user) is not None:
            return known
        return replace(known, locale=language_of(intent.text))

    async def _chosen(self, intent: Answerable) -> Answerable:
        """Where somebody said for which school their conversation speaks: what they had asked before that."""
        guild = self._router.named_workspace(intent.action) if isinstance(intent, Pressed) else None
        if guild is None:
            return intent
        user = intent.origin.user_key
        if await self._whereabouts.may_choose(user, guild):
            self._whereabouts.choose(user, guild)
        asked = self._waiting.pop(user, None)
        return Commanded(intent.origin, "help") if asked is None else replace(asked, origin=intent.origin)

    async def _who(self, origin: Origin, asked: Interaction | None) -> Origin | Several | None:
        """Who it was, as far as Discord says; None for who left, or shares no guild with us."""
        user, home = origin.user_key, origin.workspace_key
        if home == NOWHERE:
            mark = mark_on(asked.message.components) if asked is not None and asked.message is not None else 0
            found = await self._whereabouts.marked(user, mark) or await self._whereabouts.of(user)
            if not isinstance(found, str):
                return found
            home = found
        if asked is not None and isinstance(asked.user, discord.Member):
            seen = self._people.learn(home, user, profile(asked.user, asked.permissions, lang_of(asked.locale)))
        else:
            seen = await (self._people.acting if origin.direct else self._people.of)(home, user)
        if seen.is_gone:
            await self.follow(home, user, seen)
            return None
        return _named(replace(origin, workspace_key=home), seen)

    async def _came(self, origin: Origin) -> None:
        """They used Sukima by themselves: what waits for them may come now."""
        try:
            self._whereabouts.choose(origin.user_key, origin.workspace_key)
            direct = origin.channel if origin.direct else None
            await self._contacts.came(origin.workspace_key, origin.user_key, direct=direct)
        except Exception:  # what waits goes on waiting
            log.exception("discord.contact_not_kept", workspace=origin.workspace_key)


def _as_known(home: str, user: str, seen: Profile) -> Origin:
    return _named(Origin(PLATFORM, home, user, None, user, direct=True), seen)


def _named(origin: Origin, seen: Profile) -> Origin:
    return replace(
        origin,
        user_name=seen.name,
        locale=origin.locale or seen.locale,
        is_bot=origin.is_bot or seen.is_bot,
        standing=seen.standing,
        wears=seen.roles,
    )

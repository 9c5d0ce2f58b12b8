"""How the relay shows things on Discord: the port `Sender` on the library.

A message carries its promise's token twice: as its nonce, by which Discord itself takes it only once within some
minutes, and as the mark of its first component, by which one in doubt is found again in what was said. Files are
attachments of the message that they belong to, byte for byte: a badge that is issued anew takes the place of the one
before in the same edit.

What is said to one person goes the ways of `directs`; an answer that only they saw for a moment is never edited: what
it said stands in their wallet. Source: discord/discord-api-docs, resources/message.
"""

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

import discord
import structlog

from bot.conversation.card import Card, File
from bot.conversation.remembering import remember
from bot.conversation.views import View
from bot.domain.language import Lang
from bot.handlers.discord import keys
from bot.handlers.discord.attached import attachments
from bot.handlers.discord.components import Drawn
from bot.handlers.discord.directs import Directs, Said
from bot.handlers.discord.emoji import emoji_name
from bot.handlers.discord.marks import is_for, mark_of, mark_on
from bot.handlers.discord.sending import NOBODY, first_taken, renditions
from bot.handlers.discord.troubles import (
    MISSING_PERMISSIONS,
    NOT_CONNECTED,
    TROUBLES,
    NotPermitted,
    in_our_words,
    passes,
    reason_of,
)
from bot.services.outsiders import WithOutsiders
from bot.services.ports import Live, MessageRef, RetryLater, Unsendable

MESSAGES_BACK = 1_000
"""So many messages are looked through for one in doubt where it is not known since when."""
MESSAGES_SINCE = 4_000
"""So many where it is known: more than anybody says while a house is down."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much Discord's clock and ours may differ."""
DELETED_AT_ONCE = 20
"""So many messages are taken away in one try; then others may send first."""
A_MOMENT = timedelta(seconds=5)
A_PAGE = 100
KINDS = ("normal", "burst")
"""The two kinds of reactions, in the order of Discord's numbers for them."""

log = structlog.get_logger(__name__)


class Draws(Protocol):
    """The default look of a view (`conversation.cards.Cards`)."""

    def draw(self, view: View, lang: Lang) -> Card: ...


HasOutsiders = Callable[[str, str], Awaitable[bool]]
"""Whether others than the school's people read a server's channel. Raises what asking raises."""
Counts = Callable[[str, str], bool]
"""Whether an emoji may mean something in a server."""
Belongs = Callable[[str, str], Awaitable[bool]]
"""Whether a user of a server belongs to its school, or did. Raises `Unsendable` where Discord does not say."""


@dataclass(frozen=True)
class _Standing:
    """What is known of a message that stands somewhere: its mark, how it was drawn, and its files.

    `files` says by their names what is there, so that a layout goes on showing it; `digest` is that of their bytes,
    None where those are not known.
    """

    mark: int
    is_layout: bool
    files: tuple[File, ...]
    digest: str | None


class _Incomplete(Exception):
    """Not all who reacted were told."""


class DiscordSender:
    """Sends, edits, reads back. Raises as `troubles` says; `RetryLater` also while Discord is not reached."""

    def __init__(
        self,
        client: discord.Client,
        cards: Draws,
        directs: Directs,
        has_outsiders: HasOutsiders,
        counts: Counts,
        belongs: Belongs | None = None,
    ) -> None:
        """Without `belongs` everybody but bots does."""
        self._client = client
        self._cards = cards
        self._directs = directs
        self._has_outsiders = has_outsiders
        self._counts = counts
        self._belongs = belongs
        self._standing: OrderedDict[MessageRef, _Standing] = OrderedDict()
        self.unread = 0
        """So many readings of reactions failed by a trouble that passes by itself."""

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang
    ) -> MessageRef:
        """As the port says. Raises also `Waits` for somebody to whom no way leads now."""
        self._reached()
        card = self._cards.draw(view, lang)

        async def post(channel: str) -> MessageRef:
            return await self._post(workspace_key, channel, card, lang, token)

        if direct:
            return await self._directs.say(workspace_key, to, Said(view, card, lang, token), post)
        await self._keep_from_outsiders(workspace_key, to)
        return await post(to)

    async def edit(self, ref: MessageRef, view: View, *, lang: Lang) -> None:
        """As the port says. Files that the message has stay, where the view brings no others."""
        self._reached()
        await self._keep_from_outsiders(ref.workspace_key, ref.channel)
        before = self._standing.get(ref) or await self._look(ref)
        card = self._cards.draw(view, lang)
        brings_files = bool(card.files) and _digest(card.files) != before.digest
        shown = card if brings_files else replace(card, files=before.files)
        forms = renditions(shown, lang, mark=before.mark, as_layout=before.is_layout)
        form = await first_taken(forms, lambda form: self._change(ref, form, brings_files=brings_files))
        files, digest = (form.files, _digest(form.files)) if brings_files else (before.files, before.digest)
        remember(self._standing, ref, _Standing(before.mark, form.is_layout, _named(files), digest))

    async def delete(self, ref: MessageRef) -> None:
        self._reached()
        with in_our_words():
            await self._message(ref).delete()
        self._standing.pop(ref, None)

    async def clear(self, workspace_key: str, user_key: str) -> None:
        """As the port says: what was said for this server. What is left after a while is left to the next try."""
        self._reached()
        channel = await self._directs.left(workspace_key, user_key)
        if channel is None:
            return
        deleted = 0
        async for message in self._own(channel, most=None):
            mark = mark_on(message.components)
            if mark and not is_for(mark, workspace_key):
                continue
            if deleted == DELETED_AT_ONCE:
                raise RetryLater(A_MOMENT)
            try:
                await self.delete(keys.ref(workspace_key, channel, message.id))
            except Unsendable as gone:
                log.info("discord.already_gone", code=str(gone))
            deleted += 1

    async def find(
        self, workspace_key: str, to: str, *, direct: bool, token: str, since: datetime | None = None
    ) -> MessageRef | None:
        self._reached()
        channel = await self._directs.channel(workspace_key, to) if direct else to
        if channel is None:
            return None
        self._require_history(workspace_key, channel)
        nonce, mark = keys.nonce_of(token), mark_of(workspace_key, token)
        async for message in self._own(channel, MESSAGES_BACK if since is None else MESSAGES_SINCE, since):
            if str(message.nonce) == nonce or mark_on(message.components) == mark:
                return keys.ref(workspace_key, channel, message.id)
        return None

    async def reactions(self, ref: MessageRef) -> Live | None:
        """As the port says. Only emoji that count are asked for."""
        try:
            self._reached()
            with suppress(_Incomplete):  # somebody took theirs away meanwhile
                return await self._of_school(ref.workspace_key, await self._by_people(ref))
            return await self._of_school(ref.workspace_key, await self._by_people(ref))
        except (*TROUBLES, Unsendable, _Incomplete) as trouble:
            self.unread += passes(trouble)
            log.info("discord.reactions_unread", workspace=ref.workspace_key, reason=reason_of(trouble))
            return None

    # ------------------------------------------------------------------ posting

    async def _post(self, workspace: str, channel: str, card: Card, lang: Lang, token: str) -> MessageRef:
        where, mark = self._client.get_partial_messageable(_id(channel)), mark_of(workspace, token)
        posted: list[int] = []

        async def say(form: Drawn) -> None:
            more: dict[str, Any] = {} if form.view is None else {"view": form.view}
            said = await where.send(
                form.content,
                files=attachments(form.files),
                nonce=keys.nonce_of(token),
                suppress_embeds=True,
                allowed_mentions=NOBODY,
                **more,
            )
            posted.append(said.id)

        form = await first_taken(renditions(card, lang, mark=mark), say)
        ref = keys.ref(workspace, channel, posted[-1])
        remember(self._standing, ref, _Standing(mark, form.is_layout, _named(form.files), _digest(form.files)))
        return ref

    async def _change(self, ref: MessageRef, form: Drawn, *, brings_files: bool) -> None:
        more: dict[str, Any] = {"attachments": attachments(form.files)} if brings_files else {}
        await self._message(ref).edit(content=form.content, view=form.view, allowed_mentions=NOBODY, **more)

    # ------------------------------------------------------------------ reading

    async def _look(self, ref: MessageRef) -> _Standing:
        """What stands there, after a new start; nothing of it is known where we may not read it."""
        try:
            with in_our_words():
                found = await self._client.get_partial_messageable(_id(ref.channel)).fetch_message(_id(ref.key))
        except NotPermitted:
            return _Standing(0, is_layout=False, files=(), digest=None)
        files = tuple(
            File(each.filename, each.content_type or "", b"", each.description or "") for each in found.attachments
        )
        return _Standing(mark_on(found.components), found.flags.components_v2, files, None)

    async def _own(
        self, channel: str, most: int | None, since: datetime | None = None
    ) -> AsyncIterator[discord.Message]:
        """What Sukima said in a conversation: the oldest first since a moment, else the newest."""
        after = None if since is None else discord.Object(keys.snowflake_at(since - CLOCKS_DIFFER))
        me = self._reached().id
        with in_our_words():
            async for message in self._client.get_partial_messageable(_id(channel)).history(limit=most, after=after):
                if message.author.id == me:
                    yield message

    async def _by_people(self, ref: MessageRef) -> frozenset[tuple[str, str]]:
        """Raises `_Incomplete` where not all of them are told."""
        with in_our_words():
            told = await self._client.http.get_message(_id(ref.channel), _id(ref.key))
            found: set[tuple[str, str]] = set()
            for reaction in told.get("reactions") or ():
                emoji = discord.PartialEmoji.from_dict(reaction["emoji"])
                name = emoji_name(emoji) if emoji.name else ""
                if not name or not self._counts(ref.workspace_key, name):
                    continue
                found |= {(user, name) for user in await self._who(ref, emoji, reaction)}
        return frozenset(found)

    async def _of_school(self, workspace: str, pairs: frozenset[tuple[str, str]]) -> Live:
        """Those of people who belong to the school. Whom Discord does not name keeps nobody else's from being read."""
        if self._belongs is None:
            return Live(pairs)
        own, unnamed = set(), set()
        for user in {user for user, _ in pairs}:
            try:
                with in_our_words():
                    is_own = await self._belongs(workspace, user)
            except Unsendable as error:
                unnamed.add(user)
                log.info("discord.unknown_person", workspace=workspace, person=user, reason=reason_of(error))
            else:
                own |= {user} if is_own else set()
        return Live(frozenset(pair for pair in pairs if pair[0] in own), frozenset(unnamed))

    async def _who(self, ref: MessageRef, emoji: discord.PartialEmoji, reaction: Mapping[str, Any]) -> set[str]:
        """The people, not bots, whose reaction it is. Each may have two on one message, of either kind."""
        details = reaction.get("count_details") or {"normal": reaction.get("count", 0)}
        people: set[str] = set()
        for kind, name in enumerate(KINDS):
            count = int(details.get(name) or 0)
            users = await self._all_users(ref, emoji, kind) if count else []
            if len(users) < count:
                raise _Incomplete
            people |= {str(user["id"]) for user in users if not user.get("bot")}
        return people

    async def _all_users(self, ref: MessageRef, emoji: discord.PartialEmoji, kind: int) -> list[Mapping[str, Any]]:
        asked = f"{emoji.name}:{emoji.id}" if emoji.id is not None else emoji.name
        users: list[Mapping[str, Any]] = []
        after: int | None = None
        while True:
            page = await self._client.http.get_reaction_users(
                _id(ref.channel), _id(ref.key), asked, A_PAGE, after, cast("Any", kind)
            )
            users += page
            if len(page) < A_PAGE:
                return users
            after = max(int(user["id"]) for user in page)

    # ------------------------------------------------------------------ where

    def _reached(self) -> discord.ClientUser:
        """Who we are. Raises `RetryLater` while Discord is not reached."""
        me = self._client.user
        if me is None or self._client.is_closed():
            raise RetryLater(NOT_CONNECTED)
        return me

    async def _keep_from_outsiders(self, workspace: str, channel: str) -> None:
        if await self._has_outsiders(workspace, channel):
            raise WithOutsiders("shared_with_outsiders")

    def _require_history(self, workspace: str, channel: str) -> None:
        """Discord shows an empty history to whoever may not read it: then nothing is known, and nothing is doubled."""
        guild = self._client.get_guild(keys.snowflake(workspace) or 0)
        place = guild.get_channel(_id(channel)) if guild is not None else None
        if guild is None or place is None or guild.me is None:
            return
        if not place.permissions_for(guild.me).read_message_history:
            raise NotPermitted(MISSING_PERMISSIONS)

    def _message(self, ref: MessageRef) -> discord.PartialMessage:
        return self._client.get_partial_messageable(_id(ref.channel)).get_partial_message(_id(ref.key))


def _named(files: Sequence[File]) -> tuple[File, ...]:
    """Files without what is in them."""
    return tuple(replace(each, data=b"") for each in files)


def _digest(files: Sequence[File]) -> str:
    """By what files are known again."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\0{len(file.data)}\0".encode() + file.data)
    return whole.hexdigest()


def _id(key: str) -> int:
    """A key as Discord's own id. Raises `Unsendable` for what is none."""
    found = keys.snowflake(key)
    if found is None:
        raise Unsendable("no_id")
    return found

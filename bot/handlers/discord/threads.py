"""A private thread in the staff channel with one person alone: that something waits for somebody who takes no direct
messages is said there, and nothing of what it is, since whoever moderates the server can read it. A button fetches it.

A person has one thread, which is used again. Where none can be, in a channel that has no private threads or without
the permission, nothing is said anywhere, and it waits.
Source: docs.discord.com, topic "Threads"; resources "Channel" (start thread without message, add thread member).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal, Protocol

import discord
import structlog

from bot.conversation.card import Card
from bot.conversation.views import SomethingWaits, View
from bot.domain.contacts import Contact
from bot.domain.language import Lang
from bot.handlers.discord import keys
from bot.handlers.discord.components import drawn
from bot.handlers.discord.troubles import NotPermitted, Refused, in_our_words, reason_of
from bot.services.ports import Unsendable
from bot.wording import Wording

A_WEEK: Literal[10080] = 10080
"""Minutes without a word after which Discord puts a thread away; it is taken out again for the next one."""
log = structlog.get_logger(__name__)


class Draws(Protocol):
    """The default look of a view (`conversation.cards.Cards`)."""

    def draw(self, view: View, lang: Lang) -> Card: ...


class Desk(Protocol):
    """What is known of the ways to people (`services.contacts.ContactDesk`)."""

    async def of(self, workspace_key: str, user_key: str) -> Contact | None: ...
    async def threaded(self, workspace_key: str, user_key: str, thread: str | None) -> None: ...
    async def called(self, workspace_key: str, user_key: str, at: datetime) -> None: ...
    async def staff_channel(self, workspace_key: str) -> str | None: ...


class Threads:
    """The private threads of one process."""

    def __init__(self, client: discord.Client, cards: Draws, desk: Desk, now: Callable[[], datetime]) -> None:
        self._client = client
        self._cards = cards
        self._desk = desk
        self._now = now

    async def call(self, workspace_key: str, user_key: str, lang: Lang) -> None:
        """Tell somebody that something waits for them, unless they were told and have not come since.

        Raises what asking Discord raises where it may pass.
        """
        contact = await self._desk.of(workspace_key, user_key)
        if contact is None or contact.is_called:
            return
        try:
            await self._call(contact, workspace_key, user_key, lang)
        except (NotPermitted, Unsendable, Refused) as trouble:
            if isinstance(trouble, Refused) and trouble.may_pass:
                raise
            log.warning("discord.no_thread", workspace=workspace_key, person=user_key, reason=reason_of(trouble))

    async def _call(self, contact: Contact, home: str, user: str, lang: Lang) -> None:
        channel = await self._channel(home)
        if channel is None:
            log.warning("discord.no_thread", workspace=home, person=user, reason="channel")
            return
        thread = await self._there(contact, channel) or await self._begun(channel, home, user, lang)
        told_at = self._now()  # whoever presses at once has come since
        with in_our_words():
            await thread.add_user(discord.Object(keys.snowflake(user) or 0))
            form = drawn(self._cards.draw(SomethingWaits(), lang), lang)
            more: dict[str, Any] = {} if form.view is None else {"view": form.view}
            await thread.send(form.content, allowed_mentions=discord.AllowedMentions.none(), **more)
        await self._desk.called(home, user, told_at)

    async def _channel(self, home: str) -> discord.TextChannel | None:
        """The staff channel, where private threads can be in it."""
        key, guild = await self._desk.staff_channel(home), self._client.get_guild(keys.snowflake(home) or 0)
        found = guild.get_channel(keys.snowflake(key or "") or 0) if guild is not None else None
        return found if isinstance(found, discord.TextChannel) and not found.is_news() else None

    async def _there(self, contact: Contact, channel: discord.TextChannel) -> discord.Thread | None:
        """The thread that was begun earlier, taken out if it was put away; None: it is gone, or elsewhere."""
        key = keys.snowflake(contact.thread or "")
        if key is None:
            return None
        with suppress(Unsendable), in_our_words():
            found = await self._client.fetch_channel(key)
            if isinstance(found, discord.Thread) and found.parent_id == channel.id:
                return await found.edit(archived=False) if found.archived else found
        return None

    async def _begun(self, channel: discord.TextChannel, home: str, user: str, lang: Lang) -> discord.Thread:
        """A new one. Nobody but who moderates the server adds others to it, where we may then add somebody at all."""
        may_manage = channel.permissions_for(channel.guild.me).manage_threads
        with in_our_words():
            thread = await channel.create_thread(
                name=Wording(lang).say("reach.thread"),
                type=discord.ChannelType.private_thread,
                auto_archive_duration=A_WEEK,
                invitable=not may_manage,
            )
        await self._desk.threaded(home, user, str(thread.id))
        return thread

"""What Discord takes as the answer to an interaction, once: a window, a first message, then messages that follow.

The first must come within three seconds; until `late` puts that off, a window may still be the answer. What follows may
come within fifteen minutes. In a guild only whoever asked sees any of it.
Source: docs.discord.com, interactions, "Receiving and Responding".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import structlog

from bot.handlers.discord.attached import attachments
from bot.handlers.discord.components import Drawn
from bot.handlers.discord.inbound import Interaction
from bot.handlers.discord.sending import NOBODY
from bot.handlers.discord.troubles import BROKE, TROUBLES, Refused, reason_of, understood
from bot.services.ports import RetryLater, Unsendable

OVER = frozenset({10015, 10062, 50027})
"""The webhook or the interaction is not known (any more); its token is over."""
TAKEN = 40060
"""Answered already."""
log = structlog.get_logger(__name__)


class Over(Exception):
    """Nothing more can be said as an answer to this interaction."""


class Reply:
    """The way back to whoever did something."""

    def __init__(self, asked: Interaction) -> None:
        self._asked = asked
        self._is_ephemeral = asked.guild_id is not None
        self._is_open = True
        """Nothing was answered yet."""
        self._thinks = False
        """Discord shows that an answer comes."""

    @property
    def id(self) -> int:
        """Of the interaction."""
        return self._asked.id

    @property
    def takes_window(self) -> bool:
        """Whether a window may still be the answer: to a press or a command, as long as nothing was said."""
        return self._is_open and self._asked.type is not discord.InteractionType.modal_submit

    async def late(self) -> None:
        """Let Discord show that an answer comes. What goes wrong is met when something is said."""
        try:
            with _in_our_words():
                await self._asked.response.defer(ephemeral=self._is_ephemeral, thinking=True)
        except Over:
            log.info("discord.interaction_over")
            self._is_open = False
        except (Refused, discord.InteractionResponded):
            self._is_open = False
        except (RetryLater, Unsendable, *BROKE) as trouble:
            log.info("discord.not_deferred", reason=reason_of(trouble))
        else:
            self._is_open, self._thinks = False, True

    async def open(self, window: discord.ui.Modal) -> bool:
        """Open a window; False: Discord does not do that (any more)."""
        try:
            with _in_our_words():
                await self._asked.response.send_modal(window)
        except (Over, discord.InteractionResponded, *TROUBLES, Unsendable) as trouble:
            log.info("discord.window_not_opened", reason=reason_of(trouble))
            return False
        self._is_open = False
        return True

    async def say(self, form: Drawn) -> int:
        """Say it, first or after what was said; the id of its message. Raises `Over`, and as `troubles` says."""
        if self._is_open:
            found = await self._first(form)
            if found is not None:
                return found
        try:
            return await self._follow(form)
        except (Refused, *BROKE) as trouble:
            if isinstance(trouble, Refused) and not trouble.may_pass:
                raise
        return await self._follow(form)  # perhaps it was taken: better that one person sees it twice than never

    async def end(self) -> None:
        """Nothing is to be said (any more): Discord is not left waiting."""
        try:
            with _in_our_words():
                if self._is_open and self._asked.type is discord.InteractionType.application_command:
                    await self._asked.response.defer(ephemeral=self._is_ephemeral, thinking=True)
                    self._is_open, self._thinks = False, True
                elif self._is_open:
                    await self._asked.response.defer()
                    self._is_open = False
                if self._thinks:
                    await self._asked.delete_original_response()
        except (Over, discord.DiscordException, *TROUBLES, Unsendable) as trouble:
            log.info("discord.not_ended", reason=reason_of(trouble))

    async def _follow(self, form: Drawn) -> int:
        with _in_our_words():
            message = await self._asked.followup.send(ephemeral=self._is_ephemeral, wait=True, **_said(form))
        self._thinks = False
        return message.id

    async def _first(self, form: Drawn) -> int | None:
        """The first answer; None: another was there already, and this one follows it.

        Where Discord was in trouble it may have been taken: then it is there when it is tried once more, by us or by
        the library.
        """
        for is_last in (False, True):
            try:
                with _in_our_words():
                    told = await self._asked.response.send_message(ephemeral=self._is_ephemeral, **_said(form))
            except discord.InteractionResponded:
                break
            except Refused as refused:
                if refused.code == TAKEN:
                    break
                if is_last or not refused.may_pass:
                    raise
            except BROKE:
                if is_last:
                    raise
            else:
                self._is_open = False
                return int(told.message_id or 0)
        self._is_open = False
        return await self._said_already(form)

    async def _said_already(self, form: Drawn) -> int | None:
        """The message that is the answer, if it says what was to be said."""
        try:
            with _in_our_words():
                there = await self._asked.original_response()
        except (Refused, RetryLater, Unsendable, *BROKE):
            return None
        is_same = there.content == (form.content or "") and there.flags.components_v2 is form.is_layout
        return there.id if is_same and not there.flags.loading else None


def _said(form: Drawn) -> dict[str, Any]:
    """What is sent; its attachments are fresh, for each may be sent once."""
    said: dict[str, Any] = {"suppress_embeds": True, "allowed_mentions": NOBODY, "files": attachments(form.files)}
    said |= {} if form.content is None else {"content": form.content}
    return said if form.view is None else {**said, "view": form.view}


@contextmanager
def _in_our_words() -> Iterator[None]:
    """As `troubles.in_our_words`; what says that the interaction is over raises `Over`.

    A token that is over is refused as if it were the bot's own.
    """
    try:
        yield
    except discord.InteractionResponded:
        raise
    except discord.DiscordException as error:
        if isinstance(error, discord.HTTPException) and error.code in OVER:
            raise Over from None
        raise understood(error) from None

"""Open ways: what somebody has just done leaves a while in which something can be said beside it, to them alone.

An interaction's token serves for fifteen minutes, and whoever has it may speak as its answer: it is held in memory
only, and stands in no log and no repr. Whoever acted in a guild hears it in that guild.
Source: docs.discord.com, interactions "Receiving and Responding" (follow-up messages).
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from bot.conversation.card import Card
from bot.conversation.remembering import remember
from bot.domain.language import Lang
from bot.handlers.discord import keys
from bot.handlers.discord.attached import attachments
from bot.handlers.discord.components import Drawn
from bot.handlers.discord.sending import NOBODY, first_taken, renditions
from bot.handlers.discord.troubles import understood
from bot.services.ports import MessageRef

OPEN_FOR = timedelta(minutes=14)
"""A minute less than Discord's own, for what is under way."""
OVER = frozenset({10015, 10062, 50027})
"""Discord's codes for: no such webhook, no such interaction, its token is no longer good."""
log = structlog.get_logger(__name__)


class _Over(Exception):
    """Discord takes nothing more on this way."""


@dataclass(frozen=True)
class Way:
    follow_up: discord.Webhook = field(repr=False)
    """Its token is a secret."""
    until: datetime


class Ways:
    """The open ways of one process, by guild and user: the newest of each."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: OrderedDict[tuple[str, str], Way] = OrderedDict()
        self._here: Counter[str] = Counter()
        """How many acts of each user are not answered yet."""
        self._said: OrderedDict[str, MessageRef] = OrderedDict()
        """What was said, by its delivery's token: should keeping it have failed, it is not said again."""

    @contextmanager
    def expected(self, user_key: str) -> Iterator[None]:
        """Within, somebody acts and is not answered yet: nobody needs to be called who is here."""
        self._here[user_key] += 1
        try:
            yield
        finally:
            self._here[user_key] -= 1
            if not self._here[user_key]:
                del self._here[user_key]

    def is_here(self, user_key: str) -> bool:
        """Whether somebody is acting now, in whichever guild or directly."""
        return user_key in self._here

    def open(self, workspace_key: str, user_key: str, interaction: discord.Interaction) -> None:
        """Somebody acted and was answered: before its answer, what is said would stand in the answer's place."""
        if interaction.type is not discord.InteractionType.autocomplete:
            remember(self._open, (workspace_key, user_key), Way(interaction.followup, self._now() + OPEN_FOR))

    def has(self, workspace_key: str, user_key: str) -> bool:
        """Whether something can be said to somebody now."""
        way = self._open.get((workspace_key, user_key))
        return way is not None and way.until > self._now()

    async def say(self, workspace_key: str, user_key: str, card: Card, lang: Lang, *, token: str) -> MessageRef | None:
        """Say it to them alone; None: no way is open (any more). The same `token` twice says it once.

        Raises as `troubles` says.
        """
        said = self._said.get(token)
        if said is not None:
            return said
        if not self.has(workspace_key, user_key):
            return None
        way = self._open[workspace_key, user_key]
        try:
            message = await _follow_up(way.follow_up, card, lang)
        except _Over:
            log.info("discord.way_over", workspace=workspace_key, person=user_key)
            if self._open.get((workspace_key, user_key)) is way:
                del self._open[workspace_key, user_key]
            return None
        ref = keys.ref(workspace_key, message.channel.id, message.id)
        remember(self._said, token, ref)
        return ref


async def _follow_up(webhook: discord.Webhook, card: Card, lang: Lang) -> discord.WebhookMessage:
    said: list[discord.WebhookMessage] = []

    async def say(form: Drawn) -> None:
        more: dict[str, Any] = {} if form.content is None else {"content": form.content}
        if form.view is not None:
            more["view"] = form.view
        try:
            said.append(
                await webhook.send(
                    files=attachments(form.files),
                    ephemeral=True,
                    wait=True,
                    suppress_embeds=True,
                    allowed_mentions=NOBODY,
                    **more,
                )
            )
        except discord.HTTPException as error:
            if error.code in OVER:  # a token that is over is refused as if it were the bot's own
                raise _Over from None
            raise understood(error) from None

    await first_taken(renditions(card, lang), say)
    return said[-1]

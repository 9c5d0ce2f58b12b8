"""Answers to whoever did something: seen by them alone in a guild, lasting in their direct conversation.

An interaction is answered within Discord's three seconds whatever the answer takes: what is there at once is the answer
itself, perhaps a window; else Discord shows that an answer comes, and it follows. What comes too late is said directly,
or beside what the same person does next. Discord has no answer to words in a channel that only one person sees: there
stands a button, behind which is what was asked, for whoever asked it and for nobody else.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import discord
import structlog

from bot.conversation.card import Button, Card, Form
from bot.conversation.intents import Origin
from bot.conversation.refusals import is_refusal
from bot.conversation.remembering import remember
from bot.conversation.unit_pages import page_of
from bot.conversation.views import Notice, View
from bot.domain.language import Lang
from bot.handlers.discord import keys, modals
from bot.handlers.discord.attached import attachments
from bot.handlers.discord.components import Drawn, drawn
from bot.handlers.discord.directs import Post, Said
from bot.handlers.discord.inbound import Interaction
from bot.handlers.discord.marks import mark_of_answer
from bot.handlers.discord.remembered_forms import RememberedForms
from bot.handlers.discord.replying import Over, Reply
from bot.handlers.discord.sending import NOBODY, first_taken, renditions
from bot.handlers.discord.troubles import BROKE, TROUBLES, NotPermitted, Refused, in_our_words, reason_of
from bot.services.contact_ports import Waits
from bot.services.ports import MessageRef, RetryLater, Unsendable
from bot.wording import Wording

PROMPT = 1.0
"""Seconds that an answer may take before Discord is told that it comes; Discord gives three."""
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between the tries to say something to somebody who waits for it."""
LONGEST_PAUSE = 120.0
FETCHED_WITHIN = 3600.0
"""Seconds that an answer waits behind its button."""
MOST_ASIDE = 1_000
"""So many answers wait there at once."""
SEES = "see:"
"""How the custom id of a button begins behind which is somebody's answer; what follows is whose, and which."""
TO_ALL = (Notice("refused.unknown_workspace"),)
"""Said where everybody reads it: it is about the guild, and about nobody."""
OVER_FOR_GOOD = frozenset({"problem.action.expired", "problem.action.unknown", "refused.forgotten"})
"""After these no other try helps."""

A = TypeVar("A", bound="Answered")
Shown = Callable[[Origin, View, MessageRef], Awaitable[None]]
"""Told of every answer that became a message of its own."""
log = structlog.get_logger(__name__)


class Answered(Protocol):
    """What is shown to whoever did something, and where they are."""

    @property
    def origin(self) -> Origin: ...
    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def lang(self) -> Lang: ...


@dataclass(frozen=True)
class _Left:
    """Of an answer, what is still to be said."""

    origin: Origin
    views: tuple[View, ...]
    lang: Lang


class Draws(Protocol):
    """The default look of a view, and forms by their tokens (`conversation.cards.Cards`)."""

    def draw(self, view: View, lang: Lang) -> Card: ...
    def form(self, token: str, lang: Lang) -> Form | None: ...


class Directly(Protocol):
    """Says something to one person on the best way that there is (`directs.Directs`)."""

    async def say(self, workspace: str, user: str, what: Said, post: Post) -> MessageRef: ...


class Answering:
    """Shows answers. `clock` counts seconds; `sleep` waits between two tries."""

    def __init__(
        self,
        client: discord.Client,
        cards: Draws,
        directs: Directly,
        shown: Shown,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        prompt: float = PROMPT,
    ) -> None:
        self._client = client
        self._cards = cards
        self._directs = directs
        self._shown = shown
        self._sleep = sleep
        self._prompt = prompt
        self._forms = RememberedForms(clock)
        self._clock = clock
        self._aside: OrderedDict[str, tuple[float, Answered]] = OrderedDict()
        """Answers that somebody may fetch, and until when, by what their button carries."""
        self._unsaid: OrderedDict[tuple[str, str], tuple[_Left, ...]] = OrderedDict()
        """What could be said in no way, by guild and person: it is said beside what they do next."""

    # ------------------------------------------------------------------ interactions

    async def answer(self, asked: Interaction, answering: "asyncio.Future[A]") -> None:
        """Answer an interaction, within Discord's time whatever the answer takes."""
        reply = Reply(asked)
        done, _ = await asyncio.wait({answering}, timeout=self._prompt)
        if not done:
            await reply.late()
        answered = await answering
        user = str(asked.user.id)
        cards = self._drawn(answered)
        for card in cards:
            self._forms.keep(user, card)
        if asked.type is discord.InteractionType.modal_submit:
            cards = self._with_another_try(asked, answered, cards)
        left = self._unsaid.pop((answered.origin.workspace_key, answered.origin.user_key), ())
        await self._tell(reply, answered, cards)
        await self._tell_what_was_left(reply, answered, left)

    async def open(self, asked: Interaction, action: str, reads: Callable[[], Awaitable[Lang]]) -> bool:
        """Open the form that is sent with `action`; False where there is none (any more).

        `reads` tells their language, for a form that is not remembered as they saw it. What goes wrong is said in the
        log alone: the button is still there.
        """
        kept = self._forms.find(str(asked.user.id), action)
        form = kept.form if kept is not None else self._cards.form(action, await reads())
        if form is None:
            return False
        card, typed = (kept.card, kept.typed) if kept is not None else (Card(), None)
        await Reply(asked).open(modals.modal(card, form, typed))
        return True

    async def see(self, asked: Interaction, key: str, lang: Lang) -> None:
        """Show what is behind a button to whoever asked for it; the button has served then, and goes."""
        reply, user = Reply(asked), str(asked.user.id)
        until, found = self._aside.get(key, (0.0, None))
        is_theirs = key.partition(":")[0] == user
        if is_theirs and found is not None and self._clock() <= until:
            await self._tell(reply, found, self._drawn(found))
        else:
            said = (Notice("discord.answer_over" if is_theirs else "discord.not_yours"),)
            cards = [self._cards.draw(view, lang) for view in said]
            await self._tell(reply, _Left(Origin(keys.PLATFORM, "", user, None, "", direct=False), said, lang), cards)
        if is_theirs and asked.message is not None:
            await self._take_away(asked.message)

    async def _take_away(self, message: discord.Message) -> None:
        """A channel is not to fill with buttons that nobody needs any more; one that cannot go, stays."""
        try:
            with in_our_words():
                await message.delete()
        except (*TROUBLES, Unsendable) as trouble:
            log.info("discord.not_taken_away", reason=reason_of(trouble))

    # ------------------------------------------------------------------ words

    async def say(self, answered: Answered) -> None:
        """Answer somebody's words: in their conversation, or behind a button in a channel."""
        if not answered.views:
            return
        origin = answered.origin
        if origin.direct:
            for number, view in enumerate(answered.views):
                card = self._cards.draw(view, answered.lang)
                self._forms.keep(origin.user_key, card)
                ref = await self._patiently(origin, origin.channel, view, card, answered.lang, number)
                await self._shown(origin, view, ref)
            return
        if answered.views == TO_ALL:
            await self._say_openly(answered)
            return
        key = f"{origin.user_key}:{origin.event_id}"
        remember(self._aside, key, (self._clock() + FETCHED_WITHIN, answered), MOST_ASIDE)
        try:
            await self._offer(origin, key, answered.lang)
        except (NotPermitted, Unsendable) as trouble:
            log.info("discord.cannot_answer_there", workspace=origin.workspace_key, reason=reason_of(trouble))
            await self._otherwise(answered, range(len(answered.views)), key)

    async def _say_openly(self, answered: Answered) -> None:
        """Below their words, for everybody; where that may not be said, nothing is."""
        (card,) = self._drawn(answered)
        try:
            await self._below(answered.origin, card, answered.lang, f"{answered.origin.event_id}.0")
        except (NotPermitted, Unsendable) as trouble:
            log.info("discord.cannot_answer_there", workspace=answered.origin.workspace_key, reason=reason_of(trouble))

    async def _offer(self, origin: Origin, key: str, lang: Lang) -> None:
        """A button below their words, which tells nobody anything."""
        say = Wording(lang).say
        card = Card(lines=(say("discord.answer_here"),), buttons=(Button(say("label.see_answer"), SEES + key),))
        await self._below(origin, card, lang, f"{key}:aside")

    async def _below(self, origin: Origin, card: Card, lang: Lang, token: str) -> None:
        asked = discord.MessageReference(
            message_id=int(origin.event_id or 0), channel_id=int(origin.channel), fail_if_not_exists=False
        )
        await self._trying(lambda: self._post(origin, origin.channel, [drawn(card, lang)], token, asked))

    async def _patiently(
        self, origin: Origin, channel: str, view: View, card: Card, lang: Lang, number: int
    ) -> MessageRef:
        """Say it once, whatever Discord's troubles: its nonce makes that a try that was taken is not taken again."""
        forms = _forms(view, card, lang, _mark(origin))
        return await self._trying(lambda: self._post(origin, channel, forms, f"{origin.event_id}.{number}"))

    async def _trying(self, act: Callable[[], Awaitable[MessageRef]]) -> MessageRef:
        for wait in WAITS:
            try:
                return await act()
            except NotPermitted:
                raise
            except RetryLater as later:
                if later.after.total_seconds() > LONGEST_PAUSE:
                    raise
                wait = max(wait, later.after.total_seconds())
            except Refused as refused:
                if not refused.may_pass:
                    raise
            except BROKE:
                pass
            await self._sleep(wait)
        return await act()

    async def _post(
        self,
        origin: Origin,
        channel: str,
        forms: Sequence[Drawn],
        token: str,
        below: discord.MessageReference | None = None,
    ) -> MessageRef:
        where = self._client.get_partial_messageable(int(channel))
        posted: list[int] = []

        async def say(form: Drawn) -> None:
            more: dict[str, Any] = {} if form.view is None else {"view": form.view}
            more |= {} if below is None else {"reference": below}
            said = await where.send(
                form.content,
                files=attachments(form.files),
                nonce=keys.nonce_of(token),
                suppress_embeds=True,
                allowed_mentions=NOBODY,
                **more,
            )
            posted.append(said.id)

        await first_taken(forms, say)
        return keys.ref(origin.workspace_key, channel, posted[-1])

    # ------------------------------------------------------------------ telling

    def _drawn(self, answered: Answered) -> list[Card]:
        return [self._cards.draw(view, answered.lang) for view in answered.views]

    async def _tell(self, reply: Reply, answered: Answered, cards: Sequence[Card]) -> None:
        """Show each card; what cannot be answered any more is said otherwise."""
        if not cards:
            await reply.end()
            return
        form = _form_alone(cards) if reply.takes_window else None
        if form is not None and await reply.open(modals.modal(cards[0], form)):
            return
        for number, (view, card) in enumerate(zip(answered.views, cards, strict=True)):
            try:
                message = await _said(reply, _forms(view, card, answered.lang, _mark(answered.origin)))
            except (Over, *TROUBLES, Unsendable) as trouble:
                if isinstance(trouble, Refused) and not trouble.may_pass:
                    raise  # as it was drawn it is taken nowhere
                log.info("discord.not_answered", workspace=answered.origin.workspace_key, reason=reason_of(trouble))
                await self._otherwise(answered, range(number, len(cards)), str(reply.id))
                return
            if answered.origin.direct and message:
                where = keys.ref(answered.origin.workspace_key, answered.origin.channel, message)
                await self._shown(answered.origin, view, where)

    async def _otherwise(self, answered: Answered, which: range, token: str) -> None:
        """What the interaction does not take any more: directly, or beside what they do next."""
        origin = answered.origin
        if not origin.workspace_key:
            return
        for number in which:
            view = answered.views[number]
            card = self._cards.draw(view, answered.lang)
            said = Said(view, card, answered.lang, f"{token}.{number}")

            async def post(channel: str, said: Said = said) -> MessageRef:
                forms = _forms(said.view, said.card, said.lang, mark_of_answer(origin.workspace_key))
                return await self._post(origin, channel, forms, said.token)

            try:
                ref = await self._directs.say(origin.workspace_key, origin.user_key, said, post)
            except (Waits, *TROUBLES, Unsendable) as trouble:
                if isinstance(trouble, Refused) and not trouble.may_pass:
                    raise
                rest = _Left(origin, answered.views[number : which.stop], answered.lang)
                who = (origin.workspace_key, origin.user_key)
                remember(self._unsaid, who, (*self._unsaid.get(who, ()), rest))
                return
            await self._shown(replace(origin, direct=True, channel=ref.channel), view, ref)

    async def _tell_what_was_left(self, reply: Reply, answered: Answered, left: Sequence[_Left]) -> None:
        """Beside what they do now: what could not be said to them before."""
        for each in left:
            here = replace(each.origin, direct=answered.origin.direct, channel=answered.origin.channel)
            now = _Left(here, each.views, each.lang)
            await self._tell(reply, now, self._drawn(now))

    # ------------------------------------------------------------------ forms

    def _with_another_try(self, asked: Interaction, answered: Answered, cards: list[Card]) -> list[Card]:
        """What was refused says what is wrong beside its label, with a button that opens it with what was typed."""
        data: Any = asked.data or {}
        user, action = str(asked.user.id), str(data.get("custom_id", ""))
        typed = modals.values(data.get("components", ()))
        if not is_refusal(answered.views):
            return cards
        again = next((card for card in cards if card.form is not None), None)
        if again is not None and again.form is not None:
            self._forms.keep(user, again, typed)
            told = replace(again, lines=(*dict.fromkeys((*modals.wrong(again.form), *_not_told(again, again.form))),))
            return [told if card is again else card for card in cards]
        if any(isinstance(view, Notice) and view.key in OVER_FOR_GOOD for view in answered.views):
            return cards
        kept = self._forms.find(user, action)
        form = kept.form if kept is not None else self._cards.form(action, answered.lang)
        if form is None:
            return cards
        self._forms.keep(user, kept.card if kept is not None else Card(form=form), typed)
        return [*cards[:-1], replace(cards[-1], form=form)]


def _forms(view: View, card: Card, lang: Lang, mark: int) -> list[Drawn]:
    """The forms in which a card is tried; a unit's page first in its own Markdown."""
    page = page_of(view)
    forms = renditions(card, lang, mark=mark)
    return forms if page is None else [drawn(card, lang, page=page, mark=mark), *forms]


def _mark(origin: Origin) -> int:
    """What lasts in a direct conversation says for which server it was said: forgotten there, one keeps the rest."""
    return mark_of_answer(origin.workspace_key) if origin.direct and origin.workspace_key else 0


async def _said(reply: Reply, forms: Sequence[Drawn]) -> int:
    said: list[int] = []

    async def say(form: Drawn) -> None:
        said.append(await reply.say(form))

    await first_taken(forms, say)
    return said[-1]


def _form_alone(cards: Sequence[Card]) -> Form | None:
    """The form that is all that there is to do, and opens at once. Not where leaving it is an act: that is asked."""
    card = cards[0]
    if len(cards) > 1 or card.form is None or card.form.cancel_action:
        return None
    more = card.buttons or card.files or card.links or any(each.buttons for each in card.sections)
    return None if more else card.form


def _not_told(card: Card, form: Form) -> list[str]:
    """The card's lines but those that its fields say of themselves."""
    errors = {each.error for each in form.fields}
    return [each for each in card.lines if each not in errors]

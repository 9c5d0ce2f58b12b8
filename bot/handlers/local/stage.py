"""The stage on which a story plays: people act on their chairs, everything is written down, each step is checked.

The stage hears every change of a message when it happens, so each is told once, in its place and at its time.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.card import Button, Card, Form
from bot.conversation.intents import Attached
from bot.domain.language import LANGS, Bilingual, Lang
from bot.handlers.local.chairs import Chair, Chairs, Place
from bot.handlers.local.room_types import SUKIMA, Message, User
from bot.handlers.local.transcript import Transcript
from bot.services.ports import MessageRef
from bot.wording import Wording

A_MINUTE = timedelta(minutes=1)
TROUBLES = [Wording(lang).say(key) for lang in LANGS for key in ("room.trouble", "notice.busy_try_again")]


class StepFailed(Exception):
    """A step of the story does not hold."""


class Actor:
    """One person of the story."""

    def __init__(self, stage: "Stage", chair: Chair) -> None:
        self._stage = stage
        self.chair = chair
        self.name = chair.user.name
        self.key = chair.user.key
        self.lang: Lang = chair.user.lang

    # ------------------------------------------------------------------ acting

    async def says(self, text: str) -> None:
        self._note("says", text)
        await self.chair.at(Place.DIRECT).say(text)

    async def commands(self, text: str) -> None:
        self._note("commands", f"/sukima {text}")
        await self.chair.at(Place.DIRECT).command(text)

    async def sends(self, *files: Attached, words: str = "", place: Place = Place.DIRECT) -> None:
        """Send files to Sukima, perhaps with words."""
        self._note("says", words, about=", ".join(file.name for file in files))
        await self.chair.at(place).bring(words, files)

    async def presses(self, label: str, place: Place = Place.DIRECT, *, beside: str = "", times: int = 1) -> None:
        """Press the newest button with this label; with `beside` the newest that stands with these words.

        `times` are presses in the same moment.
        """
        about, action = self._button(label, place, beside)
        for _ in range(times):
            self._note("presses", label, about=about)
        self.chair.at(place)
        await asyncio.gather(*(self.chair.press_action(action) for _ in range(times)))

    async def fills(self, **values: str) -> None:
        """Fill the newest form and send it."""
        form = self._form()
        labels = {each.name: each.label for each in form.fields}
        if not values.keys() <= labels.keys():
            raise StepFailed(f"{self.name} finds no {sorted(values.keys() - labels.keys())} in the form {form.title!r}")
        for name, value in values.items():
            self._note("fills", value, about=labels[name])
        self._note("presses", form.submit)
        await self.chair.at(Place.DIRECT).submit(values, form)

    async def reacts(self, message: Message, emoji: str) -> None:
        self.note_reaction("reacts", message, emoji)
        await self.chair.react(message, emoji)

    async def unreacts(self, message: Message, emoji: str) -> None:
        self.note_reaction("takes off", message, emoji)
        await self.chair.unreact(message, emoji)

    def note_reaction(self, act: str, message: Message, emoji: str) -> None:
        self._note(act, emoji, about=message.card.title)

    # ------------------------------------------------------------------ seeing

    def direct(self) -> tuple[Message, ...]:
        """All of this person's direct messages that are there."""
        return tuple(message for message in self.chair.messages(Place.DIRECT) if not message.deleted)

    def staff(self) -> tuple[Message, ...]:
        """The staff channel as this person sees it."""
        return tuple(message for message in self.chair.messages(Place.STAFF) if not message.deleted)

    def newest(self) -> Message:
        """The newest direct message."""
        return self.direct()[-1]

    def sees(self, *parts: str, last: int = 4) -> Message:
        """The newest of the last direct messages that says all the parts. The step fails without one."""
        for message in reversed(self.direct()[-last:]):
            if all(part in text_of(message) for part in parts):
                return message
        recent = " / ".join(text_of(message) for message in self.direct()[-last:])
        raise StepFailed(f"{self.name} does not see {parts!r}, but: {' '.join(recent[-600:].split())}")

    def sees_post(self, *parts: str) -> Message:
        """The newest post in the staff channel that says all the parts."""
        for message in reversed(self.staff()):
            if all(part in text_of(message) for part in parts):
                return message
        raise StepFailed(f"{self.name} sees no post with {parts!r}")

    # ------------------------------------------------------------------ inside

    def _button(self, label: str, place: Place, beside: str) -> tuple[str, str]:
        """What the button is about, and its token."""
        for message in reversed(self.chair.messages(place)):
            for words, shown, action in pressable(message.card):
                if shown == label and beside in words:
                    return words.partition("\n")[0], action
        raise StepFailed(f"{self.name} finds no button {label!r}" + (f" beside {beside!r}" if beside else ""))

    def _form(self) -> Form:
        for message in reversed(self.direct()):
            if message.card.form is not None:
                return message.card.form
        raise StepFailed(f"{self.name} finds no form")

    def _note(self, act: str, words: str, *, about: str = "") -> None:
        self._stage.transcript.act(self._stage.local_now(), self.name, act, words, about=about)


class Stage:
    """The staff room with a transcript. `edits` counts how often each message was edited since the beginning."""

    def __init__(self, chairs: Chairs, now: Callable[[], datetime]) -> None:
        self.chairs = chairs
        self.transcript = Transcript()
        self.edits: Counter[MessageRef] = Counter()
        self.troubles: list[str] = []
        """Sentences that apologise for what should never happen."""
        self._now = now
        self._zone = ZoneInfo(chairs.space.zone)
        self._actors: dict[str, Actor] = {}
        self._channels: dict[tuple[str, Place], str] = {}
        self._titles: dict[MessageRef, str] = {}
        self._mark = 0
        for user in chairs.users():
            self._seat(user)
        chairs.room.listen(self._hear)

    def __getitem__(self, key: str) -> Actor:
        return self._actors[key]

    def everybody(self) -> tuple[Actor, ...]:
        return tuple(self._actors.values())

    def local_now(self) -> datetime:
        return self._now().astimezone(self._zone)

    def welcome(self, key: str, name: str, lang: Lang, title: Bilingual) -> Actor:
        """Somebody new joins the workspace."""
        actor = self._seat(self.chairs.room.add_user(self.chairs.space.key, key, name, lang=lang, title=title))
        self.transcript.act(self.local_now(), name, "joins", title.in_(lang))
        return actor

    def bot(self, key: str, name: str) -> str:
        """Another app joins the workspace; its key."""
        self.chairs.room.add_user(
            self.chairs.space.key, key, name, lang=self.chairs.space.lang, title=Bilingual("", ""), is_bot=True
        )
        return key

    # ------------------------------------------------------------------ what happens

    async def chapter(self, title: Bilingual, at: datetime | None, step: timedelta | None = None) -> None:
        """A new chapter, at a time to come or now."""
        if at is not None and at < self.local_now():
            raise StepFailed(f"it is {self.local_now():%H:%M} already")
        self.transcript.chapter(at or self.local_now(), title)
        if at is not None:
            await self.go_to(at, step)

    async def go_to(self, moment: datetime, step: timedelta | None = None) -> None:
        """Put the clock forward, in steps, and let what is due happen at each."""
        while self.local_now() < moment:
            since = self.local_now()
            following = min(moment, since.replace(second=0, microsecond=0) + step) if step else moment
            self.chairs.room.put_clock(following)
            self.transcript.clock(since, following)
            await self.chairs.settle()

    async def go_on(self, minutes: int, step: timedelta | None = None) -> None:
        """Some minutes pass."""
        await self.go_to(self.local_now().replace(second=0, microsecond=0) + minutes * A_MINUTE, step)

    async def together(self, message: Message, reactions: tuple[tuple[Actor, str], ...]) -> None:
        """Several people react in the same moment, before anything of it is delivered."""
        for actor, emoji in reactions:
            actor.note_reaction("reacts", message, emoji)
            self.chairs.room.react(message.ref, actor.key, emoji)
        await self.chairs.settle()

    async def bot_reacts(self, bot: str, message: Message, emoji: str) -> None:
        """Another app reacts; who reads the channel sees it."""
        name = self.chairs.room.user(self.chairs.space.key, bot).name
        self.transcript.act(self.local_now(), name, "reacts", emoji, about=message.card.title)
        self.chairs.room.react(message.ref, bot, emoji)
        await self.chairs.settle()

    def check(self, holds: bool, what: str) -> None:
        """A step: fails the story when it does not hold."""
        if not holds:
            raise StepFailed(what)

    # ------------------------------------------------------------------ hearing

    def _seat(self, user: User) -> Actor:
        actor = Actor(self, self.chairs.of(user.key))
        self._actors[user.key] = actor
        for place in Place:
            self._channels[user.key, place] = actor.chair.at(place).channel.key
            for message in actor.chair.messages(place):
                self._titles[message.ref] = title_of(message)
                self._mark = max(self._mark, message.changed)
        return actor

    def _hear(self) -> None:
        """A message of the room changed: one, for the room tells after each."""
        for actor in self._actors.values():
            for place in Place:
                for message in self._changed(actor, place):
                    self._mark = message.changed
                    self._note(actor, place, message)
                    return

    def _changed(self, actor: Actor, place: Place) -> tuple[Message, ...]:
        channel = self._channels[actor.key, place]
        return self.chairs.room.messages(self.chairs.space.key, channel, actor.key, since=self._mark)

    def _note(self, actor: Actor, place: Place, message: Message) -> None:
        if message.author != SUKIMA:
            return
        reader = actor.chair.user if place is Place.DIRECT or message.ephemeral else None
        self.transcript.shown(self.local_now(), reader, message, self._titles.get(message.ref, ""))
        if any(sentence in message.card.lines for sentence in TROUBLES):
            self.troubles.append(message.card.text())
        if message.edited and not message.deleted:
            self.edits[message.ref] += 1
        if not message.deleted:
            self._titles[message.ref] = title_of(message)


def text_of(message: Message) -> str:
    """All that a message says, with its pictures' alternative texts."""
    return message.card.text() + "".join(f"\n{file.alt}" for file in message.attachments)


def title_of(message: Message) -> str:
    """A message's title, or its first line."""
    return message.card.title or message.card.text().partition("\n")[0]


def pressable(card: Card) -> Iterator[tuple[str, str, str]]:
    """What can be pressed on a card: the words that it stands with, its label, its token."""

    def each(words: str, buttons: tuple[Button, ...]) -> Iterator[tuple[str, str, str]]:
        yield from ((words, button.label, button.action) for button in buttons)

    for section in card.sections:
        yield from each("\n".join((section.title, *section.lines)), section.buttons)
    yield from each(card.text(), card.buttons)
    if card.form is not None and card.form.cancel_action:
        yield card.text(), card.form.cancel, card.form.cancel_action

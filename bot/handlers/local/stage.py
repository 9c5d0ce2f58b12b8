"""The staff room as a stage: people act on their chairs, everything is written down, each step is checked.

The stage hears every change of a message when it happens, so each is told once, in its place and at its time.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.conversation.card import Form
from bot.conversation.intents import Attached
from bot.domain.language import Bilingual, Lang
from bot.handlers.local import script
from bot.handlers.local.cardbox import knobs
from bot.handlers.local.chairs import Chair, Chairs, Place
from bot.handlers.local.room_types import PLATFORM, SUKIMA, Message, User
from bot.handlers.local.script import TROUBLES, StepFailed
from bot.handlers.local.told import Told
from bot.services.ports import MessageRef


class Actor(script.Player[Message]):
    """One person of the story, on a chair."""

    def __init__(self, stage: "Stage", chair: Chair) -> None:
        super().__init__(stage, chair.user.key, chair.user.key, chair.user.name, chair.user.lang)
        self.chair = chair

    # ------------------------------------------------------------------ acting

    async def says(self, text: str) -> None:
        self.note("says", text)
        await self.chair.at(Place.DIRECT).say(text)

    async def commands(self, text: str) -> None:
        self.note("commands", f"/sukima {text}")
        await self.chair.at(Place.DIRECT).command(text)

    async def sends(self, *files: Attached, words: str = "", place: Place = Place.DIRECT) -> None:
        """Send files to Sukima, perhaps with words."""
        self.note("says", words, about=", ".join(file.name for file in files))
        await self.chair.at(place).bring(words, files)

    async def presses(self, label: str, place: Place = Place.DIRECT, *, beside: str = "", times: int = 1) -> None:
        about, action = self._button(label, place, beside)
        for _ in range(times):
            self.note("presses", label, about=about)
        self.chair.at(place)
        await asyncio.gather(*(self.chair.press_action(action) for _ in range(times)))

    async def fills(self, **values: str) -> None:
        form = self._form()
        labels = {each.name: each.label for each in form.fields}
        if not values.keys() <= labels.keys():
            raise StepFailed(f"{self.name} finds no {sorted(values.keys() - labels.keys())} in the form {form.title!r}")
        for name, value in values.items():
            self.note("fills", value, about=labels[name])
        self.note("presses", form.submit)
        await self.chair.at(Place.DIRECT).submit(values, form)

    async def reacts(self, message: Told, emoji: str) -> None:
        self.note("reacts", emoji, about=message.title)
        await self.chair.react(message.ref, emoji)

    async def unreacts(self, message: Told, emoji: str) -> None:
        self.note("takes off", emoji, about=message.title)
        await self.chair.unreact(message.ref, emoji)

    # ------------------------------------------------------------------ seeing

    def direct(self) -> tuple[Message, ...]:
        return tuple(message for message in self.chair.messages(Place.DIRECT) if not message.deleted)

    def staff(self) -> tuple[Message, ...]:
        return tuple(message for message in self.chair.messages(Place.STAFF) if not message.deleted)

    # ------------------------------------------------------------------ inside

    def _button(self, label: str, place: Place, beside: str) -> tuple[str, str]:
        """What the button is about, and its token."""
        for message in reversed(self.chair.messages(place)):
            for knob, action in knobs(message.card):
                if knob.label == label and beside in knob.beside:
                    return knob.beside.partition("\n")[0], action
        raise StepFailed(f"{self.name} finds no button {label!r}" + (f" beside {beside!r}" if beside else ""))

    def _form(self) -> Form:
        for message in reversed(self.direct()):
            if message.card.form is not None:
                return message.card.form
        raise StepFailed(f"{self.name} finds no form")


class Stage(script.Stage):
    """The staff room with a transcript."""

    def __init__(self, chairs: Chairs, now: Callable[[], datetime]) -> None:
        super().__init__(PLATFORM, chairs.space.key, chairs.space.zone)
        self.chairs = chairs
        self._now = now
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

    def listed(self) -> tuple[User, ...]:
        return self.chairs.users()

    def welcome(self, key: str, name: str, lang: Lang, title: Bilingual) -> Actor:
        actor = self._seat(self.chairs.room.add_user(self.chairs.space.key, key, name, lang=lang, title=title))
        actor.note("joins", title.in_(lang))
        return actor

    def bot(self, key: str, name: str) -> str:
        self.chairs.room.add_user(
            self.chairs.space.key, key, name, lang=self.chairs.space.lang, title=Bilingual("", ""), is_bot=True
        )
        return key

    # ------------------------------------------------------------------ what happens

    def now(self) -> datetime:
        return self._now()

    def put_clock(self, moment: datetime) -> None:
        self.chairs.room.put_clock(moment)

    async def settle(self) -> None:
        await self.chairs.settle()

    async def together(self, message: Told, reactions: Sequence[tuple[script.Actor, str]]) -> None:
        for actor, emoji in reactions:
            actor.note("reacts", emoji, about=message.title)
            self.chairs.room.react(message.ref, actor.account, emoji)
        await self.settle()

    async def bot_reacts(self, bot: str, message: Told, emoji: str) -> None:
        name = self.chairs.room.user(self.chairs.space.key, bot).name
        self.transcript.act(self.local_now(), name, "reacts", emoji, about=message.title)
        self.chairs.room.react(message.ref, bot, emoji)
        await self.settle()

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


def title_of(message: Message) -> str:
    """A message's title, or its first line."""
    return message.card.title or message.card.text().partition("\n")[0]

"""The stage on which a story plays: people act on their chairs, everything is written down, each step is checked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.handlers.local.cardbox import buttons_of
from bot.handlers.local.chairs import Chair, Chairs, Place
from bot.handlers.local.room_types import Message


class StepFailed(Exception):
    """A step of the story does not hold."""


@dataclass
class Transcript:
    """What was done and what was shown, in order."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def act(self, at: datetime, who: str, act: str, **facts: str) -> None:
        self.lines.append({"at": at.isoformat(timespec="seconds"), "who": who, "act": act, **facts})

    def shown(self, at: datetime, reader: str, where: str, message: Message) -> None:
        self.lines.append(
            {
                "at": at.isoformat(timespec="seconds"),
                "to": reader,
                "where": where,
                "author": message.author,
                "text": message.card.text() + "".join(f"\n[{file.alt}]" for file in message.attachments),
                "buttons": [button.label for button in buttons_of(message.card)],
                "files": [file.name for file in message.attachments],
                "edited": message.edited,
                "deleted": message.deleted,
            }
        )

    def chapter(self, title: str) -> None:
        self.lines.append({"chapter": title})


class Actor:
    """One person of the story."""

    def __init__(self, stage: "Stage", chair: Chair) -> None:
        self._stage = stage
        self.chair = chair
        self.name = chair.user.name
        self.lang = chair.user.lang

    async def says(self, text: str) -> None:
        self._note("says", text=text)
        await self.chair.at(Place.DIRECT).say(text)
        self._stage.look(self)

    async def commands(self, text: str) -> None:
        self._note("commands", text=f"/sukima {text}")
        await self.chair.at(Place.DIRECT).command(text)
        self._stage.look(self)

    async def presses(self, label: str, place: Place = Place.DIRECT) -> None:
        self._note("presses", label=label)
        await self.chair.at(place).press(label)
        self._stage.look(self)

    async def fills(self, **values: str) -> None:
        self._note("fills", **values)
        await self.chair.at(Place.DIRECT).submit(values)
        self._stage.look(self)

    async def reacts(self, message: Message, emoji: str) -> None:
        self._note("reacts", emoji=emoji)
        await self.chair.react(message, emoji)
        self._stage.look(self)

    async def unreacts(self, message: Message, emoji: str) -> None:
        self._note("takes off", emoji=emoji)
        await self.chair.unreact(message, emoji)
        self._stage.look(self)

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
            text = _all_of(message)
            if all(part in text for part in parts):
                return message
        recent = " / ".join(_all_of(message) for message in self.direct()[-last:])
        raise StepFailed(f"{self.name} does not see {parts!r}, but: {recent[:600]}")

    def sees_post(self, *parts: str) -> Message:
        """The newest post in the staff channel that says all the parts."""
        for message in reversed(self.staff()):
            if all(part in _all_of(message) for part in parts):
                return message
        raise StepFailed(f"{self.name} sees no post with {parts!r}")

    def _note(self, act: str, **facts: str) -> None:
        self._stage.transcript.act(self._stage.local_now(), self.name, act, **facts)


class Stage:
    """The staff room with a transcript."""

    def __init__(self, chairs: Chairs, now: Callable[[], datetime]) -> None:
        self.chairs = chairs
        self.transcript = Transcript()
        self._now = now
        self._zone = ZoneInfo(chairs.space.zone)
        self._actors = {user.key: Actor(self, chairs.of(user.key)) for user in chairs.users()}
        for actor in self._actors.values():
            for place in Place:
                actor.chair.read(place)

    def __getitem__(self, key: str) -> Actor:
        return self._actors[key]

    def local_now(self) -> datetime:
        return self._now().astimezone(self._zone)

    def chapter(self, title: str) -> None:
        """A new chapter of the story."""
        self.transcript.chapter(title)

    def look(self, actor: Actor) -> None:
        """Write down what is new for one person."""
        for place in Place:
            for message in actor.chair.read(place):
                if message.author != actor.chair.user.key:
                    self.transcript.shown(self.local_now(), actor.name, place, message)

    async def clock(self, hour: int, minute: int) -> None:
        """Put the room's clock forward to a time of this day, and let what is due happen."""
        moment = self.local_now().replace(hour=hour, minute=minute, second=0, microsecond=0)
        if moment > self.local_now():
            self.chairs.room.put_clock(moment)
            self.transcript.act(moment, "🕙", "the clock moves")
        await self.chairs.settle()
        for actor in self._actors.values():
            self.look(actor)

    def check(self, holds: bool, what: str) -> None:
        """A step: fails the story when it does not hold."""
        if not holds:
            raise StepFailed(what)


def _all_of(message: Message) -> str:
    return message.card.text() + "".join(f"\n{file.alt}" for file in message.attachments)

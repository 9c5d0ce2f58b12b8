"""What the scenes of a story need of a stage and of its people.

The staff room's own (`stage`) is one; other platforms have theirs, so that one story is played on all of them, word
for word.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.language import LANGS, Bilingual, Lang
from bot.handlers.local.chairs import Place
from bot.handlers.local.told import Told
from bot.handlers.local.transcript import Listed, Transcript
from bot.services.ports import MessageRef
from bot.wording import Wording

A_MINUTE = timedelta(minutes=1)
TROUBLES = [Wording(lang).say(key) for lang in LANGS for key in ("room.trouble", "notice.busy_try_again")]

M_co = TypeVar("M_co", bound=Told, covariant=True)


class StepFailed(Exception):
    """A step of the story does not hold."""


class Player(ABC, Generic[M_co]):
    """One person of the story. `key` is theirs in the story, `account` what the platform calls them."""

    def __init__(self, stage: "Stage", key: str, account: str, name: str, lang: Lang) -> None:
        self._stage = stage
        self.key = key
        self.account = account
        self.name = name
        self.lang: Lang = lang

    # ------------------------------------------------------------------ acting

    @abstractmethod
    async def says(self, text: str) -> None:
        """Say something to Sukima."""

    @abstractmethod
    async def commands(self, text: str) -> None:
        """`/sukima text`."""

    @abstractmethod
    async def presses(self, label: str, place: Place = Place.DIRECT, *, beside: str = "", times: int = 1) -> None:
        """Press the newest button with this label; with `beside` the newest that stands with these words.

        `times` are presses in the same moment.
        """

    @abstractmethod
    async def fills(self, **values: str) -> None:
        """Fill the newest form, by the names of its fields, and send it."""

    @abstractmethod
    async def reacts(self, message: Told, emoji: str) -> None:
        """Put an emoji on a message, as its picture."""

    @abstractmethod
    async def unreacts(self, message: Told, emoji: str) -> None:
        """Take it off again."""

    def note(self, act: str, words: str, *, about: str = "") -> None:
        """Write down what this person does."""
        self._stage.transcript.act(self._stage.local_now(), self.name, act, words, about=about)

    # ------------------------------------------------------------------ seeing

    @abstractmethod
    def direct(self) -> Sequence[M_co]:
        """All of this person's direct messages that are there, oldest first."""

    @abstractmethod
    def staff(self) -> Sequence[M_co]:
        """The staff channel as this person sees it, oldest first."""

    def newest(self) -> M_co:
        """The newest direct message."""
        return self.direct()[-1]

    def sees(self, *parts: str, last: int = 4) -> M_co:
        """The newest of the last direct messages that says all the parts. The step fails without one."""
        recent = self.direct()[-last:]
        for message in reversed(recent):
            if all(part in message.text for part in parts):
                return message
        said = " / ".join(message.text for message in recent)
        raise StepFailed(f"{self.name} does not see {parts!r}, but: {' '.join(said[-600:].split())}")

    def sees_post(self, *parts: str) -> M_co:
        """The newest post in the staff channel that says all the parts."""
        for message in reversed(self.staff()):
            if all(part in message.text for part in parts):
                return message
        raise StepFailed(f"{self.name} sees no post with {parts!r}")


Actor = Player[Told]


class Stage(ABC):
    """One workspace with a transcript. `edits` counts how often each message was edited since the beginning."""

    def __init__(self, platform: str, workspace: str, zone: str) -> None:
        self.platform = platform
        self.workspace = workspace
        self.transcript = Transcript()
        self.edits: Counter[MessageRef] = Counter()
        self.troubles: list[str] = []
        """Sentences that apologise for what should never happen."""
        self._zone = ZoneInfo(zone)

    # ------------------------------------------------------------------ people

    @abstractmethod
    def __getitem__(self, key: str) -> Actor: ...

    @abstractmethod
    def everybody(self) -> Sequence[Actor]: ...

    @abstractmethod
    def listed(self) -> Collection[Listed]:
        """Who is who."""

    @abstractmethod
    def welcome(self, key: str, name: str, lang: Lang, title: Bilingual) -> Actor:
        """Somebody new joins the workspace."""

    @abstractmethod
    def bot(self, key: str, name: str) -> str:
        """Another app joins the workspace; its key."""

    # ------------------------------------------------------------------ what happens

    @abstractmethod
    def now(self) -> datetime: ...

    @abstractmethod
    def put_clock(self, moment: datetime) -> None: ...

    @abstractmethod
    async def settle(self) -> None:
        """Wait until nothing more will happen by itself."""

    @abstractmethod
    async def together(self, message: Told, reactions: Sequence[tuple[Actor, str]]) -> None:
        """Several people react in the same moment, before anything of it is delivered."""

    @abstractmethod
    async def bot_reacts(self, bot: str, message: Told, emoji: str) -> None:
        """Another app reacts; who reads the channel sees it."""

    def local_now(self) -> datetime:
        return self.now().astimezone(self._zone)

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
            self.put_clock(following)
            self.transcript.clock(since, following)
            await self.settle()

    async def go_on(self, minutes: int, step: timedelta | None = None) -> None:
        """Some minutes pass."""
        await self.go_to(self.local_now().replace(second=0, microsecond=0) + minutes * A_MINUTE, step)

    def check(self, holds: bool, what: str) -> None:
        """A step: fails the story when it does not hold."""
        if not holds:
            raise StepFailed(what)

"""A stage for tests of the staff room: a small router and cards in the place of Sukima, and a voice that says keys.

Run as a program it is a whole room in a terminal: `python local_stage.py FOLDER`, driven through its pipes.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from bot.conversation.card import Button, Card, Field, File, Form, Section
from bot.conversation.intents import (
    Commanded,
    Intent,
    Origin,
    Pressed,
    ReactionAdded,
    ReactionRemoved,
    Said,
    Submitted,
)
from bot.conversation.views import Notice, UnitPage, View
from bot.domain.language import Bilingual, Lang
from bot.errors import Problem
from bot.handlers.local.adapter import LocalAdapter
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.room import Room
from bot.handlers.local.sender import LocalSender
from bot.services.ports import MessageRef

MORNING = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
"""Wednesday, 25 November 2026, 08:00 in Tokyo."""
SCHOOL = "kodachi"
PNG = b"\x89PNG\r\n\x1a\n-not-really"

CARDS = {
    "offer": Card(
        title="An offer of 6 minutes",
        lines=("It fits before the next lesson.",),
        buttons=(Button("Open", "open:o1", "primary"), Button("Done", "done:o1"), Button("Later", "later:o1")),
    ),
    "reflect": Card(
        title="Done!",
        form=Form(
            "One line?", "reflect:c1", "Save", (Field("reflection", "Reflection", optional=True),), "Skip", "skip:c1"
        ),
    ),
    "survey": Card(
        form=Form(
            "A survey",
            "survey:1",
            "Send",
            (
                Field("name", "Name", max_chars=10),
                Field("colour", "Colour", choices=(("r", "Red"), ("b", "Blue"))),
                Field("story", "Story", multiline=True),
                Field("place", "Place", value="here"),
            ),
        )
    ),
    "award": Card(
        title="A badge",
        files=(File("../../badge 1.png", "image/png", PNG, "A round badge"),),
        buttons=(Button("Share with colleagues", "share:a1"),),
    ),
    "shared": Card(
        title="Lee earned a badge", lines=("0 endorsements",), buttons=(Button("My endorsement", "endorse:a1"),)
    ),
    "people": Card(
        title="Two people",
        sections=(
            Section("Kim", ("Badge: listening",), (Button("Ask", "intro:1"),)),
            Section("Lee", ("Badge: ICT",), (Button("Ask", "intro:2"),)),
        ),
        buttons=(Button("Not what I meant", "not_meant:1"),),
    ),
}
PAGE = (
    "# Thirty seconds\n\nA child comes to you and says something important, and you have no time at all.\n\n"
    "- **Stop**. Put the pen down.\n- **Wait**.\n"
)
UNIT = UnitPage("o1", Bilingual("三十秒", "Thirty seconds"), 6, "https://example.org/u", PAGE)


class FakeCards:
    """Draws a `Notice` as the prepared card of its key, or as its key."""

    def draw(self, view: View, lang: Lang) -> Card:
        if isinstance(view, UnitPage):
            return Card(
                title=view.title.in_(lang),
                lines=("6 minutes",),
                sections=(Section(lines=("the page, plainly",)),),
                buttons=(Button("Done", "done:o1"),),
            )
        assert isinstance(view, Notice)
        if view.key in CARDS:
            return CARDS[view.key]
        params = ", ".join(f"{name}={value}" for name, value in view.params.items())
        return Card(lines=(f"[{lang}] {view.key} {params}".strip(),))


@dataclass(frozen=True)
class Answered:
    views: tuple[View, ...]
    lang: Lang


@dataclass
class FakeRouter:
    """Remembers what it heard; `answers` says what it says."""

    heard: list[Intent] = field(default_factory=list)
    fail: Callable[[Intent], Exception | None] = lambda intent: None
    done: set[str] = field(default_factory=set)

    async def handle(self, intent: Intent) -> Answered:
        self.heard.append(intent)
        trouble = self.fail(intent)
        if trouble is not None:
            raise trouble
        if intent.origin.event_id is not None:
            if intent.origin.event_id in self.done:
                return Answered((), "en")
            self.done.add(intent.origin.event_id)
        return Answered(tuple(_views(intent)), intent.origin.locale or "en")

    async def shown(self, origin: Origin, view: View, ref: MessageRef) -> None:
        """Nothing to remember."""


def _views(intent: Intent) -> list[View]:
    match intent:
        case Commanded(text="page"):
            return [UNIT]
        case Commanded(text=text) if text in CARDS:
            return [Notice(text)]
        case Commanded(text=text):
            return [Notice("commanded", {"text": text})]
        case Said(text=text):
            return [Notice("heard", {"text": text})]
        case Pressed(action="done:o1"):
            return [Notice("reflect")]
        case Pressed(action=action):
            return [Notice("pressed", {"action": action})]
        case Submitted(action=action, values=values):
            return [Notice("submitted", {"action": action, **values})]
        case ReactionAdded(emoji=emoji) | ReactionRemoved(emoji=emoji):
            return [Notice(type(intent).__name__, {"emoji": emoji})]
    return []


class FakeVoice:
    """Says the key and its parameters, so that tests do not depend on wording."""

    lang: Lang = "en"

    def say(self, key: str, /, **params: object) -> str:
        told = " ".join(f"{name}={value}" for name, value in params.items())
        return f"<{key} {told}>" if told else f"<{key}>"

    def problem(self, problem: Problem) -> str:
        return self.say(f"problem.{problem.code}", **problem.params)

    def day(self, on: date) -> str:
        return on.isoformat()


@dataclass
class Stage:
    room: Room
    router: FakeRouter
    adapter: LocalAdapter
    sender: LocalSender
    chairs: Chairs


def open_room(
    folder: Path, now: Callable[[], datetime] = lambda: MORNING, new_id: Callable[[], str] | None = None
) -> Room:
    """A room with two schools whose users have the same keys."""
    room = Room(folder / "room", now, new_id or (lambda: str(uuid4())))
    for school in (SCHOOL, "other"):
        room.add_workspace(school, Bilingual(f"学校 {school}", f"School {school}"), zone="Asia/Tokyo", lang="ja")
        room.add_user(school, "lee", "Lee Carter", lang="en", title=Bilingual("外国語指導助手", "ALT"))
        room.add_user(school, "aoki", "青木 美咲", lang="ja", title=Bilingual("教諭", "teacher"))
        room.add_user(school, "aoyama", "青山 健", lang="ja", title=Bilingual("校長", "principal"))
        room.add_user(school, "robot", "Robot", lang="en", title=Bilingual("", ""), is_bot=True)
    return room


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a `Problem` with this code."""
    with pytest.raises(Problem) as caught:
        yield
    assert caught.value.code == code


async def nothing() -> None:
    """Settled at once."""


def set_stage(folder: Path, *, room: Room | None = None, router: FakeRouter | None = None) -> Stage:
    room = room or open_room(folder)
    router = router or FakeRouter()
    cards = FakeCards()
    adapter = LocalAdapter(room, router, cards)
    return Stage(room, router, adapter, LocalSender(room, cards), Chairs(room, adapter, nothing, SCHOOL))


def main() -> None:
    """The room of the folder that the command line names, in this terminal."""
    from bot.handlers.local.terminal import open_terminal

    folder = Path(sys.argv[1])
    stage = set_stage(folder, room=open_room(folder, now=lambda: MORNING))

    async def settle() -> None:
        """A relay that posts an award to Lee at ten."""
        if stage.room.now() >= datetime(2026, 11, 25, 1, 0, tzinfo=UTC):
            await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="award-1", lang="en")
            await stage.sender.send(SCHOOL, "staff", Notice("shared"), direct=False, token="share-1", lang="en")

    chairs = Chairs(stage.room, stage.adapter, settle, SCHOOL)

    async def play() -> None:
        await open_terminal(chairs, FakeVoice(), sys.stdin, sys.stdout, os.environ).run()

    asyncio.run(play())
    stage.room.close()


if __name__ == "__main__":
    main()

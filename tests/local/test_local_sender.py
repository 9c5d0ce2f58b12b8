"""What Sukima sends in the local room: the contract of all platforms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sending import Cards, Place, SenderContract

from bot.domain.language import Bilingual
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import SUKIMA
from bot.handlers.local.sender import LocalSender
from bot.services.ports import MessageRef


class Local(Place):
    home, one, channel, bot = "east", "aoki", "staff", "robot"

    def __init__(self, folder: Path) -> None:
        number = iter(range(1000))
        self.room = Room(folder / "room", lambda: datetime(2026, 6, 9, 23, tzinfo=UTC), lambda: f"m{next(number)}")
        for school in ("east", "west"):
            self.room.add_workspace(school, Bilingual("東", "East"), zone="Asia/Tokyo", lang="ja")
            self.room.add_user(school, "aoki", "青木", lang="ja", title=Bilingual("教諭", "teacher"))
            self.room.add_user(school, "robot", "Robot", lang="en", title=Bilingual("", ""), is_bot=True)
        self.sender = LocalSender(self.room, Cards())

    def said(self, *, direct: bool) -> list[str]:
        place = self.room.direct_channel("east", "aoki").key if direct else "staff"
        messages = self.room.messages("east", place, "aoki")
        return [each.card.title for each in messages if each.author == SUKIMA and not each.deleted]

    async def react(self, ref: MessageRef, user: str, emoji: str) -> None:
        self.room.react(ref, user, emoji)

    async def take_away(self, ref: MessageRef) -> None:
        self.room.delete(ref)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Local]:
    local = Local(tmp_path)
    yield local
    local.room.close()


class TestLocalSender(SenderContract):
    """The contract, in the local room."""

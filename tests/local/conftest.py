"""Rooms that tests opened are closed after them: an open database is a warning, and warnings are errors."""

import gc
import threading
from collections.abc import Iterator

import pytest

from bot.handlers.local.room import Room


@pytest.fixture(autouse=True)
def _close_rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    gc.freeze()  # what is there already is not this test's, and need not be looked through
    opened: list[Room] = []
    first = Room.__init__

    def remember(room: Room, *args: object, **named: object) -> None:
        first(room, *args, **named)  # type: ignore[arg-type]
        if threading.current_thread() is threading.main_thread():  # a room is closed where it was opened
            opened.append(room)

    monkeypatch.setattr(Room, "__init__", remember)
    yield
    for room in opened:
        room.close()
    gc.collect()

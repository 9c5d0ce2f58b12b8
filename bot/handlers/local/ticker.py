"""The room's news as short lines that scroll by, for a terminal beside the browser."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from bot.handlers.local.emoji import emoji_picture
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import Change, Channel, Message
from bot.handlers.local.text import cut, one_line

COLUMNS = 100
CLOCK, EDITED, GONE = "⏰", "✎", "✕"
Tell = Callable[[str], None]


@contextmanager
def ticking(room: Room, workspace: str, tell: Tell) -> Iterator[None]:
    """Tell what happens in a workspace while inside, line by line."""
    end = room.watch(Ticker(room, workspace, tell).hear)
    try:
        yield
    finally:
        end()


class Ticker:
    """Turns changes of the room into lines."""

    def __init__(self, room: Room, workspace: str, tell: Tell) -> None:
        self._room = room
        self._workspace = workspace
        self._tell = tell
        self._zone = ZoneInfo(room.workspace(workspace).zone)
        self._mark = room.reading.mark()

    def hear(self, change: Change) -> None:
        """Something changed: tell it, if it is something that people see happen."""
        if change.workspace != self._workspace:
            return
        if change.kind == "clock":
            self._tell(f"{self._room.now().astimezone(self._zone):%m-%d %H:%M}  {CLOCK}")
        elif change.kind == "message":
            self._tell_messages(self._room.channel(self._workspace, change.channel), change.only)

    def _tell_messages(self, channel: Channel, only: str | None) -> None:
        viewer = only or channel.direct_user or self._room.users(self._workspace)[0].key
        since, self._mark = self._mark, self._room.reading.mark()
        for message in self._room.reading.touched(self._workspace, channel.key, viewer, since):
            told = self._told(message, since)
            if told:
                place = f"#{channel.key}" if channel.direct_user is None else f"@{self._name(channel.direct_user)}"
                time = f"{self._room.now().astimezone(self._zone):%m-%d %H:%M}"
                self._tell(cut("  ".join((time, one_line(place), one_line(told))), COLUMNS))

    def _told(self, message: Message, since: int) -> str:
        """What became of a message; empty for what is told elsewhere (a reply, in its own line)."""
        words = message.card.title or message.card.text().strip().partition("\n")[0]
        author = self._name(message.author)
        if message.deleted:
            return f"{author} {GONE}"
        if message.posted > since:
            return f"{author}: {words}"
        if message.changed > since:
            return f"{author} {EDITED} {words}"
        counts = Counter(emoji_picture(reaction.emoji) for reaction in message.reactions)
        shown = " ".join(f"{emoji}{count}" for emoji, count in counts.items())
        return f"{words} {shown}" if shown else ""

    def _name(self, key: str) -> str:
        return self._room.names(self._workspace).get(key, key)

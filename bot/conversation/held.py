"""Files that somebody sent and may yet decide about: in memory only, for a while, for nobody but the sender."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.commands import ByPerson

HELD_FOR = timedelta(minutes=15)
MOST_BYTES = 64 * 2**20
"""Of all files together; the oldest go first."""
KEY_LETTERS = 22
"""Of a key: 132 bits that nobody guesses, short enough for every platform's buttons."""


@dataclass(frozen=True)
class HeldFile:
    """A file's bytes and the name that its sender gave it, made safe to show."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class _Held:
    file: HeldFile
    owner: tuple[int, int]
    until: datetime


class HeldFiles:
    """Keeps what was sent until its sender pressed a button, its time is over, or room is needed."""

    def __init__(self, now: Callable[[], datetime], new_token: Callable[[], str]) -> None:
        self._now = now
        self._new_token = new_token
        self._held: dict[str, _Held] = {}

    def hold(self, me: ByPerson, file: HeldFile) -> str:
        """Hold a file of mine; the key by which a button finds it again."""
        self._drop_old()
        key = self._new_token()[:KEY_LETTERS]
        self._held[key] = _Held(file, _owner(me), self._now() + HELD_FOR)
        while sum(len(each.file.data) for each in self._held.values()) > MOST_BYTES:
            del self._held[next(iter(self._held))]
        return key

    def find(self, me: ByPerson, key: str) -> HeldFile | None:
        """My file; None where it is held no longer, and for a key of somebody else's."""
        self._drop_old()
        held = self._held.get(key)
        return held.file if held is not None and held.owner == _owner(me) else None

    def drop_all(self, me: ByPerson) -> None:
        """Hold nothing of mine any longer."""
        self._held = {key: each for key, each in self._held.items() if each.owner != _owner(me)}

    def _drop_old(self) -> None:
        now = self._now()
        self._held = {key: each for key, each in self._held.items() if each.until > now}


def _owner(me: ByPerson) -> tuple[int, int]:
    return me.school_id, me.person_id

"""Files that somebody sends to Sukima in the room: their bytes in memory, or on this computer's disk until they are
asked for. The room keeps neither."""

import asyncio
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Problem

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Uploaded:
    """A file that came from a window."""

    name: str
    data: bytes = field(repr=False)

    async def read(self, most: int) -> bytes:
        return within(self.data, most)


@dataclass(frozen=True)
class OnDisk:
    """A file that somebody named at the terminal."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    async def read(self, most: int) -> bytes:
        try:
            return within(await asyncio.to_thread(_beginning, self.path, most + 1), most)
        except (OSError, ValueError):
            raise Problem("file_unreadable") from None


def on_disk(path: str) -> OnDisk:
    """The file at a path that somebody typed. Raises `Problem` room.no_such_file."""
    try:
        file = Path(path).expanduser()
        if file.is_file():
            return OnDisk(file)
    except (OSError, RuntimeError, ValueError):  # no such home, nothing that a path can be
        pass
    raise Problem("room.no_such_file", path=path)


def within(data: bytes, most: int) -> bytes:
    """The bytes. Raises `Problem` file_too_large where they are more than `most`."""
    if len(data) > most:
        raise Problem("file_too_large", limit=most // MEBIBYTE)
    return data


def _beginning(path: Path, most: int) -> bytes:
    """The first bytes of a plain file; a pipe or a device, which may never end, is none. Raises `OSError`."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError
    with path.open("rb") as file:
        return file.read(most)

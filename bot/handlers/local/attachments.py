"""The room's files on disk: names that cannot leave the folder, contents written whole or not at all."""

import os
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

LONGEST_NAME = 80
"""Bytes of a file's name, well under what every file system takes."""
_KEPT = {"L", "M", "N"}
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PIXELS_BYTES = 4


@dataclass(frozen=True)
class Size:
    """Of a picture, in pixels."""

    width: int
    height: int

    def within(self, largest: "Size") -> "Size":
        """The same shape, made smaller until it fits."""
        scale = min(1.0, largest.width / self.width, largest.height / self.height)
        return Size(max(1, round(self.width * scale)), max(1, round(self.height * scale)))


@lru_cache(maxsize=1024)
def picture_size(path: Path) -> Size | None:
    """The size of a PNG; None for what is none. A file in the cabinet is named by its content: it never changes."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_PNG) + 2 * _PIXELS_BYTES)
    except OSError:
        return None
    width, height = head[len(_PNG) : -_PIXELS_BYTES], head[-_PIXELS_BYTES:]
    if not head.startswith(_PNG) or len(width) < _PIXELS_BYTES:
        return None
    size = Size(int.from_bytes(width), int.from_bytes(height))
    return size if size.width and size.height else None


def safe_name(name: str) -> str:
    """A file name without folders, control or special characters; `file` when nothing is left."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    kept = "".join(
        character if unicodedata.category(character)[0] in _KEPT or character in "-_." else " " for character in last
    )
    kept = re.sub(r"\s+", "-", kept.strip("-. ")).replace("-.", ".")
    stem, dot, suffix = kept.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, dot, suffix = kept, "", ""
    room = LONGEST_NAME - len((dot + suffix).encode())
    stem = stem.encode(errors="ignore")[:room].decode(errors="ignore")
    return (stem or "file") + dot + suffix


class Cabinet:
    """A folder of files, each named by its content and its own name: the same file twice is kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, data: bytes) -> str:
        """Write a file and return its name inside the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = f"{sha256(data).hexdigest()[:8]}-{safe_name(name)}"
        target = self._folder / kept
        if not target.exists():
            draft = target.with_name(f".{kept}.part")
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        return kept

    def path(self, kept: str) -> Path:
        return self._folder / kept

    def remove(self, kept: str) -> None:
        self.path(kept).unlink(missing_ok=True)

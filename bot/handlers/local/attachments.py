"""The room's files on disk: names that cannot leave the folder, contents written whole or not at all."""

import os
import re
import unicodedata
from hashlib import sha256
from pathlib import Path, PurePosixPath

LONGEST_NAME = 80
"""Bytes of a file's name, well under what every file system takes."""
_KEPT = {"L", "M", "N"}


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

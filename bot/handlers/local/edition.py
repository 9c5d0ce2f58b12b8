"""Which version of the room's page this is: a window that was opened from another one is told to load again."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

PARTS = ("static", "templates")


def edition(*packages: str) -> str:
    """A mark of all that these packages bring to a page; it changes when any of it does."""
    digest = sha256()
    for package in packages:
        for file in _brought(package):
            digest.update(f"{package}/{file.name}\0".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _brought(package: str) -> Iterator[Traversable]:
    for part in PARTS:
        folder = files(package).joinpath(part)
        if folder.is_dir():
            yield from sorted((each for each in folder.iterdir() if each.is_file()), key=lambda each: each.name)

"""Reading the ZIP that somebody exported at another deployment: bounded, never unpacked, nothing believed yet."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.errors import Problem

MEBIBYTE = 2**20
MAX_ZIP = 64
"""In MiB: a record of many years with all its pictures."""
MAX_ENTRIES = 5_000
MAX_DOCUMENTS = 1_000
MAX_DOCUMENT = 2
MAX_READ = 64
"""In MiB: what is looked at in all, unpacked."""
LONGEST_REFLECTION = 4_000

STATEMENTS, CREDENTIALS, GIVEN = "statements/", "credentials/", "endorsements-given/"
ELSEWHERE = "elsewhere/"
"""Where badges of other issuers lie: each as it came, and what its issuer's address answered."""
AS_PUBLISHED = "-as-published.json"
"""How the name of such an answer ends. It is kept for its reader: what an address answers is asked there."""
RECORD = "record.json"


@dataclass(frozen=True)
class Entry:
    """One file of the ZIP. `name` is as it was written there: somebody's word."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Bundle:
    """What was in it, as it was in it."""

    statements: tuple[Entry, ...]
    credentials: tuple[Entry, ...]
    given: tuple[Entry, ...]
    reflections: dict[str, str] = field(repr=False)
    """The person's own words, by unit. Nobody signed them."""
    elsewhere: tuple[Entry, ...] = ()
    """Badges of other issuers. One that could not be read out of the ZIP is empty; one that is too large is cut."""


def read_bundle(data: bytes) -> Bundle:
    """Read an export. Raises `Problem`: `bring_too_big` (`limit` in MiB), or `bring_not_export` for all else."""
    if len(data) > MAX_ZIP * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_ZIP)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ValueError, OSError, EOFError):
        raise Problem("bring_not_export") from None
    except (RuntimeError, NotImplementedError, LookupError, RecursionError):
        raise Problem("bring_not_export") from None  # encrypted, or packed in a way that is not ours


def _read(archive: zipfile.ZipFile) -> Bundle:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names) or not all(map(_is_plain, names)):
        raise Problem("bring_not_export")
    wanted = [entry for entry in entries if _is_wanted(entry.filename)]
    if len(wanted) > MAX_DOCUMENTS or sum(entry.file_size for entry in wanted) > MAX_READ * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_READ)
    read = {entry.filename: _bytes(archive, entry) for entry in wanted if not entry.filename.startswith(ELSEWHERE)}
    statements = tuple(_under(read, STATEMENTS))
    if not statements:
        raise Problem("bring_not_export")
    return Bundle(
        statements,
        tuple(_under(read, CREDENTIALS)),
        tuple(_under(read, GIVEN)),
        _reflections(read.get(RECORD, b"{}")),
        tuple(Entry(each.filename, _if_sound(archive, each)) for each in wanted if each.filename.startswith(ELSEWHERE)),
    )


def _is_plain(name: str) -> bool:
    """A name such as we give: nothing is unpacked, but a file with other names is none of ours."""
    return not name.startswith("/") and not {"\\", ":", "\0"} & set(name) and ".." not in name.split("/")


def _is_wanted(name: str) -> bool:
    if name.endswith(("/", AS_PUBLISHED)):
        return False
    return name == RECORD or name.startswith((STATEMENTS, CREDENTIALS, GIVEN, ELSEWHERE))


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What the entry says it holds is not believed: reading ends at the limit."""
    with archive.open(entry) as opened:
        data = opened.read(MAX_DOCUMENT * MEBIBYTE + 1)
    if len(data) > MAX_DOCUMENT * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_DOCUMENT)
    return data


def _if_sound(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One badge of another issuer that cannot be read is no reason to refuse all the rest."""
    try:
        with archive.open(entry) as opened:
            return opened.read(MAX_DOCUMENT * MEBIBYTE + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
        return b""


def _under(read: dict[str, bytes], folder: str) -> Iterator[Entry]:
    return (Entry(name, data) for name, data in sorted(read.items()) if name.startswith(folder))


def _reflections(data: bytes) -> dict[str, str]:
    record = json.loads(data)
    found = record.get("completions", []) if isinstance(record, dict) else []
    return {
        item["unit"]: item["reflection"][:LONGEST_REFLECTION]
        for item in (found if isinstance(found, list) else [])
        if isinstance(item, dict) and isinstance(item.get("unit"), str) and isinstance(item.get("reflection"), str)
    }

"""Reading the ZIP that somebody exported at another deployment: bounded, never unpacked, nothing believed yet."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.shown import one_line
from bot.errors import Problem
from bot.intake.archives import UNSOUND, open_archive, read_part

MEBIBYTE = 2**20
MAX_UPLOAD = 64
"""In MiB, through a page, where it is held in memory: a record of many years with all its pictures."""
MAX_ZIP = 1024
"""In MiB: what an export can be. Of other issuers it holds up to 200 badges of 2 MiB, and their answers of 1 MiB."""
MAX_ENTRIES = 20_000
MAX_DOCUMENTS = 5_000
"""Of one's own: badges, and endorsements given, of which there may be 20 a day. A badge has up to three files."""
MAX_STATEMENTS = 1_000
"""One by each issuer, and again each time that something new was brought."""
MAX_DOCUMENT = 2
MAX_READ = 64
"""In MiB: what is looked at in all, unpacked. Badges of other issuers are no part of it: each is read in its turn."""
LONGEST_REFLECTION = 4_000

STATEMENTS, CREDENTIALS, GIVEN = "statements/", "credentials/", "endorsements-given/"
ELSEWHERE = "elsewhere/"
"""Where badges of other issuers lie: each as it came, and what its issuer's address answered."""
AS_PUBLISHED = "-as-published.json"
"""How the name of such an answer ends. It is kept for its reader: what an address answers is asked there."""
RECORD = "record.json"

Reflections = dict[tuple[str, str], str]
"""By (who states the completion, its unit). Who is empty for those of the school that the export is from."""


@dataclass(frozen=True)
class Entry:
    """One file of the ZIP. `name` is as it was written there: somebody's word."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Packed:
    """A badge of another issuer: it stays in the archive until its turn comes, so that one at a time is in memory."""

    name: str
    archive: zipfile.ZipFile = field(repr=False)

    def read(self) -> Entry:
        """As it came. Empty where it cannot be read out of the ZIP, cut where it is too large: no reason to refuse all
        the rest."""
        try:
            return Entry(self.name, read_part(self.archive, self.archive.getinfo(self.name), MAX_DOCUMENT * MEBIBYTE))
        except UNSOUND:
            return Entry(self.name, b"")


@dataclass(frozen=True)
class Bundle:
    """What was in it, as it was in it."""

    statements: tuple[Entry, ...]
    credentials: tuple[Entry, ...]
    given: tuple[Entry, ...]
    reflections: Reflections = field(repr=False)
    """The person's own words. Nobody signed them."""
    elsewhere: tuple[Packed, ...] = ()
    """Badges of other issuers."""


def read_bundle(data: bytes) -> Bundle:
    """Read an export. Raises `Problem`: `bring_too_big` (`limit` in MiB), `bring_too_many` (`limit` documents), or
    `bring_not_export` for all else."""
    if len(data) > MAX_ZIP * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_ZIP)
    try:
        return _read(open_archive(data))  # it is memory only, and `Packed` reads on in it
    except UNSOUND:
        raise Problem("bring_not_export") from None


def _read(archive: zipfile.ZipFile) -> Bundle:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names) or not all(map(_is_plain, names)):
        raise Problem("bring_not_export")
    wanted = [entry for entry in entries if _is_wanted(entry.filename)]
    elsewhere = tuple(Packed(name, archive) for name in names if _is_elsewhere(name))
    if len(wanted) > MAX_DOCUMENTS:
        raise Problem("bring_too_many", limit=MAX_DOCUMENTS)
    if sum(entry.file_size for entry in wanted) > MAX_READ * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_READ)
    read = {entry.filename: _bytes(archive, entry) for entry in wanted}
    statements = tuple(_under(read, STATEMENTS))
    if not 0 < len(statements) <= MAX_STATEMENTS:
        raise Problem("bring_not_export")
    return Bundle(
        statements,
        tuple(_under(read, CREDENTIALS)),
        tuple(_under(read, GIVEN)),
        _reflections(read.get(RECORD, b"{}")),
        elsewhere,
    )


def _is_plain(name: str) -> bool:
    """A name such as we give: nothing is unpacked, but a file with other names is none of ours."""
    return not name.startswith("/") and not {"\\", ":", "\0"} & set(name) and ".." not in name.split("/")


def _is_wanted(name: str) -> bool:
    if name.endswith("/"):
        return False
    return name == RECORD or name.startswith((STATEMENTS, CREDENTIALS, GIVEN))


def _is_elsewhere(name: str) -> bool:
    return name.startswith(ELSEWHERE) and not name.endswith(("/", AS_PUBLISHED))


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    data = read_part(archive, entry, MAX_DOCUMENT * MEBIBYTE)
    if len(data) > MAX_DOCUMENT * MEBIBYTE:
        raise Problem("bring_too_big", limit=MAX_DOCUMENT)
    return data


def _under(read: dict[str, bytes], folder: str) -> Iterator[Entry]:
    return (Entry(name, data) for name, data in sorted(read.items()) if name.startswith(folder))


def _reflections(data: bytes) -> Reflections:
    record = json.loads(data)
    found = [
        ((issuer, item["unit"]), one_line(said[:LONGEST_REFLECTION]))
        for part in ("brought", "completions")
        for item in _list(record, part)
        if isinstance(item, dict) and isinstance(item.get("unit"), str)
        if isinstance(issuer := item.get("issuer", ""), str) and isinstance(said := item.get("reflection") or "", str)
    ]
    return dict(found)


def _list(record: object, name: str) -> list[object]:
    found = record.get(name) if isinstance(record, dict) else None
    return found if isinstance(found, list) else []

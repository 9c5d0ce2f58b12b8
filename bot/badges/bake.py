"""A credential inside a PNG (Open Badges 3.0, baking): one uncompressed `iTXt` chunk, keyword
`openbadgecredential`.

Chunks are inserted and removed; the picture is never decoded and encoded again. What is read may come from
anybody.
"""

import struct
import zlib
from dataclasses import dataclass
from itertools import chain

from bot.badges.jsontext import MAX_MEBIBYTES, MEBIBYTE
from bot.errors import Problem

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLD_KEYWORD = b"openbadges"
"""The keyword of Open Badges 1 and 2."""
MAX_PICTURE_MEBIBYTES = 8
MAX_CHUNKS = 10_000

_UNCOMPRESSED = b"\0\0\0\0\0"
"""After the keyword: its end, compression flag and method, empty language tag, empty translated keyword."""


@dataclass(frozen=True)
class _Chunk:
    kind: bytes
    data: bytes

    @property
    def raw(self) -> bytes:
        checksum = zlib.crc32(self.data, zlib.crc32(self.kind))
        return struct.pack(">I", len(self.data)) + self.kind + self.data + struct.pack(">I", checksum)

    @property
    def keyword(self) -> bytes | None:
        """The keyword of a text chunk of whatever sort."""
        return self.data.split(b"\0", 1)[0] if self.kind in (b"iTXt", b"tEXt", b"zTXt") else None


def bake(png: bytes, text: bytes) -> bytes:
    """The picture with `text` (the credential file's bytes) in it; a credential baked before is replaced.

    Raises `Problem`: picture_not_png, picture_broken, picture_too_big, json_too_big.
    """
    if len(text) > MAX_MEBIBYTES * MEBIBYTE:
        raise Problem("json_too_big", limit=MAX_MEBIBYTES)
    *before, end = (chunk for chunk in _chunks(png) if chunk.keyword != KEYWORD)
    baked = _Chunk(b"iTXt", KEYWORD + _UNCOMPRESSED + text)
    return SIGNATURE + b"".join(chunk.raw for chunk in chain(before, (baked, end)))


def unbake(png: bytes) -> bytes:
    """The text that was baked in.

    Raises `Problem`: picture_without_badge, picture_several_badges, picture_compressed_badge,
    picture_old_badge (Open Badges 1 or 2), picture_not_png, picture_broken, picture_too_big.
    """
    chunks = _chunks(png)
    baked = [chunk for chunk in chunks if chunk.keyword == KEYWORD]
    if len(baked) > 1:
        raise Problem("picture_several_badges")
    if not baked:
        old = any(chunk.keyword == OLD_KEYWORD for chunk in chunks)
        raise Problem("picture_old_badge" if old else "picture_without_badge")
    return _text_of(baked[0])


def unbake_old(png: bytes) -> bytes:
    """What was baked in as Open Badges 1 or 2: an address, JSON or a token. Some bakers wrote a `tEXt` chunk.

    Raises `Problem` as `unbake` does, but picture_old_badge.
    """
    baked = [chunk for chunk in _chunks(png) if chunk.keyword == OLD_KEYWORD]
    if len(baked) != 1:
        raise Problem("picture_several_badges" if baked else "picture_without_badge")
    (chunk,) = baked
    return chunk.data[len(OLD_KEYWORD) + 1 :] if chunk.kind == b"tEXt" else _text_of(chunk)


def stripped(png: bytes) -> bytes:
    """The picture without its credential. Raises `Problem` as `bake` does."""
    return SIGNATURE + b"".join(chunk.raw for chunk in _chunks(png) if chunk.keyword != KEYWORD)


def is_png(data: bytes) -> bool:
    """Whether the data claims to be a PNG."""
    return data.startswith(SIGNATURE)


def _text_of(chunk: _Chunk) -> bytes:
    if chunk.kind != b"iTXt":
        raise Problem("picture_broken")
    rest = chunk.data.partition(b"\0")[2]
    if len(rest) < 2:
        raise Problem("picture_broken")
    if rest[0] != 0:
        raise Problem("picture_compressed_badge")
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3:
        raise Problem("picture_broken")
    return parts[2]


def _chunks(png: bytes) -> tuple[_Chunk, ...]:
    """All chunks, `IHDR` to `IEND`. What follows `IEND` is no part of the picture and is left out."""
    if not is_png(png):
        raise Problem("picture_not_png")
    if len(png) > MAX_PICTURE_MEBIBYTES * MEBIBYTE:
        raise Problem("picture_too_big", limit=MAX_PICTURE_MEBIBYTES)
    found: list[_Chunk] = []
    at = len(SIGNATURE)
    while not found or found[-1].kind != b"IEND":
        chunk = _chunk_at(png, at)
        found.append(chunk)
        at += 12 + len(chunk.data)
        if found[0].kind != b"IHDR" or len(found) > MAX_CHUNKS:
            raise Problem("picture_broken")
    return tuple(found)


def _chunk_at(png: bytes, at: int) -> _Chunk:
    if at + 12 > len(png):
        raise Problem("picture_broken")
    (length,) = struct.unpack_from(">I", png, at)
    if at + 12 + length > len(png):
        raise Problem("picture_broken")
    chunk = _Chunk(png[at + 4 : at + 8], png[at + 8 : at + 8 + length])
    if chunk.raw != png[at : at + 12 + length]:
        raise Problem("picture_broken")
    return chunk

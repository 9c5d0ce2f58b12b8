"""A ZIP archive from anywhere, in memory: neither its directory nor a part of it is believed about its size."""

import io
import struct
import zipfile
import zlib
from copy import copy

MOST_AT_ONCE = 5 * 2**19
"""Bytes of one reading: 2.5 MiB. A directory is read in one, as large as the archive says, and so is some part of what
it holds."""
_OURS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Unpacking the others is not bounded by who reads: some bytes of them are a gibibyte at once."""
UNSOUND = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, ValueError, OSError, EOFError,
    RuntimeError, NotImplementedError, LookupError, RecursionError,
)  # fmt: skip
"""What reading raises where an archive is damaged, encrypted, or packed in a way that is not ours."""


class _Memory(io.BytesIO):
    """Memory of which nobody reads more at once than a directory may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_AT_ONCE:
            raise zipfile.BadZipFile("a directory that is larger than any of ours")
        return super().read(size)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Its directory is read, and nothing of what it holds. Raises one of `UNSOUND`."""
    return zipfile.ZipFile(_Memory(data))


def read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """What it holds, or its first `most` bytes and one more. Raises one of `UNSOUND`: also where it holds more than it
    claims, so that whoever reads it afterwards by what it claims unpacks no more than that."""
    if part.compress_type not in _OURS:
        raise zipfile.BadZipFile("packed in a way that is not ours")
    wary = copy(part)
    wary.file_size += 1
    wanted = min(part.file_size, most) + 1
    pieces: list[bytes] = []
    with archive.open(wary) as opened:
        while wanted > 0 and (piece := opened.read(min(wanted, MOST_AT_ONCE))):
            pieces.append(piece)
            wanted -= len(piece)
    data = b"".join(pieces)
    if len(data) > part.file_size:
        raise zipfile.BadZipFile("more than it claims")
    return data

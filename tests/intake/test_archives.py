"""Archives that lie about their sizes, or are packed so that unpacking is not bounded."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from bot.errors import Problem
from bot.intake.archives import MOST_AT_ONCE, UNSOUND, open_archive, read_part
from bot.intake.bundle import MAX_ENTRIES, read_bundle
from bot.intake.staff_cells import StaffReport
from bot.intake.staff_xlsx import read_xlsx

LARGE = 32 * 2**20
SMALL = 2**22
"""Bytes that looking at a small archive may need."""
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def lying(name: str, content: bytes, claimed: int) -> bytes:
    """An archive of one deflated part that claims to be its first `claimed` bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    fields = struct.pack("<LLLHH", zlib.crc32(content[:claimed]), len(packed), claimed, len(name), 0)
    local = _LOCAL + struct.pack("<HHHHH", 20, 0, zipfile.ZIP_DEFLATED, 0, 0x21) + fields + name.encode()
    central = _CENTRAL + struct.pack("<HHHHHH", 20, 20, 0, zipfile.ZIP_DEFLATED, 0, 0x21) + fields
    central += struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name.encode()
    end = struct.pack("<HHHHLLH", 0, 0, 1, 1, len(central), len(local + packed), 0)
    return local + packed + central + _END + end


def directory_of(number: int) -> bytes:
    """An archive that is a directory alone."""
    entry = _CENTRAL + struct.pack("<HHHHHH", 20, 20, 0, 0, 0, 0x21) + bytes(12)
    entry += struct.pack("<HHHHHLL", 1, 0, 0, 0, 0, 0, 0) + b"a"
    return entry * number + _END + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, len(entry) * number, 0, 0)


def packed_by(method: int, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, b" " * LARGE)
    return out.getvalue()


def _refused_within(data: bytes, most: int) -> None:
    """By both readers, without unpacking."""
    report = StaffReport("staff.xlsx")
    tracemalloc.start()
    try:
        with pytest.raises(Problem, match="bring_not_export"):
            read_bundle(data)
        assert read_xlsx(data, report) is None
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["statements/1.jws", "xl/workbook.xml"])
def test_a_part_that_holds_more_than_it_claims_is_not_unpacked(name: str) -> None:
    _refused_within(lying(name, b" " * LARGE, 100), SMALL)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_otherwise_is_not_unpacked(method: int) -> None:
    data = packed_by(method, "statements/1.jws")
    with open_archive(data) as archive, pytest.raises(zipfile.BadZipFile):
        read_part(archive, archive.infolist()[0], 100)


def test_what_is_read_ends_at_the_limit_and_one() -> None:
    with open_archive(packed_by(zipfile.ZIP_DEFLATED, "a")) as archive:
        (part,) = archive.infolist()
        assert len(read_part(archive, part, 100)) == 101
        assert len(read_part(archive, part, LARGE)) == LARGE


def test_a_directory_without_end_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    data = directory_of(MOST_AT_ONCE // 40)
    looked = []
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *of: looked.append(of))
    with pytest.raises(UNSOUND):
        open_archive(data)
    assert not looked


def test_a_directory_of_as_many_as_an_export_has_is_read() -> None:
    with open_archive(directory_of(MAX_ENTRIES)) as archive:
        assert len(archive.infolist()) == MAX_ENTRIES

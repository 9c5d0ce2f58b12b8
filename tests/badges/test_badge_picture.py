"""A picture that a page shows as it came: PNG and SVG alone, and none that is too much for a browser."""

import base64
import struct
import zlib

import pytest
from badges.badge_samples import tiny_png

from bot.badges.bake import SIGNATURE, bake
from bot.badges.picture import MAX_SEEN_MEBIBYTES, MAX_SIDE, spelt_out

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def _png(width: int, height: int, more: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(more)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "kind", "picture"),
    [
        (tiny_png(), "png", tiny_png()),
        (bake(tiny_png(), b"x" * 2_000_000), "png", tiny_png()),
        (SVG, "svg+xml", SVG),
        (_png(MAX_SIDE, MAX_SIDE), "png", _png(MAX_SIDE, MAX_SIDE)),
    ],
    ids=["png", "baked", "svg", "large"],
)
def test_a_picture_is_shown_without_what_was_baked_in(data: bytes, kind: str, picture: bytes) -> None:
    beginning, _, spelt = spelt_out(data).partition(",")
    assert (beginning, base64.b64decode(spelt)) == (f"data:image/{kind};base64", picture)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"<html>",
        b"GIF89a",
        SIGNATURE,
        tiny_png()[:-4],
        _png(MAX_SIDE + 1, 1),
        _png(1, MAX_SIDE + 1),
        _png(1, 1, MAX_SEEN_MEBIBYTES * 2**20),
        SVG + b" " * (MAX_SEEN_MEBIBYTES * 2**20),
    ],
    ids=["empty", "json", "html", "gif", "cut", "broken", "wide", "high", "long", "long svg"],
)
def test_nothing_else_is(data: bytes) -> None:
    assert spelt_out(data) == ""

"""A badge's picture as it came, for a page that shows it: a bounded `data:` address. What it is may come from anybody.

A browser runs nothing in a picture, and loads nothing for it.
"""

import base64
import struct

from bot.badges.bake import is_png, stripped
from bot.badges.jsontext import MEBIBYTE
from bot.badges.svg import is_svg
from bot.errors import Problem

MAX_SEEN_MEBIBYTES = 2
"""Without the credential in it. A page holds a third more."""
MAX_SIDE = 4096
"""Pixels: a small file can spread out to more than a browser can hold."""


def spelt_out(data: bytes) -> str:
    """A `data:` address of the PNG or SVG; empty for anything else, and for what is too large to be shown."""
    if is_png(data):
        return _png(data)
    return _address("svg+xml", data) if is_svg(data) else ""


def _png(data: bytes) -> str:
    try:
        bare = stripped(data)
    except Problem:
        return ""
    header = bare[16:24]
    fits = len(header) == 8 and max(struct.unpack(">II", header)) <= MAX_SIDE
    return _address("png", bare) if fits else ""


def _address(kind: str, data: bytes) -> str:
    if len(data) > MAX_SEEN_MEBIBYTES * MEBIBYTE:
        return ""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"

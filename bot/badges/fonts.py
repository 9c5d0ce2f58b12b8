"""The one typeface of every picture: which glyphs it has, how wide they are, and text made safe to draw.

IPAexGothic comes with the package `matplotlib_fontja`; its file is located without importing that package,
which would pull in matplotlib.
"""

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from bot.errors import Problem

GETA = "〓"
"""The printer's mark for a character that the typeface lacks."""
ELLIPSIS = "…"
LONGEST_TEXT = 240
"""Characters beyond this are cut before any measuring; no picture has room for as many."""

_PACKAGE = "matplotlib_fontja"
_FILE = Path("fonts", "ipaexg.ttf")
_NEVER_ASSIGNED = "\U0010ffff"
_MEASURE = 1000
_ZERO_WIDTH_JOINER = "\u200d"
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me", "Mc"})
_DRAWN_AS_NOTHING = frozenset({"Cc", "Cf"})
_NEVER_IN_A_FONT = frozenset({"Cs", "Co", "Cn"})
# "Hangul fillers" and the braille blank are letters and symbols by category, and yet draw nothing.
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")


@lru_cache(maxsize=1)
def font_file() -> Path:
    """Where the typeface lies. Raises `Problem("font.missing")` when the package is not installed whole."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / _FILE).is_file():
            return path
    raise Problem("font.missing", package=_PACKAGE)


@lru_cache(maxsize=128)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels.

    The basic layout engine is asked for by name: the other one is not built in everywhere and would reorder
    right-to-left text.
    """
    return ImageFont.truetype(str(font_file()), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def has_glyph(char: str) -> bool:
    """Whether the typeface draws this character as itself, not as the box for missing glyphs."""
    if unicodedata.category(char) in _NEVER_IN_A_FONT:
        return False
    return char.isspace() or _shape(char) != _missing_box()


@lru_cache(maxsize=8192)
def advance(char: str) -> float:
    """Width of one character in units of the font size (1.0 is a full-width character)."""
    return font(_MEASURE).getlength(char) / _MEASURE


def width(text: str, size: float) -> float:
    """Width of a line of text in pixels at `size`."""
    return size * sum(map(advance, text))


def drawable(text: str, longest: int = LONGEST_TEXT) -> str:
    """`text` as one line that can be drawn safely: every character either has a glyph or is a visible 〓.

    Control, bidirectional and other invisible characters go; all kinds of space become one plain space;
    letters with combining marks are composed; an emoji sequence becomes a single 〓. A text longer than
    `longest` characters ends with an ellipsis.
    """
    # Four times is room enough for combining marks and joiners, and bounds the work on hostile input.
    pieces = [_drawn(cluster) for cluster in _clusters(text[: longest * 4])]
    line = " ".join("".join(pieces).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + ELLIPSIS


def undrawable(text: str) -> tuple[str, ...]:
    """What of a text becomes a 〓 on a picture, each once."""
    lost = (cluster for cluster in _clusters(text[:LONGEST_TEXT]) if _drawn(cluster) == GETA and cluster != GETA)
    return tuple(dict.fromkeys(lost))


def _shape(char: str) -> tuple[tuple[int, int], bytes]:
    mask = font(48).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def _missing_box() -> tuple[tuple[int, int], bytes]:
    return _shape(_NEVER_ASSIGNED)


def _clusters(text: str) -> list[str]:
    """Characters together with the marks, selectors and joined emoji that belong to them."""
    clusters: list[str] = []
    for char in text:
        joins = clusters and (_belongs_to_former(char) or clusters[-1].endswith(_ZERO_WIDTH_JOINER))
        if joins:
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _belongs_to_former(char: str) -> bool:
    skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    tag = "\U000e0020" <= char <= "\U000e007f"
    return char == _ZERO_WIDTH_JOINER or skin_tone or tag or unicodedata.category(char) in _MARKS


def _drawn(cluster: str) -> str:
    """What is put on the picture for one cluster."""
    head = cluster[0]
    if head.isspace() or unicodedata.category(head) in _BLANK_CATEGORIES:
        return " "
    if head in _INVISIBLE_LETTERS or unicodedata.category(head) in _DRAWN_AS_NOTHING:
        return ""
    if unicodedata.category(head) in _MARKS:
        return ""
    # Only marks are composed: composing everything would turn 神 (U+FA19) and other old forms of people's
    # and places' names into the modern ones.
    composed = unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
    if has_glyph(composed[0]):
        return composed[0]
    folded = unicodedata.normalize("NFKC", head)
    stands_alone = all(has_glyph(char) and unicodedata.category(char) not in _MARKS for char in folded)
    return folded if folded.strip() and stands_alone else GETA

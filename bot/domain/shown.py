"""What people type, as one line that can be shown and signed: nothing in it is hidden or turns other text around."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible, yet part of how some names and emoji are written."""
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_HIDDEN = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by category that are drawn as nothing: the Hangul fillers, the empty Braille pattern."""


def one_line(typed: str) -> str:
    """The text on one line, without controls and signs of direction; empty where nothing of it would be seen."""
    kept = (
        " " if unicodedata.category(char) in _BREAKS else char
        for char in typed
        if char in JOINERS or unicodedata.category(char) not in _HIDDEN
    )
    line = " ".join("".join(kept).split())
    return line if any(_is_seen(char) for char in line) else ""


def _is_seen(char: str) -> bool:
    """Whether it is drawn by itself: spaces, joiners and marks on other letters are not."""
    return char not in _BLANKS and unicodedata.category(char)[0] in "LNPS"

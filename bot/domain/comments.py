"""The words that an endorser may add to an endorsement: short, one line, and without the holder's name."""

import unicodedata

from bot.domain.naming import is_named
from bot.domain.outcomes import Refused

LONGEST_COMMENT = 280
"""In characters."""


def comment_of(line: str, holder: str | None) -> str | Refused | None:
    """What is kept of a typed line; None where it says nothing, which takes a former comment back.

    `holder` is the name of who holds the endorsed badge (None for content): a badge never names its holder
    (design.md 4.18), so a comment that does is sent back to be worded anew.
    """
    if not any(_is_seen(char) for char in line):
        return None
    if len(line) > LONGEST_COMMENT:
        return Refused("comment_long", {"most": LONGEST_COMMENT})
    if holder is not None and is_named(holder, line):
        return Refused("comment_names")
    return line


def _is_seen(char: str) -> bool:
    """Not a blank, nor one of the marks that nobody sees."""
    return unicodedata.category(char)[0] not in "CZM"

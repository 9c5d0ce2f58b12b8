"""Text on its way into a signed document: one line, no invisible tricks, both languages side by side.

RDF canonicalizers disagree about control characters, so none may be signed (PyLD leaves U+0001–U+001F and
U+007F unescaped where RDFC-1.0 escapes them); U+FFFE is where pyoxigraph differs. Directional overrides could
make a name read as another one.
"""

import unicodedata
from typing import Any

from bot.domain.language import Bilingual, Lang

BETWEEN_LANGUAGES = " / "
MAX_SHOWN = 200
MAX_EXACT = 1_000
"""Characters of an id."""
MAX_TOLD = 2_000
MAX_TAGS = 30
_DIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_UNDRAWN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _is_noncharacter(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def is_control(char: str) -> bool:
    """Whether a character is one of those that must not be signed: C0, DEL and C1 controls, lone surrogates,
    noncharacters."""
    return unicodedata.category(char) in {"Cc", "Cs"} or _is_noncharacter(char)


def has_control(text: str) -> bool:
    """Whether any character of a text must not be signed."""
    # All of them are unprintable to Python, and next to no text has anything that is: most are told at once.
    return not text.isprintable() and any(map(is_control, text))


def canonicalizes_differently(char: str) -> bool:
    """Whether PyLD writes a character otherwise than RDFC-1.0 wants: C0 but TAB, LF and CR, and DEL."""
    return (char < " " and char not in "\t\n\r") or char == "\x7f"


def clean(text: str) -> str:
    """The text on one line: controls and line breaks become a space, directional marks go."""
    kept = (
        " " if is_control(char) or unicodedata.category(char) in _UNDRAWN else char
        for char in text
        if char not in _DIRECTIONAL
    )
    return " ".join("".join(kept).split())


def shown(value: Any) -> str:
    """A text of a foreign document, safe and short enough to show; empty for anything else."""
    return clean(value[: 10 * MAX_SHOWN])[:MAX_SHOWN] if isinstance(value, str) else ""


def exact(value: Any) -> str:
    """A text of a foreign document that stands for one thing, such as an id, as it is; empty where it is not safe to
    show or too long: cut short it would stand for another thing."""
    return value if isinstance(value, str) and len(value) <= MAX_EXACT and clean(value) == value else ""


def told(value: Any) -> str:
    """A longer text of a foreign document, safe and short enough to keep; empty for anything else."""
    return clean(value[: 10 * MAX_TOLD])[:MAX_TOLD] if isinstance(value, str) else ""


def criteria_of(value: Any) -> str:
    """The criteria of a foreign document, safe to show: in words, or the address that says them."""
    if not isinstance(value, dict):
        return told(value)
    return told(value.get("narrative")) or shown(value.get("id"))


def tags_of(value: Any) -> tuple[str, ...]:
    """The tags of a foreign document, safe to show; one may stand without a list."""
    tags = (shown(tag) for tag in (value if isinstance(value, list) else [value])[:MAX_TAGS])
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def both(text: Bilingual, lang: Lang) -> str:
    """The text in `lang`, then the other language; once only where they are the same or one is empty.

    The OB 3.0 schema wants plain strings, so JSON-LD language maps are out; `related` would need a second
    achievement id. One string with both can be read in any wallet.
    """
    first, second = clean(text.in_(lang)), clean(text.in_("en" if lang == "ja" else "ja"))
    return BETWEEN_LANGUAGES.join(dict.fromkeys(part for part in (first, second) if part))

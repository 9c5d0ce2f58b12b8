"""Colours of the terminal, and their absence."""

from collections.abc import Mapping
from dataclasses import dataclass

_CODES = {
    "bold": "1",
    "faint": "2",
    "name": "1;36",
    "sukima": "1;35",
    "choice": "1;33",
    "danger": "1;31",
    "good": "32",
    "mark": "1;32",
}


@dataclass(frozen=True)
class Paint:
    """Wraps text in colour, or leaves it plain. The text must be harmless already."""

    on: bool

    def __call__(self, kind: str, text: str) -> str:
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.on and text else text


def wants_colour(environ: Mapping[str, str], *, tty: bool) -> bool:
    """Colours for a terminal that can show them, unless `NO_COLOR` is set."""
    return tty and not environ.get("NO_COLOR") and environ.get("TERM", "") not in {"", "dumb"}

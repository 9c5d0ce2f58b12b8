"""Text from people as it may be shown anywhere: nothing in it calls anybody, moves a cursor or turns the reading round.

How long a text is, is counted as UTF-16 does, which is never less than a chat counts. Each platform then escapes what
means something in its own way of writing (design.md 4.13).
"""

import re
from collections.abc import Iterable

ELLIPSIS = "…"
SILENT = "\u2060"
"""Of no width, and a part of the word: put into what would call people together, it calls nobody."""
HANGING = "\u200d" + SILENT
"""What no text that was cut should end with."""
_AROUND = r"\s<>|\"'、。（）「」『』“”‘’〈〉《》【】"
ADDRESS = re.compile(rf"https?://[^{_AROUND}]*[^{_AROUND}.,;:!?)\]*_~`]", re.IGNORECASE)
"""A web address in the middle of words."""

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CALLS = re.compile(r"<(?=[!@#])|@(?=(?:everyone|channel|here|group))", re.IGNORECASE)
_MOVES = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls, and what is invisible or turns the direction of reading; joiners are parts of emoji and of words."""
_HALVES = re.compile("[\ud800-\udfff]")


def units(text: str) -> int:
    """How long a text is at most, as a chat counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """Text to be shown as it is, calling nobody."""
    return _CALLS.sub(lambda match: match[0] + SILENT, as_typed(text))


def as_typed(text: str) -> str:
    """Text to be changed where it was typed: nothing there calls anybody, and nothing is put into it."""
    return _MOVES.sub("", _HALVES.sub("\ufffd", _LINE_ENDS.sub("\n", text)))


def as_name(text: str) -> str:
    """What somebody or something is called, in the middle of a sentence: no address in it becomes a link."""
    return text.replace("://", f":{SILENT}//")


def line(text: str) -> str:
    """As `plain`, without line ends."""
    return " ".join(plain(text).split())


def cut(text: str, most: int) -> str:
    """The beginning of a text with `…`, if it is longer than `most`."""
    return text if units(text) <= most else begun(text, most - 1).rstrip(HANGING) + ELLIPSIS


def pieces(text: str, most: int) -> Iterable[str]:
    """A text in pieces of at most `most`, parted where lines end, else anywhere."""
    piece = ""
    for each in text.split("\n"):
        rest = each
        if piece and units(piece) + 1 + units(rest) > most:
            yield piece
            piece = ""
        while units(rest) > most:
            head = begun(rest, most)
            yield head
            rest = rest[len(head) :]
        piece = f"{piece}\n{rest}" if piece else rest
    if piece.strip():
        yield piece


def begun(text: str, most: int) -> str:
    """As much of the beginning as is at most `most` long."""
    if text.isascii():
        return text[:most]
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * most]
    return data.decode("utf-16-le", "ignore")

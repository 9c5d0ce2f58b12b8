"""Text as Slack takes it: as data where nothing in it means anything, as mrkdwn where Sukima itself marks words.

Text from people is data (design.md 4.13). In mrkdwn `&`, `<` and `>` are escaped, so that no mention and no link can
be written; what would still format itself is found by `formats`, and is then shown as plain text instead. Characters
that move a cursor or turn the direction of reading are taken out.
Source: docs.slack.dev, "Formatting message text".
"""

import re
from collections.abc import Iterable

ELLIPSIS = "…"
SILENT = "\u2060"
"""Of no width, and a part of the word: put into what would call people together, it calls nobody."""

_HANGING = "\u200d" + SILENT
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CALLS = re.compile(r"<(?=[!@#])|@(?=(?:everyone|channel|here|group))", re.IGNORECASE)
_FORMATS = re.compile(r"([*_~`])[^\n]*\1|^[ \t]*>", re.MULTILINE)
_MOVES = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb]"
)
"""Controls, and what is invisible or turns the direction of reading; joiners are parts of emoji and of words."""
_HALVES = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[^\s<>|\"'、。（）「」]*[^\s<>|\"'、。（）「」.,;:!?)\]*_~`]", re.IGNORECASE)


def units(text: str) -> int:
    """How long a text is at most, as Slack counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """Text for a plain text object: shown as it is, calling nobody."""
    shown = _MOVES.sub("", _HALVES.sub("\ufffd", _LINE_ENDS.sub("\n", text)))
    return _CALLS.sub(lambda match: match[0] + SILENT, shown)


def line(text: str) -> str:
    """As `plain`, without line ends."""
    return " ".join(plain(text).split())


def escaped(text: str) -> str:
    """Text for mrkdwn, nothing in which mentions or links. It may still be bold or quoted: see `formats`."""
    return _escaped(plain(text))


def linked(text: str) -> str:
    """As `escaped`, with its web addresses as links."""
    shown, end, parts = plain(text), 0, []
    for match in _ADDRESS.finditer(shown):
        parts += [_escaped(shown[end : match.start()]), f"<{_escaped(match[0])}>"]
        end = match.end()
    return "".join((*parts, _escaped(shown[end:])))


def formats(text: str) -> bool:
    """Whether mrkdwn would show something in a text otherwise than it was written, its web addresses aside."""
    return bool(_FORMATS.search(_ADDRESS.sub(" ", plain(text))))


def cut(text: str, most: int) -> str:
    """The beginning of a text with `…`, if it is longer than `most`."""
    return text if units(text) <= most else _begun(text, most - 1).rstrip(_HANGING) + ELLIPSIS


def escaped_within(text: str, most: int) -> str:
    """A text escaped and cut so that it is at most `most` long; no escape is cut through."""
    shown = plain(text[: most + 1])
    whole = _escaped(shown)
    if len(text) <= most and units(whole) <= most:
        return whole
    kept, used = 0, units(ELLIPSIS)
    for character in shown:
        used += units(_escaped(character))
        if used > most:
            break
        kept += 1
    return _escaped(shown[:kept].rstrip(_HANGING)) + ELLIPSIS


def pieces(text: str, most: int) -> Iterable[str]:
    """A text in pieces of at most `most`, parted where lines end, else anywhere."""
    piece = ""
    for each in text.split("\n"):
        rest = each
        if piece and units(piece) + 1 + units(rest) > most:
            yield piece
            piece = ""
        while units(rest) > most:
            head = _begun(rest, most)
            yield head
            rest = rest[len(head) :]
        piece = f"{piece}\n{rest}" if piece else rest
    if piece.strip():
        yield piece


def _begun(text: str, most: int) -> str:
    """As much of the beginning as is at most `most` long."""
    if text.isascii():
        return text[:most]
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * most]
    return data.decode("utf-16-le", "ignore")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

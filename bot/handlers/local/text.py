"""Plain text for a terminal: harmless, measured in columns, wrapped at places where Japanese and English may break."""

import re
import unicodedata

TAB = "    "
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}
"""Invisible, but parts of emoji."""
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…‥,.!?:;)]}%％"
)
"""Never at the beginning of a line (kinsoku)."""
_NOT_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“([{")
"""Never at the end of a line."""
_PIECE = re.compile(r"\s+|\S")


def harmless(text: str) -> str:
    """Text from people with nothing in it that moves a cursor, changes colours or turns the direction of reading.

    Line ends become `\\n`, tabs spaces; other control, bidirectional and invisible characters are shown by name.
    """
    return "".join(_shown(character) for character in _LINE_ENDS.sub("\n", text).replace("\t", TAB))


def one_line(text: str) -> str:
    """Harmless text without line ends."""
    return " ".join(harmless(text).split())


def folded(text: str) -> str:
    """Text as it is compared when somebody looks for a name: width, case and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def columns(text: str) -> int:
    """How many terminal columns a text takes; full-width characters take two."""
    from prompt_toolkit.utils import get_cwidth  # only here: most commands draw nothing, and it is long to load

    return get_cwidth(text)


def padded(text: str, width: int) -> str:
    """The text with spaces up to `width` columns."""
    return text + " " * max(0, width - columns(text))


def cut(text: str, width: int) -> str:
    """At most `width` columns; what is left out is shown by `…`."""
    if columns(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += columns(character)
        if used > width - 1:
            break
        kept += character
    return kept + "…" if width > 0 else ""


def wrap(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `width` columns, if any width holds a character; `first` and `rest` begin the lines.

    Text breaks at spaces and between full-width characters, by the Japanese rules of line ends; a longer word is cut.
    """
    indent = first if rest is None else rest
    lines: list[str] = []
    for paragraph in text.split("\n"):
        for line in _filled(_atoms(paragraph), max(2, width - max(columns(first), columns(indent)))):
            lines.append((first if not lines else indent) + line)
    return lines


def _shown(character: str) -> str:
    if character in _JOINERS or character == "\n":
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"}:
        return f"<U+{ord(character):04X}>"
    return "\ufffd" if category == "Cs" else character


def _atoms(paragraph: str) -> list[str]:
    """Pieces that stay on one line: words, full-width characters with their punctuation, runs of spaces."""
    atoms: list[str] = []
    for match in _PIECE.finditer(paragraph):
        piece = match.group()
        if atoms and _holds_together(atoms[-1], piece):
            atoms[-1] += piece
        else:
            atoms.append(piece)
    return atoms


def _holds_together(before: str, piece: str) -> bool:
    if before.isspace() or piece.isspace():
        return False
    last, next_ = before[-1], piece[0]
    if next_ in _NOT_FIRST or last in _NOT_LAST or columns(next_) == 0 or last == "\u200d":
        return True
    return columns(last) <= 1 and columns(next_) <= 1


def _filled(atoms: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for atom in atoms:
        if columns(line) + columns(atom) <= width:
            line += atom
            continue
        if line.strip():
            lines.append(line.rstrip())
            line = ""
        if atom.isspace():
            continue
        while columns(atom) > width:
            head = _head(atom, width)
            lines.append(head)
            atom = atom[len(head) :]
        line = atom
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _head(atom: str, width: int) -> str:
    """The longest beginning that fits, with the marks that belong to its last character."""
    used = 0
    for place, character in enumerate(atom):
        used += columns(character)
        if used > width and place:
            return atom[:place]
    return atom

"""Words of a question or a badge: folded, cut into tokens, and each token's place in the text kept.

Japanese is cut into character bigrams (no dictionary needed, and a misspelt word still half matches), English into
stems. Every token knows which characters of the shown text it came from, so that a reason can quote the question.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import snowballstemmer

QUESTION_CHARS = 500
"""What is read of a question: a longer one is a pasted document, and its beginning says what is asked."""

_MARKUP = re.compile(r"<(?:[!@#][^<>]*|/?[a-z][a-z0-9]*(?:[\s/:][^<>]*)?)>", re.IGNORECASE)
"""Chat mentions (`<!channel>`, `<@U1>`), links (`<https://…>`) and HTML tags: never part of what is asked."""

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# Radicals that NFKC leaves alone although PDF text uses them in place of the character.
_RADICALS = str.maketrans("⺟⻑⻘⻄⻝⻤⻨⻩⻫⻭⻯⻲⺠⻁⻆⻟⺝", "母長青西食鬼麦黄斉歯竜亀民虎角食月")

_TOKEN = re.compile(
    r"(?P<word>[a-z0-9]+(?:'[a-z]+)?)|(?P<ja>[\u3041-\u309f\u30a0-\u30ff\u3005\u3400-\u9fff\uf900-\ufaff]+)"
)


class Script(Enum):
    HAN = "han"
    HIRAGANA = "hiragana"
    KATAKANA = "katakana"
    LATIN = "latin"
    OTHER = "other"


@dataclass(frozen=True)
class Text:
    """A text made comparable. `shown` and `folded` have the same length: one is quoted, the other compared."""

    shown: str
    folded: str

    def __post_init__(self) -> None:
        if len(self.shown) != len(self.folded):
            raise ValueError("shown and folded must be the same characters")

    def without(self, spans: Iterator[tuple[int, int]]) -> "Text":
        """The text with these spans blanked; every other character keeps its place."""
        folded = list(self.folded)
        for start, end in spans:
            folded[start:end] = " " * (end - start)
        return Text(self.shown, "".join(folded))


@dataclass(frozen=True)
class Token:
    """A stem or a bigram, with its place [start, end) in the text."""

    key: str
    start: int
    end: int


def normalise(raw: str, limit: int) -> str:
    """NFKC, no markup, no invisible or control characters, at most `limit` characters."""
    # Cut before (bounded work) and after: one compatibility character may become eighteen.
    text = unicodedata.normalize("NFKC", raw[: 2 * limit]).translate(_RADICALS)
    text = _MARKUP.sub(" ", text)
    kept = (
        " " if char.isspace() else char
        for char in text
        if unicodedata.category(char) not in _INVISIBLE or char.isspace()
    )
    return "".join(kept)[:limit]


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def fold(raw: str, limit: int = QUESTION_CHARS) -> Text:
    """The text as shown, and as compared: lower case, katakana as hiragana."""
    shown = normalise(raw, limit)
    folded = "".join(low if len(low := char.casefold()) == 1 else char for char in shown)
    return Text(shown, folded.replace("’", "'").translate(_KATAKANA_TO_HIRAGANA))


def script(char: str) -> Script:
    """Which script a character is written in."""
    if "\u3041" <= char <= "\u309f":
        return Script.HIRAGANA
    if "\u30a0" <= char <= "\u30ff":
        return Script.KATAKANA
    if "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char == "々":
        return Script.HAN
    return Script.LATIN if char.isascii() and char.isalnum() else Script.OTHER


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The English stem of a folded word. Words of three letters stay: "AED" must not become "a"."""
    if len(word) <= 3:
        return word
    # A stemmer holds the word it works on, so each miss takes one of its own: callers may be threads.
    return str(snowballstemmer.stemmer("english").stemWord(word.removesuffix("'s")))


def tokens(text: Text) -> Iterator[Token]:
    """Stems of Latin words and bigrams of Japanese runs, in order; a run of one character is its own token."""
    for match in _TOKEN.finditer(text.folded):
        start, end = match.span()
        if match.lastgroup == "word":
            yield Token(stem(match.group()), start, end)
        elif end - start == 1:
            yield Token(match.group(), start, end)
        else:
            for at in range(start, end - 1):
                yield Token(text.folded[at : at + 2], at, at + 2)

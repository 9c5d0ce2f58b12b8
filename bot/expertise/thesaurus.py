"""School words that mean the same, in both languages: reading the table, and finding its concepts in a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.domain.language import Bilingual
from bot.expertise.text import Script, Text, fold, script, tokens

_PARTICLES = frozenset("のをがはにでともへやかな")
_SHORT_KANA = 3
"""Kana terms up to this length occur inside other words by chance, so they must stand alone."""


@dataclass(frozen=True)
class Concept:
    """Words that mean one thing; `label` names it in both languages, `broader` are keys of wider concepts."""

    key: str
    label: Bilingual
    japanese: tuple[str, ...]
    english: tuple[str, ...]
    broader: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """A concept found at [start, end) of a text."""

    concept: str
    start: int
    end: int


class Thesaurus:
    """Finds concepts in texts, the longest term first; immutable after construction."""

    def __init__(self, concepts: tuple[Concept, ...]) -> None:
        self._concepts = {concept.key: concept for concept in concepts}
        if len(self._concepts) != len(concepts):
            raise ValueError("a concept's key stands twice")
        for concept in concepts:
            for key in concept.broader:
                if key not in self._concepts:
                    raise ValueError(f"{concept.key}: broader concept {key} does not exist")
            if concept.key in self.broader(concept.key):
                raise ValueError(f"{concept.key} is broader than itself")
        self._japanese: dict[str, list[tuple[str, str]]] = {}
        self._english: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept in concepts:
            for term in concept.japanese:
                folded = fold(term).folded
                self._japanese.setdefault(folded[0], []).append((folded, concept.key))
            for term in concept.english:
                stems = tuple(token.key for token in tokens(fold(term)))
                if not stems:
                    raise ValueError(f"{concept.key}: there is no word in {term!r}")
                self._english.setdefault(stems[0], []).append((stems, concept.key))
        for found in self._japanese.values():
            found.sort(key=lambda entry: (-len(entry[0]), entry))
        for stems_found in self._english.values():
            stems_found.sort(key=lambda entry: (-len(entry[0]), entry))

    def __iter__(self) -> Iterator[str]:
        """The keys of all concepts."""
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def __contains__(self, key: object) -> bool:
        return key in self._concepts

    def __getitem__(self, key: str) -> Concept:
        return self._concepts[key]

    def broader(self, key: str) -> frozenset[str]:
        """All concepts wider than this one, at any distance."""
        found: set[str] = set()
        ahead = list(self._concepts[key].broader)
        while ahead:
            wider = ahead.pop()
            if wider not in found:
                found.add(wider)
                ahead += self._concepts[wider].broader
        return frozenset(found)

    def mentions(self, text: Text) -> Iterator[Mention]:
        """Every concept the text names, left to right; a term inside a longer term does not count."""
        yield from self._japanese_mentions(text)
        yield from self._english_mentions(text)

    def _japanese_mentions(self, text: Text) -> Iterator[Mention]:
        at = 0
        while at < len(text.folded):
            length = 0
            for term, concept in self._japanese.get(text.folded[at], ()):
                if len(term) < length:
                    break
                if text.folded.startswith(term, at) and _stands(text, at, at + len(term)):
                    length = len(term)
                    yield Mention(concept, at, at + length)
            at += length or 1

    def _english_mentions(self, text: Text) -> Iterator[Mention]:
        words = [token for token in tokens(text) if script(token.key[0]) is Script.LATIN]
        at = 0
        while at < len(words):
            length = 0
            for stems, concept in self._english.get(words[at].key, ()):
                if len(stems) < length:
                    break
                if tuple(word.key for word in words[at : at + len(stems)]) == stems:
                    length = len(stems)
                    yield Mention(concept, words[at].start, words[at + length - 1].end)
            at += length or 1


def _stands(text: Text, start: int, end: int) -> bool:
    """Whether a term is a word here: Latin, short kana and single kanji ones must not be part of a longer word."""
    before = script(text.shown[start - 1]) if start else Script.OTHER
    after = script(text.shown[end]) if end < len(text.shown) else Script.OTHER
    first, last = script(text.shown[start]), script(text.shown[end - 1])
    if Script.LATIN in (first, last):
        return not (first is Script.LATIN and before is Script.LATIN) and not (
            last is Script.LATIN and after is Script.LATIN
        )
    short = end - start == 1 or (
        end - start <= _SHORT_KANA and not any(script(char) is Script.HAN for char in text.shown[start:end])
    )
    if not short:
        return True
    ends = after is not last if last is not Script.HAN else after is not Script.HAN
    if after is Script.HIRAGANA:
        ends = text.folded[end] in _PARTICLES
    begins = before is not first or text.folded[start - 1] in _PARTICLES
    return begins and ends


def parse(table: str) -> Thesaurus:
    """Read the table. Raises ValueError naming the line when a row has not five columns or no word."""
    concepts = []
    for number, line in enumerate(table.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 5 or not (cells[0] and cells[1] and cells[3]):
            raise ValueError(f"line {number}: needs key, Japanese, readings, English, broader")
        key, japanese, readings, english, broader = ([part for part in cell.split("|") if part] for cell in cells)
        concepts.append(
            Concept(
                key=key[0],
                label=Bilingual(japanese[0], english[0]),
                japanese=tuple(dict.fromkeys(japanese + readings)),
                english=tuple(dict.fromkeys(english)),
                broader=tuple(broader),
            )
        )
    return Thesaurus(tuple(concepts))


@cache
def built_in() -> Thesaurus:
    """The thesaurus that ships with the product."""
    return parse(resources.files("bot.expertise").joinpath("thesaurus.tsv").read_text(encoding="utf-8"))

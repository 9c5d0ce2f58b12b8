"""A fielded BM25 index over definitions (badges, units, courses): which of them a question is about.

BM25F after Robertson, Zaragoza, Taylor 2004 (CIKM, "Simple BM25 extension to multiple weighted fields"): a term's
frequencies are weighted per field, summed, then saturated once. Concepts of the thesaurus are terms like any other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from bot.expertise.text import Text, fold, tokens
from bot.expertise.thesaurus import Thesaurus, built_in

SATURATION = 1.2
"""BM25's k1: how soon saying a word again stops adding."""

LENGTH_SHARE = 0.5
"""BM25's b: how much a long text is discounted."""

BROADER_SHARE = 0.5
"""What a definition of a narrow concept counts for a question about a wider one ("ICT" finds a tablet badge)."""

FIELD_CHARS = 4_000
"""What is read of each text of a definition."""


class How(StrEnum):
    """Where a definition has a word of the question; THESAURUS: it has another word for the same thing."""

    NAME = "name"
    TAG = "tag"
    DESCRIPTION = "description"
    COURSE = "course"
    CRITERIA = "criteria"
    ALIGNMENT = "alignment"
    THESAURUS = "thesaurus"


WEIGHTS = {
    How.NAME: 3.0,
    How.TAG: 2.0,
    How.DESCRIPTION: 1.5,
    How.COURSE: 1.0,
    How.CRITERIA: 0.3,
    How.ALIGNMENT: 0.2,
}
_FIELDS = tuple(WEIGHTS)


@dataclass(frozen=True)
class Definition:
    """Something that can be found. Each field holds its texts in whichever languages exist."""

    key: str
    name: tuple[str, ...]
    tags: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    alignment: tuple[str, ...] = ()

    def fields(self) -> tuple[tuple[str, ...], ...]:
        """Its texts, field by field, in the order of `WEIGHTS`."""
        return self.name, self.tags, self.description, self.courses, self.criteria, self.alignment


@dataclass(frozen=True)
class Term:
    """One term of a question: a token or a concept, its weight, and its place [start, end) in the question."""

    key: str
    weight: float
    start: int
    end: int
    concept: str | None = None
    implied: bool = False
    """True for a concept that is wider than what the question names."""


@dataclass(frozen=True)
class Find:
    """A term of the question that a definition has: its part of the score, and its weightiest field."""

    term: Term
    score: float
    how: How


def concept_key(concept: str) -> str:
    """The term of a concept; no word begins with this sign."""
    return "#" + concept


@dataclass(frozen=True)
class _Postings:
    documents: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.float64]
    fields: npt.NDArray[np.uint8]
    rarity: float


class Index:
    """An index over definitions, immutable: many readers may share it. `keys` are sorted, whatever order came in."""

    def __init__(self, keys: tuple[str, ...], postings: Mapping[str, _Postings], thesaurus: Thesaurus) -> None:
        self.keys = keys
        self.thesaurus = thesaurus
        self._postings = postings
        self._rarest = _rarity(0, len(keys))

    def knows(self, term: str) -> bool:
        """Whether any definition has this term."""
        return term in self._postings

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency; a term that no definition has is the rarest."""
        found = self._postings.get(term)
        return found.rarity if found else self._rarest

    def scores(self, terms: Iterable[Term]) -> npt.NDArray[np.float64]:
        """The score of every definition, in the order of `keys`; 0 where nothing matches."""
        total = np.zeros(len(self.keys))
        for term in terms:
            found = self._postings.get(term.key)
            if found is not None:
                # A definition stands once in a term's postings, so indexing adds each of them.
                total[found.documents] += term.weight * found.rarity * found.impacts
        return total

    def finds(self, terms: Iterable[Term], document: int) -> Iterator[Find]:
        """What one definition (its position in `keys`) has of the question."""
        for term in terms:
            found = self._postings.get(term.key)
            if found is None:
                continue
            at = int(np.searchsorted(found.documents, document))
            if at < len(found.documents) and found.documents[at] == document:
                score = term.weight * found.rarity * float(found.impacts[at])
                yield Find(term, score, _FIELDS[found.fields[at]])


def build(definitions: Iterable[Definition], thesaurus: Thesaurus | None = None) -> Index:
    """Index definitions. Raises ValueError when a key stands twice."""
    # An empty thesaurus is a choice, and false: only none at all means the built-in one.
    thesaurus = built_in() if thesaurus is None else thesaurus
    ordered = sorted(definitions, key=lambda definition: definition.key)
    keys = tuple(definition.key for definition in ordered)
    if len(set(keys)) != len(keys):
        raise ValueError("a definition's key stands twice")
    counted = [_count(definition, thesaurus) for definition in ordered]
    averages = _average_lengths(counted)
    rows: dict[str, list[tuple[int, float, int]]] = {}
    for document, fields in enumerate(counted):
        for key, (frequency, field) in _frequencies(fields, averages).items():
            rows.setdefault(key, []).append((document, frequency / (SATURATION + frequency), field))
    return Index(keys, {key: _postings(found, len(keys)) for key, found in rows.items()}, thesaurus)


@dataclass(frozen=True)
class _Counted:
    counts: Mapping[str, float]
    length: int


_Fields = tuple[tuple[_Counted, ...], ...]


def _count(definition: Definition, thesaurus: Thesaurus) -> _Fields:
    return tuple(
        tuple(_count_text(fold(text, FIELD_CHARS), thesaurus) for text in texts) for texts in definition.fields()
    )


def _count_text(text: Text, thesaurus: Thesaurus) -> _Counted:
    counts: dict[str, float] = dict(Counter(token.key for token in tokens(text)))
    length = int(sum(counts.values()))
    for mention in thesaurus.mentions(text):
        key = concept_key(mention.concept)
        counts[key] = counts.get(key, 0.0) + 1.0
        for wider in thesaurus.broader(mention.concept):
            # A wider concept is a fact about the text, not a word said again: the best mention counts.
            counts[concept_key(wider)] = max(counts.get(concept_key(wider), 0.0), BROADER_SHARE)
    return _Counted(counts, length)


def _average_lengths(counted: list[_Fields]) -> tuple[float, ...]:
    """The mean length of each field's non-empty texts, at least 1."""
    averages = []
    for field in range(len(_FIELDS)):
        lengths = [text.length for fields in counted for text in fields[field] if text.length]
        averages.append(max(1.0, sum(lengths) / len(lengths)) if lengths else 1.0)
    return tuple(averages)


def _frequencies(fields: _Fields, averages: tuple[float, ...]) -> dict[str, tuple[float, int]]:
    """Each term's weighted frequency over all fields, and the field that gives most of it.

    Of a field's texts the best counts: a badge that says the same in two languages is not twice about it.
    """
    frequencies: dict[str, float] = {}
    best: dict[str, tuple[float, int]] = {}
    for field, (texts, average) in enumerate(zip(fields, averages, strict=True)):
        shares: dict[str, float] = {}
        for text in texts:
            discount = 1 - LENGTH_SHARE + LENGTH_SHARE * text.length / average
            for key, count in text.counts.items():
                shares[key] = max(shares.get(key, 0.0), WEIGHTS[_FIELDS[field]] * count / discount)
        for key, share in shares.items():
            frequencies[key] = frequencies.get(key, 0.0) + share
            if share > best.get(key, (0.0, 0))[0]:
                best[key] = (share, field)
    return {key: (frequency, best[key][1]) for key, frequency in frequencies.items()}


def _postings(rows: list[tuple[int, float, int]], size: int) -> _Postings:
    documents, impacts, fields = zip(*rows, strict=True)
    found = _Postings(
        np.array(documents, dtype=np.int32),
        np.array(impacts, dtype=np.float64),
        np.array(fields, dtype=np.uint8),
        _rarity(len(rows), size),
    )
    for array in (found.documents, found.impacts, found.fields):
        array.setflags(write=False)
    return found


def _rarity(having: int, size: int) -> float:
    """Inverse document frequency, never negative (Lucene's form of BM25)."""
    return float(np.log(1 + (size - having + 0.5) / (having + 0.5)))

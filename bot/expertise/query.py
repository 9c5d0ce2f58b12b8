"""A question made ready for an index: without its frame, with the concepts it names and the wider ones these imply."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.expertise import frames, romaji
from bot.expertise.index import Index, Term, concept_key
from bot.expertise.text import Text, fold, tokens
from bot.expertise.thesaurus import Thesaurus

CONCEPT_WEIGHT = 1.5
IMPLIED_WEIGHT = 0.3
"""A question about tablets finds a general ICT badge a little."""


@dataclass(frozen=True)
class Query:
    """What was asked, and its terms. A term stands once, at its first place."""

    text: Text
    topic: Text
    """The text with its frame blanked."""
    terms: tuple[Term, ...]


def read(index: Index, question: str) -> Query:
    """Make any text a query; bounded work however long it is, no terms when nothing is asked."""
    text = fold(question)
    kana = romaji.kana(text.folded)
    if kana and not _is_english(index, text):
        text = fold(kana)
    topic = frames.without_frames(text)
    terms: dict[str, Term] = {}
    for term in (*_words(topic), *_concepts(index.thesaurus, topic)):
        known = terms.get(term.key)
        if term.weight > 0 and (known is None or term.weight > known.weight):
            terms[term.key] = term
    return Query(text, topic, tuple(terms.values()))


def read_concepts(index: Index, concepts: Iterable[str]) -> Query:
    """A question for concepts of the thesaurus; one that a board's own thesaurus does not have is left out."""
    labels = [index.thesaurus[concept].label.ja for concept in concepts if concept in index.thesaurus]
    return read(index, "、".join(labels))


def _is_english(index: Index, text: Text) -> bool:
    """Whether Latin letters hold an English word that the definitions or the thesaurus know."""
    if any(True for _ in index.thesaurus.mentions(text)):
        return True
    words = (token for token in tokens(text) if text.folded[token.start : token.end] not in frames.ENGLISH_STOPS)
    return any(index.knows(token.key) for token in words)


def _words(topic: Text) -> Iterator[Term]:
    for token in tokens(topic):
        yield Term(token.key, frames.weight(token, topic), token.start, token.end)


def _concepts(thesaurus: Thesaurus, topic: Text) -> Iterator[Term]:
    for mention in thesaurus.mentions(topic):
        yield Term(concept_key(mention.concept), CONCEPT_WEIGHT, mention.start, mention.end, mention.concept)
        for wider in sorted(thesaurus.broader(mention.concept)):
            yield Term(concept_key(wider), IMPLIED_WEIGHT, mention.start, mention.end, wider, implied=True)

"""Whether the best definition found is an answer at all, or only the nearest of what there is.

No single score tells that apart: a rare word matched by chance scores well. A small logistic model weighs three
signs of one question and its best definition. All are shares, so they mean the same in a small and a large index.
"""

from dataclasses import dataclass
from math import exp

from bot.expertise import frames
from bot.expertise.index import Find, Index, Term
from bot.expertise.query import Query
from bot.expertise.text import Script, script, tokens


@dataclass(frozen=True)
class Signs:
    """What speaks for an answer; each is a share, 0 to 1."""

    words: float
    """Of the question's rarity, what the definition has word for word."""
    covered: float
    """Of the question's telling characters, those in a matched word or concept."""
    named: float
    """Of the concepts that the question names, those that the definition has."""


# Fitted by logistic regression (both classes weighted alike) on a development collection of 124 questions whose
# author could see them; on other questions expect more errors of both kinds.
_WORDS, _COVERED, _NAMED, _BIAS = 0.95, 2.2, 2.55, -2.1
ENOUGH = 0.25
"""The confidence from which a definition is an answer. Below one half, because a wrong "nobody" hides a willing
colleague, and because questions whose words the thesaurus lacks get less confidence than those it was written by."""


def confidence(signs: Signs) -> float:
    """How sure it is, 0 to 1, that a definition with these signs is about the question."""
    weighed = _WORDS * signs.words + _COVERED * signs.covered + _NAMED * signs.named
    return 1 / (1 + exp(-(_BIAS + weighed)))


def answers(index: Index, question: Query, document: int) -> bool:
    """Whether the definition at this position of `index.keys` is about the question."""
    return confidence(read_signs(index, question, document)) >= ENOUGH


def read_signs(index: Index, question: Query, document: int) -> Signs:
    """The signs of one definition, given by its position in `index.keys`."""
    finds = list(index.finds(question.terms, document))
    words = [term for term in question.terms if term.concept is None and term.key not in frames.GENERIC]
    # When nothing but general words was asked, they are the question.
    words = words or [term for term in question.terms if term.concept is None]
    keys = {term.key for term in words}
    mass = _rarity(index, words)
    exact = _rarity(index, [find.term for find in finds if find.term.key in keys])
    named = {term.key for term in question.terms if term.concept and not term.implied}
    has = {find.term.key for find in finds}
    return Signs(
        words=exact / mass if mass else 0.0,
        covered=_covered(question, finds),
        named=len(named & has) / len(named) if named else 0.0,
    )


def _rarity(index: Index, terms: list[Term]) -> float:
    return sum(term.weight * index.rarity(term.key) for term in terms)


def _covered(question: Query, finds: list[Find]) -> float:
    shown, topic = question.topic.shown, question.topic.folded
    places = {at for at, char in enumerate(topic) if char != " "} - _weak(question)
    telling = {at for at in places if script(shown[at]) not in (Script.HIRAGANA, Script.OTHER)}
    telling = telling or {at for at in places if script(topic[at]) is Script.HIRAGANA}
    met = {at for find in finds if not find.term.implied for at in range(find.term.start, find.term.end)}
    return len(telling & met) / len(telling) if telling else 0.0


def _weak(question: Query) -> set[int]:
    """Places of stop words and of words that every badge has."""
    return {
        at
        for token in tokens(question.topic)
        if token.key in frames.GENERIC or frames.weight(token, question.topic) == 0
        for at in range(token.start, token.end)
    }

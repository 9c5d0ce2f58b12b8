"""Searching definitions of any kind, best first: badges for `who`, units and courses for `learn`."""

from dataclasses import dataclass

import numpy as np

from bot.expertise.abstention import answers
from bot.expertise.index import Index
from bot.expertise.query import Query, read
from bot.expertise.reasons import Matched, explain

_RELATED = 0.4
"""The share of the best score below which a definition is about something else."""


@dataclass(frozen=True)
class Hit:
    """A definition found. `score` compares within one search only."""

    key: str
    score: float
    matched: tuple[Matched, ...]


def search(index: Index, text: str, limit: int) -> list[Hit]:
    """Definitions that are about `text`, best first, at most `limit`; none when none is, or nothing is asked."""
    question = read(index, text)
    ranked = rank(index, question, limit)
    if not ranked or not answers(index, question, ranked[0][0]):
        return []
    return hits(index, question, [each for each in ranked if each[1] >= _RELATED * ranked[0][1]])


def nearest(index: Index, text: str, limit: int) -> list[Hit]:
    """The definitions nearest to `text`, however far: for "no badge for this; the closest is …"."""
    question = read(index, text)
    return hits(index, question, rank(index, question, limit))


def rank(index: Index, question: Query, limit: int) -> list[tuple[int, float]]:
    """Positions in `index.keys` with their scores, best first, equal ones by key; scores of 0 are left out."""
    # Rounded, so that the order of additions never decides between equals.
    scores = np.round(index.scores(question.terms), 9)
    found = np.flatnonzero(scores > 0)
    order = found[np.lexsort((found, -scores[found]))][:limit]
    return [(int(document), float(scores[document])) for document in order]


def hits(index: Index, question: Query, ranked: list[tuple[int, float]]) -> list[Hit]:
    """Ranked definitions with their reasons."""
    return [Hit(index.keys[document], score, explain(index, question, document)) for document, score in ranked]

"""Who can teach X: a snapshot of what may be named, and the one question to it. No clock, no chance, no storage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.expertise.abstention import answers
from bot.expertise.crisis import Danger, dangers_in
from bot.expertise.index import Definition, Index, build
from bot.expertise.query import Query, read, read_concepts
from bot.expertise.ranking import Choice, Holders, Holding, in_turn
from bot.expertise.reasons import Reason, explain
from bot.expertise.search import Hit, hits, rank

MOST_PEOPLE = 3
"""How many people an answer names at most: a few to choose from, no list of everybody."""

CLOSEST = 3
"""How many definitions a "nobody yet" offers to learn instead."""

_TOPICS_READ = 30
_RELATED = 0.4
"""Definitions read for people: the best ones, as long as they score at least this share of the best."""


class Why(StrEnum):
    """Why nobody is named."""

    NOTHING_ASKED = "nothing_asked"
    NO_BADGE = "no_badge"
    NO_HOLDER = "no_holder"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked, and why."""

    person: str
    reason: Reason


@dataclass(frozen=True)
class Found:
    """One to three people, best first."""

    people: tuple[Candidate, ...]


@dataclass(frozen=True)
class Nobody:
    """An honest "nobody yet". `closest`: what to learn instead (NO_HOLDER: it is the topic; NO_BADGE: it is near)."""

    why: Why
    closest: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Crisis:
    """Somebody may be in danger: show the school's own procedure first, `people` who know the topic after it."""

    dangers: tuple[Danger, ...]
    people: tuple[Candidate, ...] = ()


Answer = Found | Nobody | Crisis


@dataclass(frozen=True)
class Snapshot:
    """What can be found and who may be named for it, at one moment; immutable.

    The caller has already kept only holdings of the asker's school whose holders are findable.
    """

    index: Index
    holders: Holders

    @classmethod
    def of(cls, definitions: Iterable[Definition] | Index, holdings: Iterable[Holding]) -> "Snapshot":
        """Build a snapshot; an index that was built before may be used again. ValueError: a key stands twice."""
        index = definitions if isinstance(definitions, Index) else build(definitions)
        return cls(index, Holders(index.keys, holdings))


def ask(
    snapshot: Snapshot, question: str, *, exclude: str | None, asked: Mapping[str, datetime], today: date
) -> Answer:
    """Answer a question of any length and content.

    Args:
        exclude: the asker, who is never named.
        asked: when people were last asked, to spread requests among equals.
        today: the asker's local date.
    """
    dangers = dangers_in(question)
    if dangers:
        return Crisis(dangers, _helpers(snapshot, dangers, exclude, asked, today))
    asking = read(snapshot.index, question)
    ranked = rank(snapshot.index, asking, _TOPICS_READ)
    topics = _topics(snapshot.index, asking, ranked)
    people = _candidates(snapshot, asking, topics, exclude, asked, today)
    if people:
        return Found(people)
    if not asking.terms:
        return Nobody(Why.NOTHING_ASKED)
    closest = hits(snapshot.index, asking, (topics or ranked)[:CLOSEST])
    return Nobody(Why.NO_HOLDER if topics else Why.NO_BADGE, tuple(closest))


def _topics(index: Index, asking: Query, ranked: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The ranked definitions that are about the question; none when even the best is not."""
    if not ranked or not answers(index, asking, ranked[0][0]):
        return []
    return [each for each in ranked if each[1] >= _RELATED * ranked[0][1]]


def _helpers(
    snapshot: Snapshot,
    dangers: tuple[Danger, ...],
    exclude: str | None,
    asked: Mapping[str, datetime],
    today: date,
) -> tuple[Candidate, ...]:
    """People who know how a school meets these dangers, whatever else the words were."""
    asking = read_concepts(snapshot.index, [danger.value for danger in dangers])
    ranked = rank(snapshot.index, asking, _TOPICS_READ)
    return _candidates(snapshot, asking, _topics(snapshot.index, asking, ranked), exclude, asked, today)


def _candidates(
    snapshot: Snapshot,
    asking: Query,
    topics: list[tuple[int, float]],
    exclude: str | None,
    asked: Mapping[str, datetime],
    today: date,
) -> tuple[Candidate, ...]:
    near = [(document, score / topics[0][1]) for document, score in topics]
    scored = snapshot.holders.best(near, exclude, MOST_PEOPLE)
    document_of = {snapshot.index.keys[document]: document for document, _ in topics}
    chosen = in_turn(scored, snapshot.holders, asked, today, MOST_PEOPLE)
    return tuple(_candidate(snapshot, asking, choice, document_of) for choice in chosen)


def _candidate(snapshot: Snapshot, asking: Query, choice: Choice, document_of: Mapping[str, int]) -> Candidate:
    holding = snapshot.holders.holdings[choice.holding]
    matched = explain(snapshot.index, asking, document_of[holding.definition])
    reason = Reason(holding.definition, holding.awarded_on, holding.colleagues, holding.leaders, matched)
    return Candidate(choice.person, reason)

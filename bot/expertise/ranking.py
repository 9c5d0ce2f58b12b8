"""People of definitions: who holds what was asked for, how well, and who is named first.

After Balog, Azzopardi and de Rijke 2006 (SIGIR, model 2): the definition is the document, and how good a person's
evidence for it is says how much the document speaks for the person. The best piece of evidence decides, so that one
reason tells the whole truth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from math import floor, log

import numpy as np
import numpy.typing as npt

LEVEL_GAIN = 0.3
COLLEAGUE_GAIN = 0.35
LEADER_GAIN = 0.45
"""How much a level, and the logarithm of endorsements by role, add to the quality of evidence."""

EQUAL_WITHIN = 0.05
"""Scores nearer than this share count as equal; then who was asked longest ago comes first."""

HOLDERS_READ = 500
"""The best holders of one definition that a question looks at. Bounds the work; beyond it equals take no turns."""

TOPIC_POWER = 2.0
"""A definition half as near to the question as the best one counts a quarter."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A person's findable badge: `level` from 1, endorsements counted by role."""

    person: str
    definition: str
    level: int
    awarded_on: date
    colleagues: int = 0
    leaders: int = 0


def quality(holding: Holding) -> float:
    """How good the evidence is, from 1: more never lowers it, and each further endorsement adds less."""
    level = 1 + LEVEL_GAIN * (max(1, holding.level) - 1)
    return level * (1 + COLLEAGUE_GAIN * log(1 + holding.colleagues) + LEADER_GAIN * log(1 + holding.leaders))


@dataclass(frozen=True)
class Choice:
    """A person chosen, and the position in `Holders.holdings` of the evidence that decided."""

    person: str
    holding: int


class Holders:
    """Holdings by definition, the best first; immutable. Arrays are in compressed rows: definition → its holdings."""

    def __init__(self, keys: Sequence[str], holdings: Iterable[Holding]) -> None:
        """Holdings of definitions that `keys` does not have cannot be found and are left out."""
        document_of = {key: document for document, key in enumerate(keys)}
        known = [holding for holding in holdings if holding.definition in document_of]
        qualities = np.array([quality(holding) for holding in known], dtype=np.float64)
        documents = np.array([document_of[holding.definition] for holding in known], dtype=np.int64)
        days = np.array([holding.awarded_on.toordinal() for holding in known], dtype=np.int64)
        self.people = tuple(sorted({holding.person for holding in known}))
        self._number_of: dict[str | None, int] = {person: number for number, person in enumerate(self.people)}
        people = np.array([self._number_of[holding.person] for holding in known], dtype=np.int64)
        counts = np.array([(h.leaders, h.colleagues) for h in known], dtype=np.int64).reshape(-1, 2)
        # Every column takes part, so the order of rows never depends on the order in which they came.
        order = np.lexsort((counts[:, 1], counts[:, 0], people, -days, -qualities, documents))
        self.holdings = tuple(known[row] for row in order)
        self._qualities = _frozen(qualities[order])
        self._people = _frozen(people[order])
        self._starts = _frozen(np.searchsorted(documents[order], np.arange(len(keys) + 1)))

    def best(self, topics: Sequence[tuple[int, float]], exclude: str | None, limit: int) -> list[tuple[float, Choice]]:
        """People's best evidence for these (definition, nearness) pairs, with its score; in no promised order.

        Everybody who may be among the first `limit`: they, and those who count as equal to the last of them.
        """
        rows = [self._rows(document) for document, _ in topics]
        if not sum(map(len, rows)):
            return []
        nearness = np.repeat([near**TOPIC_POWER for _, near in topics], [len(each) for each in rows])
        at = np.concatenate(rows)
        scores = nearness * self._qualities[at]
        people = self._people[at]
        # Per person the best score first, then the earlier row: a fixed order, so `unique` keeps the right one.
        order = np.lexsort((at, -scores, people))
        _, first = np.unique(people[order], return_index=True)
        chosen = order[first]
        chosen = chosen[people[chosen] != self._number_of.get(exclude, -1)]
        if len(chosen) > limit:
            last = np.partition(scores[chosen], -limit)[-limit]
            # A little further than a band is wide, so that rounding cuts nobody off; `in_turn` is exact.
            chosen = chosen[scores[chosen] >= last / (1 + 2 * EQUAL_WITHIN)]
        return [(float(scores[row]), Choice(self.people[people[row]], int(at[row]))) for row in chosen]

    def _rows(self, document: int) -> npt.NDArray[np.int64]:
        start, end = int(self._starts[document]), int(self._starts[document + 1])
        return np.arange(start, min(end, start + HOLDERS_READ), dtype=np.int64)


def in_turn(
    scored: Iterable[tuple[float, Choice]],
    holders: Holders,
    asked: Mapping[str, datetime],
    today: date,
    limit: int,
) -> list[Choice]:
    """The best `limit` people. Of equals: whoever was never or longest ago asked, then the newest badge, then by lot.

    `asked` says when each person was last named or asked; its times are all naive or all aware. The lot is a hash of
    person and day: the same all day, another tomorrow.
    """

    def place(each: tuple[float, Choice]) -> tuple[int, float, int, bytes]:
        score, choice = each
        last = asked.get(choice.person)
        return (
            -band(score),
            last.timestamp() if last else float("-inf"),
            -holders.holdings[choice.holding].awarded_on.toordinal(),
            blake2b(f"{today.isoformat()} {choice.person}".encode(), digest_size=8).digest(),
        )

    ranked = sorted(scored, key=lambda each: -each[0])
    if len(ranked) > limit:
        lowest = band(ranked[limit - 1][0])
        ranked = [each for each in ranked if band(each[0]) >= lowest]
    return [choice for _, choice in sorted(ranked, key=place)[:limit]]


def band(score: float) -> int:
    """Which class of equals a positive score falls into; a higher score is never in a lower class."""
    # Rounded first: equal evidence must not fall apart by the last bit.
    return floor(round(log(score) / log(1 + EQUAL_WITHIN), 6))


def _frozen(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    array.setflags(write=False)
    return array

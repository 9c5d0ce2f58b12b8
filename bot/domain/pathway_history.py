"""When a pathway was reached: its rule is asked of every moment at which something began. Pure.

A pathway is reached at the first moment at which all that it needs held together. That depends on when things held and
never on when anybody learned of it: what comes in late, such as an old badge from elsewhere, gives the same pathway
with the same day (docs/decisions/0020-reached.md).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from bot.domain.pathways import (
    Endorsing,
    Facts,
    Prior,
    Progress,
    Rule,
    asked_endorsements,
    asked_imports,
    badges_of,
    endorses,
    evaluate,
    fits,
)
from bot.domain.periods import Period


@dataclass(frozen=True)
class Got:
    """A badge of the school's own, by the day on which it was earned; a pathway's by the day on which it was reached.

    Renewing moves no day: an order asks when something was earned.
    """

    badge: str
    on: date


@dataclass(frozen=True)
class Lasting:
    """A fact, and one of the periods in which it held."""

    fact: Got | Endorsing | Prior
    period: Period


@dataclass(frozen=True)
class Reached:
    """A pathway was reached at this moment. `progress` is how its rule stood then."""

    at: datetime
    progress: Progress


@dataclass(frozen=True)
class History:
    """All that is known of one person, with when it held. `zone` tells the days; `pathways` are the badges among them
    that are a pathway's own."""

    facts: frozenset[Lasting]
    zone: tzinfo
    pathways: frozenset[str] = frozenset()

    def at(self, moment: datetime) -> Facts:
        """What held at a moment."""
        return self._of([one.fact for one in self.facts if one.period.holds(moment)])

    def ever(self, now: datetime) -> Facts:
        """All that has begun to hold up to now, as if nothing had ended."""
        return self._of([one.fact for one in self.facts if one.period.since <= now and not one.period.is_empty])

    def _of(self, held: Sequence[Got | Endorsing | Prior]) -> Facts:
        earned: dict[str, date] = {}
        for one in held:
            if isinstance(one, Got):
                earned[one.badge] = min(one.on, earned.get(one.badge, one.on))
        return Facts(
            earned,
            frozenset(one for one in held if isinstance(one, Endorsing)),
            frozenset(one for one in held if isinstance(one, Prior)),
            self.pathways,
        )

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()

    def last_day(self, until: datetime) -> date:
        """The last day on which something held that did until this moment."""
        return self.day(until - timedelta.resolution)

    def having(self, reached: Mapping[str, Reached]) -> "History":
        """The same with pathways that were reached: they say what was so then, and last."""
        new = {Lasting(Got(badge, self.day(one.at)), Period(one.at)) for badge, one in reached.items()}
        return replace(self, facts=self.facts | new, pathways=self.pathways | reached.keys())

    def asked_by(self, rule: Rule) -> "History":
        """The same of what a rule asks for: how it stands depends on nothing else."""
        badges = frozenset(badges_of(rule))
        endorsed, imported = tuple(asked_endorsements(rule)), tuple(asked_imports(rule))

        def is_asked(fact: Got | Endorsing | Prior) -> bool:
            match fact:
                case Got(badge):
                    return badge in badges
                case Endorsing():
                    return any(endorses(one, fact) for one in endorsed)
                case Prior():
                    return any(fits(one, fact) for one in imported)

        return replace(self, facts=frozenset(one for one in self.facts if is_asked(one.fact)))


def first_reached(rule: Rule, history: History, now: datetime) -> Reached | None:
    """When all that a rule needs first held together, up to now; None: it never did.

    Between two moments at which something ends, facts only grow. So a rule that is met in such a stretch is met at its
    last beginning, and the first beginning at which it is met can be halved for. A rule that is not met though nothing
    had ended never was: most are told by that, and somebody with hundreds of badges waits for none of the others.
    """
    asked = history.asked_by(rule)
    if not evaluate(rule, asked.ever(now)).met:
        return None
    for beginnings in _stretches(asked, now):
        if evaluate(rule, asked.at(beginnings[-1])).met:
            first = bisect_left(beginnings, True, key=lambda at: evaluate(rule, asked.at(at)).met)
            at = beginnings[first]
            return Reached(at, replace(evaluate(rule, asked.at(at)), met_on=history.day(at)))
    return None


def _stretches(history: History, now: datetime) -> list[list[datetime]]:
    """The moments at which something began, up to now, apart where something ended in between."""
    beginnings = sorted({one.period.since for one in history.facts if one.period.since <= now})
    ends = sorted({one.period.until for one in history.facts if one.period.until is not None})
    return [list(stretch) for _, stretch in groupby(beginnings, lambda at: bisect_right(ends, at))]


def judged(rule: Rule, history: History, now: datetime) -> Progress:
    """How a rule stood when it was first met; or how it stands now, where it never was."""
    reached = first_reached(rule, history, now)
    return evaluate(rule, history.at(now)) if reached is None else reached.progress


def reached_pathways(rules: Sequence[tuple[str, Rule]], history: History, now: datetime) -> Mapping[str, Reached]:
    """Every pathway that was ever reached, by its badge; one may complete another.

    A pathway that is reached, or reached earlier, can only bring others forward: so what is found in the end does not
    depend on which is looked at first.
    """
    found: dict[str, Reached] = {}
    while True:
        grown = history.having(found)
        now_found = {badge: one for badge, rule in rules if (one := first_reached(rule, grown, now)) is not None}
        if {badge: one.at for badge, one in now_found.items()} == {badge: one.at for badge, one in found.items()}:
            return now_found
        found = now_found

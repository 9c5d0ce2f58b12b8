"""Pathways: rules over badges, and how far somebody is on one at a moment. Pure, and judged from dated facts alone.

A rule is a tree. What it says depends on the days of the facts and never on the order in which they became known, and
a further fact never takes back what was met (docs/decisions/0013-pathways.md). Over time: `pathway_history`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Union

from bot.domain.language import Bilingual
from bot.domain.recognition import As


@dataclass(frozen=True)
class Earned:
    """This badge is earned. `badge` is the author's key."""

    badge: str


@dataclass(frozen=True)
class All:
    """Every one of these."""

    all_of: "tuple[Rule, ...]"


@dataclass(frozen=True)
class AnyOf:
    """At least so many of these."""

    any_of: "tuple[Rule, ...]"
    count: int


@dataclass(frozen=True)
class InOrder:
    """Every one of these, none on an earlier day than the one before it."""

    in_order: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Endorsed:
    """Standing endorsements by so many different people: of the person's awards of these badges, or of their content.

    `role` None counts colleagues and leaders alike.
    """

    badges: tuple[str, ...]
    count: int
    of_content: bool = False
    role: As | None = None


@dataclass(frozen=True)
class Imported:
    """So many different badges from elsewhere, of issuers that the school trusts: prior learning.

    `badges` are their ids and `issuers` what their issuers go by (a did, an address, a host); where one is empty, any
    will do. `name` is what the author calls them.
    """

    name: Bilingual
    badges: tuple[str, ...]
    issuers: tuple[str, ...]
    count: int = 1


Rule = Union[Earned, All, AnyOf, InOrder, Endorsed, Imported]  # noqa: UP007 - the parts name it before it is there


@dataclass(frozen=True)
class Endorsing:
    """One endorsement that stands. `by` tells people apart and says nothing else of them."""

    badge: str
    by: str
    role: As
    on: date
    of_content: bool = False


@dataclass(frozen=True)
class Prior:
    """A badge from elsewhere that its holder took in, of a trusted issuer."""

    badge: str
    issuers: frozenset[str]
    on: date


@dataclass(frozen=True)
class Facts:
    """What is so about one person: badges by the day they were earned, endorsements, and badges from elsewhere.

    `pathways` are the badges that are a pathway's own. A late badge may tell that one was reached earlier than anybody
    knew; so in an order it is never too early, and what follows it may not be earlier than it.
    """

    earned: Mapping[str, date]
    endorsements: frozenset[Endorsing] = frozenset()
    priors: frozenset[Prior] = frozenset()
    pathways: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Progress:
    """How a rule stands. `met_on` is the first day on which it was met; None: it is not.

    `has` counts what there is of it: parts that are met, or people who endorsed. `too_early` is a badge that was
    earned before its turn in an order: it does not count there.
    """

    rule: Rule
    met_on: date | None
    parts: "tuple[Progress, ...]" = ()
    has: int = 0
    too_early: bool = False

    @property
    def met(self) -> bool:
        return self.met_on is not None


def evaluate(rule: Rule, facts: Facts, since: date = date.min) -> Progress:
    """How the rule stands, counting only facts of the day `since` and later; nothing of them is taken to be over."""
    match rule:
        case Earned(badge):
            return _earned(rule, facts.earned.get(badge), since, lasts=badge in facts.pathways)
        case All(parts):
            progress = tuple(evaluate(part, facts, since) for part in parts)
            return _of_parts(rule, progress, len(parts), since)
        case AnyOf(parts, count):
            progress = tuple(evaluate(part, facts, since) for part in parts)
            return _of_parts(rule, progress, count, since)
        case InOrder(steps):
            return _in_order(rule, steps, facts, since)
        case Endorsed():
            return _endorsed(rule, facts, since)
        case Imported():
            return _imported(rule, facts, since)


def _earned(rule: Earned, on: date | None, since: date, *, lasts: bool) -> Progress:
    if on is None:
        return Progress(rule, None)
    if lasts:
        return Progress(rule, max(on, since) if since < date.max else on, has=1)
    return Progress(rule, None, too_early=True) if on < since else Progress(rule, on, has=1)


def _of_parts(rule: Rule, parts: tuple[Progress, ...], count: int, since: date) -> Progress:
    days = sorted(part.met_on for part in parts if part.met_on is not None)
    met_on = max(since, days[count - 1]) if 0 < count <= len(days) else None
    return Progress(rule, met_on, parts, len(days))


def _in_order(rule: InOrder, steps: tuple[Rule, ...], facts: Facts, since: date) -> Progress:
    """Each step at the first day that it allows, which leaves the most for those after it.

    What stands already of a step whose turn has not come is too early: its turn comes today at the earliest.
    """
    parts: list[Progress] = []
    at: date | None = since
    for step in steps:
        part = evaluate(step, facts, date.max if at is None else at)
        parts.append(part)
        at = part.met_on if at is not None else None
    return Progress(rule, at if steps else None, tuple(parts), sum(part.met for part in parts))


def _endorsed(rule: Endorsed, facts: Facts, since: date) -> Progress:
    first: dict[str, date] = {}
    for one in facts.endorsements:
        if endorses(rule, one) and one.on >= since:
            first[one.by] = min(one.on, first.get(one.by, date.max))
    days = sorted(first.values())
    return Progress(rule, days[rule.count - 1] if len(days) >= rule.count else None, has=len(days))


def _imported(rule: Imported, facts: Facts, since: date) -> Progress:
    """The same badge given twice is one."""
    first: dict[tuple[str, str], date] = {}
    for one in facts.priors:
        if fits(rule, one) and one.on >= since:
            badge = (one.badge, min(one.issuers, default=""))
            first[badge] = min(one.on, first.get(badge, date.max))
    days = sorted(first.values())
    return Progress(rule, days[rule.count - 1] if len(days) >= rule.count else None, has=len(days))


def fits(rule: Imported, one: Prior) -> bool:
    """Whether a badge from elsewhere is of those that are asked for."""
    return (not rule.badges or one.badge in rule.badges) and (
        not rule.issuers or not one.issuers.isdisjoint(rule.issuers)
    )


def endorses(rule: Endorsed, one: Endorsing) -> bool:
    """Whether an endorsement is of those that are asked for."""
    return one.badge in rule.badges and one.of_content == rule.of_content and rule.role in (None, one.role)


def missing(progress: Progress) -> Rule | None:
    """What is still to come, exactly, as a rule of its own; None where nothing is."""
    if progress.met:
        return None
    left = tuple(rule for part in progress.parts if (rule := missing(part)) is not None)
    match progress.rule:
        case All():
            return left[0] if len(left) == 1 else All(left)
        case AnyOf(count=count):
            return _choice_left(progress, left, count - progress.has)
        case InOrder():
            return left[0] if len(left) == 1 else InOrder(left)
        case Endorsed(badges, count, of_content, role):
            return Endorsed(badges, count - progress.has, of_content, role)
        case Imported(count=count):
            return replace(progress.rule, count=count - progress.has)
        case _:
            return progress.rule


def _choice_left(progress: Progress, left: tuple[Rule, ...], count: int) -> Rule:
    """A badge that came too early is no choice any more, as long as the others are enough."""
    fit = tuple(rule for part in progress.parts if not out_of_order(part) and (rule := missing(part)) is not None)
    chosen = fit if len(fit) >= count else left
    return chosen[0] if len(chosen) == 1 else AnyOf(chosen, count)


def following(progress: Progress) -> tuple[str, ...]:
    """The badges that would bring the person further now, in the author's order."""
    if progress.met or progress.too_early:
        return ()
    match progress.rule:
        case Earned(badge):
            return (badge,)
        case InOrder():
            return following(next(part for part in progress.parts if not part.met))
        case _:
            return tuple(dict.fromkeys(badge for part in progress.parts for badge in following(part)))


def out_of_order(progress: Progress) -> tuple[str, ...]:
    """Badges that were earned before their turn and so do not count where the rule names them."""
    own = (progress.rule.badge,) if progress.too_early and isinstance(progress.rule, Earned) else ()
    return (*own, *(badge for part in progress.parts for badge in out_of_order(part)))


def counted(progress: Progress) -> tuple[str, ...]:
    """The badges that count for the rule, in the author's order."""
    own = (progress.rule.badge,) if progress.met and isinstance(progress.rule, Earned) else ()
    return tuple(dict.fromkeys((*own, *(badge for part in progress.parts for badge in counted(part)))))


def badges_of(rule: Rule) -> tuple[str, ...]:
    """Every badge that the rule asks to be earned, in the author's order."""
    match rule:
        case Earned(badge):
            return (badge,)
        case All(parts) | AnyOf(parts) | InOrder(parts):
            return tuple(dict.fromkeys(badge for part in parts for badge in badges_of(part)))
        case Endorsed() | Imported():
            return ()


def asked_endorsements(rule: Rule) -> Iterator[Endorsed]:
    """Every place of the rule where endorsements are asked for."""
    match rule:
        case Endorsed():
            yield rule
        case All(parts) | AnyOf(parts) | InOrder(parts):
            for part in parts:
                yield from asked_endorsements(part)
        case Earned() | Imported():
            pass


def asked_imports(rule: Rule | None) -> Iterator[Imported]:
    """Every place of the rule, or of what is missing of one, where badges from elsewhere are asked for."""
    match rule:
        case Imported():
            yield rule
        case All(parts) | AnyOf(parts) | InOrder(parts):
            for part in parts:
                yield from asked_imports(part)
        case _:
            pass

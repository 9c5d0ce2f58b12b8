"""Pathways: what a rule says of dated facts, in whatever order they became known."""

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.language import Bilingual
from bot.domain.pathways import (
    All,
    AnyOf,
    Earned,
    Endorsed,
    Endorsing,
    Facts,
    Imported,
    InOrder,
    Prior,
    Rule,
    asked_endorsements,
    badges_of,
    counted,
    due_pathways,
    evaluate,
    following,
    judged,
    missing,
    out_of_order,
)
from bot.domain.recognition import As

BADGES = ("a", "b", "c", "d", "e")
START = date(2026, 4, 1)
DAYS = st.integers(0, 9).map(lambda days: START + timedelta(days=days))
ROLES = st.sampled_from(As)
NAME = Bilingual("研修", "Training")
PRIORS = st.builds(
    lambda badge, issuer, on, days: Prior(
        badge, frozenset({issuer}), on, None if days is None else on + timedelta(days)
    ),
    st.sampled_from(("x", "y", "z")),
    st.sampled_from(("ix", "iy")),
    DAYS,
    st.none() | st.integers(1, 9),
)
NO_FACTS = Facts({})
A, B, C = Earned("a"), Earned("b"), Earned("c")


def day(number: int) -> date:
    return START + timedelta(days=number)


def praise(badge: str, by: str, on: int, role: As = As.COLLEAGUE, *, content: bool = False) -> Endorsing:
    return Endorsing(badge, by, role, day(on), content)


@st.composite
def rules(draw: st.DrawFn, depth: int = 3) -> Rule:
    simple = ("earned", "endorsed", "imported")
    kind = draw(st.sampled_from(simple if depth == 0 else (*simple, "all", "any", "order")))
    if kind == "imported":
        badges = draw(st.lists(st.sampled_from(("x", "y")), max_size=2, unique=True))
        issuers = draw(st.lists(st.sampled_from(("ix", "iy")), max_size=2, unique=True))
        return Imported(NAME, tuple(badges), tuple(issuers), draw(st.integers(1, len(badges) or 2)))
    if kind == "earned":
        return Earned(draw(st.sampled_from(BADGES)))
    if kind == "endorsed":
        badges = draw(st.lists(st.sampled_from(BADGES), min_size=1, max_size=3, unique=True))
        return Endorsed(tuple(badges), draw(st.integers(1, 3)), draw(st.booleans()), draw(st.none() | ROLES))
    parts = tuple(draw(st.lists(rules(depth - 1), min_size=1, max_size=3)))
    if kind == "all":
        return All(parts)
    return AnyOf(parts, draw(st.integers(1, len(parts)))) if kind == "any" else InOrder(parts)


ENDORSINGS = st.builds(Endorsing, st.sampled_from(BADGES), st.sampled_from("xyz"), ROLES, DAYS, st.booleans())
EARNED = st.dictionaries(st.sampled_from(BADGES), DAYS)
FACTS = st.builds(Facts, EARNED, st.frozensets(ENDORSINGS, max_size=6), st.frozensets(PRIORS, max_size=4))


# ---------------------------------------------------------------- what each kind of rule says


def test_all_of_them() -> None:
    rule = All((A, B))
    half = evaluate(rule, Facts({"a": day(3)}))
    assert (half.met, half.has, missing(half), following(half)) == (False, 1, B, ("b",))
    whole = evaluate(rule, Facts({"a": day(3), "b": day(1), "c": day(9)}))
    assert (whole.met_on, missing(whole), following(whole), counted(whole)) == (day(3), None, (), ("a", "b"))


def test_any_of_them() -> None:
    rule = AnyOf((A, B, C), 2)
    half = evaluate(rule, Facts({"b": day(3)}))
    assert (half.met, missing(half), following(half)) == (False, AnyOf((A, C), 1), ("a", "c"))
    assert evaluate(rule, Facts({"b": day(3), "c": day(5), "a": day(4)})).met_on == day(4)


def test_in_order_by_the_days_of_the_facts() -> None:
    rule = InOrder((A, B, C))
    begun = evaluate(rule, Facts({"a": day(3)}))
    assert (begun.met, following(begun), missing(begun)) == (False, ("b",), InOrder((B, C)))
    assert evaluate(rule, Facts({"a": day(3), "b": day(3), "c": day(4)})).met_on == day(4), "the same day is in order"
    wrong = evaluate(rule, Facts({"a": day(3), "b": day(2), "c": day(4)}))
    assert (wrong.met, out_of_order(wrong), following(wrong)) == (False, ("b", "c"), ())
    early = evaluate(rule, Facts({"b": day(2)}))
    assert (early.met, out_of_order(early), following(early)) == (False, ("b",), ("a",))


def test_a_step_may_be_a_choice_or_praise_that_came_afterwards() -> None:
    rule = InOrder((AnyOf((A, B), 1), Endorsed(("a", "b"), 1)))
    earned = {"a": day(5), "b": day(2)}
    assert not evaluate(rule, Facts(earned, frozenset({praise("b", "x", 1)}))).met
    assert evaluate(rule, Facts(earned, frozenset({praise("b", "x", 3)}))).met_on == day(3)


def test_endorsements_count_people_by_kind() -> None:
    given_ = frozenset(
        {praise("a", "x", 4), praise("b", "x", 2), praise("b", "y", 6, As.LEADER), praise("a", "z", 1, content=True)}
    )
    facts = Facts({}, given_)
    anybody = evaluate(Endorsed(("a", "b"), 2), facts)
    assert (anybody.met_on, anybody.has) == (day(6), 2), "one person counts once, from the first day"
    assert evaluate(Endorsed(("a",), 2), facts).has == 1, "another badge's does not count"
    leaders = evaluate(Endorsed(("a", "b"), 2, role=As.LEADER), facts)
    assert (leaders.met, leaders.has, missing(leaders)) == (False, 1, Endorsed(("a", "b"), 1, role=As.LEADER))
    assert following(leaders) == ()
    assert evaluate(Endorsed(("a",), 1, of_content=True), facts).met_on == day(1)


def prior(badge: str, on: int, ends: int | None = None, issuer: str = "lms.example") -> Prior:
    return Prior(badge, frozenset({issuer}), day(on), None if ends is None else day(ends))


def test_badges_from_elsewhere_count_once_each_by_id_and_issuer() -> None:
    facts = Facts({}, priors=frozenset({prior("x", 2), prior("x", 5), prior("y", 4), prior("x", 1, issuer="other")}))
    assert evaluate(Imported(NAME, ("x",), ("lms.example",)), facts).met_on == day(2)
    two = evaluate(Imported(NAME, ("x",), ("lms.example",), 2), facts)
    assert (two.met, two.has, missing(two), following(two)) == (
        False, 1, Imported(NAME, ("x",), ("lms.example",), 1), (),
    )  # fmt: skip
    assert evaluate(Imported(NAME, (), ("lms.example",), 2), facts).met_on == day(4)
    assert not evaluate(Imported(NAME, ("z",), ()), facts).met


def test_what_is_over_counts_on_its_days_and_not_after() -> None:
    rule = All((A, Imported(NAME, ("x",), ())))
    assert judged(rule, Facts({"a": day(3)}, priors=frozenset({prior("x", 1, 5)})), day(20)).met_on == day(3)
    late = judged(rule, Facts({"a": day(5)}, priors=frozenset({prior("x", 1, 5)})), day(20))
    assert (late.met, missing(late)) == (False, Imported(NAME, ("x",), ())), "it was over on that day"
    assert judged(rule, Facts({"a": day(4)}, priors=frozenset({prior("x", 1, 5)})), day(4)).met


def test_one_pathway_may_complete_another_whichever_is_looked_at_first() -> None:
    low, high = ("p", All((A, B))), ("q", All((Earned("p"), C)))
    facts = Facts({"a": day(1), "b": day(2), "c": day(3)})
    assert {badge for badge, _ in due_pathways((low, high), facts, day(7))} == {"p", "q"}
    assert dict(due_pathways((high, low), facts, day(7))) == dict(due_pathways((low, high), facts, day(7)))
    assert due_pathways((low,), Facts({"a": day(1), "b": day(2), "p": day(2)}), day(7)) == ()


def test_what_a_rule_names() -> None:
    rule = All((A, InOrder((B, AnyOf((A, C), 1))), Endorsed(("a", "d"), 2)))
    assert badges_of(rule) == ("a", "b", "c")
    assert list(asked_endorsements(rule)) == [Endorsed(("a", "d"), 2)]


# ---------------------------------------------------------------- what always holds


Event = tuple[str, date] | Endorsing | Prior


def replayed(events: list[Event]) -> Facts:
    """State as it is built event by event, as they come in."""
    earned: dict[str, date] = {}
    endorsements: frozenset[Endorsing] = frozenset()
    priors: frozenset[Prior] = frozenset()
    for event in events:
        if isinstance(event, Endorsing):
            endorsements |= {event}
        elif isinstance(event, Prior):
            priors |= {event}
        else:
            earned[event[0]] = min(event[1], earned.get(event[0], date.max))
    return Facts(earned, endorsements, priors)


PATHWAYS = st.tuples(rules(), rules(), rules()).map(
    lambda drawn: tuple((f"p{number}", rule) for number, rule in enumerate(drawn))
)


@given(PATHWAYS, FACTS, st.randoms(use_true_random=False))
def test_replaying_history_in_any_order_gives_the_same_awards(
    pathways: tuple[tuple[str, Rule], ...], facts: Facts, chance: random.Random
) -> None:
    told: list[Event] = [*facts.earned.items(), *facts.endorsements, *facts.priors]
    once = dict(due_pathways(pathways, replayed(told), day(20)))
    chance.shuffle(told)
    shuffled = list(pathways)
    chance.shuffle(shuffled)
    assert dict(due_pathways(shuffled, replayed(told + told), day(20))) == once


@given(PATHWAYS, FACTS, st.randoms(use_true_random=False))
def test_awards_given_after_each_event_are_those_given_after_all(
    pathways: tuple[tuple[str, Rule], ...], facts: Facts, chance: random.Random
) -> None:
    told: list[Event] = [*facts.earned.items(), *facts.endorsements, *facts.priors]
    chance.shuffle(told)
    given_: set[str] = set()
    for count in range(len(told) + 1):
        given_ |= {badge for badge, _ in due_pathways(pathways, replayed(told[:count]), day(20))}
    assert given_ == {badge for badge, _ in due_pathways(pathways, facts, day(20))}


@given(rules(), FACTS, EARNED, st.frozensets(ENDORSINGS, max_size=4))
def test_a_further_fact_takes_nothing_back(
    rule: Rule, facts: Facts, more: dict[str, date], praised: frozenset[Endorsing]
) -> None:
    before = evaluate(rule, facts)
    grown = Facts(more | dict(facts.earned), facts.endorsements | praised, facts.priors)
    after = evaluate(rule, grown)
    assert not before.met or (after.met_on is not None and after.met_on <= before.met_on)
    assert not judged(rule, facts, day(20)).met or judged(rule, grown, day(20)).met


def fulfilled(rule: Rule, facts: Facts, on: date) -> tuple[Facts, date]:
    """The facts, and all that the rule asks for, done one after the other from this day on."""
    match rule:
        case Earned(badge):
            return replace(facts, earned={**facts.earned, badge: on}), on
        case Endorsed(badges, count, of_content, role):
            more = {Endorsing(badges[0], f"new {on} {n}", role or As.COLLEAGUE, on, of_content) for n in range(count)}
            return replace(facts, endorsements=facts.endorsements | more), on
        case Imported(badges=badges, issuers=issuers, count=count):
            ids = badges or tuple(f"new {on} {number}" for number in range(count))
            fresh = {Prior(badge, frozenset(issuers[:1] or {"i"}), on) for badge in ids}
            return replace(facts, priors=facts.priors | fresh), on
        case All(parts) | InOrder(parts) | AnyOf(parts):
            chosen = parts[: rule.count] if isinstance(rule, AnyOf) else parts
            for part in chosen:
                facts, on = fulfilled(part, facts, on + timedelta(days=1))
            return facts, on


@given(rules(), FACTS)
def test_doing_what_is_missing_is_enough(rule: Rule, facts: Facts) -> None:
    """Unless a badge came before its turn, or an order names one twice."""
    progress = evaluate(rule, facts)
    left = missing(progress)
    if left is None:
        assert progress.met
        return
    named = _named(rule)
    if out_of_order(progress) or len(named) != len(set(named)):
        return
    assert evaluate(rule, fulfilled(left, facts, day(30))[0]).met


def _named(rule: Rule) -> list[str]:
    match rule:
        case Earned(badge):
            return [badge]
        case All(parts) | AnyOf(parts) | InOrder(parts):
            return [badge for part in parts for badge in _named(part)]
        case _:
            return []


@given(rules(), FACTS)
def test_what_is_next_is_missing_and_not_earned(rule: Rule, facts: Facts) -> None:
    progress = evaluate(rule, facts)
    assert set(following(progress)) <= set(badges_of(rule)) - set(facts.earned)
    assert set(counted(progress)) <= set(facts.earned)
    assert progress.met == (missing(progress) is None)

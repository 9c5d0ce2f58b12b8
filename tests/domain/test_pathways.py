"""Pathways: what a rule says of dated facts, in whatever order they became known."""

from dataclasses import replace
from datetime import date, timedelta

from domain.pathway_rules import BADGES, ELSEWHERE, ISSUERS, NAME, ROLES, day, rules
from hypothesis import given
from hypothesis import strategies as st

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
    evaluate,
    following,
    missing,
    out_of_order,
)
from bot.domain.recognition import As

DAYS = st.integers(0, 9).map(day)
PRIORS = st.builds(
    lambda badge, issuer, on: Prior(badge, frozenset({issuer}), on),
    st.sampled_from((*ELSEWHERE, "z")),
    st.sampled_from(ISSUERS),
    DAYS,
)
A, B, C = Earned("a"), Earned("b"), Earned("c")


def praise(badge: str, by: str, on: int, role: As = As.COLLEAGUE, *, content: bool = False) -> Endorsing:
    return Endorsing(badge, by, role, day(on), content)


ENDORSINGS = st.builds(Endorsing, st.sampled_from(BADGES), st.sampled_from("xyz"), ROLES, DAYS, st.booleans())
EARNED = st.dictionaries(st.sampled_from(BADGES), DAYS)
FACTS = st.builds(
    Facts,
    EARNED,
    st.frozensets(ENDORSINGS, max_size=6),
    st.frozensets(PRIORS, max_size=4),
    st.frozensets(st.sampled_from(BADGES), max_size=2),
)


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


def prior(badge: str, on: int, issuer: str = "lms.example") -> Prior:
    return Prior(badge, frozenset({issuer}), day(on))


def test_badges_from_elsewhere_count_once_each_by_id_and_issuer() -> None:
    facts = Facts({}, priors=frozenset({prior("x", 2), prior("x", 5), prior("y", 4), prior("x", 1, issuer="other")}))
    assert evaluate(Imported(NAME, ("x",), ("lms.example",)), facts).met_on == day(2)
    two = evaluate(Imported(NAME, ("x",), ("lms.example",), 2), facts)
    assert (two.met, two.has, missing(two), following(two)) == (
        False, 1, Imported(NAME, ("x",), ("lms.example",), 1), (),
    )  # fmt: skip
    assert evaluate(Imported(NAME, (), ("lms.example",), 2), facts).met_on == day(4)
    assert not evaluate(Imported(NAME, ("z",), ()), facts).met


def test_a_pathway_s_own_badge_is_never_too_early() -> None:
    facts = Facts({"a": day(5), "p": day(2)}, pathways=frozenset({"p"}))
    assert evaluate(InOrder((A, Earned("p"))), facts).met_on == day(5)
    assert not evaluate(InOrder((Earned("p"), B)), replace(facts, earned={"p": day(2), "b": day(1)})).met
    assert counted(evaluate(InOrder((B, Earned("p"))), facts)) == ("p",)


def test_what_a_rule_names() -> None:
    rule = All((A, InOrder((B, AnyOf((A, C), 1))), Endorsed(("a", "d"), 2)))
    assert badges_of(rule) == ("a", "b", "c")
    assert list(asked_endorsements(rule)) == [Endorsed(("a", "d"), 2)]


# ---------------------------------------------------------------- what always holds


@given(rules(), FACTS, EARNED, st.frozensets(ENDORSINGS, max_size=4))
def test_a_further_fact_takes_nothing_back(
    rule: Rule, facts: Facts, more: dict[str, date], praised: frozenset[Endorsing]
) -> None:
    before = evaluate(rule, facts)
    grown = replace(facts, earned=more | dict(facts.earned), endorsements=facts.endorsements | praised)
    after = evaluate(rule, grown)
    assert not before.met or (after.met_on is not None and after.met_on <= before.met_on)


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

"""What holds for every staff room: order of rows, holders who left, endorsements added, any text asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.expertise.experts import Answer, Crisis, Found, Snapshot, ask
from bot.expertise.ranking import Holding, band, quality
from bot.expertise.text import fold, tokens

from .school import DEFINITIONS, TODAY

KEYS = [definition.key for definition in DEFINITIONS]
PEOPLE = [f"p{number}" for number in range(6)]
QUESTIONS = st.sampled_from(
    ["分数", "特別支援とICT", "who can teach fractions?", "エピペンとタブレット", "special needs"]
)
HOLDINGS = st.lists(
    st.builds(
        Holding,
        person=st.sampled_from(PEOPLE),
        definition=st.sampled_from(KEYS),
        level=st.integers(1, 3),
        awarded_on=st.dates(date(2020, 1, 1), TODAY),
        colleagues=st.integers(0, 12),
        leaders=st.integers(0, 3),
    ),
    max_size=14,
    unique_by=lambda holding: (holding.person, holding.definition),
)
ASKED = st.dictionaries(
    st.sampled_from(PEOPLE), st.integers(1, 300).map(lambda days: datetime(2026, 11, 1, tzinfo=UTC) - timedelta(days))
)
INDEX = Snapshot.of(DEFINITIONS, ()).index


def answer(question: str, holdings: list[Holding], asked: dict[str, datetime], exclude: str | None = None) -> Answer:
    return ask(Snapshot.of(INDEX, holdings), question, exclude=exclude, asked=asked, today=TODAY)


def people(found: Answer) -> list[str]:
    return [candidate.person for candidate in found.people] if isinstance(found, Found | Crisis) else []


@given(QUESTIONS, HOLDINGS, ASKED, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    question: str, holdings: list[Holding], asked: dict[str, datetime], chance: Random
) -> None:
    shuffled, definitions = list(holdings), list(DEFINITIONS)
    chance.shuffle(shuffled)
    chance.shuffle(definitions)
    again = ask(Snapshot.of(definitions, shuffled), question, exclude=None, asked=asked, today=TODAY)
    assert again == answer(question, holdings, asked)


@given(QUESTIONS, HOLDINGS, ASKED, st.sampled_from(PEOPLE))
def test_whoever_left_is_never_named_and_nobody_else_falls(
    question: str, holdings: list[Holding], asked: dict[str, datetime], gone: str
) -> None:
    before = people(answer(question, holdings, asked))
    after = people(answer(question, [each for each in holdings if each.person != gone], asked))
    assert gone not in after
    assert after[: len(before)][: len([p for p in before if p != gone])] == [p for p in before if p != gone]
    assert after == people(answer(question, holdings, asked, exclude=gone))


@given(QUESTIONS, HOLDINGS, ASKED, st.data())
def test_an_endorsement_never_lowers_whom_it_is_for(
    question: str, holdings: list[Holding], asked: dict[str, datetime], data: st.DataObject
) -> None:
    if not holdings:
        return
    at = data.draw(st.integers(0, len(holdings) - 1))
    role = data.draw(st.sampled_from(["colleagues", "leaders"]))
    person = holdings[at].person
    more = list(holdings)
    more[at] = replace(more[at], **{role: getattr(more[at], role) + 1})
    before, after = people(answer(question, holdings, asked)), people(answer(question, more, asked))
    if person in before:
        assert person in after
        assert after.index(person) <= before.index(person)


@given(HOLDINGS, st.text(max_size=200))
def test_any_text_is_answered_and_quoted_from_itself(holdings: list[Holding], question: str) -> None:
    found = answer(question, holdings, {})
    shown = fold(question).shown
    if isinstance(found, Found):
        for candidate in found.people:
            assert candidate.reason.matched
            assert all(matched.word in shown for matched in candidate.reason.matched)


@given(st.text(max_size=300))
def test_folding_keeps_every_place_and_folds_only_once(raw: str) -> None:
    text = fold(raw)
    assert len(text.shown) == len(text.folded)
    assert fold(text.shown).shown == text.shown or "<" in raw
    assert all(0 <= token.start < token.end <= len(text.folded) for token in tokens(text))


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_a_higher_score_is_never_in_a_lower_band(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert band(low) <= band(high)


@given(st.integers(1, 3), st.integers(0, 50), st.integers(0, 50))
def test_each_further_endorsement_adds_less(level: int, colleagues: int, leaders: int) -> None:
    def at(count: int) -> float:
        return quality(Holding("kim", "fractions", level, TODAY, count, leaders))

    assert at(colleagues) < at(colleagues + 1)
    assert at(colleagues + 2) - at(colleagues + 1) < at(colleagues + 1) - at(colleagues)

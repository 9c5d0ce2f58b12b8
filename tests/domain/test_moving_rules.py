"""Which of two facts about one person stays when they move: as properties."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import moving
from bot.domain.awards import Award
from bot.domain.learning import Completion, Progress, Route
from bot.domain.people import Person, Role
from bot.domain.recognition import As, Endorsement, Target, TargetKind

START = datetime(2026, 4, 1, tzinfo=UTC)
moments = st.integers(0, 20).map(lambda hours: START + timedelta(hours=hours))
units = st.sampled_from(["u1", "u2", "u3", "u4"])
words = st.none() | st.sampled_from(["声を落とす", "Short steps", ""])


def _completions(first_id: int) -> st.SearchStrategy[list[Completion]]:
    rows = st.lists(st.tuples(units, moments, words), unique_by=lambda row: row[0], max_size=4)
    return rows.map(
        lambda found: [
            Completion(first_id + at, f"c{first_id + at}", first_id, unit, moment, Route.OPENED, False, said)
            for at, (unit, moment, said) in enumerate(found)
        ]
    )


def _awards(first_id: int) -> st.SearchStrategy[list[Award]]:
    rows = st.lists(st.tuples(units, moments), unique_by=lambda row: row[0], max_size=4)
    return rows.map(
        lambda found: [
            Award(first_id + at, f"a{first_id + at}", 1, first_id, 1, key, moment)
            for at, (key, moment) in enumerate(found)
        ]
    )


@given(_completions(100), _completions(200))
def test_one_completion_of_each_unit_is_left_the_earliest(coming: list[Completion], there: list[Completion]) -> None:
    plan = moving.merge_completions(coming, there)
    left = [item for item in (*coming, *there) if item.id not in plan.drop]
    assert {item.unit_key for item in left} == {item.unit_key for item in (*coming, *there)}
    assert len({item.unit_key for item in left}) == len(left)
    assert {item.id for item in left} == {*plan.take, *(item.id for item in there if item.id not in plan.drop)}
    said = dict(plan.reflections)
    for kept in left:
        both = [item for item in (*coming, *there) if item.unit_key == kept.unit_key]
        assert kept.completed_at == min(item.completed_at for item in both)
        for item in both:
            assert (item.reflection or "") in (said.get(kept.id, kept.reflection) or "")


@given(_awards(100), _awards(200))
def test_one_award_of_each_badge_is_left_the_earliest(coming: list[Award], there: list[Award]) -> None:
    plan = moving.merge_awards(coming, there)
    gone = {later for later, _ in plan.give_way}
    every = {item.id: item for item in (*coming, *there)}
    left = [item for item in every.values() if item.id not in gone]
    assert len({item.achievement_key for item in left}) == len(left)
    assert {item.achievement_key for item in left} == {item.achievement_key for item in every.values()}
    assert set(plan.take) == {item.id for item in coming} - gone
    for later, kept in plan.give_way:
        assert every[later].achievement_key == every[kept].achievement_key
        assert every[later].awarded_at >= every[kept].awarded_at
        assert kept not in gone


progresses = st.builds(
    Progress, st.none() | moments, st.integers(0, 5), st.none() | st.just(date(2026, 4, 2)) | st.just(date(2026, 4, 3))
)


@given(progresses, progresses)
def test_moving_gives_no_further_guess(one: Progress, two: Progress) -> None:
    merged = moving.merge_progress(one, two)
    assert merged == moving.merge_progress(two, one)
    assert merged.wrong_tries == max(one.wrong_tries, two.wrong_tries)
    assert merged.tested_out_on in (one.tested_out_on, two.tested_out_on)
    for side in (one, two):
        assert merged.opened_at is not None or side.opened_at is None


targets = st.builds(Target, st.sampled_from(TargetKind), st.integers(1, 4))


def _endorsements(endorser: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Endorsement]]:
    rows = st.lists(
        st.tuples(endorser, targets, moments, st.none() | moments), unique_by=lambda row: (row[0], row[1]), max_size=6
    )
    return rows.map(
        lambda found: [
            Endorsement(at, f"e{at}", 1, by, target, As.COLLEAGUE, given_at, gone)
            for at, (by, target, given_at, gone) in enumerate(found, 1)
        ]
    )


CONTENT = Target(TargetKind.ACHIEVEMENT, 1)
WITHDRAWN = Endorsement(1, "e1", 1, 7, CONTENT, As.COLLEAGUE, START, START)
STANDING = Endorsement(2, "e2", 1, 8, CONTENT, As.COLLEAGUE, START + timedelta(hours=1))


@given(_endorsements(st.sampled_from([7, 8])), st.frozensets(st.integers(1, 4)))
@example([WITHDRAWN, STANDING], frozenset())
def test_what_one_person_gave_twice_is_given_once_and_never_to_themselves(
    given_: list[Endorsement], own: frozenset[int]
) -> None:
    plan = moving.merge_given(given_, own)
    assert {*plan.keep, *plan.drop} == {item.id for item in given_}
    assert not {*plan.keep} & {*plan.drop}
    kept = [item for item in given_ if item.id in plan.keep]
    assert len({item.target for item in kept}) == len(kept)
    assert not [item for item in kept if item.target.kind is TargetKind.AWARD and item.target.id in own]
    for item in given_:
        others = own if item.target.kind is TargetKind.AWARD else frozenset()
        if item.stands and item.target.id not in others:
            assert [one for one in kept if one.target == item.target and one.stands]


@given(_endorsements(st.none() | st.integers(7, 9)), _endorsements(st.none() | st.integers(7, 9)))
def test_endorsements_go_over_to_the_kept_award_once_each(
    later: Sequence[Endorsement], kept: Sequence[Endorsement]
) -> None:
    kept = [item for item in kept if item.stands]
    moved = moving.carried(later, kept, {}, 1)
    over = [item for item in later if item.id in moved.keep]
    named = [item.endorser_id for item in (*over, *kept) if item.endorser_id is not None]
    before = [item.endorser_id for item in kept if item.endorser_id is not None]
    assert len(set(named)) - len(set(before)) == len([item for item in over if item.endorser_id is not None])
    assert {item.endorser_id for item in later if item.stands} <= {item.endorser_id for item in (*over, *kept)}
    assert all(item.stands for item in over)


def test_the_only_owner_stays() -> None:
    owner = Person(1, 1, "p", "N", "ja", frozenset({Role.OWNER}))
    other = Person(2, 1, "q", "N", "ja")
    assert moving.leaves_no_owner(owner, [owner, other])
    assert not moving.leaves_no_owner(other, [owner, other])
    assert not moving.leaves_no_owner(owner, [owner, Person(3, 1, "r", "N", "ja", frozenset({Role.OWNER}))])

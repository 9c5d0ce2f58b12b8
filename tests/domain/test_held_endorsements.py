"""Which of many endorsements stand in a badge: a bounded number, the last ones of leaders and of colleagues."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.recognition import MOST_HELD, As, Endorsement, Target, held

MONDAY = datetime(2026, 6, 8, tzinfo=UTC)
GIVEN = st.lists(st.tuples(st.sampled_from((As.COLLEAGUE, As.LEADER)), st.integers(0, 9)), max_size=3 * MOST_HELD)
"""In which role, and on which day: some in the same moment."""


def _endorsements(given_: list[tuple[As, int]]) -> tuple[Endorsement, ...]:
    return tuple(
        Endorsement(number, f"e{number}", 1, number, Target.of_award(1), role, MONDAY + timedelta(days=day))
        for number, (role, day) in enumerate(given_, 1)
    )


@given(GIVEN, st.randoms(use_true_random=False))
@example([(As.LEADER, 0)] * (MOST_HELD + 1), Random(0))
@example([(As.COLLEAGUE, 0)] * (MOST_HELD + 1), Random(0))
@example([(As.LEADER, 0), (As.COLLEAGUE, 1)] * MOST_HELD, Random(0))
def test_they_are_few_the_last_ones_and_the_same_in_whatever_order_they_come(
    given_: list[tuple[As, int]], chance: Random
) -> None:
    shown = _endorsements(given_)
    chosen = held(shown)
    assert len(chosen) == min(len(shown), MOST_HELD)
    assert [each for each in shown if each in chosen] == list(chosen), "in the order given"
    for role in As:
        of_role = [each for each in shown if each.role is role]
        kept = [each for each in chosen if each.role is role]
        left = [each for each in of_role if each not in kept]
        assert len(kept) >= min(len(of_role), MOST_HELD // 2), "neither crowds the other out"
        assert all((old.given_at, old.id) < (new.given_at, new.id) for old in left for new in kept)
    mixed = list(shown)
    chance.shuffle(mixed)
    assert set(held(mixed)) == set(chosen)

"""Asking colleagues to endorse: what may be asked depends on nothing that a colleague did."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.invitations import MOST_A_WEEK, MOST_STANDING, STANDS_FOR, Invitation, left_to_ask, may_invite
from bot.domain.outcomes import Refused

NOON = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
HOLDER = 1

invitations = st.lists(
    st.builds(
        lambda asked, ago, ended: Invitation(asked, str(asked), 1, 1, asked, NOON - ago, NOON if ended else None),
        st.integers(2, 9),
        st.timedeltas(timedelta(0), 2 * STANDS_FOR),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.asked_id,
)


@given(invitations, st.integers(1, 12), st.integers(0, 2 * MOST_A_WEEK))
def test_never_more_than_three_stand_and_nobody_is_asked_twice(
    so_far: list[Invitation], asked: int, this_week: int
) -> None:
    refusal = may_invite(HOLDER, asked, so_far, NOON, this_week)
    standing = [each for each in so_far if each.ended_at is None and NOON - each.asked_at < STANDS_FOR]
    assert left_to_ask(so_far, NOON) == max(0, MOST_STANDING - len(standing))
    allowed = (
        asked != HOLDER
        and asked not in {each.asked_id for each in so_far}
        and len(standing) < MOST_STANDING
        and this_week < MOST_A_WEEK
    )
    assert (refusal is None) is allowed


def test_a_request_ends_by_itself_so_that_silence_and_an_answer_look_alike() -> None:
    three = [Invitation(i, str(i), 1, 1, i, NOON) for i in (2, 3, 4)]
    assert may_invite(HOLDER, 5, three, NOON, 0) == Refused("invite_enough", {"most": MOST_STANDING})
    assert may_invite(HOLDER, 5, three, NOON + STANDS_FOR, 0) is None
    assert may_invite(HOLDER, 2, three, NOON + STANDS_FOR, 0) == Refused("invite_twice")

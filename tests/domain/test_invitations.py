"""Asking colleagues to endorse: what may be asked depends on nothing that a colleague did."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.invitations import MOST_A_WEEK, MOST_ASKED, STANDS_FOR, Invitation, left_to_ask, may_invite
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
def test_never_more_than_three_are_asked_and_nobody_twice(so_far: list[Invitation], asked: int, this_week: int) -> None:
    refusal = may_invite(HOLDER, asked, so_far, this_week)
    assert left_to_ask(so_far) == max(0, MOST_ASKED - len(so_far))
    allowed = (
        asked != HOLDER
        and asked not in {each.asked_id for each in so_far}
        and len(so_far) < MOST_ASKED
        and this_week < MOST_A_WEEK
    )
    assert (refusal is None) is allowed


def test_who_was_asked_counts_also_once_it_has_ended() -> None:
    three = [Invitation(i, str(i), 1, 1, i, NOON - 2 * STANDS_FOR, NOON if i == 2 else None) for i in (2, 3, 4)]
    assert not any(each.stands(NOON) for each in three)
    assert may_invite(HOLDER, 5, three, 0) == Refused("invite_enough", {"most": MOST_ASKED})
    assert may_invite(HOLDER, 2, three, 0) == Refused("invite_twice")


def test_a_request_ends_by_itself_so_that_silence_and_an_answer_look_alike() -> None:
    one = Invitation(2, "2", 1, 1, 2, NOON)
    assert one.stands(NOON)
    assert not one.stands(NOON + STANDS_FOR)

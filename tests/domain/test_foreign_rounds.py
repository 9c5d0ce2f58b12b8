"""Badges from elsewhere are verified again in turn: everyone's comes, whatever becomes of the others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.foreign_rounds import AT_LEAST, AT_MOST, Waiting, in_turn, share_of_a_night

START = datetime(2026, 6, 10, tzinfo=UTC)
WAITING = st.lists(
    st.builds(
        Waiting,
        st.uuids(version=4).map(str),
        st.integers(1, 9),
        st.sampled_from("abc"),
        st.integers(0, 50).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=30,
    unique_by=lambda one: one.public_id,
)


@pytest.mark.parametrize(
    ("kept", "share"), [(0, AT_LEAST), (350, 50), (351, 51), (1400, 200), (7000, AT_MOST), (99_999, AT_MOST)]
)
def test_a_night_s_share_covers_all_in_a_week_within_bounds(kept: int, share: int) -> None:
    assert share_of_a_night(kept) == share


@given(WAITING)
def test_each_host_has_its_turn_and_the_longest_waiting_comes_first(waiting: list[Waiting]) -> None:
    turns = in_turn(waiting)
    assert sorted(turns, key=lambda one: one.public_id) == sorted(waiting, key=lambda one: one.public_id)
    assert turns == in_turn(reversed(waiting))
    for host in "abc":
        own = [one.tried_at for one in turns if one.host == host]
        assert own == sorted(own)
    first = turns[: len({one.host for one in waiting})]
    assert len({one.host for one in first}) == len(first), "one of each before the second of any"
    assert [one.tried_at for one in first] == sorted(one.tried_at for one in first)

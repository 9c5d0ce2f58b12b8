"""Lanes of the outbox are made and read in one place; those of older databases are still read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.lanes import Lane, lane_to, read_lane

keys = st.text(st.characters(categories=["L", "N"], include_characters="-_"), min_size=1, max_size=20)


@given(platform=keys, workspace=st.lists(keys, min_size=1, max_size=2).map("/".join), destination=keys)
def test_a_lane_says_where_it_leads(platform: str, workspace: str, destination: str) -> None:
    lane = lane_to(platform, workspace, destination)
    assert read_lane(lane) == Lane(platform, workspace, destination)
    assert str(read_lane(lane)) == lane


@pytest.mark.parametrize("old", ["local:east", "local:あおば小"])
def test_a_lane_of_a_whole_workspace_is_still_read(old: str) -> None:
    platform, key = old.split(":")
    assert read_lane(old) == Lane(platform, key)

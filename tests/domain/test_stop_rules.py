"""Revoking, suspending, reinstating: what leads where, and that nothing leads back from a revocation."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stops import LONGEST_REASON, Stop, StopChange, StopKind, change_stop, plain_reason
from bot.errors import Problem
from bot.services.stops import named_award

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
SUSPENDED = Stop(StopKind.SUSPENDED, "under review", NOW)
REVOKED = Stop(StopKind.REVOKED, "issued by mistake", NOW)
LATER = NOW + timedelta(days=1)


@given(st.lists(st.sampled_from(StopChange), max_size=8))
def test_a_revocation_is_for_good(changes: list[StopChange]) -> None:
    stop: Stop | None = None
    revoked: Stop | None = None
    for change in changes:
        try:
            stop = change_stop(stop, change, "why", NOW)
        except Problem:
            continue
        if change is StopChange.REVOKE:
            revoked = revoked or stop
    assert revoked is None or stop == revoked
    assert (revoked is not None) is (StopChange.REVOKE in changes)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (None, StopChange.REVOKE, Stop(StopKind.REVOKED, "why", LATER)),
        (None, StopChange.SUSPEND, Stop(StopKind.SUSPENDED, "why", LATER)),
        (SUSPENDED, StopChange.REVOKE, Stop(StopKind.REVOKED, "why", LATER)),
        (SUSPENDED, StopChange.REINSTATE, None),
    ],
)
def test_what_leads_where(before: Stop | None, change: StopChange, after: Stop | None) -> None:
    assert change_stop(before, change, " why\n", LATER) == after


@pytest.mark.parametrize(
    ("before", "change", "code"),
    [
        (None, StopChange.REINSTATE, "badge.not_suspended"),
        (SUSPENDED, StopChange.SUSPEND, "badge.suspended_already"),
        *((REVOKED, change, "badge.revoked_for_good") for change in StopChange),
    ],
)
def test_what_is_refused(before: Stop | None, change: StopChange, code: str) -> None:
    with pytest.raises(Problem) as refused:
        change_stop(before, change, "why", LATER)
    assert refused.value.code == code


@given(st.text(max_size=400))
def test_a_reason_is_one_short_line_or_none(typed: str) -> None:
    line = plain_reason(typed)
    assert len(line) <= LONGEST_REASON
    assert line.isprintable()
    assert plain_reason(line) == line


@pytest.mark.parametrize("typed", ["", " \n", "x" * (LONGEST_REASON + 1), "\x00"])
def test_a_stop_needs_a_reason(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        change_stop(None, StopChange.SUSPEND, typed, NOW)
    assert refused.value.code == "badge.bad_reason"


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        " {} ",
        "urn:uuid:{}",
        "https://badges.example/badges/{}",
        "https://x.example/badges/{}.png?a=b",
        "badges/{}/",
    ],
)
def test_a_badge_is_named_as_people_copy_it(typed: str) -> None:
    public_id = "0123abcd-0000-4000-8000-000000000001"
    assert named_award(typed.format(public_id)) == public_id

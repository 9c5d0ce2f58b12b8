"""Without an accepted agreement nothing crosses (design.md 4.17), and nobody is found beyond without their consent."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agreements import (
    Agreement,
    Purpose,
    may_accept,
    may_be_found_beyond,
    may_end,
    may_offer,
)
from bot.domain.people import Consent

NOW = datetime(2026, 11, 24, tzinfo=UTC)
moments = st.none() | st.just(NOW)
schools = st.integers(1, 4)
agreements = st.builds(
    Agreement,
    st.just(1),
    st.just("a"),
    schools,
    schools,
    st.sampled_from(Purpose),
    schools,
    st.just(NOW),
    moments,
    moments,
)


@settings(deadline=None)
@given(agreements, schools)
def test_only_the_other_school_accepts_and_only_while_it_stands(agreement: Agreement, school: int) -> None:
    allowed = may_accept(agreement, school) is None
    assert allowed is (
        school in agreement.schools
        and school != agreement.offered_by
        and agreement.accepted_at is None
        and agreement.ended_at is None
    )


@settings(deadline=None)
@given(agreements, schools)
def test_either_school_ends_it_and_nobody_else(agreement: Agreement, school: int) -> None:
    assert (may_end(agreement, school) is None) is (school in agreement.schools and agreement.ended_at is None)


@settings(deadline=None)
@given(schools, schools, st.none() | agreements)
def test_a_school_offers_to_another_one_once(own: int, other: int, already: Agreement | None) -> None:
    assert (may_offer(own, other, already) is None) is (own != other and already is None)


@settings(deadline=None)
@given(st.frozensets(st.sampled_from(Consent)), moments)
def test_being_findable_in_ones_own_school_does_not_cross(consents: frozenset[Consent], at: datetime | None) -> None:
    assert may_be_found_beyond(consents, at) is (Consent.BEYOND in consents and at is not None)

"""Who may endorse a school or an institution as an issuer."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.agreements import Agreement, Purpose
from bot.domain.institutions import Mandate
from bot.domain.issuer_endorsing import speaks_as, speaks_of_institution
from bot.domain.people import Person, Role
from bot.domain.recognition import As

NOW = datetime(2026, 6, 10, tzinfo=UTC)

agreements = st.lists(
    st.builds(
        lambda pair, purpose, accepted, ended: Agreement(
            1, "a", pair[0], pair[1], purpose, pair[0], NOW, NOW if accepted else None, NOW if ended else None
        ),
        st.lists(st.integers(1, 3), min_size=2, max_size=2, unique=True),
        st.sampled_from(Purpose),
        st.booleans(),
        st.booleans(),
    ),
    max_size=4,
)


AGREED = Agreement(1, "a", 1, 2, Purpose.FIND, 1, NOW, NOW)


@given(st.frozensets(st.sampled_from(Role), min_size=1), st.integers(1, 3), st.booleans(), agreements)
@example(frozenset({Role.LEADER}), 2, False, [AGREED])
@example(frozenset({Role.LEADER}), 2, False, [replace(AGREED, accepted_at=None)])
@example(frozenset({Role.LEADER}), 2, False, [replace(AGREED, ended_at=NOW)])
def test_nobody_without_role_and_ground_and_never_ones_own_school(
    roles: frozenset[Role], school: int, same_board: bool, standing: list[Agreement]
) -> None:
    person = Person(7, 1, "p", "森", "ja", roles)
    as_ = speaks_as(person, school, same_board=same_board, agreements=standing)
    agreed = any(
        each.accepted_at and not each.ended_at and {each.giver_id, each.receiver_id} == {1, school} for each in standing
    )
    expected = (
        None
        if school == 1
        else As.OFFICER
        if same_board and Role.OFFICER in roles
        else As.LEADER
        if agreed and Role.LEADER in roles
        else None
    )
    assert as_ is expected


mandates = st.lists(
    st.builds(
        lambda school, institution, course: Mandate(school, institution, f"i{institution}", course, NOW),
        st.integers(1, 3),
        st.integers(8, 9),
        st.sampled_from(("", "ict")),
    ),
    max_size=4,
)


@given(st.frozensets(st.sampled_from(Role), min_size=1), st.booleans(), mandates)
def test_of_an_institution_only_those_of_a_school_that_issues_for_it(
    roles: frozenset[Role], has_board: bool, standing: list[Mandate]
) -> None:
    person = Person(7, 1, "p", "森", "ja", roles)
    as_ = speaks_of_institution(person, 8, has_board=has_board, mandates=standing)
    if not any((each.school_id, each.institution_id) == (1, 8) for each in standing):
        assert as_ is None
    elif has_board and Role.OFFICER in roles:
        assert as_ is As.OFFICER
    else:
        assert as_ is (As.LEADER if Role.LEADER in roles else None)

"""What each role may do, and that the last owner stays one."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import roles
from bot.domain.outcomes import Refused
from bot.domain.people import Person, Role
from bot.domain.roles import Right, may

MATRIX = {
    Role.TEACHER: set(),
    Role.LEADER: {Right.RECOMMEND},
    Role.OFFICER: {Right.NAME_OFFICERS},
    Role.AUTHOR: set(),
    Role.OWNER: {Right.NAME_ROLES, Right.AGREE, Right.STOP_BADGES},
}
"""As the documents say it (docs/setup): anything more is a decision, not an accident."""


def somebody(*held: Role, person_id: int = 1) -> Person:
    return Person(person_id, 1, f"p{person_id}", "Ann", "en", frozenset(held))


@pytest.mark.parametrize(("role", "right"), list(product(Role, Right)))
def test_each_role_has_its_rights_and_no_other(role: Role, right: Right) -> None:
    assert may(somebody(role), right) is (right in MATRIX[role])


@settings(deadline=None)
@given(st.frozensets(st.sampled_from(Role)))
def test_several_roles_add_up_to_no_more_than_their_parts(held: frozenset[Role]) -> None:
    assert {right for right in Right if may(somebody(*held), right)} == set().union(*(MATRIX[role] for role in held))


@settings(deadline=None)
@given(st.frozensets(st.sampled_from(Role)), st.sampled_from(Role))
def test_only_owners_name_roles(held: frozenset[Role], role: Role) -> None:
    actor = somebody(*held)
    refused = roles.may_grant(actor, role, has_board=True)
    assert (refused is None) is ((Role.OFFICER if role is Role.OFFICER else Role.OWNER) in held)


def test_no_owner_makes_an_officer_and_every_owner_may_take_one_away() -> None:
    owner, officer = somebody(Role.OWNER), somebody(Role.OFFICER, person_id=2)
    assert roles.may_grant(owner, Role.OFFICER, has_board=True) == Refused("officers_name_officers")
    for actor in (owner, officer, somebody(Role.TEACHER, Role.OFFICER, person_id=3)):
        assert roles.may_revoke(actor, officer, Role.OFFICER, {1}) is None
    assert roles.may_revoke(somebody(Role.LEADER), officer, Role.OFFICER, {1}) == Refused("owners_only")
    assert roles.may_revoke(officer, somebody(Role.LEADER, Role.TEACHER), Role.LEADER, {1}) == Refused("owners_only")
    assert roles.without(officer.roles, Role.OFFICER) == {Role.TEACHER}


@pytest.mark.parametrize("role", list(Role))
def test_who_administers_the_workspace_names_some_roles_to_others(role: Role) -> None:
    admin, other = somebody(Role.TEACHER), somebody(role, Role.TEACHER, person_id=2)
    some = role in {Role.TEACHER, Role.LEADER, Role.AUTHOR}
    granted = roles.may_grant(admin, role, has_board=True, is_admin=True)
    assert (granted is None) is some
    taken = roles.may_revoke(admin, somebody(*Role, person_id=2), role, {2, 3}, is_admin=True)
    assert (taken is None) is some
    assert roles.may_grant_to(admin, other, role) is None
    assert roles.may_grant_to(admin, admin, role) == Refused("admin_not_self")
    orphaned = roles.may_grant(admin, role, has_board=True, is_admin=True, has_owner=False)
    assert (orphaned is None) is (role is not Role.OFFICER)
    assert roles.may_grant(admin, role, has_board=True, has_owner=False) is not None, "of the workspace, or nothing"
    owner = somebody(Role.OWNER)
    assert roles.may_grant_to(owner, owner, role) is None or role is Role.OFFICER


def test_an_officer_needs_a_board() -> None:
    assert roles.may_grant(somebody(Role.OFFICER), Role.OFFICER, has_board=False) == Refused("no_board")


@settings(deadline=None)
@given(st.sets(st.integers(1, 5), min_size=1), st.integers(1, 5), st.integers(0, 3))
def test_an_owner_goes_only_while_another_one_stays(owners: set[int], person_id: int, others: int) -> None:
    actor = somebody(Role.OWNER, person_id=min(owners))
    held = {Role.TEACHER, Role.OWNER} if person_id in owners else {Role.TEACHER}
    person = somebody(*held, person_id=person_id)
    revoked = roles.may_revoke(actor, person, Role.OWNER, owners)
    assert (revoked is None) is bool(owners - {person_id})
    left = roles.may_leave(person, owners, others)
    assert (left is None) is (bool(owners - {person_id}) or not others)


def test_nobody_is_left_without_any_role() -> None:
    refused = roles.may_revoke(somebody(Role.OWNER), somebody(Role.LEADER, person_id=2), Role.LEADER, {1})
    assert refused is not None
    assert refused.reason == "only_role"

"""What a role may do, and when it may be given or taken.

A role adds acts of its own to those that everybody has; it shows nothing of what belongs to other people. The owner
is no exception: an owner names roles and makes agreements, and sees no more of a colleague than any colleague does.

Whoever administers the workspace on its platform may give and take the roles of its daily life, too: an administrator
often knows first who leads and who writes. Not to themselves, since a leader's endorsement weighs more: somebody else
has to see it. An owner's role only while nobody can give it: owners speak for the school towards others.

An officer reads what people of several schools submitted to their board. So no school gives that role by itself: it
comes from an officer of the board, or from whoever runs the deployment. Taking it away is always safe.
"""

from collections.abc import Collection
from enum import StrEnum

from bot.domain.outcomes import Refused
from bot.domain.people import Person, Role


class Right(StrEnum):
    """An act that needs a role."""

    RECOMMEND = "recommend"
    """An endorsement of an award counts as a leader's recommendation."""
    NAME_ROLES = "name_roles"
    """Give and take roles, and see who has which; of officers take only."""
    NAME_OFFICERS = "name_officers"
    """Give and take the role of an officer of one's own board, and see who has it."""
    AGREE = "agree"
    """Offer, accept and end agreements with other schools."""
    STOP_BADGES = "stop_badges"
    """Revoke, suspend and reinstate badges that the school issued, of others than oneself."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.TEACHER: frozenset(),
    Role.LEADER: frozenset({Right.RECOMMEND}),
    Role.OFFICER: frozenset({Right.NAME_OFFICERS}),
    Role.AUTHOR: frozenset(),
    Role.OWNER: frozenset({Right.NAME_ROLES, Right.AGREE, Right.STOP_BADGES}),
}
"""Least privilege: what each role adds, and nothing else. Authors have no act of their own yet."""


ADMINS_NAME = frozenset({Role.TEACHER, Role.LEADER, Role.AUTHOR})
"""What whoever administers the workspace gives and takes."""


def may(person: Person, right: Right) -> bool:
    """Whether one of the person's roles brings this right."""
    return any(right in RIGHTS[role] for role in person.roles)


def may_grant(
    actor: Person, role: Role, *, has_board: bool, is_admin: bool = False, has_owner: bool = True
) -> Refused | None:
    """Whether `actor` may give this role; None means yes. An officer is of the board of the school.

    `is_admin`: they administer the workspace; `has_owner`: the school has an owner who is not gone.
    """
    if role is Role.OFFICER:
        if not may(actor, Right.NAME_OFFICERS):
            return Refused("officers_name_officers")
        return None if has_board else Refused("no_board")
    if may(actor, Right.NAME_ROLES) or (is_admin and (role in ADMINS_NAME or not has_owner)):
        return None
    return Refused("admins_name_some") if is_admin else Refused("owners_only")


def may_grant_to(
    actor: Person, person: Person, role: Role, *, same_human: Collection[int] = frozenset()
) -> Refused | None:
    """Whether `actor`, who may give this role, may give it to this person: to oneself by a role of one's own only.

    `same_human` are the ids of those who were one person with the actor once, by accounts that were linked.
    """
    if person.id in (actor.id, *same_human) and may_grant(actor, role, has_board=True) is not None:
        return Refused("admin_not_self")
    return None


def may_take(actor: Person, role: Role, *, is_admin: bool = False) -> bool:
    """Whether `actor` may take this role at all, from whomever."""
    by_role = may(actor, Right.NAME_ROLES) or (role is Role.OFFICER and may(actor, Right.NAME_OFFICERS))
    return by_role or (is_admin and role in ADMINS_NAME)


def may_name_any(actor: Person, *, is_admin: bool = False) -> bool:
    """Whether `actor` gives or takes some role, and so may look for whom they mean."""
    return is_admin or any(may_take(actor, role) for role in Role)


def may_revoke(
    actor: Person, person: Person, role: Role, owners: Collection[int], *, is_admin: bool = False
) -> Refused | None:
    """Whether `actor` may take this role from `person`; None means yes.

    `owners` are the ids of all owners of the school who are not gone, read where nobody else can change them.
    """
    if not may_take(actor, role, is_admin=is_admin):
        return Refused("admins_name_some") if is_admin else Refused("owners_only")
    if role is Role.OFFICER:
        return None
    if role is Role.OWNER and _is_last(person.id, owners):
        return Refused("last_owner_role")
    if person.roles == {role}:
        return Refused("only_role")
    return None


def without(held: frozenset[Role], role: Role) -> frozenset[Role]:
    """The roles that are left: whoever was an officer and nothing else is a teacher then."""
    return held - {role} or frozenset({Role.TEACHER})


def may_leave(person: Person, owners: Collection[int], others: int) -> Refused | None:
    """Whether the person may be forgotten; None means yes.

    The last owner first names another one, unless nobody else is there to be named.
    """
    return Refused("last_owner_leaves") if others and _is_last(person.id, owners) else None


def _is_last(person_id: int, owners: Collection[int]) -> bool:
    return set(owners) == {person_id}

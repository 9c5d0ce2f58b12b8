"""Roles that a workspace gives its people on its platform, where a school lets Sukima follow them.

A server may hold pupils and parents, too. Where it is said which role teachers wear there, whoever wears none of the
named ones is a guest. Where it is said which role leaders wear, whoever wears it there is a leader here. What a
workspace gave it takes away; what an owner, say, gave stays, whatever is worn.
"""

from collections.abc import Collection

from bot.domain.people import Account, Person, PlatformRoles, Role, Standing


def standing_with(told: Standing, named: PlatformRoles, worn: Collection[str] | None) -> Standing:
    """Somebody's place in the workspace. `told` is what the platform says by itself; `worn` their roles there, None
    where it did not say. Whoever administers the workspace stays who they are: somebody has to set this up."""
    if told is not Standing.MEMBER or named.teacher is None or worn is None:
        return told
    return Standing.MEMBER if named.of_school & set(worn) else Standing.GUEST


def should_lead(named: PlatformRoles, worn: Collection[str] | None) -> bool | None:
    """Whether somebody is a leader by what they wear; None: their platform does not say."""
    return None if named.leader is None or worn is None else named.leader in worn


def is_followed(person: Person, account: Account, *, leads: bool) -> bool:
    """Whether all is as their workspace says: they wear the leaders' role (`leads`), or it gave them none."""
    return Role.LEADER in person.roles if leads else not account.leads


def following(held: frozenset[Role], *, leads: bool) -> frozenset[Role]:
    """The roles that are left, or come, where a platform says who leads. Nobody is without any."""
    return held | {Role.LEADER} if leads else held - {Role.LEADER} or frozenset({Role.TEACHER})

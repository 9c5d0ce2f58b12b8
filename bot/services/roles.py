"""Giving and taking roles: by owners, by officers of a board that of officer, by administrators of a workspace some.

The last owner stays one, whatever happens at the same moment.
"""

from dataclasses import dataclass, replace

from bot.domain import roles
from bot.domain.outcomes import Refused
from bot.domain.people import Account, Person, Role
from bot.services.commands import ByPerson
from bot.services.names import folded
from bot.services.ports import Work
from bot.services.present import owners_here
from bot.services.promises import Kind, promise_to

BY_ADMIN = "admin"
"""Who changed a role may do it only because they administer the workspace."""
BY_PLATFORM = "platform"
"""The platform's own roles changed, and were followed."""


@dataclass(frozen=True, kw_only=True)
class NamesRoles(ByPerson):
    """`is_admin`: their platform says that they administer the workspace in which they act."""

    is_admin: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeRole(NamesRoles):
    """`to` is the public id of whom it concerns."""

    to: str
    role: Role


@dataclass(frozen=True)
class Changed:
    """Whose roles they are now. `is_new`: False when they were so before."""

    person: Person
    is_new: bool


async def grant_role(work: Work, command: ChangeRole) -> Changed | Refused:
    """Give a role to somebody of one's own school; they are told."""
    has_owner = bool(await owners_here(work))
    actor = await work.people.get(command.person_id)
    has_board = await work.directory.board_of(command.school_id) is not None
    refusal = roles.may_grant(actor, command.role, has_board=has_board, is_admin=command.is_admin, has_owner=has_owner)
    if refusal is not None:
        return refusal
    return await _change(work, command, actor, given=True)


async def revoke_role(work: Work, command: ChangeRole) -> Changed | Refused:
    """Take a role from somebody of one's own school; they are told. Two owners at once leave one of them."""
    owners = await owners_here(work)
    actor = await work.people.get(command.person_id)
    person = await work.people.by_public_id(command.to)
    if person is None:
        may_take = roles.may_take(actor, command.role, is_admin=command.is_admin)
        return Refused("unknown_thing") if may_take else Refused("owners_only")
    refusal = roles.may_revoke(actor, person, command.role, [owner.id for owner in owners], is_admin=command.is_admin)
    if refusal is not None:
        return refusal
    return await _change(work, command, actor, given=False)


async def _change(work: Work, command: ChangeRole, actor: Person, *, given: bool) -> Changed | Refused:
    found = await work.people.by_public_id(command.to)
    if found is None:
        return Refused("unknown_thing")
    await work.people.lock(found.id)
    person = await work.people.get(found.id)
    if given == (command.role in person.roles):
        return Changed(person, False)
    same = await work.links.others(actor.id) if given else frozenset[int]()
    refusal = roles.may_grant_to(actor, person, command.role, same_human=same) if given else None
    if refusal is not None:
        return refusal
    after = person.roles | {command.role} if given else roles.without(person.roles, command.role)
    by = None if roles.may_take(actor, command.role) else BY_ADMIN
    return Changed(await set_roles(work, person, after, actor=actor, by=by), True)


async def set_roles(
    work: Work, person: Person, after: frozenset[Role], *, actor: Person | None, by: str | None = None
) -> Person:
    """Keep these roles and what else changed on `person`, note each change in the audit log, and tell the person.

    They are told of what they did themselves too: nobody changes a role in somebody's name unseen. The caller has
    locked them, and the owners. `by`: what else it comes from than a role of the actor's.
    """
    changed = replace(person, roles=after)
    await work.people.save(changed)
    if by != BY_PLATFORM and Role.LEADER in person.roles ^ after:
        await forget_who_gave(work, person.id)
    if Role.OWNER in after - person.roles:
        await work.claims.put(None)  # there is an owner: nobody needs to claim the house any more
    for role in sorted(person.roles ^ after):
        given = role in after
        act = "grant_role" if given else "revoke_role"
        noted = {"role": role.value, **({"by": by} if by else {})}
        await work.audit.record(act, actor=actor, subject=person.public_id, detail=noted)
        detail = {"role": role.value, "given": "yes" if given else "no"}
        await promise_to(work, person.id, Kind.ROLE, person.id, detail=detail, once=f"role:{person.id}:{role}")
    return changed


async def forget_who_gave(work: Work, person_id: int) -> None:
    """Whether somebody leads is no platform's doing (any more): none takes it away."""
    for account in await work.people.accounts(person_id):
        if account.leads:
            await work.people.save_account(replace(account, leads=False))


async def is_own_leader(work: Work, person: Person) -> bool:
    """Whether somebody leads, and not by what a platform gave."""
    return Role.LEADER in person.roles and not any(each.leads for each in await work.people.accounts(person.id))


async def drop_officers(work: Work) -> tuple[Person, ...]:
    """Take the role of officer from everybody of the school, also from those who are only awaited; they are told.

    The caller has locked the owners. Returns who was one.
    """
    awaited = [(row, row.roles) for row in await work.staff.expected() if row.roles and Role.OFFICER in row.roles]
    await work.staff.expect([replace(row, roles=roles.without(held, Role.OFFICER)) for row, held in awaited])
    officers = [person for person in await work.people.all() if Role.OFFICER in person.roles]
    for officer in officers:
        await work.people.lock(officer.id)
        person = await work.people.get(officer.id)
        await set_roles(work, person, roles.without(person.roles, Role.OFFICER), actor=None)
    return tuple(officers)


@dataclass(frozen=True)
class Holder:
    """Somebody with the roles of theirs that the one who looks may take."""

    name: str
    roles: frozenset[Role]
    is_gone: bool


@dataclass(frozen=True)
class RolesSeen:
    """One's own roles, which ones one may give and take, and of these who has them (a teacher's is not listed)."""

    person: Person
    may_give: tuple[Role, ...]
    may_take: tuple[Role, ...]
    others: tuple[Holder, ...]


async def look_at_roles(work: Work, command: NamesRoles) -> RolesSeen:
    person, is_admin = await work.people.get(command.person_id), command.is_admin
    if not roles.may_name_any(person, is_admin=is_admin):
        return RolesSeen(person, (), (), ())
    everybody, gone = await work.people.all(), await work.people.gone()
    has = {
        "has_board": await work.directory.board_of(command.school_id) is not None,
        "has_owner": any(Role.OWNER in each.roles for each in everybody if each.id not in gone),
    }
    may_give = tuple(role for role in Role if roles.may_grant(person, role, is_admin=is_admin, **has) is None)
    may_take = tuple(role for role in Role if roles.may_take(person, role, is_admin=is_admin))
    others = [
        Holder(each.name, held, each.id in gone)
        for each in sorted(everybody, key=lambda each: each.name)
        if (held := each.roles & set(may_take)) - {Role.TEACHER}
    ]
    return RolesSeen(person, may_give, may_take, tuple(others))


@dataclass(frozen=True, kw_only=True)
class FindPerson(NamesRoles):
    """`words` are a name, `@name`, a mention as its platform writes it, or a user key."""

    words: str


@dataclass(frozen=True)
class Candidate:
    """Somebody whom the words may mean, with what tells them from others of the same name."""

    person: Person
    accounts: tuple[Account, ...]


MOST_CANDIDATES = 10


async def find_person(work: Work, command: FindPerson) -> tuple[Candidate, ...] | Refused:
    """Whom somebody who names roles means: by user key or whole name, else by a part of the name. Empty: nobody.

    Only who names roles asks so, since the answer tells who is there.
    """
    if not roles.may_name_any(await work.people.get(command.person_id), is_admin=command.is_admin):
        return Refused("owners_only")
    words = command.words.strip().removeprefix("<").removesuffix(">").lstrip("@＠!").partition("|")[0].strip()
    wanted = folded(words)
    if not wanted:
        return ()
    found = await work.people.with_user_key(words)
    if not found:
        everybody = await work.people.all()
        found = tuple(person for person in everybody if folded(person.name) == wanted)
        found = found or tuple(person for person in everybody if wanted in folded(person.name))
    some = found[: MOST_CANDIDATES + 1]
    return tuple([Candidate(person, await work.people.accounts(person.id)) for person in some])

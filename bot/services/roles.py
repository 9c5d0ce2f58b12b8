"""Giving and taking roles. Only owners do; the last owner stays one, whatever happens at the same moment."""

from dataclasses import dataclass, replace

from bot.domain import roles
from bot.domain.outcomes import Refused
from bot.domain.people import Account, Person, Role
from bot.domain.roles import Right
from bot.services.commands import ByPerson
from bot.services.names import folded
from bot.services.ports import Work
from bot.services.promises import Kind, promise_to


@dataclass(frozen=True, kw_only=True)
class ChangeRole(ByPerson):
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
    await work.people.lock_owners()
    actor = await work.people.get(command.person_id)
    has_board = await work.directory.board_of(command.school_id) is not None
    refusal = roles.may_grant(actor, command.role, has_board=has_board)
    if refusal is not None:
        return refusal
    return await _change(work, command, actor, given=True)


async def revoke_role(work: Work, command: ChangeRole) -> Changed | Refused:
    """Take a role from somebody of one's own school; they are told. Two owners at once leave one of them."""
    owners = await work.people.lock_owners()
    actor = await work.people.get(command.person_id)
    person = await work.people.by_public_id(command.to)
    if person is None:
        return Refused("unknown_thing") if roles.may(actor, Right.NAME_ROLES) else Refused("owners_only")
    refusal = roles.may_revoke(actor, person, command.role, [owner.id for owner in owners])
    if refusal is not None:
        return refusal
    return await _change(work, command, actor, given=False)


async def _change(work: Work, command: ChangeRole, actor: Person, *, given: bool) -> Changed | Refused:
    found = await work.people.by_public_id(command.to)
    if found is None:
        return Refused("unknown_thing")
    await work.people.lock(found.id)
    person = await work.people.get(found.id)
    after = person.roles | {command.role} if given else person.roles - {command.role}
    if after == person.roles:
        return Changed(person, False)
    return Changed(await set_roles(work, person, after, actor=actor), True)


async def set_roles(work: Work, person: Person, after: frozenset[Role], *, actor: Person | None) -> Person:
    """Keep these roles and what else changed on `person`, note each change in the audit log, and tell the person.

    The caller has locked them, and the owners.
    """
    changed = replace(person, roles=after)
    await work.people.save(changed)
    if Role.OWNER in after - person.roles:
        await work.claims.put(None)  # there is an owner: nobody needs to claim the house any more
    for role in sorted(person.roles ^ after):
        given = role in after
        act = "grant_role" if given else "revoke_role"
        await work.audit.record(act, actor=actor, subject=person.public_id, detail={"role": role.value})
        if actor is None or actor.id != person.id:
            detail = {"role": role.value, "given": "yes" if given else "no"}
            await promise_to(work, person.id, Kind.ROLE, person.id, detail=detail, once=f"role:{person.id}:{role}")
    return changed


@dataclass(frozen=True)
class RolesSeen:
    """One's own roles; to an owner also everybody who has more than a teacher's. `has_board`: officers are possible."""

    person: Person
    names_roles: bool
    others: tuple[Person, ...]
    has_board: bool


async def look_at_roles(work: Work, command: ByPerson) -> RolesSeen:
    person = await work.people.get(command.person_id)
    has_board = await work.directory.board_of(command.school_id) is not None
    if not roles.may(person, Right.NAME_ROLES):
        return RolesSeen(person, False, (), has_board)
    everybody = await work.people.all()
    named = [each for each in everybody if each.roles - {Role.TEACHER}]
    return RolesSeen(person, True, tuple(sorted(named, key=lambda each: each.name)), has_board)


@dataclass(frozen=True, kw_only=True)
class FindPerson(ByPerson):
    """`words` are a name, `@name`, a mention as its platform writes it, or a user key."""

    words: str


@dataclass(frozen=True)
class Candidate:
    """Somebody whom the words may mean, with what tells them from others of the same name."""

    person: Person
    accounts: tuple[Account, ...]


MOST_CANDIDATES = 10


async def find_person(work: Work, command: FindPerson) -> tuple[Candidate, ...] | Refused:
    """Whom an owner means: exactly by user key or whole name, else by a part of the name. Empty: nobody.

    Only owners ask so, since the answer tells who is there.
    """
    if not roles.may(await work.people.get(command.person_id), Right.NAME_ROLES):
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

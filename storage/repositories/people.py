"""People of one school, their accounts, roles, consents and rhythm."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Text, bindparam, select, type_coerce, update

from bot.domain.language import Lang
from bot.domain.people import Account, Consent, Person, Rest, Role
from bot.domain.spare import Planned, Rhythm
from storage import tables as t
from storage.forgetting import forget
from storage.gone import gone_people
from storage.personkeys import new_person_key
from storage.rhythms import planned_columns, rhythm_columns, to_planned, to_rhythm
from storage.scope import Scope
from storage.tombstones import account_mark, linked_mark


def to_person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        school_id=row.school_id,
        public_id=row.public_id,
        name=row.name,
        lang=row.lang,
        roles=frozenset(map(Role, row.roles)),
        consents=frozenset(map(Consent, row.consents)),
        welcomed_at=row.welcomed_at,
        findable_asked_at=row.findable_asked_at,
        subjects=tuple(row.subjects),
    )


def to_account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.school_id,
        row.person_id,
        row.workspace_id,
        row.user_key,
        row.locale,
        row.zone,
        row.gone_at,
        row.name,
        None if row.rests is None else Rest(row.rests),
        row.leads,
    )


ACCOUNT_AND_PERSON = select(
    t.person,
    t.account.c.id.label("account_id"),
    t.account.c.workspace_id,
    t.account.c.user_key,
    t.account.c.locale,
    t.account.c.zone,
    t.account.c.gone_at,
    t.account.c.name.label("account_name"),
    t.account.c.rests,
    t.account.c.leads,
).join(t.account, t.account.c.person_id == t.person.c.id)
"""Rows for `to_pair`."""
_BY_ACCOUNT = ACCOUNT_AND_PERSON.where(
    t.person.c.left_at.is_(None),
    t.account.c.workspace_id == bindparam("workspace_id"),
    t.account.c.user_key == bindparam("user_key"),
    t.account.c.school_id == bindparam("school_id"),
)
_USER_KEYS = (
    select(t.account.c.user_key)
    .join(t.person, t.person.c.id == t.account.c.person_id)
    .where(
        t.person.c.left_at.is_(None),
        t.person.c.forgotten_at.is_(None),
        t.account.c.workspace_id == bindparam("workspace_id"),
        t.account.c.school_id == bindparam("school_id"),
    )
    .order_by(t.account.c.user_key)
)
_PEOPLE = select(t.person).where(
    t.person.c.school_id == bindparam("school_id"), t.person.c.forgotten_at.is_(None), t.person.c.left_at.is_(None)
)
_BY_ID = _PEOPLE.where(t.person.c.id == bindparam("id"))
_BY_PUBLIC_ID = _PEOPLE.where(t.person.c.public_id == bindparam("public_id"))
_other = t.person.alias()
# The clock takes rows of `rhythm` only. NO KEY: others may still make rows that lead to the person.
_LOCK = (
    select(t.person.c.left_at)
    .join(t.rhythm, t.rhythm.c.person_id == t.person.c.id)
    .where(t.person.c.id == bindparam("id"), t.person.c.school_id == bindparam("school_id"))
    .with_for_update(key_share=True)
)
_IS_ANOTHER = (
    select(_other.c.id)
    .join(t.person, t.person.c.moved_to_id == _other.c.id)
    .where(t.person.c.id == bindparam("id"), t.person.c.school_id == _other.c.school_id)
)
_LOCK_SCHOOL = select(t.school.c.id).where(t.school.c.id == bindparam("id")).with_for_update(key_share=True)
_ACCOUNTS = (
    select(t.account)
    .where(t.account.c.person_id == bindparam("person_id"), t.account.c.school_id == bindparam("school_id"))
    .order_by(t.account.c.id)
)


def to_pair(row: Row[Any]) -> tuple[Person, Account]:
    """A row of a person joined with one account."""
    account = Account(
        row.account_id,
        row.school_id,
        row.id,
        row.workspace_id,
        row.user_key,
        row.locale,
        row.zone,
        row.gone_at,
        row.account_name,
        None if row.rests is None else Rest(row.rests),
        row.leads,
    )
    return to_person(row), account


class PeopleRows:
    """Implements `People`. Who was forgotten, or has moved to another school, is nobody any more."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def lock(self, person_id: int) -> None:
        """The person's row and their rhythm's. SQLite has one writer and no need of it."""
        row = await self._scope.one(_LOCK, school_id=self._scope.school_id, id=person_id)
        if row is not None and row.left_at is not None and await self._scope.one(_IS_ANOTHER, id=person_id):
            raise LookupError(f"person {person_id} is another one now")

    async def get(self, person_id: int) -> Person:
        row = await self._scope.one(_BY_ID, school_id=self._scope.school_id, id=person_id)
        if row is None:
            raise LookupError(f"no person {person_id} in this school")
        return to_person(row)

    async def exists(self, person_id: int) -> bool:
        """False once the person was forgotten."""
        return await self._scope.one(_BY_ID, school_id=self._scope.school_id, id=person_id) is not None

    async def by_public_id(self, public_id: str) -> Person | None:
        row = await self._scope.one(_BY_PUBLIC_ID, school_id=self._scope.school_id, public_id=public_id)
        return row and to_person(row)

    async def by_account(self, workspace_id: int, user_key: str) -> tuple[Person, Account] | None:
        row = await self._scope.one(
            _BY_ACCOUNT, school_id=self._scope.school_id, workspace_id=workspace_id, user_key=user_key
        )
        return row and to_pair(row)

    async def user_keys(self, workspace_id: int) -> tuple[str, ...]:
        rows = await self._scope.all(_USER_KEYS, school_id=self._scope.school_id, workspace_id=workspace_id)
        return tuple(row.user_key for row in rows)

    async def all(self) -> tuple[Person, ...]:
        rows = await self._scope.all(_PEOPLE.order_by(t.person.c.id), school_id=self._scope.school_id)
        return tuple(map(to_person, rows))

    async def gone(self) -> frozenset[int]:
        rows = await self._scope.all(gone_people().where(t.account.c.school_id == self._scope.school_id))
        return frozenset(row.person_id for row in rows)

    async def with_user_key(self, user_key: str) -> tuple[Person, ...]:
        named = select(t.account.c.person_id).where(t.account.c.user_key == user_key)
        query = _PEOPLE.where(t.person.c.id.in_(named)).order_by(t.person.c.id)
        return tuple(map(to_person, await self._scope.all(query, school_id=self._scope.school_id)))

    async def lock_owners(self) -> tuple[Person, ...]:
        """All changes of owners lock the school's row first. SQLite has one writer and no need of it."""
        await self._scope.one(_LOCK_SCHOOL, id=self._scope.school_id)
        named = type_coerce(t.person.c.roles, Text).contains(Role.OWNER.value)
        rows = await self._scope.all(_PEOPLE.where(named).order_by(t.person.c.id), school_id=self._scope.school_id)
        return tuple(map(to_person, rows))

    async def add(
        self, name: str, lang: Lang, *, workspace_id: int, user_key: str, rhythm: Rhythm, roles: frozenset[Role]
    ) -> tuple[Person, Account]:
        left = await self._left(workspace_id, user_key)
        if left is not None:
            return await self._come_back(left, name, lang, rhythm, roles)
        new = Person(0, self._scope.school_id, self._scope.new_id(), name, lang, roles)
        new = replace(
            new,
            id=await self._scope.new(
                t.person,
                school_id=new.school_id,
                public_id=new.public_id,
                name=name,
                lang=lang,
                roles=new.roles,
                consents=new.consents,
                subjects=new.subjects,
            ),
        )
        await new_person_key(self._scope, new)
        account = await self.add_account(new.id, workspace_id, user_key)
        await self._add_rhythm(new.id, rhythm)
        return new, account

    async def add_account(self, person_id: int, workspace_id: int, user_key: str) -> Account:
        marks = await self._marks(workspace_id, user_key)
        account_id = await self._scope.new(
            t.account,
            school_id=self._scope.school_id,
            person_id=person_id,
            workspace_id=workspace_id,
            user_key=user_key,
            trace=await self._trace(marks),
            human=await self._human(marks),
        )
        return Account(account_id, self._scope.school_id, person_id, workspace_id, user_key)

    async def elsewhere(self, workspace_id: int, user_key: str) -> Person | None:
        """Only on platforms whose users have one key everywhere: on others the same key may be somebody else's."""
        platform = await self._platform(workspace_id)
        if platform not in self._scope.deployment.global_users:
            return None
        row = await self._scope.one(
            select(t.person)
            .join(t.account, t.account.c.person_id == t.person.c.id)
            .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
            .where(t.workspace.c.platform == platform, t.account.c.user_key == user_key)
            .where(t.account.c.school_id == self._scope.school_id, t.person.c.left_at.is_(None))
            .order_by(t.account.c.id)
        )
        return row and to_person(row)

    async def same_user(self, account: Account) -> frozenset[int]:
        platform = await self._platform(account.workspace_id)
        if platform not in self._scope.deployment.global_users:
            return frozenset({account.id})
        rows = await self._scope.all(
            select(t.account.c.id)
            .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
            .where(t.workspace.c.platform == platform, t.account.c.user_key == account.user_key)
            .where(t.account.c.school_id == self._scope.school_id)
        )
        return frozenset(row.id for row in rows)

    async def _platform(self, workspace_id: int) -> str:
        here = (t.workspace.c.id == workspace_id) & (t.workspace.c.school_id == self._scope.school_id)
        found: str | None = await self._scope.value(select(t.workspace.c.platform).where(here))
        return found or ""

    async def _left(self, workspace_id: int, user_key: str) -> Account | None:
        """The account of somebody who moved to another school."""
        row = await self._scope.one(
            select(t.account)
            .join(t.person, t.person.c.id == t.account.c.person_id)
            .where(
                t.account.c.workspace_id == workspace_id,
                t.account.c.user_key == user_key,
                t.account.c.school_id == self._scope.school_id,
                t.person.c.left_at.is_not(None),
            )
        )
        return row and to_account(row)

    async def _come_back(
        self, account: Account, name: str, lang: Lang, rhythm: Rhythm, roles: frozenset[Role]
    ) -> tuple[Person, Account]:
        """Who acts again at a school that they moved away from begins anew there, as the same human being."""
        await self._scope.run(
            update(t.person)
            .where(t.person.c.id == account.person_id)
            .values(name=name, lang=lang, roles=roles, left_at=None)
        )
        await self.save_rhythm(account.person_id, rhythm, None)
        return await self.get(account.person_id), account

    async def _add_rhythm(self, person_id: int, rhythm: Rhythm) -> None:
        values = {**rhythm_columns(rhythm), **planned_columns(None)}
        await self._scope.run(t.rhythm.insert().values(person_id=person_id, school_id=self._scope.school_id, **values))

    async def accounts(self, person_id: int) -> tuple[Account, ...]:
        rows = await self._scope.all(_ACCOUNTS, school_id=self._scope.school_id, person_id=person_id)
        return tuple(map(to_account, rows))

    async def save_account(self, account: Account) -> None:
        await self._scope.run(
            update(t.account)
            .where(t.account.c.id == account.id, t.account.c.school_id == self._scope.school_id)
            .values(
                locale=account.locale,
                zone=account.zone,
                gone_at=account.gone_at,
                name=account.name,
                rests=account.rests,
                leads=account.leads,
            )
        )

    async def save(self, person: Person) -> None:
        await self._scope.run(
            update(t.person)
            .where(t.person.c.id == person.id, t.person.c.school_id == self._scope.school_id)
            .where(t.person.c.forgotten_at.is_(None))
            .values(
                name=person.name,
                lang=person.lang,
                roles=person.roles,
                consents=person.consents,
                welcomed_at=person.welcomed_at,
                findable_asked_at=person.findable_asked_at,
                subjects=person.subjects,
            )
        )

    async def planned(self, person_id: int) -> Planned | None:
        """The next spare moment as planned."""
        row = await self._scope.one(
            select(t.rhythm).where(
                t.rhythm.c.person_id == person_id,
                t.rhythm.c.school_id == self._scope.school_id,
                t.rhythm.c.next_offer_at.is_not(None),
            )
        )
        return row and to_planned(row)

    async def rhythm(self, person_id: int) -> Rhythm:
        row = await self._scope.one(
            select(t.rhythm).where(t.rhythm.c.person_id == person_id, t.rhythm.c.school_id == self._scope.school_id)
        )
        if row is None:
            raise LookupError(f"no person {person_id} in this school")
        return to_rhythm(row)

    async def save_rhythm(self, person_id: int, rhythm: Rhythm, planned: Planned | None) -> None:
        await self._scope.run(
            update(t.rhythm)
            .where(t.rhythm.c.person_id == person_id, t.rhythm.c.school_id == self._scope.school_id)
            .values(**rhythm_columns(rhythm), **planned_columns(planned))
        )

    async def forget(self, person_id: int) -> None:
        await self.lock(person_id)
        await self.get(person_id)
        await forget(self._scope, person_id)

    async def is_forgotten(self, workspace_id: int, user_key: str) -> bool:
        return await self._trace(await self._marks(workspace_id, user_key)) is not None

    async def _marks(self, workspace_id: int, user_key: str) -> tuple[str, ...]:
        """The marks that a user's accounts would have left behind: this one's, and where users have one key everywhere
        on their platform, those in the school's other workspaces."""
        rows = await self._scope.all(
            select(t.school.c.public_id, t.workspace.c.id, t.workspace.c.platform, t.workspace.c.key)
            .join(t.workspace, t.workspace.c.school_id == t.school.c.id)
            .where(t.school.c.id == self._scope.school_id)
            .order_by(t.workspace.c.id)
        )
        this = next((row for row in rows if row.id == workspace_id), None)
        if this is None:
            raise LookupError(f"no workspace {workspace_id} in this school")
        everywhere = this.platform in self._scope.deployment.global_users
        others = [row for row in rows if everywhere and row.platform == this.platform and row is not this]
        return tuple(
            account_mark(self._scope.deployment, row.public_id, row.platform, row.key, user_key)
            for row in (this, *others)
        )

    async def _trace(self, marks: tuple[str, ...]) -> str | None:
        found: str | None = await self._scope.value(
            select(t.tombstone.c.trace).where(
                t.tombstone.c.mark.in_(marks), t.tombstone.c.school_id == self._scope.school_id
            )
        )
        return found

    async def _human(self, marks: tuple[str, ...]) -> str | None:
        """The word that accounts share which were one person's once, where this was one of them."""
        linked = [linked_mark(self._scope.deployment, mark) for mark in marks]
        found: str | None = await self._scope.value(
            select(t.once_linked.c.human).where(
                t.once_linked.c.mark.in_(linked), t.once_linked.c.school_id == self._scope.school_id
            )
        )
        return found

"""Accounts of one human being: codes to link them, the link itself, and the mark that stays."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select, update

from bot.domain.linking import CODE_BYTES, code_from, code_shown, code_typed
from bot.domain.people import Person
from bot.domain.recognition import Endorsement, Target
from bot.domain.spare import Rhythm
from bot.services.lanes import SIGN_LANE
from bot.services.link_ports import LinkCode, Union
from bot.services.promises import Kind
from storage import tables as t
from storage.joining import join
from storage.personkeys import new_person_key
from storage.repositories.endorsements import COLUMNS, to_endorsement, visible
from storage.rhythms import planned_columns, rhythm_columns
from storage.scope import Scope
from storage.tombstones import account_mark, linked_mark

_here, _there = t.account.alias(), t.account.alias()
_OTHERS = (
    select(_there.c.person_id)
    .join(_here, _here.c.human == _there.c.human)
    .where(
        _here.c.person_id == bindparam("person_id"),
        _there.c.person_id != bindparam("person_id"),
        _here.c.school_id == bindparam("school_id"),
        _there.c.school_id == bindparam("school_id"),
    )
    .distinct()
)


def to_link(row: Row[Any]) -> LinkCode:
    return LinkCode(row.id, row.public_id, row.person_id, row.account_id, row.until, row.to_person_id)


class LinkRows:
    """Implements `Links`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    # ------------------------------------------------------------ codes

    async def begin(self, person_id: int, account_id: int | None, until: datetime) -> str:
        code = code_from(self._scope.deployment.new_secret(CODE_BYTES))
        await self.end(person_id)
        await self._scope.new(
            t.link_code,
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            person_id=person_id,
            account_id=account_id,
            mark=self._mark(code),
            made_at=self._scope.now,
            until=until,
        )
        return code_shown(code)

    async def end(self, person_id: int) -> None:
        await self._scope.run(update(t.link_code).where(self._theirs(t.link_code, person_id)).values(mark=None))

    def _mark(self, code: str) -> str:
        """A school's own: the same code of another school is another one."""
        return self._scope.deployment.mark("link", str(self._scope.school_id), code)

    def _theirs(self, table: Any, person_id: int) -> ColumnElement[bool]:
        here: ColumnElement[bool] = (table.c.person_id == person_id) & (table.c.school_id == self._scope.school_id)
        return here

    async def begun_since(self, person_id: int, moment: datetime) -> int:
        return await self._count(t.link_code, self._theirs(t.link_code, person_id) & (t.link_code.c.made_at > moment))

    async def missed_since(self, person_id: int, moment: datetime) -> int:
        return await self._count(t.link_miss, self._theirs(t.link_miss, person_id) & (t.link_miss.c.typed_at > moment))

    async def _count(self, table: Any, where: ColumnElement[bool]) -> int:
        return int(await self._scope.value(select(func.count()).select_from(table).where(where)))

    async def miss(self, person_id: int) -> None:
        await self._scope.new(
            t.link_miss, school_id=self._scope.school_id, person_id=person_id, typed_at=self._scope.now
        )

    def _open(self, *where: ColumnElement[bool]) -> Any:
        return (
            select(t.link_code)
            .where(
                t.link_code.c.school_id == self._scope.school_id,
                t.link_code.c.mark.is_not(None),
                t.link_code.c.until > self._scope.now,
                *where,
            )
            .with_for_update()
        )

    async def by_code(self, code: str) -> LinkCode | None:
        typed = code_typed(code)
        row = None if typed is None else await self._scope.one(self._open(t.link_code.c.mark == self._mark(typed)))
        return row and to_link(row)

    async def bind(self, link: LinkCode, person_id: int) -> bool:
        free = t.link_code.c.to_person_id.is_(None) | (t.link_code.c.to_person_id == person_id)
        this = update(t.link_code).where(t.link_code.c.id == link.id, t.link_code.c.school_id == self._scope.school_id)
        return await self._scope.run(this.where(free).values(to_person_id=person_id)) == 1

    async def bound(self, public_id: str, person_id: int) -> LinkCode | None:
        row = await self._scope.one(
            self._open(t.link_code.c.public_id == public_id, t.link_code.c.to_person_id == person_id)
        )
        return row and to_link(row)

    # ------------------------------------------------------------ one person, and two again

    async def unite(self, link: LinkCode, union: Union) -> None:
        if {union.stays.school_id, union.goes.school_id} != {self._scope.school_id}:
            raise LookupError("somebody of another school")
        for person in (union.stays, union.goes):
            named = self._theirs(t.account, person.id) & t.account.c.name.is_(None)
            await self._scope.run(update(t.account).where(named).values(name=person.name))
        await self._tie(union.stays.id, union.goes.id)
        await self.end(link.person_id)
        await join(self._scope, union)

    async def _tie(self, *people: int) -> None:
        """A mark for each account, and one word for all that were ever tied to one of them."""
        rows = await self._scope.all(
            select(t.account.c.id, t.account.c.user_key, t.account.c.human, t.workspace.c.platform, t.workspace.c.key)
            .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
            .where(t.account.c.person_id.in_(people), t.account.c.school_id == self._scope.school_id)
            .order_by(t.account.c.id)
        )
        former = sorted({row.human for row in rows if row.human})
        human = former[0] if former else self._scope.new_id()
        for table in (t.account, t.once_linked):
            of_school = table.c.school_id == self._scope.school_id
            await self._scope.run(update(table).where(of_school, table.c.human.in_(former[1:])).values(human=human))
        await self._scope.run(update(t.account).where(t.account.c.id.in_([row.id for row in rows])).values(human=human))
        deployment = self._scope.deployment
        school = await self._scope.value(select(t.school.c.public_id).where(t.school.c.id == self._scope.school_id))
        for row in rows:
            mark = linked_mark(deployment, account_mark(deployment, school, row.platform, row.key, row.user_key))
            await self._scope.add_unless_there(t.once_linked, mark=mark, school_id=self._scope.school_id, human=human)

    async def anonymous(self, person_ids: tuple[int, ...]) -> tuple[tuple[Endorsement, str], ...]:
        traces = select(t.account.c.trace).where(
            t.account.c.person_id.in_(person_ids),
            t.account.c.school_id == self._scope.school_id,
            t.account.c.trace.is_not(None),
        )
        rows = await self._scope.all(
            select(*COLUMNS, t.endorsement.c.by_tombstone)
            .where(t.endorsement.c.school_id == self._scope.school_id, t.endorsement.c.by_tombstone.in_(traces))
            .order_by(t.endorsement.c.id)
        )
        return tuple((to_endorsement(row), row.by_tombstone) for row in rows)

    async def part(self, account_ids: tuple[int, ...], person: Person, rhythm: Rhythm) -> Person:
        new = replace(person, id=0, public_id=self._scope.new_id())
        new = replace(
            new,
            id=await self._scope.new(
                t.person,
                school_id=self._scope.school_id,
                public_id=new.public_id,
                name=new.name,
                lang=new.lang,
                roles=new.roles,
                consents=new.consents,
                subjects=new.subjects,
            ),
        )
        await new_person_key(self._scope, new)
        values = {**rhythm_columns(rhythm), **planned_columns(None)}
        await self._scope.run(t.rhythm.insert().values(person_id=new.id, school_id=new.school_id, **values))
        theirs = t.account.c.id.in_(account_ids) & (t.account.c.school_id == self._scope.school_id)
        shown = t.link_code.c.account_id.in_(account_ids) & (t.link_code.c.school_id == self._scope.school_id)
        await self._scope.run(delete(t.link_code).where(shown))
        if (
            await self._scope.run(update(t.account).where(theirs).values(person_id=new.id, rests=None, leads=False))
            == 0
        ):
            raise LookupError("no such account in this school")
        return new

    async def follow(self, person_id: int, lane: str) -> None:
        """What is in doubt is looked up where it was sent to, what is said to one account is said there. What waits for
        them to come is tried at the new place."""
        waits = (t.outbox.c.state == "new") & t.outbox.c.in_doubt.is_(False) & (t.outbox.c.kind != Kind.SAY)
        elsewhere = t.outbox.c.lane.not_in((lane, SIGN_LANE))
        theirs = (self._theirs(t.outbox, person_id), waits, elsewhere)
        calls = update(t.outbox).where(*theirs, t.outbox.c.waits_since.is_not(None))
        await self._scope.run(calls.values(due_at=self._scope.now, waits_since=None))
        moved = await self._scope.run(update(t.outbox).where(*theirs).values(lane=lane))
        if moved:
            self._scope.lanes.add(lane)

    # ------------------------------------------------------------ what stays

    async def others(self, person_id: int) -> frozenset[int]:
        rows = await self._scope.all(_OTHERS, person_id=person_id, school_id=self._scope.school_id)
        return frozenset(row.person_id for row in rows)

    async def have_endorsed(self, people: frozenset[int], target: Target) -> bool:
        e = t.endorsement.c
        standing = select(e.id).where(
            e.endorser_id.in_(people),
            e.target_kind == target.kind,
            e.target_id == target.id,
            e.withdrawn_at.is_(None),
            visible(self._scope.school_id),
        )
        return await self._scope.value(standing.limit(1)) is not None

    async def now(self, person_id: int) -> int:
        other = t.person.alias()
        found: int | None = await self._scope.value(
            select(other.c.id)
            .join(t.person, t.person.c.moved_to_id == other.c.id)
            .where(t.person.c.id == person_id, t.person.c.left_at.is_not(None))
            .where(t.person.c.school_id == self._scope.school_id, other.c.school_id == self._scope.school_id)
        )
        return person_id if found is None else found


async def forget_links(scope: Scope, before: datetime) -> int:
    """Drop codes and wrong tries of before: they count for no limit any more. Counts the rows."""
    codes = await scope.run(delete(t.link_code).where(t.link_code.c.made_at <= before))
    return codes + await scope.run(delete(t.link_miss).where(t.link_miss.c.typed_at <= before))

"""Agreements between two schools: each of the two sees them, nobody else does (design.md 4.17)."""

from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, update

from bot.domain.agreements import Agreement, Purpose
from bot.domain.people import Person
from storage import tables as t
from storage.audit import append
from storage.personkeys import actor_hash
from storage.scope import Scope


def to_agreement(row: Row[Any]) -> Agreement:
    return Agreement(
        id=row.id,
        public_id=row.public_id,
        giver_id=row.school_id,
        receiver_id=row.receiver_id,
        purpose=Purpose(row.purpose),
        offered_by=row.offered_by,
        offered_at=row.offered_at,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
    )


class AgreementRows:
    """Implements `Agreements`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    @property
    def _ours(self) -> ColumnElement[bool]:
        return or_(t.agreement.c.school_id == self._scope.school_id, t.agreement.c.receiver_id == self._scope.school_id)

    async def standing(self) -> tuple[Agreement, ...]:
        query = select(t.agreement).where(self._ours, t.agreement.c.ended_at.is_(None)).order_by(t.agreement.c.id)
        return tuple(map(to_agreement, await self._scope.all(query)))

    async def by_public_id(self, public_id: str) -> Agreement | None:
        row = await self._scope.one(select(t.agreement).where(self._ours, t.agreement.c.public_id == public_id))
        return row and to_agreement(row)

    async def offer(self, giver_id: int, receiver_id: int, purpose: Purpose) -> Agreement | None:
        if self._scope.school_id not in (giver_id, receiver_id):
            raise LookupError("an agreement of two other schools")
        new = await self._scope.new_unless_there(
            t.agreement,
            public_id=self._scope.new_id(),
            school_id=giver_id,
            receiver_id=receiver_id,
            purpose=purpose,
            offered_by=self._scope.school_id,
            offered_at=self._scope.now,
        )
        if new is None:
            return None
        return to_agreement(await self._scope.the(select(t.agreement).where(t.agreement.c.id == new)))

    async def save(self, agreement: Agreement) -> bool:
        touched = await self._scope.run(
            update(t.agreement)
            .where(t.agreement.c.id == agreement.id, self._ours, t.agreement.c.ended_at.is_(None))
            .where(t.agreement.c.accepted_at.is_(None) if agreement.ended_at is None else t.agreement.c.id.is_not(None))
            .values(accepted_at=agreement.accepted_at, ended_at=agreement.ended_at)
        )
        return touched == 1

    async def note(self, act: str, agreement: Agreement, *, actor: Person) -> None:
        """In the order of the schools, so that two at once never wait for each other."""
        own = self._scope.school_id
        hashed = await actor_hash(self._scope, actor)
        if own not in agreement.schools:
            raise LookupError("an agreement of two other schools")
        detail = {"purpose": agreement.purpose.value}
        for school_id in sorted(agreement.schools):
            by = hashed if school_id == own else ""
            await append(self._scope, act, by, agreement.public_id, detail, school_id=school_id)

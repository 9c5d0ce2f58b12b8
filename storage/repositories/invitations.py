"""Invitations to endorse: which colleague was asked for which award."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, update

from bot.domain.invitations import Invitation
from storage import tables as t
from storage.scope import Scope


def to_invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        award_id=row.award_id,
        asked_id=row.asked_id,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
    )


_OF_AWARD = (
    select(t.invitation)
    .where(t.invitation.c.school_id == bindparam("school_id"), t.invitation.c.award_id == bindparam("award_id"))
    .order_by(t.invitation.c.id)
)


class InvitationRows:
    """Implements `Invitations`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _invitations(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(t.invitation).where(t.invitation.c.school_id == self._scope.school_id, *where)

    async def add(self, award_id: int, asked_id: int) -> Invitation | None:
        public_id, school_id, now = self._scope.new_id(), self._scope.school_id, self._scope.now
        new = await self._scope.new_unless_there(
            t.invitation,
            public_id=public_id,
            school_id=school_id,
            award_id=award_id,
            asked_id=asked_id,
            asked_at=now,
        )
        return None if new is None else Invitation(new, public_id, school_id, award_id, asked_id, now)

    async def get(self, invitation_id: int) -> Invitation | None:
        row = await self._scope.one(self._invitations(t.invitation.c.id == invitation_id))
        return row and to_invitation(row)

    async def by_public_id(self, public_id: str) -> Invitation | None:
        row = await self._scope.one(self._invitations(t.invitation.c.public_id == public_id))
        return row and to_invitation(row)

    async def of_award(self, award_id: int) -> tuple[Invitation, ...]:
        rows = await self._scope.all(_OF_AWARD, school_id=self._scope.school_id, award_id=award_id)
        return tuple(map(to_invitation, rows))

    async def asked_since(self, person_id: int, moment: datetime) -> int:
        count: int = await self._scope.value(
            select(func.count()).where(
                t.invitation.c.school_id == self._scope.school_id,
                t.invitation.c.asked_id == person_id,
                t.invitation.c.asked_at >= moment,
            )
        )
        return count

    async def end(self, invitation_id: int) -> None:
        await self._scope.run(
            update(t.invitation)
            .where(t.invitation.c.id == invitation_id, t.invitation.c.school_id == self._scope.school_id)
            .values(ended_at=self._scope.now)
        )

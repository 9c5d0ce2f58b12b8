"""Awards that expire: reminders that come due, what is being renewed, what was done again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from bot.domain.awards import Award, Evidence
from bot.domain.periods import Period
from bot.services.term_ports import DueReminder, Redone
from storage import tables as t
from storage.codec import to_plain
from storage.periods import spelt
from storage.repositories.awards import to_award
from storage.scope import Scope

AT_ONCE = 500


class TermRows:
    """Implements `Terms`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def schools_due(self) -> tuple[int, ...]:
        due = select(t.award.c.school_id).where(t.award.c.remind_at <= self._scope.now).distinct()
        return tuple(row.school_id for row in await self._scope.all(due.order_by(t.award.c.school_id)))

    async def coming(self) -> datetime | None:
        moment: datetime | None = await self._scope.value(select(func.min(t.award.c.remind_at)))
        return moment

    async def due(self) -> tuple[DueReminder, ...]:
        mine = t.award.c.school_id == self._scope.school_id
        due = select(t.award).where(mine, t.award.c.remind_at <= self._scope.now)
        rows = await self._scope.all(due.order_by(t.award.c.remind_at, t.award.c.id).limit(AT_ONCE))
        return tuple(DueReminder(to_award(row), row.remind_at) for row in rows)

    async def put_reminder(self, award_id: int, was: datetime | None, moment: datetime | None) -> bool:
        unchanged = t.award.c.remind_at.is_(None) if was is None else t.award.c.remind_at == was
        return await self._change(award_id, unchanged, remind_at=moment)

    async def renewing(self, person_id: int) -> tuple[Award, ...]:
        begun = select(t.award).where(
            t.award.c.school_id == self._scope.school_id,
            t.award.c.person_id == person_id,
            t.award.c.renewing_at.is_not(None),
        )
        return tuple(map(to_award, await self._scope.all(begun.order_by(t.award.c.id))))

    async def begin(self, award_id: int) -> None:
        await self._change(award_id, t.award.c.renewing_at.is_(None), renewing_at=self._scope.now)

    async def renew(
        self, award_id: int, valid_until: datetime, evidence: tuple[Evidence, ...], remind_at: datetime | None
    ) -> None:
        await self._change(
            award_id, valid_until=valid_until, evidence=to_plain(evidence), remind_at=remind_at, renewing_at=None
        )

    async def lapse(self, award: Award, lapsed: Period) -> None:
        await self._change(award.id, lapses=[spelt(one) for one in (*award.lapses, lapsed)])

    async def _change(self, award_id: int, *where: ColumnElement[bool], **values: Any) -> bool:
        mine = t.award.c.id == award_id, t.award.c.school_id == self._scope.school_id
        return await self._scope.run(update(t.award).where(*mine, *where).values(**values)) == 1

    async def redo(self, person_id: int, unit_key: str, *, self_assessed: bool) -> None:
        await self._scope.new(
            t.redone,
            school_id=self._scope.school_id,
            person_id=person_id,
            unit_key=unit_key,
            done_at=self._scope.now,
            self_assessed=self_assessed,
        )

    async def redone(self, person_id: int) -> tuple[Redone, ...]:
        mine = t.redone.c.person_id == person_id, t.redone.c.school_id == self._scope.school_id
        rows = await self._scope.all(select(t.redone).where(*mine).order_by(t.redone.c.done_at, t.redone.c.id))
        return tuple(Redone(row.unit_key, row.done_at, row.self_assessed) for row in rows)

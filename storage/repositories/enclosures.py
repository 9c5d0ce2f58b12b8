"""Which badges stand inside which, and in which editions (docs/decisions/0014-enclosing-parts.md)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from bot.services.enclosing_ports import Enclosure
from storage import tables as t
from storage.scope import Scope

_enclosure = t.enclosure.c


class EnclosureRows:
    """Implements `Enclosures`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def of_award(self, award_id: int) -> tuple[Enclosure, ...]:
        mine = _enclosure.award_id == award_id, _enclosure.school_id == self._scope.school_id
        rows = await self._scope.all(select(t.enclosure).where(*mine).order_by(_enclosure.part_id))
        return tuple(Enclosure(row.part_id, row.inside) for row in rows)

    async def around(self, award_id: int) -> tuple[int, ...]:
        mine = _enclosure.part_id == award_id, _enclosure.school_id == self._scope.school_id
        rows = await self._scope.all(select(_enclosure.award_id).where(*mine).order_by(_enclosure.award_id))
        return tuple(row.award_id for row in rows)

    async def enclose(self, award_id: int, part_id: int) -> bool:
        part = t.award.alias()
        of_one_person = (
            select(t.award.c.id)
            .join(part, part.c.person_id == t.award.c.person_id)
            .where(t.award.c.id == award_id, part.c.id == part_id, t.award.c.school_id == self._scope.school_id)
        )
        if await self._scope.value(of_one_person) is None:
            raise LookupError(f"no awards {award_id} and {part_id} of one person in this school")
        new = self._scope.insert(t.enclosure).values(
            award_id=award_id, part_id=part_id, school_id=self._scope.school_id, enclosed_at=self._scope.now
        )
        return await self._scope.run(new.on_conflict_do_nothing()) == 1

    async def take_out(self, award_id: int, part_id: int) -> bool:
        mine = _enclosure.award_id == award_id, _enclosure.school_id == self._scope.school_id
        return await self._scope.run(delete(t.enclosure).where(*mine, _enclosure.part_id == part_id)) == 1

    async def set_inside(self, award_id: int, part_ids: tuple[int, ...]) -> None:
        mine = _enclosure.award_id == award_id, _enclosure.school_id == self._scope.school_id
        await self._scope.run(update(t.enclosure).where(*mine).values(inside=_enclosure.part_id.in_(part_ids)))

    async def schools_ended(self) -> tuple[int, ...]:
        rows = await self._scope.all(self._ended(_enclosure.school_id).order_by(_enclosure.school_id))
        return tuple(row.school_id for row in rows)

    async def ended(self) -> tuple[int, ...]:
        mine = _enclosure.school_id == self._scope.school_id
        rows = await self._scope.all(self._ended(_enclosure.award_id).where(mine).order_by(_enclosure.award_id))
        return tuple(row.award_id for row in rows)

    def _ended(self, column: Any) -> Select[Any]:
        over = or_(t.award.c.valid_until <= self._scope.now, t.award.c.stopped_as.is_not(None))
        inside = _enclosure.inside.is_(True)
        return select(column).join(t.award, t.award.c.id == _enclosure.part_id).where(inside, over).distinct()

    async def coming(self) -> datetime | None:
        moment: datetime | None = await self._scope.value(
            select(func.min(t.award.c.valid_until))
            .join(t.enclosure, _enclosure.part_id == t.award.c.id)
            .where(_enclosure.inside.is_(True), t.award.c.valid_until > self._scope.now)
        )
        return moment

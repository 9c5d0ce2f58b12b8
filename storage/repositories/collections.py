"""Collections: which awards somebody chose to show together, and until when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.collections import BadgeCollection
from storage import tables as t
from storage.scope import Scope


def to_collection(row: Row[Any]) -> BadgeCollection:
    return BadgeCollection(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        person_id=row.person_id,
        title=row.title,
        until=row.until,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


_COLLECTIONS = select(t.collection).where(t.collection.c.school_id == bindparam("school_id"))
_BY_PUBLIC_ID = _COLLECTIONS.where(t.collection.c.public_id == bindparam("public_id"))
_OF_PERSON = _COLLECTIONS.where(t.collection.c.person_id == bindparam("person_id")).order_by(t.collection.c.id.desc())


class CollectionRows:
    """Implements `Collections`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, person_id: int, title: str, until: date, award_ids: Sequence[int]) -> BadgeCollection:
        public_id, school_id = self._scope.new_id(), self._scope.school_id
        new = await self._scope.new(
            t.collection,
            public_id=public_id,
            school_id=school_id,
            person_id=person_id,
            title=title,
            until=until,
            made_at=self._scope.now,
        )
        for place, award_id in enumerate(award_ids):
            await self._scope.run(
                self._scope.insert(t.collected).values(
                    collection_id=new, award_id=award_id, school_id=school_id, place=place
                )
            )
        return BadgeCollection(new, public_id, school_id, person_id, title, until, self._scope.now)

    async def by_public_id(self, public_id: str) -> BadgeCollection | None:
        row = await self._scope.one(_BY_PUBLIC_ID, school_id=self._scope.school_id, public_id=public_id)
        return row and to_collection(row)

    async def of_person(self, person_id: int) -> tuple[BadgeCollection, ...]:
        rows = await self._scope.all(_OF_PERSON, school_id=self._scope.school_id, person_id=person_id)
        return tuple(map(to_collection, rows))

    async def end(self, collection_id: int) -> None:
        await self._scope.run(
            update(t.collection)
            .where(
                t.collection.c.id == collection_id,
                t.collection.c.school_id == self._scope.school_id,
                t.collection.c.ended_at.is_(None),
            )
            .values(ended_at=self._scope.now)
        )

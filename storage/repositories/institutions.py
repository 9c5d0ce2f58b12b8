"""Renaming and removing the transaction's institution."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update

from bot.domain.language import Bilingual
from bot.domain.recognition import TargetKind
from storage import tables as t
from storage.removing import removal
from storage.scope import Scope


class InstitutionRows:
    """Implements `Institutions`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def rename(self, name: Bilingual) -> bool:
        await self._scope.the(select(t.school.c.id).where(self._this()))
        new = update(t.school).where(self._this(), (t.school.c.name_ja != name.ja) | (t.school.c.name_en != name.en))
        return await self._scope.run(new.values(name_ja=name.ja, name_en=name.en)) == 1

    async def issued_since(self) -> datetime | None:
        row = await self._scope.the(select(t.school.c.issued_at).where(self._this()).with_for_update())
        found: datetime | None = row.issued_at
        return found

    async def is_endorsed(self) -> bool:
        target = t.endorsement.c
        endorsed = exists().where(target.target_kind == TargetKind.ISSUER, target.school_id == self._scope.school_id)
        listed = exists().where(t.status_entry.c.school_id == self._scope.school_id)
        return bool(await self._scope.value(select(endorsed | listed)))

    async def remove(self) -> None:
        row = await self._scope.the(select(t.school.c.public_id).where(self._this()))
        for statement in removal(self._scope.school_id, row.public_id, self._scope.now):
            await self._scope.run(statement)

    def _this(self) -> ColumnElement[bool]:
        return (
            (t.school.c.id == self._scope.school_id)
            & t.school.c.issues_only.is_(True)
            & t.school.c.removed_at.is_(None)
        )

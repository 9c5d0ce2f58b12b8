"""Schools and workspaces: the one repository that looks over all schools, to find the right one."""

from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from bot.domain.language import Bilingual, Lang
from bot.domain.people import School, Workspace
from storage import tables as t
from storage.scope import Scope


def to_school(row: Row[Any]) -> School:
    return School(
        id=row.id,
        public_id=row.public_id,
        key=row.key,
        name=Bilingual(row.name_ja, row.name_en),
        zone=row.zone,
        lang=row.lang,
        country=row.country,
        period_times=tuple((number, start, end) for number, start, end in row.period_times),
        rehearsal=row.rehearsal,
    )


def to_workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        id=row.id,
        school_id=row.school_id,
        platform=row.platform,
        key=row.key,
        staff_channel=row.staff_channel,
        lang=row.lang,
        emoji=tuple(row.emoji),
    )


def _named(platform: str, key: str) -> Select[Any]:
    return select(t.workspace).where(t.workspace.c.platform == platform, t.workspace.c.key == key)


_SCHOOL = select(t.school).where(t.school.c.id == bindparam("id"))
_WORKSPACE = select(t.workspace).where(t.workspace.c.id == bindparam("id"))


class DirectoryRows:
    """Implements `Directory`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def school(self, school_id: int) -> School:
        row = await self._scope.one(_SCHOOL, id=school_id)
        if row is None:
            raise LookupError(f"no school {school_id}")
        return to_school(row)

    async def schools(self) -> tuple[School, ...]:
        return tuple(map(to_school, await self._scope.all(select(t.school).order_by(t.school.c.id))))

    async def add_school(
        self,
        key: str,
        name: Bilingual,
        *,
        zone: str,
        lang: Lang,
        country: str,
        period_times: tuple[tuple[int, int, int], ...],
        rehearsal: bool,
    ) -> School:
        await self._scope.new_unless_there(
            t.school,
            public_id=self._scope.new_id(),
            key=key,
            name_ja=name.ja,
            name_en=name.en,
            zone=zone,
            lang=lang,
            country=country,
            period_times=period_times,
            rehearsal=rehearsal,
        )
        return to_school(await self._scope.the(select(t.school).where(t.school.c.key == key)))

    async def workspace(self, platform: str, key: str) -> Workspace | None:
        row = await self._scope.one(_named(platform, key))
        return row and to_workspace(row)

    async def workspace_by_id(self, workspace_id: int) -> Workspace:
        row = await self._scope.one(_WORKSPACE, id=workspace_id)
        if row is None:
            raise LookupError(f"no workspace {workspace_id}")
        return to_workspace(row)

    async def add_workspace(
        self, school_id: int, platform: str, key: str, *, staff_channel: str, lang: Lang, emoji: tuple[str, ...]
    ) -> Workspace:
        await self._scope.new_unless_there(
            t.workspace,
            school_id=school_id,
            platform=platform,
            key=key,
            staff_channel=staff_channel,
            lang=lang,
            emoji=emoji,
        )
        return to_workspace(await self._scope.the(_named(platform, key)))

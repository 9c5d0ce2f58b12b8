"""Schools and workspaces: the one repository that looks over all schools, to find the right one."""

from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, select, type_coerce, update

from bot.domain.language import Bilingual, Lang
from bot.domain.people import Board, PlatformRoles, Role, School, Workspace
from storage import tables as t
from storage.scope import Scope


def to_school(row: Row[Any], prefix: str = "") -> School:
    """`prefix` begins the names of its columns where they stand beside others'."""
    told = row._mapping  # public in spite of its name
    return School(
        id=told[f"{prefix}id"],
        public_id=told[f"{prefix}public_id"],
        key=told[f"{prefix}key"],
        name=Bilingual(told[f"{prefix}name_ja"], told[f"{prefix}name_en"]),
        zone=told[f"{prefix}zone"],
        lang=told[f"{prefix}lang"],
        country=told[f"{prefix}country"],
        period_times=tuple((number, start, end) for number, start, end in told[f"{prefix}period_times"]),
        rehearsal=told[f"{prefix}rehearsal"],
        url=told[f"{prefix}url"],
        issues_only=told[f"{prefix}issues_only"],
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
        roles=PlatformRoles(row.teacher_role, row.leader_role),
    )


def to_board(row: Row[Any]) -> Board:
    return Board(row.id, row.public_id, row.key, Bilingual(row.name_ja, row.name_en))


def _named(platform: str, key: str) -> Select[Any]:
    return select(t.workspace).where(t.workspace.c.platform == platform, t.workspace.c.key == key)


_HAS_PEOPLE = t.school.c.issues_only.is_(False)
_INSTITUTIONS = select(t.school).where(t.school.c.issues_only.is_(True), t.school.c.removed_at.is_(None))
_SCHOOL = select(t.school).where(t.school.c.id == bindparam("id"))
_WORKSPACE = select(t.workspace).where(t.workspace.c.id == bindparam("id"))


_LAST_USED = (
    select(t.workspace.c.key)
    .join(t.account, t.account.c.workspace_id == t.workspace.c.id)
    .join(t.contact, t.contact.c.account_id == t.account.c.id)
    .where(
        t.workspace.c.platform == bindparam("platform"),
        t.account.c.user_key == bindparam("user_key"),
        t.contact.c.came_at.is_not(None),
    )
    .order_by(t.contact.c.came_at.desc(), t.contact.c.account_id)
    .limit(1)
)
_KNOWN_IN = (
    select(t.workspace.c.key)
    .join(t.account, t.account.c.workspace_id == t.workspace.c.id)
    .where(t.workspace.c.platform == bindparam("platform"), t.account.c.user_key == bindparam("user_key"))
    .order_by(t.account.c.id)
)


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
        return tuple(map(to_school, await self._scope.all(select(t.school).where(_HAS_PEOPLE).order_by(t.school.c.id))))

    async def institutions(self) -> tuple[School, ...]:
        return tuple(map(to_school, await self._scope.all(_INSTITUTIONS.order_by(t.school.c.key))))

    async def institution_by_key(self, key: str) -> School | None:
        row = await self._scope.one(_INSTITUTIONS.where(t.school.c.key == key))
        return row and to_school(row)

    async def add_institution(
        self, key: str, name: Bilingual, *, url: str, zone: str, lang: Lang, rehearsal: bool
    ) -> School:
        await self._scope.new_unless_there(
            t.school,
            public_id=self._scope.new_id(),
            key=key,
            name_ja=name.ja,
            name_en=name.en,
            zone=zone,
            lang=lang,
            country="",  # whose holidays nobody there has
            period_times=(),
            rehearsal=rehearsal,
            url=url,
            issues_only=True,
        )
        return to_school(await self._scope.the(_INSTITUTIONS.where(t.school.c.key == key)))

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
        return to_school(await self._scope.the(select(t.school).where(t.school.c.key == key, _HAS_PEOPLE)))

    async def school_by_key(self, key: str) -> School | None:
        row = await self._scope.one(select(t.school).where(t.school.c.key == key, _HAS_PEOPLE))
        return row and to_school(row)

    async def school_of_award(self, public_id: str) -> School | None:
        found = select(t.award.c.school_id).where(t.award.c.public_id == public_id)
        row = await self._scope.one(select(t.school).where(t.school.c.id.in_(found)))
        return row and to_school(row)

    async def board_by_key(self, key: str) -> Board | None:
        row = await self._scope.one(select(t.board).where(t.board.c.key == key))
        return row and to_board(row)

    async def boards(self) -> tuple[Board, ...]:
        return tuple(map(to_board, await self._scope.all(select(t.board).order_by(t.board.c.id))))

    async def add_board(self, key: str, name: Bilingual) -> Board:
        await self._scope.new_unless_there(
            t.board, public_id=self._scope.new_id(), key=key, name_ja=name.ja, name_en=name.en
        )
        return to_board(await self._scope.the(select(t.board).where(t.board.c.key == key)))

    async def board_of(self, school_id: int) -> Board | None:
        row = await self._scope.one(
            select(t.board)
            .join(t.membership, t.membership.c.board_id == t.board.c.id)
            .where(t.membership.c.school_id == school_id)
        )
        return row and to_board(row)

    async def under(self, board_id: int) -> tuple[School, ...]:
        members = select(t.membership.c.school_id).where(t.membership.c.board_id == board_id)
        query = select(t.school).where(t.school.c.id.in_(members)).order_by(t.school.c.id)
        return tuple(map(to_school, await self._scope.all(query)))

    async def put_under(self, school_id: int, board_id: int) -> None:
        put = self._scope.insert(t.membership).values(school_id=school_id, board_id=board_id)
        await self._scope.run(put.on_conflict_do_update(index_elements=["school_id"], set_={"board_id": board_id}))

    async def workspaces(self, school_id: int) -> tuple[Workspace, ...]:
        query = select(t.workspace).where(t.workspace.c.school_id == school_id).order_by(t.workspace.c.id)
        return tuple(map(to_workspace, await self._scope.all(query)))

    async def has_owner(self) -> bool:
        """Roles are words apart by blanks, and no role's name is part of another's."""
        named = type_coerce(t.person.c.roles, Text).contains(Role.OWNER.value)
        query = select(t.person.c.id).where(named, t.person.c.forgotten_at.is_(None)).limit(1)
        return await self._scope.one(query) is not None

    async def workspace(self, platform: str, key: str) -> Workspace | None:
        row = await self._scope.one(_named(platform, key))
        return row and to_workspace(row)

    async def last_used(self, platform: str, user_key: str) -> str | None:
        key: str | None = await self._scope.value(_LAST_USED, platform=platform, user_key=user_key)
        return key

    async def known_in(self, platform: str, user_key: str) -> tuple[str, ...]:
        rows = await self._scope.all(_KNOWN_IN, platform=platform, user_key=user_key)
        return tuple(row.key for row in rows)

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

    async def save_workspace(self, workspace: Workspace) -> None:
        await self._scope.run(
            update(t.workspace)
            .where(t.workspace.c.id == workspace.id, t.workspace.c.school_id == workspace.school_id)
            .values(
                staff_channel=workspace.staff_channel,
                lang=workspace.lang,
                teacher_role=workspace.roles.teacher,
                leader_role=workspace.roles.leader,
            )
        )

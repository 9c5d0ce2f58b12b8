"""Badges that people took in from elsewhere, with their files; and the issuers that the school trusts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, delete, func, select, update

from bot.domain.foreign import Fault, Foreign
from bot.domain.foreign_rounds import Waiting
from bot.domain.trust import TrustedIssuer
from bot.services.foreign_ports import Coming, ForeignFile
from storage import tables as t
from storage.gone import gone_people
from storage.scope import Scope

_NOT_TOLD = ("file", "copy", "published", "mark", "address_mark")
_TOLD = [column for column in t.foreign_badge.c if column.name not in _NOT_TOLD]
_FILES = select(
    t.foreign_badge.c.public_id, t.foreign_badge.c.file, t.foreign_badge.c.copy, t.foreign_badge.c.is_picture
)


def to_foreign(row: Row[Any]) -> Foreign:
    return Foreign(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        issuer=row.issuer,
        host=row.host,
        issuer_name=row.issuer_name,
        name=row.name,
        badge_id=row.badge_id,
        about=row.about,
        tags=tuple(row.tags),
        awarded_on=row.awarded_on,
        expires_at=row.expires_at,
        taken_at=row.taken_at,
        checked_at=row.checked_at,
        tried_at=row.tried_at,
        revoked_at=row.revoked_at,
        revoked_why=row.revoked_why,
        fault=None if row.fault is None else Fault(row.fault),
        faulty_at=row.faulty_at,
        findable_at=row.findable_at,
        is_picture=row.is_picture,
    )


def to_file(row: Row[Any]) -> ForeignFile:
    return ForeignFile(row.public_id, bytes(row.file), None if row.copy is None else bytes(row.copy), row.is_picture)


class ForeignRows:
    """Implements `ForeignBadges`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def of_person(self, person_id: int) -> tuple[Foreign, ...]:
        return await self._all(self._here(t.foreign_badge.c.person_id == person_id))

    async def by_public_id(self, public_id: str) -> Foreign | None:
        return await self._one(self._here(t.foreign_badge.c.public_id == public_id))

    async def marked(self, mark: str) -> Foreign | None:
        return await self._one(self._here(t.foreign_badge.c.mark == mark))

    async def keep(self, person_id: int, coming: Coming) -> Foreign | None:
        kept = await self._scope.new_unless_there(
            t.foreign_badge,
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            person_id=person_id,
            mark=coming.mark,
            taken_at=self._scope.now,
            **self._found(coming),
        )
        return None if kept is None else await self._one(self._here(t.foreign_badge.c.id == kept))

    async def note_good(self, foreign_id: int, coming: Coming) -> None:
        await self._save(foreign_id, revoked_at=None, revoked_why="", fault=None, faulty_at=None, **self._found(coming))

    async def note_tried(self, foreign_id: int) -> None:
        await self._save(foreign_id, tried_at=self._scope.now)

    async def note_fault(self, foreign_id: int, fault: Fault, why: str, since: datetime) -> None:
        now = self._scope.now
        first = func.coalesce(t.foreign_badge.c.faulty_at, now)
        await self._save(foreign_id, tried_at=now, revoked_at=since, revoked_why=why, fault=fault, faulty_at=first)

    async def note_address(self, person_id: int, foreign_id: int, address: str) -> None:
        former = await self.taken_from(person_id, address)
        if former is not None:
            await self._save(former.id, address_mark=None)
        row = await self._scope.the(select(t.foreign_badge.c.public_id).where(*self._this(foreign_id)))
        await self._save(foreign_id, address_mark=self._address_mark(row.public_id, address))

    async def taken_from(self, person_id: int, address: str) -> Foreign | None:
        one = t.foreign_badge.c
        marked = select(one.public_id, one.address_mark).where(
            one.school_id == self._scope.school_id, one.person_id == person_id, one.address_mark.is_not(None)
        )
        for row in await self._scope.all(marked):
            if row.address_mark == self._address_mark(row.public_id, address):
                return await self.by_public_id(row.public_id)
        return None

    def _address_mark(self, public_id: str, address: str) -> str:
        """Of each badge its own, so that nobody sees who else had the same address; it goes along with a move."""
        return self._scope.deployment.mark("foreign_address", public_id, address)

    async def save_findable(self, foreign_id: int, at: datetime | None) -> None:
        await self._save(foreign_id, findable_at=at)

    async def drop(self, foreign_id: int) -> None:
        await self._scope.run(delete(t.foreign_badge).where(*self._this(foreign_id)))

    async def file(self, foreign_id: int) -> ForeignFile | None:
        row = await self._scope.one(_FILES.where(*self._this(foreign_id)))
        return row and to_file(row)

    async def by_file(self, person_id: int, file: bytes) -> Foreign | None:
        one = t.foreign_badge.c
        # The length first: it is known without reading the files.
        same = self._here(one.person_id == person_id, func.length(one.file) == len(file), one.file == file)
        return await self._one(same.limit(1))

    async def published_at(self, person_id: int, addresses: Collection[str]) -> Foreign | None:
        one = t.foreign_badge.c
        return await self._one(self._here(one.person_id == person_id, one.published.in_(addresses)).limit(1))

    async def files(self, person_id: int) -> tuple[ForeignFile, ...]:
        own = _FILES.where(
            t.foreign_badge.c.school_id == self._scope.school_id, t.foreign_badge.c.person_id == person_id
        )
        return tuple(map(to_file, await self._scope.all(own.order_by(t.foreign_badge.c.id))))

    async def waiting(self, before: datetime) -> tuple[Waiting, ...]:
        one = t.foreign_badge.c
        rows = await self._scope.all(
            select(one.public_id, one.person_id, one.host, one.tried_at).where(
                one.school_id == self._scope.school_id, one.tried_at < before
            )
        )
        return tuple(Waiting(row.public_id, row.person_id, row.host, row.tried_at) for row in rows)

    async def number(self) -> int:
        one = t.foreign_badge.c
        query = select(func.count().label("kept")).where(one.school_id == self._scope.school_id)
        return int((await self._scope.the(query)).kept)

    async def findable(self) -> tuple[Foreign, ...]:
        return await self._all(
            self._here(
                t.foreign_badge.c.findable_at.is_not(None),
                t.foreign_badge.c.revoked_at.is_(None),
                t.foreign_badge.c.person_id.not_in(gone_people()),
            )
        )

    def _found(self, coming: Coming) -> dict[str, Any]:
        """What a look that found it good has told."""
        return {
            "issuer": coming.issuer,
            "host": coming.host,
            "issuer_name": coming.issuer_name,
            "name": coming.name,
            "badge_id": coming.badge_id,
            "about": coming.about,
            "tags": list(coming.tags),
            "awarded_on": coming.awarded_on,
            "expires_at": coming.expires_at,
            "is_picture": coming.is_picture,
            "file": coming.file,
            "copy": coming.copy,
            "published": coming.published,
            "checked_at": self._scope.now,
            "tried_at": self._scope.now,
        }

    def _here(self, *where: ColumnElement[bool]) -> Select[Any]:
        own = select(*_TOLD).where(t.foreign_badge.c.school_id == self._scope.school_id, *where)
        return own.order_by(t.foreign_badge.c.awarded_on.desc(), t.foreign_badge.c.id.desc())

    def _this(self, foreign_id: int) -> tuple[ColumnElement[bool], ...]:
        return (t.foreign_badge.c.id == foreign_id, t.foreign_badge.c.school_id == self._scope.school_id)

    async def _save(self, foreign_id: int, **values: Any) -> None:
        await self._scope.run(update(t.foreign_badge).where(*self._this(foreign_id)).values(**values))

    async def _one(self, query: Select[Any]) -> Foreign | None:
        row = await self._scope.one(query)
        return row and to_foreign(row)

    async def _all(self, query: Select[Any]) -> tuple[Foreign, ...]:
        return tuple(map(to_foreign, await self._scope.all(query)))


class TrustRows:
    """Implements `Trust`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def all(self) -> tuple[TrustedIssuer, ...]:
        return tuple(one for one in await self.ever() if one.until is None)

    async def ever(self) -> tuple[TrustedIssuer, ...]:
        own = select(t.trusted_issuer).where(t.trusted_issuer.c.school_id == self._scope.school_id)
        rows = await self._scope.all(own.order_by(t.trusted_issuer.c.name, t.trusted_issuer.c.issuer))
        return tuple(TrustedIssuer(row.issuer, row.name, row.since, row.until) for row in rows)

    async def put(self, issuer: str, name: str) -> None:
        new = self._scope.insert(t.trusted_issuer).values(
            school_id=self._scope.school_id, issuer=issuer, name=name, since=self._scope.now
        )
        former = t.trusted_issuer.c
        since = case((former.until.is_(None), former.since), else_=new.excluded.since)
        await self._scope.run(
            new.on_conflict_do_update(
                index_elements=["school_id", "issuer"], set_={"name": name, "since": since, "until": None}
            )
        )

    async def drop(self, issuer: str) -> bool:
        listed = t.trusted_issuer.c
        this = (listed.school_id == self._scope.school_id) & (listed.issuer == issuer) & listed.until.is_(None)
        return await self._scope.run(update(t.trusted_issuer).where(this).values(until=self._scope.now)) == 1

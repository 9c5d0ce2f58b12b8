"""One-time links and sessions. Finding one by its mark looks over all schools: it is all that a browser has."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_, select, update

from bot.domain.sessions import Door, Room, Session
from storage import tables as t
from storage.scope import Scope


def to_door(row: Row[Any]) -> Door:
    return Door(row.id, row.school_id, row.person_id, row.until, Room(row.room), row.used_at)


def to_session(row: Row[Any]) -> Session:
    return Session(row.id, row.public_id, row.school_id, row.person_id, row.browser, row.begun_at, row.seen_at)


_DOOR = select(t.door).where(t.door.c.mark == bindparam("mark"))
_SESSION = select(t.session).where(t.session.c.mark == bindparam("mark"))


class ThresholdRows:
    """Implements `Threshold`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def door(self, mark: str) -> Door | None:
        row = await self._scope.one(_DOOR, mark=mark)
        return row and to_door(row)

    async def session(self, mark: str) -> Session | None:
        row = await self._scope.one(_SESSION, mark=mark)
        return row and to_session(row)


class SessionRows:
    """Implements `Sessions`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add_door(self, person_id: int, mark: str, until: datetime, room: Room) -> Door:
        school_id = self._scope.school_id
        new = await self._scope.new(
            t.door,
            school_id=school_id,
            person_id=person_id,
            mark=mark,
            until=until,
            room=room,
            made_at=self._scope.now,
        )
        return Door(new, school_id, person_id, until, room)

    async def use_door(self, person_id: int, mark: str, now: datetime) -> Door | None:
        this = (t.door.c.mark == mark) & (t.door.c.person_id == person_id)
        used = await self._scope.run(
            update(t.door)
            .where(this, t.door.c.school_id == self._scope.school_id)
            .where(t.door.c.used_at.is_(None), t.door.c.until > now)
            .values(used_at=now)
        )
        return to_door(await self._scope.the(select(t.door).where(this))) if used else None

    async def drop_doors(self, person_id: int, before: datetime) -> None:
        await self._scope.run(
            delete(t.door)
            .where(t.door.c.person_id == person_id, t.door.c.school_id == self._scope.school_id)
            .where(t.door.c.until <= before)
        )

    async def add(self, person_id: int, mark: str, browser: str) -> Session:
        public_id, school_id, now = self._scope.new_id(), self._scope.school_id, self._scope.now
        new = await self._scope.new(
            t.session,
            public_id=public_id,
            school_id=school_id,
            person_id=person_id,
            mark=mark,
            browser=browser,
            begun_at=now,
            seen_at=now,
        )
        return Session(new, public_id, school_id, person_id, browser, now, now)

    async def note_use(self, person_id: int, public_id: str) -> None:
        await self._scope.run(
            update(t.session)
            .where(t.session.c.person_id == person_id, t.session.c.school_id == self._scope.school_id)
            .where(t.session.c.public_id == public_id)
            .values(seen_at=self._scope.now)
        )

    async def of_person(self, person_id: int) -> tuple[Session, ...]:
        rows = await self._scope.all(
            select(t.session)
            .where(t.session.c.person_id == person_id, t.session.c.school_id == self._scope.school_id)
            .order_by(t.session.c.begun_at.desc(), t.session.c.id.desc())
        )
        return tuple(map(to_session, rows))

    async def end(self, person_id: int, public_id: str) -> None:
        await self._scope.run(
            delete(t.session)
            .where(t.session.c.person_id == person_id, t.session.c.school_id == self._scope.school_id)
            .where(t.session.c.public_id == public_id)
        )

    async def end_all(self, person_id: int, *, but: str | None = None) -> None:
        school_id = self._scope.school_id
        await self._scope.run(
            delete(t.session)
            .where(t.session.c.person_id == person_id, t.session.c.school_id == school_id)
            .where(t.session.c.public_id != (but or ""))
        )
        await self._scope.run(delete(t.door).where(t.door.c.person_id == person_id, t.door.c.school_id == school_id))


async def forget_ended(scope: Scope, last_use: datetime, beginning: datetime, doors: datetime) -> int:
    """Drop sessions last used or begun no later than these moments, and links that opened no later than `doors`,
    of all schools. Counts them."""
    ended = await scope.run(
        delete(t.session).where(or_(t.session.c.seen_at <= last_use, t.session.c.begun_at <= beginning))
    )
    return ended + await scope.run(delete(t.door).where(t.door.c.until <= doors))

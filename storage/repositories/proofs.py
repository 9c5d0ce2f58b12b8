"""Addresses that people proved by a code sent by mail, and the codes, which are kept as keyed hashes."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from bot.domain.proofs import CODE_BYTES, MOST_TRIES, AskedCode, MailAddress, code_from
from storage import mail_counts
from storage import tables as t
from storage.scope import Scope


def to_mail_address(row: Row[Any]) -> MailAddress:
    return MailAddress(row.public_id, row.address, row.proved_at)


class ProofRows:
    """Implements `MailProofs`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def of_person(self, person_id: int) -> tuple[MailAddress, ...]:
        query = select(t.mail_address).where(self._theirs(t.mail_address, person_id)).order_by(t.mail_address.c.id)
        return tuple(map(to_mail_address, await self._scope.all(query)))

    async def keep(self, person_id: int, address: str) -> MailAddress:
        await self._scope.new_unless_there(
            t.mail_address,
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            person_id=person_id,
            address=address,
            proved_at=self._scope.now,
        )
        this = select(t.mail_address).where(
            self._theirs(t.mail_address, person_id), t.mail_address.c.address == address
        )
        return to_mail_address(await self._scope.the(this))

    async def drop(self, person_id: int, public_id: str) -> MailAddress | None:
        this = delete(t.mail_address).where(
            self._theirs(t.mail_address, person_id), t.mail_address.c.public_id == public_id
        )
        row = await self._scope.one(this.returning(t.mail_address))
        return row and to_mail_address(row)

    async def ask(self, person_id: int, address: str, until: datetime) -> str:
        await self.end(person_id)
        code = code_from(self._scope.deployment.new_secret(CODE_BYTES))
        mark = self._mark(person_id, address, code)
        await self._scope.new(
            t.mail_code,
            school_id=self._scope.school_id,
            person_id=person_id,
            address=address,
            mark=mark,
            asked_at=self._scope.now,
            until=until,
        )
        await mail_counts.count_in(self._scope, person_id, address, mark)
        return code

    async def asked(self, person_id: int) -> AskedCode | None:
        row = await self._open(person_id)
        return row and AskedCode(row.id, row.address, row.until, row.wrong)

    async def matches(self, asked: AskedCode, code: str) -> bool:
        query = select(t.mail_code).where(t.mail_code.c.id == asked.id, self._here())
        row = await self._scope.one(query)
        return row is not None and hmac.compare_digest(row.mark, self._mark(row.person_id, row.address, code))

    async def note_wrong(self, asked: AskedCode) -> None:
        this = update(t.mail_code).where(t.mail_code.c.id == asked.id, self._here())
        await self._scope.run(this.values(wrong=t.mail_code.c.wrong + 1))

    async def end(self, person_id: int) -> None:
        open_ = update(t.mail_code).where(self._theirs(t.mail_code, person_id), t.mail_code.c.ended_at.is_(None))
        await self._scope.run(open_.values(ended_at=self._scope.now))

    async def take_back(self, person_id: int, address: str, code: str) -> None:
        mark = self._mark(person_id, address, code)
        await self._scope.run(
            delete(t.mail_code).where(self._theirs(t.mail_code, person_id), t.mail_code.c.mark == mark)
        )
        await mail_counts.count_out(self._scope, mark)

    async def asked_by(self, person_id: int, since: datetime) -> int:
        return await mail_counts.counted(self._scope, since, by=person_id)

    async def asked_for(self, address: str, since: datetime, *, by: int | None = None) -> int:
        return await mail_counts.counted(self._scope, since, by=by, address=address)

    async def _open(self, person_id: int) -> Row[Any] | None:
        query = select(t.mail_code).where(
            self._theirs(t.mail_code, person_id),
            t.mail_code.c.ended_at.is_(None),
            t.mail_code.c.until > self._scope.now,
            t.mail_code.c.wrong < MOST_TRIES,
        )
        return await self._scope.one(query.order_by(t.mail_code.c.id.desc()).limit(1))

    def _mark(self, person_id: int, address: str, code: str) -> str:
        return self._scope.deployment.mark("mail_code", str(person_id), address, code)

    def _here(self) -> ColumnElement[bool]:
        return t.mail_code.c.school_id == self._scope.school_id

    def _theirs(self, table: Any, person_id: int) -> ColumnElement[bool]:
        theirs: ColumnElement[bool] = (table.c.school_id == self._scope.school_id) & (table.c.person_id == person_id)
        return theirs


async def forget_codes(scope: Scope, now: datetime) -> int:
    """Forget codes that can be typed no more, and those sent that count for no limit any more. Counts both."""
    over = await scope.run(delete(t.mail_code).where(t.mail_code.c.until <= now))
    return over + await mail_counts.forget_counts(scope, now)

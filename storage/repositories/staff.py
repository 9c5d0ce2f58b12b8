"""Proved addresses, and the waiting rows of staff lists.

A waiting row's name and address are sealed: it is found by a keyed mark of the address, and opened only to be counted
off against a newer list. It goes when its person signs in, or asks for it.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from bot.domain.people import Role
from bot.domain.staff import Expected
from storage import tables as t
from storage.scope import Scope
from storage.tombstones import address_mark

AT_ONCE = 500
"""Keys in one query: databases limit how many."""


class StaffRows:
    """Implements `Staff`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._public_id: str | None = None

    async def proved(self, person_id: int) -> tuple[str, ...]:
        query = select(t.address.c.address).where(self._here(t.address), t.address.c.person_id == person_id)
        return tuple(row.address for row in await self._scope.all(query.order_by(t.address.c.address)))

    async def is_proved(self, address: str) -> bool:
        query = select(t.address.c.person_id).where(self._here(t.address), t.address.c.address == address)
        return await self._scope.one(query) is not None

    async def prove(self, person_id: int, address: str) -> bool:
        return await self._scope.add_unless_there(
            t.address,
            person_id=person_id,
            address=address,
            school_id=self._scope.school_id,
            proved_at=self._scope.now,
        )

    async def people(self) -> dict[str, int]:
        return await self._people()

    async def listed(self) -> dict[str, int]:
        return await self._people(t.address.c.listed_at.is_not(None))

    async def note_listed(self, addresses: Collection[str]) -> None:
        for some in _portions(addresses):
            await self._scope.run(
                update(t.address)
                .where(self._here(t.address), t.address.c.address.in_(some))
                .values(listed_at=self._scope.now)
            )

    async def expected(self) -> tuple[Expected, ...]:
        rows = await self._scope.all(select(t.expected).where(self._here(t.expected)))
        label = await self._label()
        return tuple(sorted((self._opened(row, label) for row in rows), key=lambda row: row.address))

    async def count_expected(self) -> int:
        return int(await self._scope.value(select(func.count()).select_from(t.expected).where(self._here(t.expected))))

    async def expect(self, rows: Collection[Expected]) -> None:
        label, school = await self._label(), await self._school()
        put = self._scope.insert(t.expected)
        kept = ("sealed", "subjects", "roles", "lang", "listed_at")
        put = put.on_conflict_do_update(
            index_elements=["school_id", "mark"], set_={name: put.excluded[name] for name in kept}
        )
        await self._scope.each(put, [self._columns(row, label, school) for row in rows])

    async def take(self, address: str) -> Expected | None:
        mark = address_mark(self._scope.deployment, await self._school(), address)
        query = delete(t.expected).where(self._here(t.expected), t.expected.c.mark == mark).returning(t.expected)
        row = await self._scope.one(query)
        return row and self._opened(row, await self._label())

    async def forgotten(self, addresses: Collection[str]) -> frozenset[str]:
        school = await self._school()
        marks = {address_mark(self._scope.deployment, school, address): address for address in addresses}
        found = set()
        for some in _portions(marks):
            query = select(t.tombstone.c.mark).where(self._here(t.tombstone), t.tombstone.c.mark.in_(some))
            found |= {marks[row.mark] for row in await self._scope.all(query)}
        return frozenset(found)

    async def _people(self, *where: ColumnElement[bool]) -> dict[str, int]:
        rows = await self._scope.all(select(t.address).where(self._here(t.address), *where))
        return {row.address: row.person_id for row in rows}

    def _here(self, table: Any) -> ColumnElement[bool]:
        here: ColumnElement[bool] = table.c.school_id == self._scope.school_id
        return here

    def _columns(self, row: Expected, label: str, school: str) -> dict[str, Any]:
        words = json.dumps([row.name, row.address], ensure_ascii=False).encode()
        return {
            "school_id": self._scope.school_id,
            "mark": address_mark(self._scope.deployment, school, row.address),
            "sealed": self._scope.deployment.vault.seal(words, label=label),
            "subjects": row.subjects,
            "roles": row.roles,
            "lang": row.lang,
            "listed_at": self._scope.now,
        }

    def _opened(self, row: Row[Any], label: str) -> Expected:
        name, address = json.loads(self._scope.deployment.vault.open(bytes(row.sealed), label=label))
        subjects = None if row.subjects is None else tuple(row.subjects)
        roles = None if row.roles is None else frozenset(map(Role, row.roles))
        return Expected(name, address, subjects, roles, row.lang)

    async def _label(self) -> str:
        return expected_label(await self._school())

    async def _school(self) -> str:
        if self._public_id is None:
            row = await self._scope.the(select(t.school.c.public_id).where(t.school.c.id == self._scope.school_id))
            self._public_id = str(row.public_id)
        return self._public_id


def expected_label(school: str) -> str:
    """What the vault binds a school's waiting rows to; `school` is its public id."""
    return f"expected:{school}"


def _portions(keys: Collection[str]) -> list[list[str]]:
    every = list(keys)
    return [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]

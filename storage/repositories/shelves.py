"""Catalogues, pages and achievements: shared content, of no school."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select

from bot.domain.awards import Achievement, Level
from bot.domain.catalogue import Catalogue, Shelf
from bot.domain.language import Lang
from storage import tables as t
from storage.codec import from_plain, to_plain
from storage.scope import Scope

CATALOGUES_REMEMBERED = 32


def to_achievement(row: Row[Any]) -> Achievement:
    return Achievement(row.id, row.public_id, row.key, row.version, Level(row.level), row.definition)


_DROP_PAGES = delete(t.page).where(t.page.c.unit_key == bindparam("of_unit"))


_CATALOGUES = select(t.catalogue.c.id, t.catalogue.c.digest).order_by(t.catalogue.c.id)
_ACHIEVEMENT = select(t.achievement).where(t.achievement.c.id == bindparam("id"))
_NEWEST = (
    select(t.achievement)
    .where(t.achievement.c.key == bindparam("key"))
    .order_by(t.achievement.c.version.desc())
    .limit(1)
)


class ShelfRows:
    """Implements `Shelves`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def current(self) -> Shelf:
        """Reads a catalogue's document only once: one with the same digest is the same catalogue."""
        known = self._scope.deployment.catalogues
        rows = await self._scope.all(_CATALOGUES)
        for row in rows:
            if row.digest not in known:
                document = await self._scope.value(select(t.catalogue.c.document).where(t.catalogue.c.id == row.id))
                while len(known) >= CATALOGUES_REMEMBERED:
                    known.pop(next(iter(known)))
                known[row.digest] = from_plain(Catalogue, json.loads(document))
        return Shelf(tuple(known[row.digest] for row in rows))

    async def save(self, catalogue: Catalogue) -> None:
        document = json.dumps(to_plain(catalogue), ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(document.encode()).hexdigest()
        new = self._scope.insert(t.catalogue).values(key=catalogue.key, digest=digest, document=document)
        await self._scope.run(
            new.on_conflict_do_update(index_elements=["key"], set_={"digest": digest, "document": document})
        )

    async def achievement(self, achievement_id: int) -> Achievement:
        row = await self._scope.one(_ACHIEVEMENT, id=achievement_id)
        if row is None:
            raise LookupError(f"no achievement {achievement_id}")
        return to_achievement(row)

    async def newest(self, key: str) -> Achievement | None:
        row = await self._scope.one(_NEWEST, key=key)
        return row and to_achievement(row)

    async def versions(self, key: str) -> tuple[Achievement, ...]:
        """Oldest first."""
        rows = await self._scope.all(
            select(t.achievement).where(t.achievement.c.key == key).order_by(t.achievement.c.version)
        )
        return tuple(map(to_achievement, rows))

    async def first_id(self, key: str) -> int:
        found: int | None = await self._scope.value(
            select(t.achievement.c.id).where(t.achievement.c.key == key).order_by(t.achievement.c.version).limit(1)
        )
        if found is None:
            raise LookupError(f"no achievement {key}")
        return found

    async def add_version(self, key: str, level: Level, definition: dict[str, object]) -> Achievement:
        former = await self._scope.value(select(func.max(t.achievement.c.version)).where(t.achievement.c.key == key))
        version, public_id = (former or 0) + 1, self._scope.new_id()
        new = await self._scope.new(
            t.achievement, public_id=public_id, key=key, version=version, level=level, definition=definition
        )
        return Achievement(new, public_id, key, version, level, definition)

    async def page(self, unit_key: str, lang: Lang) -> str | None:
        text: str | None = await self._scope.value(
            select(t.page.c.text).where(t.page.c.unit_key == unit_key, t.page.c.lang == lang)
        )
        return text

    async def save_page(self, unit_key: str, lang: Lang, text: str) -> None:
        new = self._scope.insert(t.page).values(unit_key=unit_key, lang=lang, text=text)
        await self._scope.run(new.on_conflict_do_update(index_elements=["unit_key", "lang"], set_={"text": text}))

    async def drop_pages(self, unit_keys: Collection[str]) -> None:
        """Drop the pages of these units, in every language. One by one: there may be more than a statement takes."""
        await self._scope.each(_DROP_PAGES, [{"of_unit": unit_key} for unit_key in unit_keys])

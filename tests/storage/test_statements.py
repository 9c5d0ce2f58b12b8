"""A statement is compiled once in a process, and serves every file that is opened."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, literal, select
from sqlalchemy.engine.interfaces import CacheStats
from storage_world import Surroundings, found_school

from storage import tables as t
from storage.engine import place_of, reading_engine, writing_engine


@pytest.fixture
def urls(tmp_path: Path, sqlite_template: Path) -> list[str]:
    """Two files that are alike."""
    files = [tmp_path / name for name in ("one.db", "other.db")]
    for file in files:
        file.write_bytes(sqlite_template.read_bytes())
    return [f"sqlite:///{file}" for file in files]


async def test_who_writes_and_whoever_opens_another_file_takes_what_was_compiled(urls: list[str]) -> None:
    statement = select(literal(1).label("asked_by_nobody_else"))
    engines = [made(place_of(url)) for url in urls for made in (reading_engine, writing_engine)]
    found: list[CacheStats] = []
    for engine in engines:

        def note(_conn: Any, _cursor: Any, text: str, _params: Any, context: Any, _many: bool) -> None:
            if "asked_by_nobody_else" in text:
                found.append(context.cache_hit)

        event.listen(engine.sync_engine, "before_cursor_execute", note)
        async with engine.begin() as connection:
            assert (await connection.execute(statement)).scalar_one() == 1
        await engine.dispose()
    assert found == [CacheStats.CACHE_MISS] + [CacheStats.CACHE_HIT] * 3


async def test_each_file_answers_from_its_own_rows(urls: list[str]) -> None:
    world = Surroundings()
    one, other = [await world.open(url) for url in urls]
    await found_school(one, "here")
    await found_school(other, "there")
    try:
        for store, key in ((one, "here"), (other, "there"), (one, "here")):
            rows = await store.read(lambda scope: scope.all(select(t.school.c.key)))
            assert [row.key for row in rows] == [key]
    finally:
        await one.close()
        await other.close()

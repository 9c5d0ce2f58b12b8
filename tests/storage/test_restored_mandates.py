"""Institutions and mandates after a restore: what was ended does not come back, and no signature loses its keys."""

from pathlib import Path

from storage_world import MORNING, In, Place, Surroundings, found_school, in_school

from bot.domain.issuers import KeyKind
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.services.ports import NewKey, Work
from storage.admin import backup, restore
from storage.store import RowStore

KEY = NewKey(KeyKind.ED25519, "key", "key", b"key")


async def add(store: RowStore, key: str) -> School:
    async def made(work: Work, command: In) -> School:
        name = Bilingual("大学", "University")
        return await work.directory.add_institution(key, name, url="", zone="Asia/Tokyo", lang="ja", rehearsal=True)

    async def signs(work: Work, command: In) -> None:
        issuer = await work.issuers.add(f"did:web:{key}.example")
        await work.issuers.add_key(issuer.id, KEY)

    institution = await store.run(made, In())
    await store.run(signs, In(institution.id))
    return institution


async def mandates(store: RowStore, place: Place) -> list[tuple[str, str]]:
    found = await in_school(store, place, lambda work: work.mandates.standing())
    return [(one.institution, one.course) for one in found]


async def test_what_ended_stays_ended_and_what_was_added_signs_on(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    first = await add(store, "first")
    for course in ("", "ict"):
        assert await in_school(store, place, lambda work, course=course: work.mandates.give(first.id, course))
    older = backup(sqlite_url, tmp_path / "older.db")
    assert await in_school(store, place, lambda work: work.mandates.end(first.id, ""))
    second = await add(store, "second")
    assert await in_school(store, place, lambda work: work.mandates.give(second.id, "care"))
    await store.close()
    assert restore(older, sqlite_url, now=MORNING).knows_keys
    store = await world.open(sqlite_url)
    assert await mandates(store, place) == [("first", "ict")], "neither what was ended nor what was given since"

    async def institutions(work: Work, command: In) -> tuple[School, ...]:
        return await work.directory.institutions()

    found = {each.key: each for each in await store.look(institutions, In())}
    assert {key: each.public_id for key, each in found.items()} == {
        "first": first.public_id,
        "second": second.public_id,
    }

    async def signing(work: Work, command: In) -> list[str]:
        return [key.name for issuer in await work.issuers.all() for key in await work.issuers.keys(issuer.id)]

    assert await store.look(signing, In(found["second"].id)) == ["key"]
    await store.close()

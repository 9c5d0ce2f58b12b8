"""Institutions and mandates after a restore: what was ended does not come back, and no signature loses its keys."""

from pathlib import Path

from storage_world import MORNING, In, Place, Surroundings, found_school, in_school

from bot.domain.issuers import KeyKind
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.services.commands import OfSchool
from bot.services.institutions import RenameInstitution, remove_institution, rename_institution
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


async def test_what_was_removed_does_not_come_back_and_the_newest_name_holds(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    gone, renamed = await add(store, "gone"), await add(store, "renamed")
    assert await in_school(store, place, lambda work: work.mandates.give(gone.id, ""))
    older = backup(sqlite_url, tmp_path / "older.db")
    assert await in_school(store, place, lambda work: work.mandates.end(gone.id, ""))
    await store.run(remove_institution, OfSchool(school_id=gone.id))
    name = Bilingual("新しい大学", "New University")
    await store.run(rename_institution, RenameInstitution(school_id=renamed.id, name=name))
    await store.close()
    assert restore(older, sqlite_url, now=MORNING).knows_keys
    store = await world.open(sqlite_url)
    assert await mandates(store, place) == []

    async def institutions(work: Work, command: In) -> list[tuple[str, Bilingual]]:
        return [(each.key, each.name) for each in await work.directory.institutions()]

    assert await store.look(institutions, In()) == [("renamed", name)]

    async def issuers(work: Work, command: In) -> int:
        return len(await work.issuers.all())

    assert await store.look(issuers, In(gone.id)) == 0
    await store.close()
    assert restore(older, sqlite_url, now=MORNING).knows_keys, "and once more"

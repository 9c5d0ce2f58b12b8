"""Trust after a restore: an address that was removed since, and an issuer trusted no longer, do not come back."""

from pathlib import Path

from storage_world import MORNING, Surroundings, found_school, in_school

from bot.services.proving import AboutAddress, drop_address
from storage.admin import backup, restore


async def test_what_was_removed_or_ended_stays_so(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    here, there = await found_school(store, "here"), await found_school(store, "there")
    ids = {"school_id": here.school.id, "person_id": here.ann.id}

    async def proves(address: str) -> str:
        return (await in_school(store, here, lambda work: work.proofs.keep(here.ann.id, address))).public_id

    async def removes(public_id: str) -> None:
        await store.run(drop_address, AboutAddress(**ids, address=public_id))

    async def trusted() -> list[set[str]]:
        found = [await in_school(store, place, lambda work: work.trust.all()) for place in (here, there)]
        return [{one.issuer for one in each} for each in found]

    async def addresses() -> list[str]:
        kept = await in_school(store, here, lambda work: work.proofs.of_person(here.ann.id))
        return [one.address for one in kept]

    gone, anew = await proves("gone@old.example"), await proves("anew@old.example")
    await proves("stays@old.example")
    for place in (here, there):
        for issuer in ("ended.example", "anew.example", "stays.example"):
            await in_school(store, place, lambda work, issuer=issuer: work.trust.put(issuer, issuer))
    older = backup(sqlite_url, tmp_path / "older.db")
    await removes(gone)
    await removes(anew)
    await proves("anew@old.example")
    for issuer in ("ended.example", "anew.example"):
        assert await in_school(store, here, lambda work, issuer=issuer: work.trust.drop(issuer))
    newer = backup(sqlite_url, tmp_path / "newer.db")
    await store.close()

    restore(older, sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    assert await addresses() == ["stays@old.example"], "what was proved since is to be proved again"
    assert await trusted() == [{"stays.example"}, {"ended.example", "anew.example", "stays.example"}]
    await store.close()

    restore(newer, sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    assert await addresses() == ["stays@old.example", "anew@old.example"], "a new proof has a new id"
    await store.close()


async def test_what_a_newer_backup_trusts_anew_is_trusted(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    await in_school(store, here, lambda work: work.trust.put("lms.example", "例示大学"))
    world.passes(days=1)
    await in_school(store, here, lambda work: work.trust.drop("lms.example"))
    ended = backup(sqlite_url, tmp_path / "ended.db")
    world.passes(days=1)
    await in_school(store, here, lambda work: work.trust.put("lms.example", "例示大学"))
    anew = backup(sqlite_url, tmp_path / "anew.db")
    await store.close()
    for each, trusted in ((ended, 0), (anew, 1)):
        restore(each, sqlite_url, now=world.now)
        store = await world.open(sqlite_url)
        assert len(await in_school(store, here, lambda work: work.trust.all())) == trusted
        await store.close()

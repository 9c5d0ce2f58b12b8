"""Stops in the database: kept on the award, gone with its person, and not undone by a backup."""

from pathlib import Path

from storage_rows import populate
from storage_world import MORNING, Place, Surroundings, found_school, in_school, over_all

from bot.domain.stops import Stop, StopKind
from storage.admin import backup, restore
from storage.store import RowStore

REVOKED = Stop(StopKind.REVOKED, "issued by mistake", MORNING)
SUSPENDED = Stop(StopKind.SUSPENDED, "under review", MORNING)


async def test_a_stop_is_kept_and_lifted(store: RowStore, here: Place) -> None:
    rows = await populate(store, here)
    for stop in (SUSPENDED, None, REVOKED):
        await in_school(store, here, lambda work, stop=stop: work.awards.save_stop(rows.award.id, stop))
        kept = await in_school(store, here, lambda work: work.awards.get(rows.award.id))
        assert kept.stop == stop
        await in_school(store, here, lambda work, kept=kept: work.awards.save(kept))
        assert (await in_school(store, here, lambda work: work.awards.get(rows.award.id))).stop == stop


async def test_an_award_is_found_with_its_school(store: RowStore, here: Place, there: Place) -> None:
    ours, theirs = await populate(store, here), await populate(store, there)

    async def found(public_id: str) -> int | None:
        school = await over_all(store, lambda work: work.directory.school_of_award(public_id))
        return school and school.id

    assert await found(ours.award.public_id) == here.school.id
    assert await found(theirs.award.public_id) == there.school.id
    assert await found("00000000-0000-4000-8000-000000000000") is None


async def test_a_backup_undoes_no_revocation(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    rows = await populate(store, here)
    backup(sqlite_url, tmp_path / "copy.db")
    await in_school(store, here, lambda work: work.awards.save_stop(rows.award.id, REVOKED))
    await store.close()
    restore(tmp_path / "copy.db", sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    assert (await in_school(store, here, lambda work: work.awards.get(rows.award.id))).stop == REVOKED
    await store.close()


async def test_a_newer_backup_keeps_its_own_stops(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    """Whichever of the two is newer: revoked in one is revoked."""
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    rows = await populate(store, here)
    await in_school(store, here, lambda work: work.awards.save_stop(rows.award.id, REVOKED))
    backup(sqlite_url, tmp_path / "copy.db")
    await in_school(store, here, lambda work: work.awards.save_stop(rows.award.id, SUSPENDED))
    await store.close()
    restore(tmp_path / "copy.db", sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    assert (await in_school(store, here, lambda work: work.awards.get(rows.award.id))).stop == REVOKED
    await store.close()

"""Which commands a platform was told of: by application, on both databases, forgotten by a restore."""

from pathlib import Path

from storage_world import MORNING, Surroundings

from bot.services.command_sets import CommandDesk
from storage import admin
from storage.store import RowStore


async def test_each_application_has_what_it_was_told_last(store: RowStore) -> None:
    desk = CommandDesk(store)
    assert await desk.told("1") is None
    for application, fingerprint in (("1", "a"), ("2", "b"), ("1", "c")):
        await desk.keep(application, fingerprint)
    assert (await desk.told("1"), await desk.told("2"), await desk.told("3")) == ("c", "b", None)


async def test_a_restore_forgets_it(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    """The platform may have been told others since the backup."""
    store = await world.open(sqlite_url)
    await CommandDesk(store).keep("1", "a")
    await store.close()
    assert admin.commands_told(sqlite_url, "1") == "a"
    admin.restore(admin.backup(sqlite_url, tmp_path / "b.db"), sqlite_url, now=MORNING)
    assert admin.commands_told(sqlite_url, "1") is None
    assert admin.check(sqlite_url, vault=world.vault).complaints == ()

"""Accounts after a restore: who was unlinked since stays apart, and who was once linked is known."""

from pathlib import Path

from storage_world import MORNING, Surroundings, found_school, in_school
from test_linking_rows import link, me, rows_of

from bot.services import linking
from bot.services.arrivals import Arrive, arrive
from storage import tables as t
from storage.admin import backup, restore


async def test_what_was_unlinked_stays_apart_and_what_was_linked_is_known(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    (ann, _), (ben, other), _ = here.people
    await link(store, here, 0, 1)
    older = backup(sqlite_url, tmp_path / "older.db")
    await store.run(linking.unlink, linking.AboutAccount(**me(here, ann), account_id=other.id))
    await link(store, here, 0, 2)
    await store.close()
    restore(older, sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    accounts = {row.user_key: row for row in await rows_of(store, t.account)}
    assert set(accounts) == {"U1", "U3"}, "the account that was unlinked is nobody's"
    assert accounts["U1"].person_id == ann.id
    assert accounts["U3"].person_id != ann.id, "a link of since is made again"
    assert accounts["U1"].human == accounts["U3"].human
    who = Arrive(school_id=here.school.id, workspace_id=here.workspace.id, user_key="U2", name="Ben", locale="en")
    back, _ = await store.run(arrive, who)
    assert back.id not in (ann.id, ben.id)
    assert ann.id in await in_school(store, here, lambda work: work.links.others(back.id))
    await store.close()

"""Badges from elsewhere: since when one is seen to be good no more, on both databases."""

from datetime import timedelta

from storage_rows import COMING, populate
from storage_world import MORNING, Place, Surroundings, in_school

from bot.domain.foreign import Fault, Foreign
from bot.services.ports import Work
from storage.store import RowStore


async def test_a_fault_counts_from_the_first_one_since_it_was_good(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    """However the fault changes meanwhile; found good again, it begins anew."""
    foreign = (await populate(store, here)).foreign

    async def look(fault: Fault | None) -> Foreign:
        async def note(work: Work) -> Foreign | None:
            if fault is None:
                await work.foreign.note_good(foreign.id, COMING)
            else:
                await work.foreign.note_fault(foreign.id, fault, "", work.now)
            return await work.foreign.by_public_id(foreign.public_id)

        world.passes(days=1)
        found: Foreign = await in_school(store, here, note)
        return found

    since = []
    for fault in (Fault.SUSPENDED, Fault.REVOKED, None, Fault.INVALID, Fault.INVALID):
        found = await look(fault)
        assert found.fault is fault
        since.append(found.faulty_at and (found.faulty_at - MORNING) // timedelta(days=1))
    assert since == [1, 1, None, 4, 4]

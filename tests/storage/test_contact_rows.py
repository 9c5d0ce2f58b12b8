"""Who may be spoken to how, and what waits until its person comes: kept, called, and never lost or doubled."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from storage_world import Place, Surroundings, found_school, in_school, over_all

from bot.domain.contacts import TRIED_AGAIN, Contact, Reach
from bot.services.contacts import NOTED_FOR, ContactDesk
from bot.services.ports import Promise
from storage import tables as t
from storage.store import RowStore

MONTH = timedelta(days=30)


def _lane(place: Place, user: str = "U1") -> str:
    return f"local:{place.workspace.key}/{user}"


async def _promised(store: RowStore, place: Place, once: str | None = None) -> Promise:
    lane, ann = _lane(place), place.ann.id
    await in_school(store, place, lambda work: work.outbox.promise("award", 1, lane=lane, person_id=ann, once=once))
    (promise,) = await store.promises.claim(lane, 9)
    return promise


async def _waiting(store: RowStore, place: Place, world: Surroundings, once: str | None = None) -> Promise:
    promise = await _promised(store, place, once)
    assert await store.promises.wait(promise, world.now + MONTH)
    return promise


@pytest.fixture
def desk(store: RowStore, world: Surroundings) -> ContactDesk:
    return ContactDesk(store, "local", lambda: world.now)


async def test_what_waits_is_due_when_its_person_comes_and_counts_no_try(
    store: RowStore, here: Place, there: Place, desk: ContactDesk, world: Surroundings
) -> None:
    first = await _waiting(store, here, world)
    theirs = await _waiting(store, there, world)
    began = world.now
    world.passes(days=3)
    assert await store.promises.lanes_due() == frozenset()
    assert await store.promises.next_due() == began + MONTH
    heard: list[frozenset[str]] = []
    store.on_commit = heard.append
    await desk.came(here.workspace.key, "U1")
    await asyncio.sleep(0)
    assert heard == [frozenset({_lane(here)})]  # the relay is told at once, and of no other school's
    (again,) = await store.promises.claim(_lane(here), 9)
    assert (again.token, again.attempts, again.in_doubt, again.waits_since) == (first.token, 1, False, began)
    assert again.tried_at == world.now  # nothing was sent when it was first tried
    assert not await store.promises.wait(first, world.now) or first.attempts == again.attempts
    await in_school(store, here, lambda work: work.outbox.call(there.ann.id))  # as if it were one of ours
    assert not await in_school(store, here, lambda work: work.outbox.waits_for(there.ann.id))
    assert await store.promises.claim(_lane(there), 9) == ()
    await desk.came(there.workspace.key, "U1")
    assert [each.token for each in await store.promises.claim(_lane(there), 9)] == [theirs.token]


async def test_what_waits_at_one_account_is_tried_at_the_other_at_once(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    """Linked, or called to another account, they may be reached there."""
    promise = await _waiting(store, here, world)
    other = _lane(here, "U9")
    await in_school(store, here, lambda work: work.links.follow(here.ann.id, other))
    (again,) = await store.promises.claim(other, 9)
    assert (again.token, again.waits_since) == (promise.token, None)


async def test_whoever_comes_while_it_is_being_tried_is_not_missed(
    store: RowStore, here: Place, desk: ContactDesk, world: Surroundings
) -> None:
    await desk.came(here.workspace.key, "U1")
    promise = await _promised(store, here)
    await desk.came(here.workspace.key, "U1")  # noted a moment ago: it is still looked whether something waits
    assert await store.promises.wait(promise, world.now + MONTH)
    (again,) = await store.promises.claim(_lane(here), 9)
    assert await store.promises.wait(again, world.now + MONTH)
    assert await store.promises.claim(_lane(here), 9) == ()  # once, not for ever


async def test_it_gives_way_to_a_newer_same_one_unless_it_is_in_doubt(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    old = await _promised(store, here, "role:1")
    newer = await _promised(store, here, "role:1")
    assert await store.promises.wait(newer, world.now + MONTH)
    assert await store.promises.wait(old, world.now + MONTH)  # gone
    lane, ann = _lane(here), here.ann.id
    await in_school(  # what waits is the same promise
        store, here, lambda work: work.outbox.promise("role", 1, lane=lane, person_id=ann, once="role:1")
    )
    rows = await store.read(lambda scope: scope.all(select(t.outbox.c.token)))
    assert [row.token for row in rows] == [newer.token]
    await in_school(store, here, lambda work: work.outbox.call(ann))
    await store.promises.claim(lane, 9)
    assert await store.promises.release_in_doubt() == 1
    (doubtful,) = await store.promises.claim(lane, 9)
    assert (doubtful.in_doubt, doubtful.waits_since) == (True, None)
    await _waiting(store, here, world, "role:1")
    assert await store.promises.wait(doubtful, world.now + MONTH)
    await in_school(store, here, lambda work: work.outbox.call(ann))
    assert {each.in_doubt for each in await store.promises.claim(lane, 9)} == {True, False}


async def test_one_that_is_tried_again_after_trouble_is_not_called_for_before(
    store: RowStore, here: Place, desk: ContactDesk, world: Surroundings
) -> None:
    """Somebody who presses twenty times in an outage uses up no tries."""
    await _waiting(store, here, world)
    await desk.came(here.workspace.key, "U1")
    (promise,) = await store.promises.claim(_lane(here), 9)
    assert await store.promises.retry_at(promise, world.now + timedelta(hours=1), "away", in_doubt=True)
    await desk.came(here.workspace.key, "U1")
    assert await store.promises.claim(_lane(here), 9) == ()


async def test_a_contact_follows_what_is_learnt(
    store: RowStore, here: Place, desk: ContactDesk, world: Surroundings
) -> None:
    home, (_, account) = here.workspace.key, here.people[0]
    assert await desk.of(home, "U1") == Contact(account.id, here.ann.id)
    assert await desk.of(home, "nobody") is None
    assert await desk.of("nowhere", "U1") is None
    await desk.opened(home, "U1", "D7")
    await desk.threaded(home, "U1", "T7")
    assert await desk.of(home, "U1") == Contact(account.id, here.ann.id, Reach.OPEN, "D7", None, None, "T7")
    await desk.called(home, "U1", world.now)
    found = await desk.of(home, "U1")
    assert found is not None
    assert found.is_called
    await desk.closed(home, "U1")
    world.passes(seconds=1)
    began = world.now
    await desk.came(home, "U1")
    found = await desk.of(home, "U1")
    assert found is not None
    assert (found.reach, found.channel, found.came_at, found.thread) == (Reach.CLOSED, None, began, "T7")
    assert not found.is_called
    world.passes(seconds=TRIED_AGAIN.total_seconds())
    await desk.came(home, "U1")
    found = await desk.of(home, "U1")
    assert found is not None
    assert (found.reach, found.closed_at) == (Reach.STARTED, None)
    await desk.came(home, "U1", direct="D8")
    found = await desk.of(home, "U1")
    assert found is not None
    assert (found.reach, found.channel) == (Reach.OPEN, "D8")
    for unknown in ((home, "nobody"), ("nowhere", "U1")):
        await desk.came(*unknown)
        await desk.closed(*unknown)
        assert await desk.of(*unknown) is None


async def test_where_somebody_was_last(store: RowStore, world: Surroundings, desk: ContactDesk) -> None:
    places = [await found_school(store, key) for key in ("one", "two")]
    assert await desk.last_used("U1") is None
    for place in (*places, places[0]):
        world.passes(seconds=1)
        await desk.came(place.workspace.key, "U1")
        assert await desk.last_used("U1") == place.workspace.key
    assert await desk.known_in("U1") == tuple(place.workspace.key for place in places)
    assert await desk.known_in("nobody") == ()
    assert await over_all(store, lambda work: work.directory.last_used("slack", "U1")) is None


async def test_several_acts_in_a_row_are_noted_once(
    store: RowStore, here: Place, desk: ContactDesk, world: Surroundings
) -> None:
    home, first = here.workspace.key, world.now
    await desk.came(home, "U1")
    world.passes(seconds=1)
    await desk.came(home, "U1")
    found = await desk.of(home, "U1")
    assert found is not None
    assert found.came_at == first
    world.passes(seconds=NOTED_FOR.total_seconds())
    await desk.came(home, "U1")
    found = await desk.of(home, "U1")
    assert found is not None
    assert found.came_at == world.now


async def test_whoever_is_forgotten_leaves_nothing(
    store: RowStore, here: Place, there: Place, desk: ContactDesk, world: Surroundings
) -> None:
    for place in (here, there):
        await desk.came(place.workspace.key, "U1", direct="D1")
        await _waiting(store, place, world)
    told = await in_school(store, here, lambda work: work.queries.everything(here.ann.id))
    day = world.now.date().isoformat()
    assert told["contact"] == [{"reach": "open", "closed_at": None, "came_at": day, "called_at": None}]
    await in_school(store, here, lambda work: work.people.forget(here.ann.id))
    for table in (t.contact, t.outbox):
        rows = await store.read(lambda scope, table=table: scope.all(select(table.c.school_id)))  # type: ignore[misc]
        assert [row.school_id for row in rows] == [there.school.id]

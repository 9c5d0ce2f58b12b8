"""The clock's view: who is due, and claims that are stored together, once per slot."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from storage_world import MORNING, RHYTHM, Place, Surroundings, add_person, in_school, over_all, planned_at

from bot.domain.offers import OfferState
from bot.domain.spare import Planned, Slot
from bot.services.lanes import lane_to
from bot.services.ports import Claim, DuePerson, Work
from storage.store import RowStore

ANN_THERE = "local:T-there/U1"


async def _plan(store: RowStore, place: Place, person_id: int, planned: Planned | None) -> None:
    await in_school(store, place, lambda work: work.people.save_rhythm(person_id, RHYTHM, planned))


async def _due(store: RowStore, limit: int = 10) -> tuple[DuePerson, ...]:
    due: tuple[DuePerson, ...] = await over_all(store, lambda work: work.clock.due(limit))
    return due


@pytest.fixture
async def due(store: RowStore, here: Place, there: Place, world: Surroundings) -> tuple[DuePerson, ...]:
    """Ann there, then Ben here are due; Ann here is not yet."""
    await _plan(store, here, here.ann.id, planned_at(world.now + timedelta(microseconds=1)))
    await _plan(store, here, here.ben.id, planned_at(world.now))
    await _plan(store, there, there.ann.id, planned_at(world.now - timedelta(minutes=1)))
    return await _due(store)


async def test_due_people_come_earliest_first(due: tuple[DuePerson, ...], here: Place, there: Place) -> None:
    assert due == (
        DuePerson(
            there.ann.id,
            there.school.id,
            there.ann.public_id,
            "JP",
            ANN_THERE,
            RHYTHM,
            planned_at(MORNING - timedelta(minutes=1)),
        ),
        DuePerson(
            here.ben.id, here.school.id, here.ben.public_id, "JP", "local:T-here/U2", RHYTHM, planned_at(MORNING)
        ),
    )


async def test_the_coming_moment_is_the_earliest_of_all_schools(
    store: RowStore, here: Place, there: Place, world: Surroundings
) -> None:
    async def coming() -> datetime | None:
        moment: datetime | None = await over_all(store, lambda work: work.clock.coming())
        return moment

    assert await coming() is None
    await _plan(store, here, here.ann.id, planned_at(world.now + timedelta(hours=2)))
    await _plan(store, here, here.ben.id, None)
    await _plan(store, there, there.ann.id, planned_at(world.now + timedelta(hours=1)))
    assert await coming() == world.now + timedelta(hours=1)


async def test_the_limit_holds(store: RowStore, due: tuple[DuePerson, ...]) -> None:
    assert await _due(store, 1) == due[:1]


async def test_claims_are_stored_together(
    store: RowStore, due: tuple[DuePerson, ...], here: Place, there: Place, world: Surroundings
) -> None:
    after = planned_at(world.now + timedelta(days=1))
    counted = replace(RHYTHM, last_offer_on=world.now.date(), offers_that_day=1, unanswered=2, pace=4, pace_told=True)
    claims = [Claim(due[0], 12, counted, after), Claim(due[1], None, RHYTHM, None)]
    lanes: list[frozenset[str]] = []
    store.on_commit = lanes.append
    assert await over_all(store, lambda work: work.clock.claim(claims)) == 1
    await asyncio.sleep(0)
    assert lanes == [frozenset({ANN_THERE})]

    promise = (await store.promises.claim(ANN_THERE, 5))[0]
    assert (promise.kind, promise.person_id, promise.detail, promise.attempts) == ("offer", there.ann.id, {}, 1)

    async def check(work: Work) -> None:
        offer = await work.offers.get(promise.subject)
        assert offer is not None
        assert (offer.public_id, offer.person_id, offer.slot_key) == (
            promise.token,
            there.ann.id,
            due[0].planned.slot.key,
        )
        assert (offer.minutes, offer.state, offer.created_at, offer.until) == (
            12,
            OfferState.PROMISED,
            world.now,
            due[0].planned.slot.end,
        )
        assert (offer.requested, offer.topic, offer.unit_key, offer.passed_over) == (False, "", None, ())
        assert await work.people.rhythm(there.ann.id) == counted
        assert await work.people.planned(there.ann.id) == after

    await in_school(store, there, check)
    assert await in_school(store, here, lambda work: work.people.planned(here.ben.id)) is None
    assert await _due(store) == ()


async def test_a_repeated_claim_doubles_nothing(store: RowStore, due: tuple[DuePerson, ...], there: Place) -> None:
    after = planned_at(MORNING + timedelta(days=1))
    for expected in (1, 0):
        made = await over_all(store, lambda work: work.clock.claim([Claim(due[0], 5, RHYTHM, after)]))
        assert made == expected
    assert len(await store.promises.claim(ANN_THERE, 5)) == 1


async def test_a_slot_that_had_its_offer_gets_no_other(
    store: RowStore, due: tuple[DuePerson, ...], there: Place
) -> None:
    """Even if the moment was planned again into the same slot."""
    claim = Claim(due[0], 5, RHYTHM, None)
    assert await over_all(store, lambda work: work.clock.claim([claim])) == 1
    await _plan(store, there, there.ann.id, due[0].planned)
    assert await over_all(store, lambda work: work.clock.claim([claim])) == 0
    assert await in_school(store, there, lambda work: work.people.planned(there.ann.id)) is None


@pytest.mark.parametrize("hours", [3, -3])
async def test_somebody_who_changed_their_mind_meanwhile_is_left_alone(
    store: RowStore, due: tuple[DuePerson, ...], there: Place, hours: int
) -> None:
    later = planned_at(MORNING + timedelta(hours=hours))
    await _plan(store, there, there.ann.id, later)
    assert await over_all(store, lambda work: work.clock.claim([Claim(due[0], 5, RHYTHM, None)])) == 0
    assert await in_school(store, there, lambda work: work.people.planned(there.ann.id)) == later


async def test_no_claims_are_nothing(store: RowStore, here: Place) -> None:
    assert await over_all(store, lambda work: work.clock.claim([])) == 0


async def test_many_are_claimed_at_once(store: RowStore, here: Place, world: Surroundings) -> None:
    slot = Slot(world.now, world.now + timedelta(minutes=30))

    async def staff(work: Work) -> None:
        for number in range(300):
            person, _ = await add_person(work, here.workspace, f"V{number}")
            await work.people.save_rhythm(person.id, RHYTHM, Planned(world.now, slot))

    await in_school(store, here, staff)
    due = await _due(store, 1000)
    assert len(due) == 300
    claims = [Claim(person, 10, RHYTHM, planned_at(world.now + timedelta(days=1))) for person in due]
    lanes: list[frozenset[str]] = []
    store.on_commit = lanes.append
    assert await over_all(store, lambda work: work.clock.claim(claims)) == 300
    await asyncio.sleep(0)
    assert lanes == [frozenset(lane_to("local", "T-here", f"V{number}") for number in range(300))]

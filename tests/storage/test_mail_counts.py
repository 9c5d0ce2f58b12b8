"""Codes sent by mail are counted for a day, whoever is forgotten or moves meanwhile, and tell nothing of an address."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from storage_world import MORNING, RHYTHM, Place, in_school

from bot.domain.people import Person, Role
from bot.services.ports import Work
from storage import tables as t
from storage.mail_counts import count_on
from storage.store import RowStore

ADDRESS = "ann@older.example.school"
SINCE = MORNING - timedelta(days=1)


async def _counts(store: RowStore, place: Place, person: Person) -> tuple[int, int, int]:
    """For the person, of these those to the address, and to the address for whomever."""

    async def count(work: Work) -> tuple[int, int, int]:
        to_one = await work.proofs.asked_for(ADDRESS, SINCE, by=person.id)
        return await work.proofs.asked_by(person.id, SINCE), to_one, await work.proofs.asked_for(ADDRESS, SINCE)

    found: tuple[int, int, int] = await in_school(store, place, count)
    return found


async def _asks(store: RowStore, place: Place, person: Person, address: str = ADDRESS) -> str:
    code: str = await in_school(
        store, place, lambda work: work.proofs.ask(person.id, address, MORNING + timedelta(minutes=15))
    )
    return code


async def _back(store: RowStore, place: Place, user_key: str) -> Person:
    async def add(work: Work) -> Person:
        new, _ = await work.people.add(
            "Back",
            "en",
            workspace_id=place.workspace.id,
            user_key=user_key,
            rhythm=RHYTHM,
            roles=frozenset({Role.TEACHER}),
        )
        return new

    new: Person = await in_school(store, place, add)
    return new


async def _rows(store: RowStore) -> list[Any]:
    return list(await store.read(lambda scope: scope.all(select(t.mail_sent).order_by(t.mail_sent.c.id))))


async def test_who_is_forgotten_and_comes_back_is_counted_on(store: RowStore, here: Place, there: Place) -> None:
    (ann, account), (ben, _) = here.people[:2]
    for place in (here, there):
        await _asks(store, place, place.people[0][0])
    await _asks(store, here, ann)
    await _asks(store, here, ann, "ann@other.example.school")
    await _asks(store, here, ben)
    assert await _counts(store, here, ann) == (3, 2, 3)
    await in_school(store, here, lambda work: work.people.forget(ann.id))
    back = await _back(store, here, account.user_key)
    assert back.id != ann.id
    assert await _counts(store, here, back) == (3, 2, 3)
    assert await _counts(store, here, ben) == (1, 1, 3), "a colleague's are their own"
    assert await _counts(store, there, there.people[0][0]) == (1, 1, 1), "the other school's stay its own"
    kept = repr(await _rows(store))
    for said in (ADDRESS, "ann@", ann.public_id, account.user_key):
        assert said not in kept


async def test_they_are_forgotten_after_the_day_and_one_that_was_not_sent_at_once(store: RowStore, here: Place) -> None:
    ann = here.people[0][0]
    code = await _asks(store, here, ann)
    await in_school(store, here, lambda work: work.proofs.take_back(ann.id, ADDRESS, code))
    assert not await _rows(store)
    await _asks(store, here, ann)
    await store.forget_codes(MORNING + timedelta(hours=23))
    assert await _counts(store, here, ann) == (1, 1, 1)
    await store.forget_codes(MORNING + timedelta(days=1))
    assert not await _rows(store)


async def test_who_moves_is_counted_on_there_and_still_here(store: RowStore, here: Place, there: Place) -> None:
    was, now = here.people[0][0], there.people[0][0]
    await _asks(store, here, was)
    for _ in range(2):
        await store.write(lambda scope: count_on(scope, was.id, here.school.id, now.id), school=there.school.id)
    assert await _counts(store, there, now) == (1, 1, 1)
    await store.write(lambda scope: count_on(scope, now.id, there.school.id, was.id), school=here.school.id)
    assert await _counts(store, here, was) == (1, 1, 1), "coming back doubles nothing"

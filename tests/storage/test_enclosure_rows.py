"""Which badge stands inside which, on both databases: whose it may be, and when the next edition is wanted."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from storage_rows import EVIDENCE, Rows, populate
from storage_world import MORNING, In, Place, Surroundings, add_achievement, in_school

from bot.domain.awards import Award
from bot.domain.stops import Stop, StopKind
from bot.services.enclosing_ports import Enclosure
from bot.services.ports import Revision, Work
from storage import tables as t
from storage.scope import Scope
from storage.store import RowStore


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


async def ends(store: RowStore, award: Award, until: datetime | None) -> None:
    this = update(t.award).where(t.award.c.id == award.id).values(valid_until=until)

    async def change(scope: Scope) -> None:
        await scope.run(this)

    await store.write(change)


async def due(store: RowStore) -> tuple[int, ...]:
    async def use_case(work: Work, command: In) -> tuple[int, ...]:
        return await work.enclosures.schools_ended()

    return await store.look(use_case, In())


async def test_what_holds_a_part_that_ended_is_found_while_it_holds_it(
    store: RowStore, here: Place, rows: Rows, world: Surroundings
) -> None:
    award = rows.award
    await in_school(store, here, lambda work: work.enclosures.set_inside(award.id, (award.id,)))
    assert await in_school(store, here, lambda work: work.enclosures.of_award(award.id)) == (Enclosure(award.id, True),)
    assert await due(store) == ()
    later = world.now + timedelta(days=1)
    await ends(store, award, later)
    assert (await due(store), await in_school(store, here, lambda work: work.enclosures.coming())) == ((), later)
    await ends(store, award, world.now)
    assert await due(store) == (here.school.id,)
    assert await in_school(store, here, lambda work: work.enclosures.ended()) == (award.id,)
    assert await in_school(store, here, lambda work: work.enclosures.coming()) is None
    await ends(store, award, None)
    stop = Stop(StopKind.SUSPENDED, "x", world.now)
    await in_school(store, here, lambda work: work.awards.save_stop(award.id, stop))
    assert await due(store) == (here.school.id,)
    await in_school(store, here, lambda work: work.enclosures.set_inside(award.id, ()))
    assert await due(store) == ()


async def test_a_badge_is_wanted_inside_once_and_only_one_of_the_same_person(
    store: RowStore, here: Place, rows: Rows
) -> None:
    theirs = await in_school(store, here, lambda work: work.awards.add(here.ben.id, rows.achievement, EVIDENCE))
    assert theirs is not None
    for outer, part in ((rows.award.id, theirs.id), (theirs.id, rows.award.id)):
        with pytest.raises(LookupError):
            await in_school(store, here, lambda work, pair=(outer, part): work.enclosures.enclose(*pair))
    own = rows.award.id
    assert await in_school(store, here, lambda work: work.enclosures.enclose(own, own)) is False
    assert await in_school(store, here, lambda work: work.enclosures.around(own)) == (own,)
    assert [await in_school(store, here, lambda work: work.enclosures.take_out(own, own)) for _ in "ab"] == [
        True,
        False,
    ]


async def test_an_edition_keeps_what_it_holds_and_is_no_plain_one(store: RowStore, here: Place, rows: Rows) -> None:
    theirs = await in_school(store, here, lambda work: work.awards.add(here.ben.id, rows.achievement, EVIDENCE))
    assert theirs is not None
    award = theirs.id
    plain = Revision(award, 1, rows.award.awarded_at, "one", ())
    holding = Revision(award, 2, rows.award.awarded_at, "two", (), enclosed=((rows.award.id, 1), (7, 3)))
    for edition in (plain, holding):
        assert await in_school(store, here, lambda work, one=edition: work.credentials.add(award, one))
    newest = await in_school(store, here, lambda work: work.credentials.newest(award))
    assert newest is not None
    assert newest.enclosed == holding.enclosed
    assert await in_school(store, here, lambda work: work.credentials.plain(award)) == plain


async def test_an_edition_that_goes_takes_along_what_holds_it_at_every_level(
    store: RowStore, here: Place, rows: Rows
) -> None:
    """Nothing would lead to these any more, should somebody inside ask to be forgotten."""
    part = rows.award.id
    between, around = [await _another(store, here, key) for key in ("between", "around")]
    newest = await in_school(store, here, lambda work: work.credentials.newest(part))
    assert newest is not None
    inner = (part, newest.number)
    editions = (
        (between, 1, (inner,)),
        (around, 1, ((between, 1), inner)),
        (around, 2, ()),
        (between, 2, ((part, newest.number + 7),)),
        (between, 3, (inner,)),
    )
    for award, number, inside in editions:
        await _signed(store, here, award, number, inside)
    await _signed(store, here, part, newest.number + 1)
    assert await _left(store, {between, around}) == [(award, number, False) for award, number, _ in sorted(editions)]

    async def forget(scope: Scope) -> None:
        await scope.run(update(t.revision).where(t.revision.c.award_id == part).values(outdated=True))

    await store.write(forget)
    await _signed(store, here, part, newest.number + 2)
    expected = sorted([(between, 2, False), (between, 3, True), (around, 2, False)])
    assert await _left(store, {between, around}) == expected, "the newest one until the next is there"
    await _signed(store, here, between, 4)
    assert (between, 3, True) not in await _left(store, {between})


async def _another(store: RowStore, here: Place, key: str) -> int:
    achievement = await add_achievement(store, key)
    award = await in_school(store, here, lambda work: work.awards.add(here.ann.id, achievement, EVIDENCE))
    assert award is not None
    return int(award.id)


async def _signed(
    store: RowStore, here: Place, award_id: int, number: int, inside: tuple[tuple[int, int], ...] = ()
) -> None:
    edition = Revision(award_id, number, MORNING, "text", (), enclosed=inside)
    assert await in_school(store, here, lambda work: work.credentials.add(award_id, edition))


async def _left(store: RowStore, awards: set[int]) -> list[tuple[int, int, bool]]:
    of = t.revision.c
    editions = select(of.award_id, of.number, of.outdated).where(of.award_id.in_(awards))
    rows = await store.read(lambda scope: scope.all(editions.order_by(of.award_id, of.number)))
    return [(row.award_id, row.number, row.outdated) for row in rows]

"""Status lists: positions of their own for good, and bits that are what the rows say, whatever happened in between."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from storage_rows import DID, EVIDENCE
from storage_world import MORNING, Place, Surroundings, add_achievement, found_school, in_school

from bot.domain import status
from bot.domain.recognition import As, Target
from bot.domain.status import Bits, bits_of
from bot.domain.stops import Stop, StopKind
from bot.services.ports import Revision, Work
from storage import tables as t
from storage.admin import backup, restore
from storage.store import RowStore

REVOKED = Stop(StopKind.REVOKED, "issued by mistake", MORNING)
SUSPENDED = Stop(StopKind.SUSPENDED, "under review", MORNING)
ACTS = ("place", "suspend", "lift", "revoke", "endorse", "withdraw", "sign", "forget endorser", "forget holder")
Spot = tuple[int, int]
"""A list and a position in it."""


@dataclass
class School:
    """A school whose ann holds an award, and what its list should say by now: every position that it ever gave."""

    store: RowStore
    place: Place
    award_id: int
    expected: dict[Spot, Bits] = field(default_factory=dict)
    endorsed: int | None = None
    gone: set[str] = field(default_factory=set)

    async def do(self, act: Callable[[Work], Awaitable[object]]) -> object:
        return await in_school(self.store, self.place, act)

    async def spots(self, table: object) -> dict[int, Spot]:
        """Where the rows of a table have their status now, by row."""
        query = select(table.c.id, t.status_entry.c.list_id, t.status_entry.c.position).join(  # type: ignore[attr-defined]
            t.status_entry,
            t.status_entry.c.id == table.c.status_id,  # type: ignore[attr-defined]
        )
        mine = table.c.school_id == self.place.school.id  # type: ignore[attr-defined]
        rows = await self.store.read(lambda scope: scope.all(query.where(mine)))
        return {row.id: (row.list_id, row.position) for row in rows}

    async def versions(self) -> dict[int, int]:
        query = select(t.status_list.c.id, t.status_list.c.version)
        rows = await self.store.read(
            lambda scope: scope.all(query.where(t.status_list.c.school_id == self.place.school.id))
        )
        return {row.id: row.version for row in rows}

    async def said(self) -> dict[Spot, Bits]:
        """Every position that was given out, with what its list says."""
        query = select(t.status_entry, t.status_list.c.public_id).join(t.status_list)
        rows = await self.store.read(
            lambda scope: scope.all(query.where(t.status_entry.c.school_id == self.place.school.id))
        )
        lists = {row.public_id: await self.do(lambda work, row=row: work.status.said(row.public_id)) for row in rows}
        return {
            (row.list_id, row.position): Bits(
                row.position in lists[row.public_id].revoked, row.position in lists[row.public_id].suspended
            )
            for row in rows
        }


async def found(store: RowStore, key: str) -> School:
    place = await found_school(store, key)
    achievement = await add_achievement(store, f"badge-{key}")

    async def fill(work: Work) -> int:
        await work.issuers.add(DID)
        award = await work.awards.add(place.ann.id, achievement, EVIDENCE)
        assert award is not None
        return award.id

    return School(store, place, await in_school(store, place, fill))


async def act(school: School, name: str) -> None:
    """Do one thing, if it can be done now, and note what follows for the lists."""
    if "holder" in school.gone:
        return
    match name:
        case "place":
            await school.do(lambda work: work.status.place_award(school.award_id, DID))
            await _note_award(school)
        case "suspend" | "lift" | "revoke":
            await _stop(school, {"suspend": SUSPENDED, "lift": None, "revoke": REVOKED}[name])
        case "endorse" | "withdraw" if "endorser" not in school.gone:
            await _endorse(school, stands=name == "endorse")
        case "sign" if school.endorsed is not None:
            number = school.endorsed
            await school.do(lambda work: work.status.place_endorsement(number, DID))
            for spot in (await school.spots(t.endorsement)).values():
                school.expected.setdefault(spot, Bits())
        case "forget endorser" if "endorser" not in school.gone:
            school.gone.add("endorser")
            await school.do(lambda work: work.people.forget(school.place.ben.id))
        case "forget holder":
            school.gone.add("holder")
            await school.do(lambda work: work.people.forget(school.place.ann.id))


async def _note_award(school: School) -> None:
    award = await school.do(lambda work: work.awards.get(school.award_id))
    for spot in (await school.spots(t.award)).values():
        school.expected[spot] = bits_of(award.stop)  # type: ignore[attr-defined]


async def _stop(school: School, stop: Stop | None) -> None:
    award = await school.do(lambda work: work.awards.get(school.award_id))
    if award.stop == REVOKED:  # type: ignore[attr-defined]
        return  # for good: the rule is the domain's
    await school.do(lambda work: work.awards.save_stop(school.award_id, stop))
    await _note_award(school)


async def _endorse(school: School, *, stands: bool) -> None:
    target = Target.of_award(school.award_id)

    async def change(work: Work) -> int:
        given = await work.endorsements.of(school.place.ben.id, target)
        if given is None:
            given = await work.endorsements.add(school.place.ben.id, target, As.COLLEAGUE, by_button=True)
        await work.endorsements.save(replace(given, withdrawn_at=None if stands else MORNING))
        return given.id

    before = (await school.spots(t.endorsement)).values()
    school.endorsed = await in_school(school.store, school.place, change)
    if not stands:
        school.expected.update(dict.fromkeys(before, Bits(revoked=True)))


async def live(store: RowStore, history: list[tuple[bool, str]]) -> None:
    """Two schools alike go through a history; each list says what is true of its own school, and what says something
    else has another version: served lists are kept by it."""
    schools = [await found(store, "here"), await found(store, "there")]
    for at_first, name in history:
        school = schools[not at_first]
        before, versions = dict(school.expected), await school.versions()
        await act(school, name)
        assert [await school.said() for school in schools] == [school.expected for school in schools], name
        told = {spot[0] for spot, bits in school.expected.items() if bits != before.get(spot, Bits())}
        newer = await school.versions()
        assert [each for each in told if newer[each] == versions.get(each)] == [], name


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(ACTS)), max_size=25))
@settings(max_examples=15)
def test_whatever_happened_the_lists_say_what_is_true(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, history: list[tuple[bool, str]]
) -> None:
    file = tmp_path_factory.mktemp("history") / "sukima.db"
    shutil.copy(sqlite_template, file)

    async def play() -> None:
        store = await Surroundings().open(f"sqlite:///{file}")
        try:
            await live(store, history)
        finally:
            await store.close()

    asyncio.run(play())


LONG = "endorse sign suspend place withdraw sign endorse sign lift suspend revoke lift place forget_endorser sign"


async def test_a_long_history_on_either_database(store: RowStore) -> None:
    names = [name.replace("_", " ") for name in LONG.split()]
    await live(store, [(first, name) for name in [*names, "forget holder"] for first in (True, False)])


async def test_positions_are_given_once_and_a_further_list_begins_in_time(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also to those who come at once, and where a list has hardly any room."""
    monkeypatch.setattr(status, "POSITIONS", 8)
    monkeypatch.setattr(status, "FULL", 4)
    school = await found(store, "here")
    achievements = [await add_achievement(store, f"more-{number}") for number in range(4)]

    async def earn(work: Work) -> list[int]:
        people = [person for person, _ in school.place.people]
        made = [await work.awards.add(person.id, each, EVIDENCE) for person in people for each in achievements]
        return [award.id for award in made if award is not None]

    awards = await in_school(store, school.place, earn)
    await asyncio.gather(*(school.do(lambda work, one=one: work.status.place_award(one, DID)) for one in awards))
    spots = list((await school.spots(t.award)).values())
    assert len(spots) == len(set(spots)) == len(awards) == 12
    assert sorted(len([1 for at, _ in spots if at == each]) for each in {at for at, _ in spots}) == [4, 4, 4]


async def test_a_backup_brings_back_nothing_that_was_taken_back(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    store = await world.open(sqlite_url)
    school = await found(store, "here")
    await act(school, "place")
    backup(sqlite_url, tmp_path / "copy.db")
    for name in ("endorse", "sign", "withdraw", "revoke"):
        await act(school, name)
    await store.close()
    restore(tmp_path / "copy.db", sqlite_url, now=MORNING)
    school.store = store = await world.open(sqlite_url)
    assert await school.said() == school.expected
    assert sorted(bits.revoked for bits in school.expected.values()) == [True, True]
    former = {at for at, _ in school.expected}
    await act(school, "endorse")
    await act(school, "sign")
    (new,) = set(school.expected) - {spot for spot in school.expected if spot[0] in former}
    assert new[0] not in former, "which positions were given out since the backup nobody knows"
    await store.close()


@pytest.mark.parametrize("beside", [False, True], ids=["of the award", "of its content"])
@pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at"])
async def test_a_backup_shows_no_endorsement_again(
    sqlite_url: str, tmp_path: Path, world: Surroundings, column: str, beside: bool
) -> None:
    """Withdrawn or hidden since: the row says so again, and the edition that holds it is signed anew."""
    store = await world.open(sqlite_url)
    school = await found(store, "here")
    await act(school, "endorse")
    assert school.endorsed is not None
    of_award, of_content = ((), (school.endorsed,)) if beside else ((school.endorsed,), ())
    edition = Revision(school.award_id, 1, MORNING, "{}", of_award, beside=of_content, token="t")
    assert await school.do(lambda work: work.credentials.add(school.award_id, edition))
    backup(sqlite_url, tmp_path / "copy.db")
    this = t.endorsement.c.id == school.endorsed
    await store.write(lambda scope: scope.run(update(t.endorsement).where(this).values({column: MORNING})))
    await store.close()
    restore(tmp_path / "copy.db", sqlite_url, now=MORNING)
    school.store = store = await world.open(sqlite_url)
    row = await store.read(lambda scope: scope.the(select(t.endorsement).where(this)))
    assert getattr(row, column) == MORNING
    (unsigned,) = await school.do(lambda work: work.awards.without_credential())  # type: ignore[misc]
    assert unsigned.id == school.award_id
    await store.close()


async def test_what_a_newer_backup_says_was_endorsed_anew_stands(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    store = await world.open(sqlite_url)
    school = await found(store, "here")
    await act(school, "endorse")
    world.passes(days=1)

    async def stands(work: Work) -> bool:
        given = await work.endorsements.of(school.place.ben.id, Target.of_award(school.award_id))
        assert given is not None
        return given.stands

    async def save(work: Work, withdrawn_at: datetime | None) -> None:
        given = await work.endorsements.of(school.place.ben.id, Target.of_award(school.award_id))
        assert given is not None
        given_at = work.now if withdrawn_at is None else given.given_at
        await work.endorsements.save(replace(given, given_at=given_at, withdrawn_at=withdrawn_at))

    await school.do(lambda work: save(work, work.now))
    withdrawn = backup(sqlite_url, tmp_path / "withdrawn.db")
    world.passes(days=1)
    await school.do(lambda work: save(work, None))
    anew = backup(sqlite_url, tmp_path / "anew.db")
    await store.close()
    for each, is_given in ((withdrawn, False), (anew, True)):
        restore(each, sqlite_url, now=world.now)
        school.store = store = await world.open(sqlite_url)
        assert await school.do(stands) is is_given
        await store.close()

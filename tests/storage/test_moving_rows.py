"""A move on both databases: one transaction, every table decided, and safe beside others who act at that moment."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from storage_rows import EVIDENCE, Rows, populate
from storage_world import In, Place, Surroundings, in_school

from bot.domain.agreements import Purpose
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Role
from bot.domain.staff import Listed
from bot.services import endorsements, moving, staff
from bot.services.commands import ByPerson
from bot.services.ports import Revision, Work
from bot.services.proving import addresses_of
from storage import carrying
from storage import tables as t
from storage.belongings import leading_to
from storage.scope import Scope
from storage.store import RowStore


@dataclass
class Leaving:
    """ann of `here` is about to move to be ann of `there`."""

    rows: Rows
    there: Place
    move: str

    @property
    def confirm(self) -> moving.ConfirmMove:
        return moving.ConfirmMove(school_id=self.there.school.id, person_id=self.there.ann.id, move=self.move)


@pytest.fixture
async def leaving(store: RowStore, here: Place, there: Place) -> Leaving:
    rows = await populate(store, here)

    async def agree(scope: Scope) -> None:
        await scope.conn.execute(
            insert(t.agreement),
            {
                "public_id": scope.new_id(),
                "school_id": here.school.id,
                "receiver_id": there.school.id,
                "purpose": Purpose.TRANSFER,
                "offered_by": here.school.id,
                "offered_at": scope.now,
                "accepted_at": scope.now,
            },
        )

    await store.write(agree)

    async def signed(work: Work) -> None:
        text = json.dumps({"id": "urn:uuid:x", "issuer": {"id": rows.issuer.did}})
        await work.credentials.add(rows.award.id, Revision(rows.award.id, 2, work.now, text, (rows.endorsement.id,)))

    await in_school(store, here, signed)
    give = moving.LookAhead(school_id=there.school.id, person_id=there.ann.id, code=rows.code)
    ahead = await store.run(moving.look_ahead, give)
    assert not isinstance(ahead, Refused)
    return Leaving(rows, there, ahead.move)


async def _rows(store: RowStore) -> dict[str, list[Any]]:
    """Everything in the database."""
    found = {}
    for table in t.metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key)
        found[table.name] = list(await store.read(lambda scope, query=query: scope.all(query)))  # type: ignore[misc]
    return found


def test_every_table_that_leads_to_a_person_or_an_award_is_decided() -> None:
    """A new table must say what becomes of its rows when a person moves."""
    of_person = {table for table in t.metadata.tables.values() if leading_to(table, t.person)}
    of_award = {table for table in t.metadata.tables.values() if leading_to(table, t.award)}
    of_account = {table for table in t.metadata.tables.values() if leading_to(table, t.account)}
    decided = {*carrying.WITH_AWARD, *carrying.WITH_PERSON, *carrying.LEFT_BEHIND, *carrying.STAYS}
    assert of_person | of_award | of_account <= decided
    assert not {*carrying.LEFT_BEHIND} & {*carrying.WITH_PERSON}


async def test_everything_is_the_new_schools(store: RowStore, leaving: Leaving) -> None:
    moved = await store.run(moving.move, leaving.confirm)
    assert moved == moving.Moved(1, 1)
    after = await _rows(store)
    for name in (
        "award",
        "revision",
        "enclosure",
        "completion",
        "redone",
        "progress",
        "submission",
        "brought",
        "brought_completion",
        "foreign_badge",
        "mail_address",
    ):
        assert {row.school_id for row in after[name]} == {leaving.there.school.id}, name
    assert {row.issuer_school_id for row in after["award"]} == {leaving.rows.place.school.id}
    (given,) = [row for row in after["endorsement"] if row.id == leaving.rows.endorsement.id]
    assert (given.school_id, given.endorser_school_id) == (leaving.there.school.id, leaving.rows.place.school.id)
    for name in ("offer", "attempt", "introduction", "invitation", "address"):
        assert not after[name], name


async def test_an_address_that_the_old_schools_platform_vouched_for_gives_no_role(
    store: RowStore, leaving: Leaving
) -> None:
    """It proves whose a badge is, and no more: the new school's list means whom its own platform names."""
    there, address = leaving.there, "ann@example.school"
    row = Listed("Ann", address, None, frozenset({Role.OWNER}), "there", None, "staff.csv", 2)
    listed = staff.LoadStaff(school_id=there.school.id, rows=(row,))
    await store.run(staff.load_staff, listed)
    await store.run(moving.move, leaving.confirm)
    await store.run(staff.load_staff, listed)
    mover = await in_school(store, there, lambda work: work.people.get(there.ann.id))
    assert mover.roles == there.ann.roles
    assert address in await in_school(store, there, lambda work: addresses_of(work, there.ann.id))
    named = await in_school(store, there, lambda work: staff.recognise(work, there.ben, address))
    assert Role.OWNER in named.roles
    assert await in_school(store, there, lambda work: work.staff.proved(there.ben.id)) == (address,)


async def test_what_was_submitted_stays_with_its_board(store: RowStore, leaving: Leaving) -> None:
    """Under the old school's name, also in the board's eyes; and the holder has it, wherever they are."""
    await store.run(moving.move, leaving.confirm)
    old, new = leaving.rows.place.school, leaving.there
    (row,) = (await _rows(store))["submission"]
    assert (row.person_id, row.school_id, row.from_school_id) == (new.ann.id, new.school.id, old.id)
    assert row.public_id == leaving.rows.submission.public_id
    (seen,) = await in_school(store, new, lambda work: work.cabinet.submitted(row.board_id))
    assert (seen.school, seen.holder, seen.award.id) == (old.name, new.ann.name, leaving.rows.award.id)
    await in_school(store, new, lambda work: work.cabinet.note_seen(row.board_id))
    assert (await _rows(store))["submission"][0].seen_at is not None
    own = await in_school(store, new, lambda work: work.submissions.of_person(new.ann.id))
    assert [item.id for item in own] == [row.id]
    await in_school(store, leaving.rows.place, lambda work: work.submissions.take_back(row.id))
    assert (await _rows(store))["submission"][0].taken_back_at is None, "the old school has no hand in it"
    await in_school(store, new, lambda work: work.submissions.take_back(row.id))
    assert not await in_school(store, new, lambda work: work.cabinet.submitted(row.board_id))
    await in_school(store, new, lambda work: work.people.forget(new.ann.id))
    assert not (await _rows(store))["submission"]


async def _earned_there(store: RowStore, leaving: Leaving, *, earlier: bool, boards: tuple[str, ...]) -> int:
    """The same badge at the new school, submitted to these boards by key; the award's id."""
    there = leaving.there

    async def earn(work: Work) -> int:
        award = await work.awards.add(there.ann.id, leaving.rows.achievement, EVIDENCE)
        assert award is not None
        for key in boards:
            board = await work.directory.add_board(key, Bilingual(key, key))
            await work.submissions.add(there.ann.id, award.id, board.id)
        return award.id

    award_id = await in_school(store, there, earn)
    moment = leaving.rows.award.awarded_at + timedelta(days=-1 if earlier else 1)
    await store.write(
        lambda scope: scope.run(update(t.award).where(t.award.c.id == award_id).values(awarded_at=moment))
    )
    return award_id


@pytest.mark.parametrize("earlier", [True, False])
async def test_a_later_awards_submissions_go_over_to_the_one_that_is_kept(
    store: RowStore, leaving: Leaving, earlier: bool
) -> None:
    """Once for each board: to `board` both were given, to `other` the one of the new school only."""
    there, old = leaving.there, leaving.rows.place.school
    new_id = await _earned_there(store, leaving, earlier=earlier, boards=("board", "other"))
    await store.run(moving.move, leaving.confirm)
    after = await _rows(store)
    kept = new_id if earlier else leaving.rows.award.id
    assert [row.id for row in after["award"]] == [kept]
    first = there.school.id if earlier else old.id
    found = {(row.award_id, row.person_id, row.school_id, row.from_school_id) for row in after["submission"]}
    assert found == {(kept, there.ann.id, there.school.id, origin) for origin in (first, there.school.id)}
    assert len({row.board_id for row in after["submission"]}) == len(after["submission"]) == 2


async def test_codes_that_nobody_used_are_swept(store: RowStore, leaving: Leaving, world: Surroundings) -> None:
    assert await store.forget_moves(world.now) == 0
    await store.run(moving.move, leaving.confirm)

    async def begin(work: Work) -> str:
        return await work.moves.begin(leaving.rows.place.ben.id, world.now + timedelta(days=1))

    await in_school(store, leaving.rows.place, begin)
    assert await store.forget_moves(world.now + timedelta(hours=23)) == 0
    assert await store.forget_moves(world.now + timedelta(days=30)) == 1
    (left,) = (await _rows(store))["move"]
    assert left.moved_at is not None, "that somebody left stays"


async def test_who_moved_takes_everything_out_at_the_new_school(store: RowStore, leaving: Leaving) -> None:
    await store.run(moving.move, leaving.confirm)
    rows = await in_school(store, leaving.there, lambda work: work.queries.everything(leaving.there.ann.id))
    assert {"award", "revision", "completion", "endorsement", "move", "brought"} <= set(rows)
    assert not await in_school(
        store, leaving.rows.place, lambda work: work.queries.everything(leaving.rows.place.ann.id)
    )
    ben = await in_school(store, leaving.rows.place, lambda work: work.queries.everything(leaving.rows.place.ben.id))
    assert [row["role"] for row in ben["endorsement"]] == ["leader"], "the endorser's own, wherever it is"


@pytest.mark.parametrize("at", range(6))
async def test_a_move_that_fails_midway_has_moved_nothing(
    store: RowStore, leaving: Leaving, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ("give_way", "learning", "awards", "given", "brought", "leave")[at]
    if step == "give_way":
        monkeypatch.setattr(moving, "_sign", _fails)
    else:
        monkeypatch.setattr(carrying.Journey, step, _fails)
    before = await _rows(store)
    with pytest.raises(ConnectionError):
        await store.run(moving.move, leaving.confirm)
    assert await _rows(store) == before
    monkeypatch.undo()
    assert await store.run(moving.move, leaving.confirm) == moving.Moved(1, 1)


async def _fails(*args: Any) -> None:
    raise ConnectionError("the power went")


async def test_two_windows_that_confirm_move_once(store: RowStore, leaving: Leaving) -> None:
    first, second = await asyncio.gather(
        store.run(moving.move, leaving.confirm), store.run(moving.move, leaving.confirm)
    )
    assert sorted([isinstance(first, Refused), isinstance(second, Refused)]) == [False, True]


async def test_a_withdrawal_at_that_very_moment_is_signed(store: RowStore, leaving: Leaving) -> None:
    """Whichever is first: the endorsement is withdrawn, and the new school promises an edition without it."""
    rows = leaving.rows
    undo = endorsements.Undo(
        school_id=rows.place.school.id, person_id=rows.place.ben.id, endorsement=rows.endorsement.public_id
    )
    await asyncio.gather(store.run(moving.move, leaving.confirm), store.run(endorsements.undo_endorsement, undo))
    after = await _rows(store)
    (given,) = [row for row in after["endorsement"] if row.id == rows.endorsement.id]
    assert given.withdrawn_at is not None
    assert given.school_id == leaving.there.school.id
    promised = [row.school_id for row in after["outbox"] if (row.kind, row.subject) == ("issue", rows.award.id)]
    assert leaving.there.school.id in promised


async def test_an_endorsement_at_that_very_moment_is_not_lost_between_schools(
    store: RowStore, leaving: Leaving
) -> None:
    rows = leaving.rows
    third = rows.place.people[2][0]

    async def display(work: Work) -> None:
        from dataclasses import replace

        await work.awards.save(replace(rows.award, displayed_at=work.now))

    await in_school(store, rows.place, display)
    press = endorsements.PressEndorse(school_id=rows.place.school.id, person_id=third.id, award=rows.award.public_id)
    await asyncio.gather(store.run(moving.move, leaving.confirm), store.run(endorsements.press_endorse, press))
    after = await _rows(store)
    about = [row for row in after["endorsement"] if (row.target_kind, row.target_id) == ("award", rows.award.id)]
    assert {row.school_id for row in about} == {leaving.there.school.id}


async def test_a_code_is_told_apart_by_its_keyed_mark_only(
    store: RowStore, leaving: Leaving, world: Surroundings
) -> None:
    (row,) = (await _rows(store))["move"]
    assert leaving.rows.code.replace("-", "") not in str(row)
    me = ByPerson(school_id=leaving.there.school.id, person_id=leaving.there.ben.id)
    world.passes(days=2)
    late = moving.LookAhead(school_id=me.school_id, person_id=me.person_id, code=leaving.rows.code)
    assert await store.run(moving.look_ahead, late) == Refused("move_code")
    assert await store.run(moving.move, leaving.confirm) == Refused("move_code")


async def test_a_code_works_only_with_its_dashes_forgiven(store: RowStore, here: Place, there: Place) -> None:
    async def begin(work: Work) -> str:
        return await work.moves.begin(here.ann.id, work.now.replace(year=work.now.year + 1))

    code = await in_school(store, here, begin)
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code}. "):
        found = await store.run(_by_code, Asked(there.school.id, typed))
        assert found is not None, typed
    assert await store.run(_by_code, Asked(there.school.id, code[:-1])) is None


@dataclass(frozen=True)
class Asked(In):
    code: str = ""


async def _by_code(work: Work, command: Asked) -> object:
    return await work.moves.by_code(command.code)

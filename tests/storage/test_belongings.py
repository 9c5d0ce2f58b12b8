"""What a person takes out: every row about them, held to the tables themselves."""

import json
import re

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, MetaData, Table, Text
from storage_rows import Rows, populate
from storage_world import Place, in_school

from storage import belongings
from storage import tables as t
from storage.columns import Id
from storage.store import RowStore

OWNERS = {t.person, t.account, t.award}
NOTHING_TO_SHOW = {"person_key"}
"""Tables about a person that hold nothing but keys."""


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


async def _of(store: RowStore, rows: Rows, person_id: int) -> belongings.Plain:
    found: belongings.Plain = await in_school(store, rows.place, lambda work: work.queries.everything(person_id))
    return found


def _refers_to_a_person(table: Table) -> bool:
    """Said apart from the code under test: any foreign key to a person, an account or an award."""
    return any(key.column.table in OWNERS and key.column.name == "id" for key in table.foreign_keys)


async def test_every_table_that_refers_to_a_person_is_in(store: RowStore, rows: Rows) -> None:
    both = {**await _of(store, rows, rows.place.ann.id), **await _of(store, rows, rows.place.ben.id)}
    expected = {table.name for table in t.metadata.tables.values() if _refers_to_a_person(table)}
    assert set(both) == (expected | {"person", "audit"}) - NOTHING_TO_SHOW


async def test_every_column_is_in_but_those_hidden_for_a_reason(store: RowStore, rows: Rows) -> None:
    everything = await _of(store, rows, rows.place.ann.id)
    for name, found in everything.items():
        columns = {
            column.name
            for column in t.metadata.tables[name].c
            if column not in belongings.HIDDEN
            and not column.name.endswith("_id")
            and column.name not in {"id", "subject"}
            and not isinstance(column.type, LargeBinary)
        }
        for row in found:
            assert columns <= set(row), name


def test_a_new_table_with_a_person_column_is_found() -> None:
    later = MetaData()
    for table in t.metadata.tables.values():
        table.to_metadata(later)
    new = Table(
        "new",
        later,
        Column("id", Id, primary_key=True),
        Column("helper_id", Id),
        Column("words", Text),
        ForeignKeyConstraint(["helper_id"], ["person.id"]),
    )
    assert [column.name for column in belongings.leading_to(new, later.tables["person"])] == ["helper_id"]
    assert [column.name for column in belongings.shown(new)] == ["words"]


async def test_it_is_plain_json_without_times_ids_or_others(store: RowStore, rows: Rows) -> None:
    for mine in (rows.place.ann, rows.place.ben):
        everything = await _of(store, rows, mine.id)
        text = json.dumps(everything, ensure_ascii=False)
        assert mine.public_id in text
        assert not re.search(r"\d\d:\d\d", text)
        for person, account in rows.place.people:
            if person != mine:
                assert person.public_id not in text
                assert person.name not in text
                assert f'"{account.user_key}"' not in text
        for secret in ("sealed", "did:key", "signed by", "embedded"):
            assert secret not in text
        assert not [key for found in everything.values() for row in found for key in row if key in {"id", "person_id"}]


async def test_it_says_who_was_who(store: RowStore, rows: Rows) -> None:
    ann, ben = await _of(store, rows, rows.place.ann.id), await _of(store, rows, rows.place.ben.id)
    assert [(row.get("asker"), row.get("helper")) for row in ann["introduction"]] == [(None, "you")]
    assert [(row.get("asker"), row.get("helper")) for row in ben["introduction"]] == [("you", None)]
    assert sorted((row.get("endorser", ""), row["target_kind"]) for row in ann["endorsement"]) == [
        ("", "award"),
        ("you", "achievement"),
    ]
    assert [(row.get("endorser"), row["role"]) for row in ben["endorsement"]] == [("you", "leader")]
    assert [row["about"] for row in ann["message"]] == ["share", "unit"]
    assert ann["progress"] == [
        {"unit_key": "unit-1", "opened_at": "2026-11-24", "wrong_tries": 1, "tested_out_on": "2026-11-24"}
    ]
    assert ann["rhythm"][0]["windows"] == [["free", 1, 600, 660, "火曜10時"]]
    assert [(row["act"], row["at"]) for row in ben["audit"]] == [("endorse", "2026-11-24")]


async def test_somebody_forgotten_has_nothing(store: RowStore, rows: Rows) -> None:
    await in_school(store, rows.place, lambda work: work.people.forget(rows.place.ann.id))
    assert await _of(store, rows, rows.place.ann.id) == {}

"""A database that the fifth version filled, of either kind, brought up to this one: every row is still there and says
the same."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text
from storage_world import MORNING, SealingVault

from bot.badges import keys
from bot.domain.issuers import KeyKind
from bot.services.issuers import open_ed25519
from storage import schema
from storage import tables as t
from storage.admin import check, upgrade
from storage.engine import place_of, sync_engine
from storage.repositories.issuers import SEALED, to_sealed_key

FIFTH = "0005"
AT = "2026-11-24T01:30:00.000000Z"
"""A moment as SQLite keeps it; PostgreSQL has a kind of its own."""
SHARED = {"meta", "alembic_version", "catalogue", "page", "achievement", "board", "erasure", "tombstone"}
"""Filled once, or by the product itself."""
CHAINS = {"audit", "audit_head"}
JSON_LISTS = {"definition", "document", "evidence", "embedded", "detail", "choice_order", "windows", "passed_over"}
SCHOOLS = 2
_WORDS = re.compile(r"'([^']*)'")
_NAMED = re.compile(r"\W*(\w+)\W.*?(?:IN|ANY)\W*\(", re.DOTALL)
"""The column of a closed list of words, as either database writes it."""


def _word_of(conn: Connection, table: str) -> dict[str, str]:
    """The first word that each column with a closed list of words may hold."""
    found = {}
    for each in inspect(conn).get_check_constraints(table):
        named, words = _NAMED.match(each["sqltext"]), _WORDS.findall(each["sqltext"])
        if named and words:
            found[named[1]] = words[0]
    return found


def _value(column: Any, school: int) -> Any:
    kind = str(column.type)
    if kind == "DATE":
        return MORNING.date()
    if kind == "TIMESTAMP":
        return datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    if column.name.endswith("_at") or column.name in ("at", "until", "valid_from"):
        return AT
    if kind in ("INTEGER", "BIGINT"):
        return 1
    if kind == "BOOLEAN":
        return False
    if kind in ("BLOB", "BYTEA"):
        return b"sealed"
    return "[]" if column.name in JSON_LISTS else f"{column.name}-{school}"


def _row(conn: Connection, table: Table, school: int) -> dict[str, Any]:
    words = _word_of(conn, table.name)
    row: dict[str, Any] = {}
    for column in table.columns:
        leads = next(iter(column.foreign_keys), None)
        if column.nullable and not column.primary_key:
            continue
        if table.name == "agreement" and column.name == "receiver_id":
            row[column.name] = SCHOOLS + 1 - school
        elif column.name.endswith("school_id"):
            row[column.name] = school
        elif column.name == "id" or (leads is not None and leads.column.name == "id"):
            row[column.name] = 1 if leads is not None and leads.column.table.name in SHARED else school
        else:
            row[column.name] = words.get(column.name) or _value(column, school)
    return row


def _seed(school: int, number: int) -> keys.SigningKey:
    return keys.SigningKey(bytes([school, number]) * 16)


def _signing_keys(vault: SealingVault, school: int, at: Any) -> list[dict[str, Any]]:
    """The school's key, the one it had before, and that of somebody who endorsed by name."""
    return [
        {
            "school_id": school,
            "person_id": school if number == 3 else None,
            "did": key.did,
            "sealed": vault.seal(key.seed, label=f"signing:{key.did}"),
            "created_at": at,
            "retired_at": at if number == 1 else None,
        }
        for number, key in ((number, _seed(school, number)) for number in (1, 2, 3))
    ]


def _edition(school: int) -> str:
    return json.dumps({"proof": [{"verificationMethod": _seed(school, 2).method}]})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of each kind in turn, with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('fifth') / 'sukima.db'}"
        return
    server: str = request.getfixturevalue("postgres")
    engine = sync_engine(place_of(server.format("postgres"))).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text("CREATE DATABASE fifth"))
        yield server.format("fifth")
        conn.execute(text("DROP DATABASE fifth WITH (FORCE)"))


@pytest.fixture(scope="module")
def upgraded(empty: str) -> tuple[str, dict[str, list[Any]]]:
    """A database of the fifth version with rows of two schools in every table, upgraded; and the rows it had."""
    url, vault = empty, SealingVault()
    config, old = schema.alembic_config(), MetaData()
    with sync_engine(place_of(url), foreign_keys=False).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, FIFTH)
        old.reflect(conn)
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL session_replication_role = replica"))  # rows lead to each other in any order
        for table in old.sorted_tables:
            if table.name in ("meta", "alembic_version", *CHAINS):
                continue
            for school in (1,) if table.name in SHARED else range(1, SCHOOLS + 1):
                rows = [_row(conn, table, school)]
                if table.name == "signing_key":
                    rows = _signing_keys(vault, school, rows[0]["created_at"])
                if table.name == "revision":
                    rows[0]["text"] = _edition(school)
                if table.name == "catalogue":
                    rows[0]["document"] = '{"courses": [], "pathways": []}'
                conn.execute(insert(table), rows)
        kept = {table.name: list(conn.execute(select(table)).mappings()) for table in old.sorted_tables}
    assert upgrade(url, now=MORNING).from_revision == FIFTH
    return url, kept


def test_every_row_is_still_there_and_says_the_same(upgraded: tuple[str, dict[str, list[Any]]]) -> None:
    url, before = upgraded
    now = MetaData()
    with sync_engine(place_of(url)).connect() as conn:
        now.reflect(conn)
        for name, rows in before.items():
            if name in ("alembic_version", "signing_key", "catalogue"):
                continue
            columns = [column for column in now.tables[name].columns if not rows or column.name in rows[0]]
            assert rows or name in CHAINS, f"{name} was not filled"
            after = list(conn.execute(select(*columns)).mappings())
            assert after == [{column.name: row[column.name] for column in columns} for row in rows], name


def test_keys_of_schools_became_their_issuers_and_open(upgraded: tuple[str, dict[str, list[Any]]]) -> None:
    url, vault = upgraded[0], SealingVault()
    with sync_engine(place_of(url)).connect() as conn:
        for school in range(1, SCHOOLS + 1):
            issuers = conn.execute(select(t.issuer).where(t.issuer.c.school_id == school).order_by(t.issuer.c.id)).all()
            assert [(row.did, row.ended) for row in issuers] == [
                (_seed(school, 1).did, "rotated"),
                (_seed(school, 2).did, None),
            ]
            sealed = select(*SEALED).join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id)
            found = conn.execute(sealed.where(t.issuer.c.school_id == school).order_by(t.issuer_key.c.id)).all()
            assert [row.kind for row in found] == [KeyKind.ED25519] * 2
            assert [open_ed25519(vault, to_sealed_key(row)).seed for row in found] == [
                _seed(school, number).seed for number in (1, 2)
            ]
            (endorser,) = conn.execute(select(t.signing_key).where(t.signing_key.c.school_id == school)).all()
            assert (endorser.person_id, endorser.did) == (school, _seed(school, 3).did)
            (edition,) = conn.execute(select(t.revision).where(t.revision.c.school_id == school)).all()
            assert edition.signed_with == _seed(school, 2).method, "so that a leak of this key finds it"
    complaints = check(url).complaints
    assert complaints == (), "its links hold"

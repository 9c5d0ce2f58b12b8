"""What an upgrade makes of badges from elsewhere that were kept before: the moment of their end, where they stand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, Row, insert, select, text
from storage_world import MORNING

from storage import schema
from storage import tables as t
from storage.admin import upgrade
from storage.engine import place_of, sync_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('ends') / 'sukima.db'}"
        return
    server: str = request.getfixturevalue("postgres")
    engine = sync_engine(place_of(server.format("postgres"))).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text("CREATE DATABASE ends"))
        yield server.format("ends")
        conn.execute(text("DROP DATABASE ends WITH (FORCE)"))


def _upgraded(url: str, before: str, rows: list[dict[str, Any]]) -> list[Row[Any]]:
    """Badges as a database of that revision keeps them; the rows after an upgrade, in their order."""
    config = schema.alembic_config()
    with sync_engine(place_of(url), foreign_keys=False).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, before)
        old = MetaData()
        old.reflect(conn)
        postgres = conn.dialect.name == "postgresql"
        if postgres:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        then = datetime(2026, 6, 10, 3, tzinfo=UTC) if postgres else "2026-06-10T03:00:00.000000Z"
        words = ("issuer", "host", "issuer_name", "name", "badge_id", "about")
        for number, given in enumerate(rows):
            row = {word: word for word in words} | dict.fromkeys(("taken_at", "checked_at", "tried_at"), then)
            row |= {"public_id": str(number), "mark": str(number), "school_id": 1, "person_id": 1, "tags": "[]"}
            row |= {"awarded_on": date(2026, 3, 1), "file": b"x"}
            conn.execute(insert(old.tables["foreign_badge"]), row | given)
    assert upgrade(url, now=MORNING).from_revision == before
    with sync_engine(place_of(url)).connect() as conn:
        return list(conn.execute(select(t.foreign_badge).order_by(t.foreign_badge.c.public_id)))


def test_a_day_becomes_its_beginning_in_utc(empty: str) -> None:
    kept = _upgraded(empty, "0024", [{"expires_on": date(2027, 3, 1)}, {"expires_on": None}])
    assert [row.expires_at for row in kept] == [datetime(2027, 3, 1, tzinfo=UTC), None]


def test_where_a_hosted_one_is_published_is_read_from_its_copy_once(empty: str) -> None:
    copies = (b'{"id": "https://a.example/1"}', b"<html>", b'{"id": {}}', b"[" * 10_000, b"\xff", None)
    kept = _upgraded(empty, "0028", [{"copy": copy} for copy in copies])
    assert [row.published for row in kept] == ["https://a.example/1", None, None, None, None, None]

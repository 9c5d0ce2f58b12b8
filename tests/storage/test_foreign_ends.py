"""Badges from elsewhere that were kept with the day of their end have its moment after the upgrade."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import MetaData, insert, select, text
from storage_world import MORNING

from storage import schema
from storage import tables as t
from storage.admin import upgrade
from storage.engine import place_of, sync_engine

BEFORE = "0024"


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


def test_a_day_becomes_its_beginning_in_utc(empty: str) -> None:
    config = schema.alembic_config()
    with sync_engine(place_of(empty), foreign_keys=False).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, BEFORE)
        old = MetaData()
        old.reflect(conn)
        postgres = conn.dialect.name == "postgresql"
        if postgres:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        then = datetime(2026, 6, 10, 3, tzinfo=UTC) if postgres else "2026-06-10T03:00:00.000000Z"
        words = ("issuer", "host", "issuer_name", "name", "badge_id", "about")
        for number, ends in enumerate((date(2027, 3, 1), None)):
            row = {word: word for word in words} | dict.fromkeys(("taken_at", "checked_at", "tried_at"), then)
            row |= {"public_id": str(number), "mark": str(number), "school_id": 1, "person_id": 1, "tags": "[]"}
            row |= {"awarded_on": date(2026, 3, 1), "expires_on": ends, "file": b"x"}
            conn.execute(insert(old.tables["foreign_badge"]), row)
    assert upgrade(empty, now=MORNING).from_revision == BEFORE
    with sync_engine(place_of(empty)).connect() as conn:
        kept = conn.scalars(select(t.foreign_badge.c.expires_at).order_by(t.foreign_badge.c.public_id)).all()
    assert list(kept) == [datetime(2027, 3, 1, tzinfo=UTC), None]

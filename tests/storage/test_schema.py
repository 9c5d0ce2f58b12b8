"""The schema: migrations and tables say the same, and only a database of ours and of this version is used."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from storage_world import MORNING, Surroundings

from bot.errors import Problem
from storage import schema
from storage.admin import upgrade
from storage.engine import place_of, sync_engine
from storage.tables import metadata


def test_migrations_build_what_the_tables_say(url: str) -> None:
    with sync_engine(place_of(url)).connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_build_the_very_same_sqlite_tables(sqlite_template: Path, tmp_path: Path) -> None:
    def built(file: Path) -> set[tuple[str, ...]]:
        """Each statement's words, whatever their order: constraints may be listed in any."""
        with closing(sqlite3.connect(file)) as conn:
            rows = conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
            return {tuple(sorted(re.findall(r'[^\s,()"]+', sql))) for (sql,) in rows}

    engine = sync_engine(place_of(f"sqlite:///{tmp_path / 'direct.db'}"))
    with engine.begin() as conn:
        metadata.create_all(conn)
    assert built(sqlite_template) == built(tmp_path / "direct.db")


def test_migrations_build_every_check(url: str) -> None:
    with sync_engine(place_of(url)).connect() as conn:
        inspector = inspect(conn)
        built = {check["name"] for table in metadata.tables for check in inspector.get_check_constraints(table)}
    wanted = {str(check.name) for table in metadata.tables.values() for check in table.constraints if check.name}
    assert {name for name in wanted if name.startswith("ck_")} <= built


def test_the_newest_migration_is_named() -> None:
    assert ScriptDirectory.from_config(schema.alembic_config()).get_current_head() == schema.HEAD
    assert schema.HEAD in schema.known_revisions()


def test_everything_but_shared_content_belongs_to_a_school() -> None:
    shared = {"meta", "school", "board", "catalogue", "page", "achievement", "install", "install_state"}
    assert {name for name, table in metadata.tables.items() if "school_id" not in table.c} == shared


def test_an_upgrade_of_a_current_database_changes_nothing(url: str) -> None:
    done = upgrade(url, now=MORNING)
    assert not done.changed
    assert done.backup is None


def test_an_older_database_is_backed_up_before_it_is_upgraded(tmp_path: Path) -> None:
    file = tmp_path / "sukima.db"
    upgrade(f"sqlite:///{file}", now=MORNING)
    with sync_engine(place_of(f"sqlite:///{file}")).begin() as conn:
        for table in reversed(metadata.sorted_tables):
            if table.name != "meta":
                table.drop(conn)
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    older = {"0000": "nothing but the product"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "known_revisions", lambda: frozenset(older) | {schema.HEAD})
        patch.setattr("storage.admin.migrate", lambda place: None)
        done = upgrade(f"sqlite:///{file}", now=MORNING)
    assert done.from_revision == "0000"
    assert done.backup is not None
    assert done.backup.name == "sukima.db.before-upgrade-20261124T013000Z"
    with sqlite3.connect(done.backup) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)


def test_pathways_of_before_begin_when_their_catalogue_is_loaded_again(tmp_path: Path) -> None:
    """Their rules were written otherwise, and their badges have no definition yet."""
    file = tmp_path / "sukima.db"
    config = schema.alembic_config()
    old = {"courses": [], "pathways": [{"key": "pw", "requires_all": ["cb"], "any_count": 0}]}
    with sync_engine(place_of(f"sqlite:///{file}"), foreign_keys=False).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0005")
        row = {"key": "rei", "digest": "0" * 64, "document": json.dumps(old)}
        conn.execute(text("INSERT INTO catalogue (key, digest, document) VALUES (:key, :digest, :document)"), row)
        command.upgrade(config, "head")
        [kept] = conn.execute(text("SELECT digest, document FROM catalogue")).all()
    assert json.loads(kept.document) == {"courses": [], "pathways": []}
    assert kept.digest == hashlib.sha256(kept.document.encode()).hexdigest()


def _problem(url: str) -> str:
    with pytest.raises(Problem) as caught:
        upgrade(url, now=MORNING)
    return caught.value.code


def test_a_newer_database_is_left_alone(url: str) -> None:
    with sync_engine(place_of(url)).begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert _problem(url) == "db.newer"


def test_a_database_of_another_product_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as conn:
        conn.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    before = file.read_bytes()
    assert _problem(f"sqlite:///{file}") == "db.foreign"
    assert file.read_bytes() == before


def test_a_postgresql_database_of_another_product_is_left_alone(postgres_url: str) -> None:
    with sync_engine(place_of(postgres_url)).begin() as conn:
        conn.execute(text("UPDATE meta SET value = 'other' WHERE key = 'product'"))
    assert _problem(postgres_url) == "db.foreign"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleague, " * 100)
    assert _problem(f"sqlite:///{file}") == "db.not_a_database"
    assert file.read_text().startswith("Dear")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert _problem(f"sqlite:///{tmp_path}") == "db.directory"


def test_a_database_in_use_is_not_upgraded(sqlite_url: str) -> None:
    from storage.locking import DatabaseLock

    file = place_of(sqlite_url).file
    assert file is not None
    with DatabaseLock(file):
        assert _problem(sqlite_url) == "db.in_use"
    assert not upgrade(sqlite_url, now=MORNING).changed


def test_a_file_that_cannot_be_written_is_said_so(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert _problem(sqlite_url) == "db.read_only"


@pytest.mark.parametrize(
    "address", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "sqlite:///file:x"]
)
def test_an_address_that_is_none_is_said_so(address: str) -> None:
    assert _problem(address) == "db.url"


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "folder" / "sukima.db"
    file.parent.mkdir(parents=True)
    file.touch()
    assert upgrade(f"sqlite:///{file}", now=MORNING).changed
    with sqlite3.connect(file) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)


async def test_only_a_current_database_is_opened(tmp_path: Path, world: Surroundings) -> None:
    with pytest.raises(Problem) as caught:
        await world.open(f"sqlite:///{tmp_path / 'none.db'}")
    assert caught.value.code == "db.missing"


async def test_a_second_process_is_turned_away(sqlite_url: str, world: Surroundings) -> None:
    first = await world.open(sqlite_url)
    try:
        with pytest.raises(Problem) as caught:
            await world.open(sqlite_url)
        assert caught.value.code == "db.in_use"
    finally:
        await first.close()
    await (await world.open(sqlite_url)).close()


async def test_another_secret_is_noticed_when_opening(url: str, world: Surroundings) -> None:
    from storage_world import SealingVault

    await (await world.open(url)).close()
    world.vault = SealingVault(b"another")
    with pytest.raises(Problem) as caught:
        await world.open(url)
    assert caught.value.code == "vault.wrong_secret"
    world.vault = SealingVault()
    await (await world.open(url)).close()

"""Checks, backups and restores: nothing is lost, nothing half done, and nobody who was forgotten comes back."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from storage_rows import populate
from storage_world import MORNING, Place, SealingVault, Surroundings, add_achievement, found_school, in_school

from bot.errors import Problem
from bot.services.ports import Revision, SealedKey
from storage import tables as t
from storage.admin import Restored, backup, check, restore, shut_keys
from storage.engine import place_of, sync_engine
from storage.erasures import ErasureLog, replay
from storage.given_up import retry
from storage.schema import APPLICATION_ID


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def _fill(url: str, world: Surroundings) -> Place:
    store = await world.open(url)
    place = await found_school(store, "here")
    await populate(store, place)
    await store.close()
    return place


def _sealed_rows(url: str) -> int:
    """How many rows of the database hold something that only the secret opens."""
    sealed = [table for table in t.metadata.sorted_tables if "sealed" in table.c]
    with sync_engine(place_of(url)).connect() as conn:
        return sum(conn.scalar(select(func.count()).select_from(table)) or 0 for table in sealed)


async def _names(url: str, world: Surroundings, place: Place) -> set[str]:
    store = await world.open(url)
    people = await in_school(store, place, lambda work: work.people.all())
    await store.close()
    return {person.name for person in people}


def _names_in(folder: Path) -> list[str]:
    return sorted(part.name for part in folder.iterdir())


def _code(caught: pytest.ExceptionInfo[Problem]) -> str:
    return caught.value.code


async def test_a_sound_database_has_no_complaints(url: str, world: Surroundings) -> None:
    await _fill(url, world)
    checked = check(url, vault=world.vault, opens=lambda key: None)
    assert checked.complaints == ()


async def test_a_check_proves_that_the_secret_opens_every_key(url: str, world: Surroundings) -> None:
    await _fill(url, world)

    def shut(key: SealedKey) -> None:
        raise Problem("vault.wrong_secret")

    complaints = check(url, vault=SealingVault(b"another"), opens=shut).complaints
    assert {complaint.code for complaint in complaints} == {"key_shut"}
    assert len(complaints) == _sealed_rows(url) + len(["the tombstones' key"])


async def test_a_check_counts_promises_that_were_given_up(url: str, world: Surroundings) -> None:
    await _fill(url, world)
    store = await world.open(url)
    (promise,) = await store.promises.claim("local:T", 5)
    assert await store.promises.fail(promise, "no such channel")
    await store.close()
    (complaint,) = check(url).complaints
    assert (complaint.code, complaint.params) == ("promises_failed", {"count": 1})


async def test_what_was_given_up_is_tried_again(url: str, world: Surroundings) -> None:
    await _fill(url, world)
    store = await world.open(url)
    (promise,) = await store.promises.claim("local:T", 5)
    await store.promises.fail(promise, "TimeoutError")
    assert retry(url, now=world.now) == 1, "while the bot is at work"
    (again,) = await store.promises.claim("local:T", 5)
    assert (again.id, again.token, again.attempts) == (promise.id, promise.token, 1)
    assert await store.promises.fail(again, "unsendable")
    await store.close()
    assert retry(url, now=world.now) == 0, "what is gone stays gone"
    assert check(url).complaints == ()


async def test_of_the_same_given_up_one_is_tried_again(url: str, world: Surroundings) -> None:
    place = await _fill(url, world)
    store = await world.open(url)
    await store.promises.claim("local:T", 5)

    async def promised(once: str) -> None:
        await in_school(store, place, lambda work: work.outbox.promise("kind", 1, lane="local:U", once=once))

    for once in ("twice", "twice", "anew"):
        await promised(once)
        for promise in await store.promises.claim("local:U", 5):
            await store.promises.fail(promise, "TimeoutError")
    await promised("anew")
    assert retry(url, now=world.now) == 3
    assert len(await store.promises.claim("local:U", 5)) == 2
    await store.close()


def test_nothing_is_tried_again_where_there_is_no_database(tmp_path: Path, world: Surroundings) -> None:
    with pytest.raises(Problem) as caught:
        retry(f"sqlite:///{tmp_path / 'none.db'}", now=world.now)
    assert _code(caught) == "db.missing"
    assert _names_in(tmp_path) == []


async def test_a_check_counts_badges_that_wait_for_their_signature(url: str, world: Surroundings) -> None:
    place = await _fill(url, world)
    store = await world.open(url)
    achievement = await add_achievement(store, "badge-2")
    award = await in_school(store, place, lambda work: work.awards.add(place.ben.id, achievement, ()))
    assert await in_school(store, place, lambda work: work.awards.without_credential()) == (award,)
    await store.close()
    assert check(url).complaints == ()
    assert check(url, now=world.now + timedelta(days=1)).complaints == ()
    world.passes(days=1, seconds=1)
    (complaint,) = check(url, now=world.now).complaints
    assert (complaint.code, complaint.params) == ("awards_unsigned", {"count": 1})
    store = await world.open(url)
    revision = Revision(award.id, 1, world.now, "signed", (), token="signed too")
    assert await in_school(store, place, lambda work: work.credentials.add(award.id, revision))
    assert await in_school(store, place, lambda work: work.awards.without_credential()) == ()
    await store.close()
    assert check(url, now=world.now).complaints == ()


async def test_a_check_finds_rows_that_lead_nowhere(sqlite_url: str, world: Surroundings) -> None:
    await _fill(sqlite_url, world)
    with sync_engine(place_of(sqlite_url), foreign_keys=False).begin() as conn:
        conn.execute(text("DELETE FROM person WHERE name = 'Name U3'"))
    assert {complaint.code for complaint in check(sqlite_url).complaints} == {"db_dangling"}


async def test_a_check_finds_a_damaged_file(sqlite_url: str, file: Path, world: Surroundings) -> None:
    await _fill(sqlite_url, world)
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_inbox_seen_at'")
        conn.commit()
    codes = set()
    try:
        codes = {complaint.code for complaint in check(sqlite_url).complaints}
    except Problem as problem:
        codes = {problem.code}
    assert codes & {"db_damaged", "db.damaged"}


async def test_a_backup_of_a_database_in_use_is_whole(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    copy = backup(sqlite_url, tmp_path / "backups" / "b.db")
    await in_school(store, place, lambda work: work.introductions.keep_question(place.ann.id, "later"))
    await store.close()
    assert check(f"sqlite:///{copy}", vault=world.vault).complaints == ()
    with closing(sqlite3.connect(copy)) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert conn.execute("SELECT count(*) FROM question").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM person").fetchone() == (3,)
    assert _names_in(copy.parent) == ["b.db"]


async def test_after_a_backup_another_process_leaves_the_log_of_the_one_at_work(
    sqlite_url: str, file: Path, tmp_path: Path, world: Surroundings
) -> None:
    """As the daily backup does, inside the process that has the database open: its locks must stay."""
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    backup(sqlite_url, tmp_path / "b.db")
    check(sqlite_url)
    look = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM person').fetchall()"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", look, str(file)], check=True)
    assert file.with_name(file.name + "-wal").exists(), "who closes last takes the log away, and was not the last"
    await in_school(store, place, lambda work: work.introductions.keep_question(place.ann.id, "later"))
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("SELECT count(*) FROM question").fetchone() == (1,)
    await store.close()


def test_a_backup_overwrites_nothing(sqlite_url: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("x")
    for target, code in ((taken, "db.exists"), (tmp_path, "db.directory")):
        with pytest.raises(Problem) as caught:
            backup(sqlite_url, target)
        assert _code(caught) == code
    with pytest.raises(Problem) as caught:
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "b.db")
    assert _code(caught) == "db.missing"
    assert taken.read_text() == "x"


def test_postgresql_has_backups_of_its_own(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        backup(postgres_url, tmp_path / "b.db")
    assert _code(caught) == "db.not_sqlite"


async def test_a_restore_brings_back_and_keeps_what_was(
    sqlite_url: str, tmp_path: Path, file: Path, world: Surroundings
) -> None:
    place = await _fill(sqlite_url, world)
    copy = backup(sqlite_url, tmp_path / "b.db")
    store = await world.open(sqlite_url)
    await in_school(store, place, lambda work: work.introductions.keep_question(place.ann.id, "later"))
    await store.close()
    kept = restore(copy, sqlite_url, now=MORNING).kept
    assert kept is not None
    assert kept.name == "sukima.db.before-restore-20261124T013000Z"
    assert check(sqlite_url, vault=world.vault).complaints == ()
    with closing(sqlite3.connect(file)) as conn, closing(sqlite3.connect(kept)) as former:
        assert conn.execute("SELECT count(*) FROM question").fetchone() == (1,)
        assert former.execute("SELECT count(*) FROM question").fetchone() == (2,)
    assert copy.exists()
    assert not [name for name in _names_in(tmp_path) if "restoring" in name or name.endswith(".part")]


async def test_a_restore_into_nothing_makes_the_database(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    place = await _fill(sqlite_url, world)
    copy = backup(sqlite_url, tmp_path / "b.db")
    fresh = f"sqlite:///{tmp_path / 'new' / 'sukima.db'}"
    assert restore(copy, fresh, now=MORNING) == Restored(None, knows_keys=False)
    assert await _names(fresh, world, place) == {"Name U1", "Name U2", "Name U3"}


async def test_a_database_in_use_is_not_replaced(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    copy = backup(sqlite_url, tmp_path / "b.db")
    store = await world.open(sqlite_url)
    with pytest.raises(Problem) as caught:
        restore(copy, sqlite_url, now=MORNING)
    await store.close()
    assert _code(caught) == "db.in_use"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nothing", "db.missing"),
        ("letter", "db.not_a_database"),
        ("empty", "db.not_a_database"),
        ("foreign", "db.foreign"),
        ("newer", "db.newer"),
        ("folder", "db.directory"),
    ],
)
def test_only_a_database_of_ours_is_restored(
    source: str, code: str, sqlite_url: str, sqlite_template: Path, tmp_path: Path, file: Path
) -> None:
    sources = tmp_path / "sources"
    (sources / "folder").mkdir(parents=True)
    (sources / "letter").write_text("Dear colleague, " * 99)
    (sources / "empty").touch()
    with closing(sqlite3.connect(sources / "foreign")) as conn:
        conn.execute("CREATE TABLE x (y)")
        conn.commit()
    shutil.copy(sqlite_template, sources / "newer")
    with closing(sqlite3.connect(sources / "newer")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
    before = file.read_bytes()
    with pytest.raises(Problem) as caught:
        restore(sources / source, sqlite_url, now=MORNING)
    assert _code(caught) == code
    assert file.read_bytes() == before


async def test_a_restore_replays_erasures(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    place = await _fill(sqlite_url, world)
    copy = backup(sqlite_url, tmp_path / "b.db")
    log = ErasureLog(tmp_path / "erasures.log")
    store = await world.open(sqlite_url)
    store.on_erased = log.append
    await in_school(store, place, lambda work: work.people.forget(place.ann.id))
    await store.close()
    import asyncio

    await asyncio.to_thread(
        lambda: restore(copy, sqlite_url, now=MORNING, replay=lambda url: replay(url, log.marks(), **world.parts()))
    )
    assert await _names(sqlite_url, world, place) == {"Name U2", "Name U3"}
    assert check(sqlite_url, vault=world.vault).complaints == ()


async def test_what_somebody_forgotten_had_withdrawn_is_not_restored(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    """Forgetting removed it, so the replaced database does not know it; anonymous it would be nobody's to withdraw."""
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    given = (await populate(store, place)).endorsement
    copy = backup(sqlite_url, tmp_path / "b.db")
    log = ErasureLog(tmp_path / "erasures.log")
    store.on_erased = log.append
    withdrawn = replace(given, withdrawn_at=world.now)
    await in_school(store, place, lambda work: work.endorsements.save(withdrawn))
    await in_school(store, place, lambda work: work.people.forget(place.ben.id))
    await store.close()
    await asyncio.to_thread(
        lambda: restore(copy, sqlite_url, now=MORNING, replay=lambda url: replay(url, log.marks(), **world.parts()))
    )
    with sync_engine(place_of(sqlite_url)).connect() as conn:
        assert conn.execute(select(t.endorsement.c.id).where(t.endorsement.c.public_id == given.public_id)).all() == []
        editions = conn.execute(select(t.revision).where(t.revision.c.award_id == given.target.id)).all()
        assert all(given.id not in edition.embedded or edition.outdated for edition in editions)
        with sync_engine(place_of(f"sqlite:///{copy}")).connect() as former:
            said = former.scalar(select(t.endorsement.c.status_id).where(t.endorsement.c.id == given.id))
        assert conn.scalar(select(t.status_entry.c.revoked).where(t.status_entry.c.id == said)) is True


async def test_a_restore_opens_nothing_again(sqlite_url: str, tmp_path: Path, file: Path, world: Surroundings) -> None:
    place = await _fill(sqlite_url, world)
    with closing(sqlite3.connect(file)) as conn:
        moment = conn.execute("SELECT awarded_at FROM award").fetchone()[0]
        conn.execute("UPDATE award SET published_at = ?, findable_at = ?, displayed_at = ?", (moment,) * 3)
        conn.execute("UPDATE foreign_badge SET findable_at = ?", (moment,))
        conn.execute("UPDATE person SET findable_asked_at = ?", (moment,))
        conn.execute("UPDATE collection SET ended_at = NULL")
        conn.execute("UPDATE revision SET enclosed = '[[1, 1]]'")
        conn.commit()
        opened = {table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in REVIVED}
        assert all(opened.values()), opened
    restore(backup(sqlite_url, tmp_path / "b.db"), sqlite_url, now=MORNING)
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("SELECT count(*) FROM session").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM door").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM collection WHERE ended_at IS NULL").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM invitation WHERE ended_at IS NULL").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM enclosure").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM revision WHERE NOT outdated").fetchone() == (0,)
        shown = "SELECT count(published_at), count(findable_at), count(*) - count(displayed_at) FROM award"
        assert conn.execute(shown).fetchone() == (0, 0, 0)
        assert conn.execute("SELECT count(findable_at) FROM foreign_badge").fetchone() == (0,)
        asked = "SELECT id, findable_asked_at IS NOT NULL FROM person"
        held = {row[0] for row in conn.execute("SELECT person_id FROM award")}
        assert {person for person, was in conn.execute(asked) if not was} == held
        assert place.ann.id in held
    assert check(sqlite_url, vault=world.vault).complaints == ()


REVIVED = ("session", "door", "collection", "award", "invitation", "foreign_badge", "enclosure", "revision")


async def test_a_restore_that_fails_changes_nothing(
    sqlite_url: str, tmp_path: Path, file: Path, world: Surroundings
) -> None:
    await _fill(sqlite_url, world)
    copy = backup(sqlite_url, tmp_path / "b.db")

    def fails(url: str) -> None:
        raise Problem("vault.wrong_secret")

    before = _names_in(tmp_path)
    with pytest.raises(Problem):
        restore(copy, sqlite_url, now=MORNING, replay=fails)
    assert check(sqlite_url, vault=world.vault).complaints == ()
    assert _names_in(tmp_path) == before


async def test_a_backup_that_the_secret_does_not_open_is_not_restored(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    await _fill(sqlite_url, world)
    copy = backup(sqlite_url, tmp_path / "b.db")
    shut: list[int] = []

    def opens(key: SealedKey) -> None:
        shut.append(key.id)
        raise Problem("vault.wrong_secret")

    def proves(url: str) -> None:
        assert shut_keys(url, vault=world.vault, opens=lambda key: None) == ()
        assert len(shut_keys(url, vault=world.vault, opens=opens)) == len(shut) > 0
        raise Problem("db.backup_shut")

    before = _names_in(tmp_path)
    with pytest.raises(Problem):
        restore(copy, sqlite_url, now=MORNING, prove=proves)
    assert shut
    assert _names_in(tmp_path) == before


def test_the_log_of_erasures_only_grows(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / "deep" / "erasures.log")
    assert log.marks() == frozenset()
    log.append("b")
    log.include({"a", "b", "c"})
    log.append("a")
    assert (tmp_path / "deep" / "erasures.log").read_text().split() == ["b", "a", "c"]

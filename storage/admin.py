"""What the owner does with the database: upgrade, check, back up, restore. Synchronous, for the command line."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.errors import Complaint, Problem
from bot.services.install_ports import SealedInstall
from bot.services.installs import open_tokens, seal_label
from bot.services.ports import SealedKey, Vault
from storage import tables as t
from storage.audit import verify_chains
from storage.closing_again import close_again, stop_again
from storage.engine import Place, connect_to_look, looking_engine, place_of
from storage.given_up import count_given_up
from storage.installs_again import install_again
from storage.keys_again import keep_keys
from storage.linking_again import unlink_again
from storage.locking import DatabaseLock
from storage.mandates_again import mandate_again
from storage.personkeys import key_label
from storage.repositories.command_sets import PREFIX as COMMANDS_TOLD
from storage.repositories.credentials import to_key
from storage.repositories.installs import to_install
from storage.repositories.issuers import SEALED, to_sealed_key
from storage.repositories.staff import expected_label
from storage.saying_again import say_again
from storage.schema import HEAD, examine_file, migrate, revision_at
from storage.store import TOMBSTONE_KEY, TOMBSTONE_LABEL
from storage.trouble import problem_of
from storage.trusting_again import untrust_again
from storage.unlisted import UNLISTED_AWARD, UNLISTED_ENDORSEMENT
from storage.withdrawing_again import withdraw_again

SIGNED_WITHIN = timedelta(days=1)
"""A credential is signed within seconds; one that waits for a day waits for somebody to look."""

Opens = Callable[[SealedKey], object]
"""Opens one sealed signing key; raises `Problem` when it cannot."""


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did. `backup` is where the former file was kept."""

    from_revision: str | None
    to_revision: str
    backup: Path | None = None

    @property
    def changed(self) -> bool:
        return self.from_revision != self.to_revision


@dataclass(frozen=True)
class Checked:
    """What a check found: nothing, or one complaint for each thing wrong."""

    revision: str
    complaints: tuple[Complaint, ...] = field(default=())


def is_there(url: str) -> bool:
    """Whether the database has been made: then the secret that it is sealed under must be there too."""
    return revision_at(place_of(url)) is not None


def is_current(url: str) -> bool:
    """Whether the database is of this version; what looks at rows finds none in an older one."""
    return revision_at(place_of(url)) == HEAD


def forget_log(url: str) -> None:
    """Empty SQLite's log into the file, where what was erased is overwritten; as far as readers allow just now."""
    place = place_of(url)
    if place.file is not None:
        with closing(sqlite3.connect(place.file)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def upgrade(url: str, *, now: datetime) -> Upgraded:
    """Make a new database, or bring an older one to this version; an existing file is backed up first.

    `now` dates the backup's name. Raises `Problem` (`db.…`) and changes nothing when the database is newer, foreign,
    in use or not writable.
    """
    place = place_of(url)
    if place.file is None:
        return _upgrade(place, None)
    _make_room(place.file)
    with DatabaseLock(place.file):
        return _upgrade(place, _beside(place.file, "before-upgrade", now))


def _upgrade(place: Place, keep: Path | None) -> Upgraded:
    former = revision_at(place)
    if former == HEAD:
        return Upgraded(former, HEAD)
    kept = None
    if former is not None and place.file is not None and keep is not None:
        _copy(place.file, keep)
        kept = keep
    migrate(place)
    return Upgraded(former, HEAD, kept)


def _make_room(file: Path) -> None:
    """The folder is there and both can be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem("db.read_only", file=str(file)) from error
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise Problem("db.read_only", file=str(file))


def _beside(file: Path, why: str, now: datetime) -> Path:
    """A name beside the file that is not taken yet."""
    stem = f"{file.name}.{why}-{now:%Y%m%dT%H%M%SZ}"
    candidate, number = file.with_name(stem), 1
    while candidate.exists():
        number += 1
        candidate = file.with_name(f"{stem}-{number}")
    return candidate


# ---------------------------------------------------------------- check


def check(url: str, *, vault: Vault | None = None, opens: Opens | None = None, now: datetime | None = None) -> Checked:
    """Look over the whole database: its file, its links between rows, its version, the audit chains, broken promises.

    With a `vault`, also that everything which storage sealed opens; with `opens`, the signing keys too; with `now`,
    also that no badge has long been waiting for its signature.
    """
    place = place_of(url)
    revision = revision_at(place)
    if revision is None:
        raise Problem("db.missing", file=place.name)
    if revision != HEAD:
        return Checked(revision, (Complaint("db_older", {"revision": revision}, place.name),))
    engine = looking_engine(place)
    try:
        with engine.connect() as conn:
            return Checked(revision, tuple(_complaints(conn, place, vault, opens, now)))
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def _complaints(
    conn: Connection, place: Place, vault: Vault | None, opens: Opens | None, now: datetime | None
) -> Iterator[Complaint]:
    if place.file is not None:
        yield from _file_complaints(conn, place.name)
    for broken in verify_chains(conn):
        school = conn.scalar(select(t.school.c.key).where(t.school.c.id == broken.school_id)) or ""
        yield Complaint("audit_broken", {"school": school, "entry": broken.seq}, place.name)
    yield from _shut(conn, place.name, vault, opens)
    yield from _left_undone(conn, place.name, now)


def shut_keys(url: str, *, vault: Vault, opens: Opens) -> tuple[Complaint, ...]:
    """What the secret does not open, of everything that storage sealed and of the signing keys."""
    place = place_of(url)
    engine = looking_engine(place)
    try:
        with engine.connect() as conn:
            return tuple(_shut(conn, place.name, vault, opens))
    finally:
        engine.dispose()


def _shut(conn: Connection, name: str, vault: Vault | None, opens: Opens | None) -> Iterator[Complaint]:
    if vault is not None:
        yield from _sealed_complaints(conn, name, vault)
    if opens is not None:
        for key in _signing_keys(conn):
            if not _opened(partial(opens, key)):
                yield Complaint("key_shut", {"key": key.label}, name)


def _signing_keys(conn: Connection) -> Iterator[SealedKey]:
    """Every private key: of issuers, in whatever state, and of endorsers."""
    query = select(*SEALED).join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id).order_by(t.issuer_key.c.id)
    issuers: Iterable[Row[Any]] = conn.execute(query)
    endorsers: Iterable[Row[Any]] = conn.execute(select(t.signing_key).order_by(t.signing_key.c.id))
    yield from map(to_sealed_key, issuers)
    yield from map(to_key, endorsers)


@dataclass(frozen=True)
class Names:
    """A school, and the dids that it has issued under."""

    school: str
    """Its key."""
    public_id: str
    dids: tuple[str, ...]


def issuer_names(url: str) -> tuple[Names, ...]:
    """Under which names each school issues, also while the database is in use. Nothing of an older database."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return ()
    engine = looking_engine(place)
    query = (
        select(t.school.c.key, t.school.c.public_id, t.issuer.c.did)
        .outerjoin(t.issuer, t.issuer.c.school_id == t.school.c.id)
        .where(t.school.c.removed_at.is_(None))
        .order_by(t.school.c.key, t.issuer.c.id)
    )
    try:
        with engine.connect() as conn:
            rows: list[Row[Any]] = list(conn.execute(query))
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.key, row.public_id), []).extend([row.did] if row.did else [])
    return tuple(Names(key, public_id, tuple(dids)) for (key, public_id), dids in found.items())


def staff_channels(url: str, platform: str) -> tuple[tuple[str, str, str], ...]:
    """School, workspace, staff channel, by their keys: all of a platform. None of an older database."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return ()
    engine = looking_engine(place)
    query = (
        select(t.school.c.key, t.workspace.c.key, t.workspace.c.staff_channel)
        .join(t.workspace, t.workspace.c.school_id == t.school.c.id)
        .where(t.workspace.c.platform == platform)
        .order_by(t.school.c.key, t.workspace.c.key)
    )
    try:
        with engine.connect() as conn:
            return tuple((school, workspace, channel) for school, workspace, channel in conn.execute(query))
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def installs(url: str, platform: str) -> tuple[SealedInstall, ...]:
    """Where a platform's app is installed, also while the database is in use. Nothing of an older database."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return ()
    engine = looking_engine(place)
    query = select(t.install).where(t.install.c.platform == platform).order_by(t.install.c.id)
    try:
        with engine.connect() as conn:
            return tuple(map(to_install, conn.execute(query)))
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def followed_roles(url: str, platform: str) -> dict[str, tuple[str, str]]:
    """By workspace, the platform's roles of teachers and leaders that are followed; empty where none is."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return {}
    engine = looking_engine(place)
    workspace = t.workspace.c
    query = select(workspace.key, workspace.teacher_role, workspace.leader_role).where(workspace.platform == platform)
    try:
        with engine.connect() as conn:
            return {key: (teacher or "", leader or "") for key, teacher, leader in conn.execute(query)}
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def commands_told(url: str, application: str) -> str | None:
    """The fingerprint of the commands that a platform was told last; None of an older database, or of none."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return None
    engine = looking_engine(place)
    query = select(t.meta.c.value).where(t.meta.c.key == COMMANDS_TOLD + application)
    try:
        with engine.connect() as conn:
            return conn.scalar(query)
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def without_entry(url: str) -> tuple[int, int]:
    """How many awards and endorsements under a web address name no status list. None of an older database."""
    place = place_of(url)
    if revision_at(place) != HEAD:
        return 0, 0
    engine = looking_engine(place)

    def number(conn: Connection, table: Table, unlisted: ColumnElement[bool]) -> int:
        return int(conn.scalar(select(func.count()).select_from(table).where(unlisted)) or 0)

    try:
        with engine.connect() as conn:
            return number(conn, t.award, UNLISTED_AWARD), number(conn, t.endorsement, UNLISTED_ENDORSEMENT)
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def newest_entry(url: str) -> datetime | None:
    """When the audit log's newest entry was written; a rehearsal's clock may be ahead and is left out."""
    place = place_of(url)
    engine = looking_engine(place)
    newest = select(func.max(t.audit.c.at)).join(t.school, t.school.c.id == t.audit.c.school_id)
    try:
        with engine.connect() as conn:
            found: datetime | None = conn.scalar(newest.where(~t.school.c.rehearsal))
            return found
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def is_at_work(url: str) -> bool:
    """Whether the database holds a school that is no rehearsal."""
    place = place_of(url)
    if revision_at(place) is None:
        return False
    engine = looking_engine(place)
    try:
        with engine.connect() as conn:
            real = select(t.school.c.id).where(~t.school.c.rehearsal, ~t.school.c.issues_only)
            return conn.scalar(real.limit(1)) is not None
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def _left_undone(conn: Connection, name: str, now: datetime | None) -> Iterator[Complaint]:
    """What was promised and given up, and badges still without a credential after `SIGNED_WITHIN`."""
    failed = count_given_up(conn)
    if failed:
        yield Complaint("promises_failed", {"count": failed}, name)
    if now is None:
        return
    signed = select(t.revision.c.award_id).where(t.revision.c.award_id == t.award.c.id).exists()
    unsigned = conn.scalar(select(func.count()).where(~signed, t.award.c.awarded_at < now - SIGNED_WITHIN))
    if unsigned:
        yield Complaint("awards_unsigned", {"count": unsigned}, name)


def _file_complaints(conn: Connection, name: str) -> Iterator[Complaint]:
    for (found,) in conn.execute(text("PRAGMA integrity_check")):
        if found != "ok":
            yield Complaint("db_damaged", {"detail": str(found)}, name)
    for table, row_id, parent, _ in conn.execute(text("PRAGMA foreign_key_check")):
        yield Complaint("db_dangling", {"table": table, "row": str(row_id), "parent": parent}, name)


def _sealed_complaints(conn: Connection, name: str, vault: Vault) -> Iterator[Complaint]:
    sealed = conn.scalar(select(t.meta.c.value).where(t.meta.c.key == TOMBSTONE_KEY))
    if sealed is not None and not _opened(partial(vault.open, bytes.fromhex(sealed), label=TOMBSTONE_LABEL)):
        yield Complaint("key_shut", {"key": TOMBSTONE_LABEL}, name)
    keys = select(t.person.c.public_id, t.person_key.c.sealed).join(
        t.person_key, t.person_key.c.person_id == t.person.c.id
    )
    for row in conn.execute(keys):
        if not _opened(partial(vault.open, bytes(row.sealed), label=key_label(row.public_id))):
            yield Complaint("key_shut", {"key": row.public_id}, name)
    waiting = select(t.school.c.public_id, t.expected.c.sealed).join(t.school, t.school.c.id == t.expected.c.school_id)
    for row in conn.execute(waiting):
        label = expected_label(row.public_id)
        if not _opened(partial(vault.open, bytes(row.sealed), label=label)):
            yield Complaint("key_shut", {"key": label}, name)
    for install in map(to_install, conn.execute(select(t.install).order_by(t.install.c.id))):
        if not _opened(partial(open_tokens, vault, install)):
            yield Complaint("key_shut", {"key": seal_label(install.key)}, name)


def _opened(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except Problem:
        return False
    return True


# ---------------------------------------------------------------- backup and restore


@dataclass(frozen=True)
class Restored:
    """What a restore did. `kept` is where the former file is."""

    kept: Path | None
    knows_keys: bool
    """Whether what became of the keys since the backup was taken over; else those revoked since sign again."""


def backup(url: str, to: Path) -> Path:
    """Copy the database, while it is in use, to a new file; the copy is checked before it gets its name."""
    place = _file_place(url)
    if revision_at(place) is None:
        raise Problem("db.missing", file=place.name)
    if to.is_dir():
        raise Problem("db.directory", file=str(to))
    if to.exists():
        raise Problem("db.exists", file=str(to))
    _make_room(to)
    _copy(_file(place), to)
    return to


def restore(
    source: Path,
    url: str,
    *,
    now: datetime,
    prove: Callable[[str], None] | None = None,
    opens: Opens | None = None,
    replay: Callable[[str], None] | None = None,
    vault: Vault | None = None,
) -> Restored:
    """Put a backup in the database's place. The former file is kept beside it.

    `prove` is called with the URL of the restored copy first, and raises `Problem` if it cannot take its place. What
    became of the keys since is taken over if `opens` opens them all (see `storage.keys_again`).
    Where platforms' apps are installed is taken over if the `vault` opens it (see `storage.installs_again`).
    `replay` is called with the URL of the restored copy before it takes its place: erasures since the backup are done
    again there (see `storage.erasures.replay`). What may have been closed since the backup is closed there too (see
    `storage.closing_again`). Nothing is changed when anything fails.
    """
    place = _file_place(url)
    file = _file(place)
    if not source.exists():
        raise Problem("db.missing", file=str(source))
    if not examine_file(source):
        raise Problem("db.not_a_database", file=str(source))
    revision_at(Place(place.url.set(database=str(source)), source))
    _make_room(file)
    if file.is_dir():
        raise Problem("db.directory", file=str(file))
    with DatabaseLock(file):
        fresh = _beside(file, "restoring", now)
        try:
            return _restore(source, file, fresh, place, now, prove, opens, replay, vault)
        finally:
            for leftover in (fresh, *_companions(fresh), fresh.with_name(fresh.name + ".lock")):
                leftover.unlink(missing_ok=True)


def _restore(
    source: Path,
    file: Path,
    fresh: Path,
    place: Place,
    now: datetime,
    prove: Callable[[str], None] | None,
    opens: Opens | None,
    replay: Callable[[str], None] | None,
    vault: Vault | None,
) -> Restored:
    _copy(source, fresh)
    copy_url = place.url.set(database=str(fresh))
    migrate(Place(copy_url, fresh))
    if prove is not None:
        prove(copy_url.render_as_string(hide_password=False))
    close_again(Place(copy_url, fresh), now=now)
    stop_again(file, Place(copy_url, fresh))
    mandate_again(file, Place(copy_url, fresh))
    untrust_again(file, Place(copy_url, fresh))
    knows_keys = keep_keys(file, Place(copy_url, fresh), now=now, opens=opens)
    say_again(file, Place(copy_url, fresh), now=now)
    withdraw_again(file, Place(copy_url, fresh))
    unlink_again(file, Place(copy_url, fresh))
    install_again(file, Place(copy_url, fresh), vault)
    if replay is not None:
        replay(copy_url.render_as_string(hide_password=False))
    _settle(fresh)
    kept = None
    if file.exists() and file.stat().st_size > 0:
        kept = _beside(file, "before-restore", now)
        _set_aside(file, kept)
    fresh.replace(file)
    _sync_folder(file.parent)
    return Restored(kept, knows_keys)


def _set_aside(file: Path, kept: Path) -> None:
    """Move the former database whole, with whatever its log still holds; a damaged one is moved as it is."""
    with suppress(Problem):
        _settle(file)
    for companion in _companions(file):
        if companion.exists():
            shutil.move(companion, kept.with_name(kept.name + companion.name.removeprefix(file.name)))
    shutil.move(file, kept)


def _file_place(url: str) -> Place:
    place = place_of(url)
    if place.file is None:
        raise Problem("db.not_sqlite")
    return place


def _file(place: Place) -> Path:
    if place.file is None:
        raise Problem("db.not_sqlite")
    return place.file


def _companions(file: Path) -> tuple[Path, Path]:
    """SQLite's own files beside a database: the log, and its index."""
    return file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")


def _copy(source: Path, to: Path) -> None:
    """A consistent, compact copy, durable and checked before it gets its name."""
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(connect_to_look(source)) as conn:
            conn.execute("VACUUM INTO ?", (str(part),))
        with closing(sqlite3.connect(part)) as copied:
            if copied.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise Problem("db.damaged", file=str(source))
        _sync_file(part)
        part.replace(to)
        _sync_folder(to.parent)
    except sqlite3.Error as error:
        raise problem_of(error, file=str(source)) or error from error
    finally:
        part.unlink(missing_ok=True)


def _settle(file: Path) -> None:
    """Bring everything from the log into the file itself."""
    try:
        with closing(sqlite3.connect(file)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if conn.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise Problem("db.damaged", file=str(file))
    except sqlite3.Error as error:
        raise problem_of(error, file=str(file)) or error from error
    _sync_file(file)


def _sync_file(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    """Make names durable, where the system can (Windows cannot open folders)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The staff room's own database: one sqlite file beside, and apart from, Sukima's.

WAL with `synchronous=FULL`: what was committed survives a killed process and a power cut (design.md 4.2).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Problem

APPLICATION_ID = 0x53554B52  # "SUKR"

_FIRST = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE workspaces (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, staff_channel TEXT NOT NULL, zone TEXT NOT NULL, lang TEXT NOT NULL
);
CREATE TABLE users (
  workspace TEXT NOT NULL REFERENCES workspaces, key TEXT NOT NULL, seat INTEGER NOT NULL, name TEXT NOT NULL,
  lang TEXT NOT NULL, title_ja TEXT NOT NULL, title_en TEXT NOT NULL, is_bot INTEGER NOT NULL,
  PRIMARY KEY (workspace, key)
);
CREATE TABLE channels (
  workspace TEXT NOT NULL REFERENCES workspaces, key TEXT NOT NULL, direct_user TEXT,
  PRIMARY KEY (workspace, key), UNIQUE (workspace, direct_user)
);
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, changed INTEGER NOT NULL,
  workspace TEXT NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL, author TEXT NOT NULL, token TEXT,
  card TEXT NOT NULL, page TEXT NOT NULL DEFAULT '', ephemeral_for TEXT,
  sent_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT,
  UNIQUE (workspace, channel, key), UNIQUE (workspace, channel, token),
  FOREIGN KEY (workspace, channel) REFERENCES channels
);
CREATE INDEX messages_changed ON messages (changed);
CREATE TABLE files (
  message INTEGER NOT NULL REFERENCES messages, position INTEGER NOT NULL, name TEXT NOT NULL,
  media_type TEXT NOT NULL, kept TEXT NOT NULL, alt TEXT NOT NULL, PRIMARY KEY (message, position)
);
CREATE INDEX files_kept ON files (kept);
CREATE TABLE reactions (
  message INTEGER NOT NULL REFERENCES messages, user TEXT NOT NULL, emoji TEXT NOT NULL,
  PRIMARY KEY (message, user, emoji)
);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL,
  stored_at TEXT NOT NULL, acked_at TEXT
);
CREATE INDEX events_waiting ON events (seq) WHERE acked_at IS NULL;
CREATE TABLE seen (
  workspace TEXT NOT NULL, user TEXT NOT NULL, channel TEXT NOT NULL, changed INTEGER NOT NULL,
  PRIMARY KEY (workspace, user, channel)
);
"""

_THREADS = """
ALTER TABLE users ADD COLUMN chosen_lang TEXT;
ALTER TABLE channels ADD COLUMN name_ja TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN name_en TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN about_ja TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN about_en TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN thread TEXT;
ALTER TABLE messages ADD COLUMN posted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET posted = changed, touched = changed;
CREATE INDEX messages_touched ON messages (touched);
CREATE INDEX messages_thread ON messages (workspace, channel, thread);
CREATE TABLE seen_places (
  workspace TEXT NOT NULL, user TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL DEFAULT '',
  changed INTEGER NOT NULL, PRIMARY KEY (workspace, user, channel, thread)
);
INSERT INTO seen_places (workspace, user, channel, changed) SELECT workspace, user, channel, changed FROM seen;
DROP TABLE seen;
ALTER TABLE seen_places RENAME TO seen;
DELETE FROM events WHERE acked_at IS NOT NULL;
"""
"""Channels with names, threads, a mark for what live views must draw again, languages that people chose."""

_NAMES = """
ALTER TABLE workspaces RENAME COLUMN name TO name_ja;
ALTER TABLE workspaces ADD COLUMN name_en TEXT NOT NULL DEFAULT '';
UPDATE workspaces SET name_en = name_ja;
"""
"""A workspace has its school's name in both languages."""

_ADMINS = """
ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0;
"""
"""Somebody runs the workspace."""

_STEPS = (_FIRST, _THREADS, _NAMES, _ADMINS)
"""A new room takes all steps; an older one those that it lacks. So both have one shape."""
VERSION = len(_STEPS)


class Ledger:
    """One connection; writes are whole or not at all.

    Raises `Problem` `room.foreign` (not a staff room's file), `room.newer` (made by a newer Sukima) or
    `room.unwritable` (full disk, no permission, locked).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
        except (sqlite3.Error, OSError) as error:
            raise Problem("room.unwritable", path=str(path)) from error
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise Problem("room.unwritable", path=str(path)) from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise Problem("room.foreign", path=str(path)) from error
        except Problem:
            self._db.close()
            raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, if there is one."""
        first: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return first

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, undone by any exception."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise Problem("room.unwritable", path=str(self._path)) from error

    def close(self) -> None:
        self._db.close()

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA secure_delete = ON")  # what is taken down does not stay in the file
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if not self._is_empty():
            if self._db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise Problem("room.foreign", path=str(self._path))
            if version > VERSION:
                raise Problem("room.newer", path=str(self._path))
        if version < VERSION:
            self._upgrade(version)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")

    def _is_empty(self) -> bool:
        tables: int = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return tables == 0

    def _upgrade(self, version: int) -> None:
        """In one transaction, so that a killed start leaves the room as it was and not half a room."""
        marks = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
        self._db.executescript(f"BEGIN IMMEDIATE; {''.join(_STEPS[version:])} {marks} COMMIT;")

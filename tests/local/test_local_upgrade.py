"""A staff room that an older Sukima made: opened, it has the shape of a new one and has lost nothing."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from local_stage import MORNING, SCHOOL

from bot.conversation.card import Card
from bot.domain.language import Bilingual
from bot.errors import Problem
from bot.handlers.local.cardbox import pack
from bot.handlers.local.ledger import APPLICATION_ID, VERSION, Ledger
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import SUKIMA

THE_FIRST_SHAPE = """
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
"""As it was released, word for word."""


def old_room(folder: Path) -> None:
    """A room of the first shape in which something was said, read and reacted to, and an event waits."""
    db = sqlite3.connect(folder / "room.db")
    db.executescript(THE_FIRST_SHAPE)
    db.executescript(f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1;")
    db.execute("INSERT INTO workspaces VALUES (?, 'Kodachi', 'staff', 'Asia/Tokyo', 'ja')", (SCHOOL,))
    for seat, (key, name) in enumerate(((SUKIMA, "Sukima"), ("lee", "Lee"), ("aoki", "青木"))):
        db.execute("INSERT INTO users VALUES (?, ?, ?, ?, 'ja', '', '', ?)", (SCHOOL, key, seat, name, key == SUKIMA))
    for key, owner in (("staff", None), ("dm-lee", "lee"), ("dm-aoki", "aoki")):
        db.execute("INSERT INTO channels VALUES (?, ?, ?)", (SCHOOL, key, owner))
    for mark, (key, words) in enumerate((("k1", "first"), ("k2", "second")), 1):
        db.execute(
            "INSERT INTO messages (changed, workspace, channel, key, author, card, sent_at) "
            "VALUES (?, ?, 'staff', ?, 'aoki', ?, ?)",
            (mark, SCHOOL, key, pack(Card(lines=(words,))), MORNING.isoformat()),
        )
    db.execute("INSERT INTO reactions VALUES (2, 'lee', 'tada')")
    db.execute("INSERT INTO seen VALUES (?, 'lee', 'staff', 1)", (SCHOOL,))
    payload = (
        '{"id": "e1", "kind": "said", "workspace": "kodachi", "channel": "dm-lee", "direct": true, "user": "lee", '
        '"user_name": "Lee", "lang": "ja", "is_bot": false, "message": "k1", "text": "hi", "emoji": ""}'
    )
    stamp = MORNING.isoformat()
    db.execute("INSERT INTO events (id, payload, stored_at) VALUES ('e1', ?, ?)", (payload, stamp))
    db.execute("INSERT INTO events (id, payload, stored_at, acked_at) VALUES ('e0', ?, ?, ?)", (payload, stamp, stamp))
    db.commit()
    db.close()


def opened(folder: Path) -> Room:
    return Room(
        folder, lambda: datetime(2026, 12, 1, tzinfo=UTC), iter(f"new{number}" for number in range(99)).__next__
    )


def shape(path: Path) -> set[tuple[object, ...]]:
    """Every column of every table, and every index."""
    db = sqlite3.connect(path)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {(table, *row[1:]) for table in tables for row in db.execute(f"PRAGMA table_info({table})")}
    indexes = {(row[0],) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    db.close()
    return columns | indexes


def test_an_old_room_keeps_what_was_said_read_and_waiting(tmp_path: Path) -> None:
    old_room(tmp_path)
    room = opened(tmp_path)
    found = room.messages(SCHOOL, "staff", "lee")
    assert [message.card.lines for message in found] == [("first",), ("second",)]
    assert [message.reactions[0].emoji for message in found if message.reactions] == ["tada"]
    assert [(each.channel, each.count) for each in room.reading.unread(SCHOOL, "lee")] == [("staff", 1)]
    (waiting,) = room.waiting()
    assert (waiting.id, waiting.text, waiting.thread) == ("e1", "hi", "")


def test_an_old_room_can_do_what_a_new_one_can(tmp_path: Path) -> None:
    old_room(tmp_path)
    room = opened(tmp_path)
    assert room.workspace(SCHOOL).name == Bilingual("Kodachi", "Kodachi")
    room.add_workspace(SCHOOL, Bilingual("こだち小学校", "Kodachi School"), zone="Asia/Tokyo", lang="ja")
    assert room.workspace(SCHOOL).name.in_("en") == "Kodachi School"
    room.add_channel(SCHOOL, "staff", name=Bilingual("職員室", "Staff room"))
    room.choose_language(SCHOOL, "lee", "en")
    mark = room.reading.mark()
    reply = room.say(SCHOOL, "staff", "lee", "an answer", thread="k1")
    room.react(reply, "aoki", "heart")
    touched = {message.ref.key for message in room.reading.touched(SCHOOL, "staff", "aoki", mark)}
    assert touched == {"k1", reply.key}
    assert room.channel(SCHOOL, "staff").name.ja == "職員室"
    assert room.user(SCHOOL, "lee").lang == "en"


def test_an_upgraded_room_has_the_shape_of_a_new_one(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old_room(tmp_path / "old")
    for name in ("old", "new"):
        Ledger(tmp_path / name / "room.db").close()
    assert shape(tmp_path / "old" / "room.db") == shape(tmp_path / "new" / "room.db")


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    old_room(tmp_path)
    for _ in range(2):
        ledger = Ledger(tmp_path / "room.db")
        assert ledger.row("PRAGMA user_version")[0] == VERSION  # type: ignore[index]
        ledger.close()


def test_an_upgrade_that_cannot_end_leaves_the_room_as_it_was(tmp_path: Path) -> None:
    old_room(tmp_path)
    db = sqlite3.connect(tmp_path / "room.db")
    db.execute("CREATE TABLE seen_places (in_the_way TEXT)")
    db.commit()
    db.close()
    before = shape(tmp_path / "room.db")
    with pytest.raises(Problem):
        Ledger(tmp_path / "room.db")
    assert shape(tmp_path / "room.db") == before

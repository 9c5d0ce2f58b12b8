"""The staff room as a platform: who is in it, what was said, who reacted, and what Sukima must still hear of.

It behaves towards Sukima as Slack and Discord do: a token posts once, an event is delivered until it is
acknowledged, a direct conversation is private, an ephemeral message has one reader. Its calls are short and never
wait, so they are plain functions; use a room from one thread.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from bot.conversation.card import Card, File
from bot.domain.language import Bilingual, Lang
from bot.errors import Problem
from bot.handlers.local.attachments import Cabinet
from bot.handlers.local.cardbox import pack
from bot.handlers.local.emoji import emoji_name
from bot.handlers.local.ledger import Ledger
from bot.handlers.local.reading import Reading
from bot.handlers.local.room_types import (
    NAMELESS,
    PLATFORM,
    SUKIMA,
    Change,
    Channel,
    Event,
    EventKind,
    Message,
    Reaction,
    Space,
    User,
)
from bot.services.ports import MessageRef


class Room:
    """The room kept in `folder`: its database `room.db`, and pictures and documents in `files`.

    `now` is the real clock, `new_id` makes keys that were never used. `Room.now` is the room's own clock, which may
    be ahead. Raises `Problem` as `Ledger` does, and `room.no_such_…` for what is not there.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._ledger = Ledger(folder / "room.db")
        self._cabinet = Cabinet(folder / "files")
        self._real_now = now
        self._new_id = new_id
        self.reading = Reading(self._ledger, self._cabinet)
        self._listeners: list[Callable[[], None]] = []
        self._watchers: list[Callable[[Change], None]] = []
        offset = self._ledger.row("SELECT value FROM settings WHERE key = 'clock_ahead_seconds'")
        self._ahead = timedelta(seconds=float(offset["value"])) if offset else timedelta()

    def close(self) -> None:
        self._ledger.close()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of a message."""
        self._listeners.append(listener)

    def watch(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Call `watcher` with whatever a live view shows, after it was stored; the answer ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    # ------------------------------------------------------------------ clock

    def now(self) -> datetime:
        """The room's time, aware UTC: the real one and how far it was moved."""
        return self._real_now() + self._ahead

    def is_ahead(self) -> bool:
        """Whether the room's time is later than the real one."""
        return self._ahead > timedelta()

    def put_clock(self, moment: datetime) -> None:
        """Put the clock forward to `moment`; raises `Problem("room.clock_backwards")` for a moment that is past."""
        if moment < self.now():
            raise Problem("room.clock_backwards")
        self._set_clock(moment)

    def begin_at(self, moment: datetime) -> None:
        """Hang the clock of a room in which nothing has been said yet; else it goes on as it is."""
        if self._ledger.row("SELECT 1 FROM messages LIMIT 1") is None:
            self._set_clock(moment)

    def _set_clock(self, moment: datetime) -> None:
        ahead = moment - self._real_now()
        with self._ledger.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO settings VALUES ('clock_ahead_seconds', ?)", (str(ahead.total_seconds()),)
            )
        self._ahead = ahead
        for space in self.workspaces():
            self._show(Change("clock", space.key))

    # ------------------------------------------------------------------ people and places

    def add_workspace(self, key: str, name: str, *, zone: str, lang: Lang, staff_channel: str = "staff") -> Space:
        """A workspace with its staff channel and Sukima in it; one with this key keeps its messages."""
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO workspaces VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET name = excluded.name, "
                "zone = excluded.zone, lang = excluded.lang",
                (key, name, staff_channel, zone, lang),
            )
            db.execute("INSERT OR IGNORE INTO channels (workspace, key) VALUES (?, ?)", (key, staff_channel))
            _save_user(db, User(key, SUKIMA, "Sukima", lang, NAMELESS, is_bot=True))
        return self.workspace(key)

    def add_channel(self, workspace: str, key: str, *, name: Bilingual, about: Bilingual = NAMELESS) -> Channel:
        """A channel that everybody reads; a known one takes the new name."""
        self.workspace(workspace)
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO channels (workspace, key, name_ja, name_en, about_ja, about_en) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (workspace, key) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, "
                "about_ja = excluded.about_ja, about_en = excluded.about_en",
                (workspace, key, name.ja, name.en, about.ja, about.en),
            )
        self._show(Change("people", workspace))
        return self.channel(workspace, key)

    def add_user(
        self, workspace: str, key: str, name: str, *, lang: Lang, title: Bilingual, is_bot: bool = False
    ) -> User:
        """Somebody with a chair and a direct conversation with Sukima; a known key takes the new profile."""
        self.workspace(workspace)
        user = User(workspace, key, name, lang, title, is_bot)
        with self._ledger.writing() as db:
            _save_user(db, user)
            db.execute(
                "INSERT OR IGNORE INTO channels (workspace, key, direct_user) VALUES (?, ?, ?)",
                (workspace, f"dm-{key}", key),
            )
        self._show(Change("people", workspace))
        return self.user(workspace, key)

    def choose_language(self, workspace: str, key: str, lang: Lang) -> None:
        """The person wants to read the room in `lang`, whatever the profile says."""
        self.user(workspace, key)
        with self._ledger.writing() as db:
            db.execute("UPDATE users SET chosen_lang = ? WHERE workspace = ? AND key = ?", (lang, workspace, key))
        self._show(Change("people", workspace, only=key))

    def workspaces(self) -> tuple[Space, ...]:
        return tuple(_space(row) for row in self._ledger.rows("SELECT * FROM workspaces ORDER BY rowid"))

    def workspace(self, key: str) -> Space:
        row = self._ledger.row("SELECT * FROM workspaces WHERE key = ?", key)
        if row is None:
            raise Problem("room.no_such_workspace", workspace=key)
        return _space(row)

    def users(self, workspace: str) -> tuple[User, ...]:
        """The people of a workspace in the order in which they came; no bots."""
        rows = self._ledger.rows("SELECT * FROM users WHERE workspace = ? AND NOT is_bot ORDER BY seat", workspace)
        return tuple(_user(row) for row in rows)

    def names(self, workspace: str) -> dict[str, str]:
        """Everybody's name by key, bots' too."""
        rows = self._ledger.rows("SELECT key, name FROM users WHERE workspace = ?", workspace)
        return {row["key"]: row["name"] for row in rows}

    def bots(self, workspace: str) -> tuple[User, ...]:
        """Other apps that are in the workspace, and Sukima."""
        rows = self._ledger.rows("SELECT * FROM users WHERE workspace = ? AND is_bot ORDER BY seat", workspace)
        return tuple(_user(row) for row in rows)

    def user(self, workspace: str, key: str) -> User:
        row = self._ledger.row("SELECT * FROM users WHERE workspace = ? AND key = ?", workspace, key)
        if row is None:
            raise Problem("room.no_such_user", user=key)
        return _user(row)

    def channel(self, workspace: str, key: str) -> Channel:
        row = self._ledger.row("SELECT * FROM channels WHERE workspace = ? AND key = ?", workspace, key)
        if row is None:
            raise Problem("room.no_such_channel", channel=key)
        return _channel(row)

    def channels(self, workspace: str) -> tuple[Channel, ...]:
        """The channels that everybody reads, in the order in which they came."""
        rows = self._ledger.rows(
            "SELECT * FROM channels WHERE workspace = ? AND direct_user IS NULL ORDER BY rowid", workspace
        )
        return tuple(_channel(row) for row in rows)

    def direct_channel(self, workspace: str, user: str) -> Channel:
        row = self._ledger.row("SELECT * FROM channels WHERE workspace = ? AND direct_user = ?", workspace, user)
        if row is None:
            raise Problem("room.no_such_user", user=user)
        return _channel(row)

    # ------------------------------------------------------------------ messages

    def post(
        self,
        workspace: str,
        channel: str,
        author: str,
        card: Card,
        *,
        token: str | None = None,
        ephemeral_for: str | None = None,
        page: str = "",
        thread: str | None = None,
    ) -> MessageRef:
        """Post a card, perhaps with a page in Markdown. The same `token` twice in one channel is the same message.

        `thread` is the key of the message that it replies to.
        """
        self._reader_of(self.channel(workspace, channel), author)
        root = self._root(workspace, channel, thread)
        known = self.find(workspace, channel, token) if token is not None else None
        if known is not None:
            return known
        key = self._new_id()
        kept = self._keep(card.files)
        with self._ledger.writing() as db:
            seq = db.execute(
                "INSERT INTO messages (changed, posted, touched, workspace, channel, key, author, token, card, page, "
                "ephemeral_for, thread, sent_at) VALUES (:mark, :mark, :mark, :workspace, :channel, :key, :author, "
                ":token, :card, :page, :only, :thread, :at)",
                {
                    "mark": _next_mark(db),
                    "workspace": workspace,
                    "channel": channel,
                    "key": key,
                    "author": author,
                    "token": token,
                    "card": pack(card),
                    "page": page,
                    "only": ephemeral_for,
                    "thread": root,
                    "at": self._stamp(),
                },
            ).lastrowid
            if ephemeral_for is None:
                _touch_root(db, workspace, channel, root)
            _attach(db, seq, card.files, kept)
        self._tell(Change("message", workspace, channel, ephemeral_for))
        return MessageRef(PLATFORM, workspace, channel, key)

    def edit(self, ref: MessageRef, card: Card, *, page: str = "") -> None:
        """Replace a message's card; its files stay when the new card brings none."""
        row = self._standing(ref)
        kept = self._keep(card.files)
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE messages SET card = ?, page = ?, edited_at = ? WHERE seq = ?",
                (pack(card), page, self._stamp(), row["seq"]),
            )
            _mark_changed(db, row["seq"])
            gone = _detach(db, row["seq"]) if card.files else []
            _attach(db, row["seq"], card.files, kept)
        self._discard(gone)
        self._tell(_change_of(row))

    def delete(self, ref: MessageRef) -> None:
        """Take a message's content, files and reactions away; once more changes nothing."""
        row = self._row(ref)
        if row["deleted_at"] is not None:
            return
        with self._ledger.writing() as db:
            gone = _detach(db, row["seq"])
            db.execute("DELETE FROM reactions WHERE message = ?", (row["seq"],))
            db.execute(
                "UPDATE messages SET card = ?, page = '', deleted_at = ? WHERE seq = ?",
                (pack(Card()), self._stamp(), row["seq"]),
            )
            _mark_changed(db, row["seq"])
            _touch_root(db, row["workspace"], row["channel"], row["thread"])
        self._discard(gone)
        self._tell(_change_of(row))

    def find(self, workspace: str, channel: str, token: str) -> MessageRef | None:
        """The message that was posted with this token, also when it was deleted since."""
        row = self._ledger.row(
            "SELECT key FROM messages WHERE workspace = ? AND channel = ? AND token = ?", workspace, channel, token
        )
        return MessageRef(PLATFORM, workspace, channel, row["key"]) if row else None

    def messages(self, workspace: str, channel: str, viewer: str, *, since: int = 0) -> tuple[Message, ...]:
        """What `viewer` sees in a channel, oldest first; with `since` only what changed after that mark."""
        self._reader_of(self.channel(workspace, channel), viewer)
        return self.reading.messages(workspace, channel, viewer, since=since)

    def seen(self, workspace: str, channel: str, viewer: str, thread: str | None = None) -> int:
        """The mark up to which `viewer` has read a channel, or one of its threads."""
        row = self._ledger.row(
            "SELECT changed FROM seen WHERE workspace = ? AND channel = ? AND user = ? AND thread = ?",
            workspace,
            channel,
            viewer,
            thread or "",
        )
        return int(row["changed"]) if row else 0

    def mark_seen(self, workspace: str, channel: str, viewer: str, changed: int, thread: str | None = None) -> None:
        """Remember that `viewer` has read a place up to a message's `changed`; what was read once stays read."""
        if changed <= self.seen(workspace, channel, viewer, thread):
            return
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO seen (workspace, user, channel, thread, changed) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)",
                (workspace, viewer, channel, thread or "", changed),
            )
        self._show(Change("seen", workspace, channel, viewer))

    # ------------------------------------------------------------------ what people do

    def say(
        self,
        workspace: str,
        channel: str,
        user: str,
        text: str,
        *,
        to_sukima: str | None = None,
        thread: str | None = None,
        token: str | None = None,
    ) -> MessageRef:
        """Somebody says something, perhaps in a thread. The same `token` twice of one person is said once.

        `to_sukima` is what Sukima shall hear of it: an event, stored with it at once.
        """
        speaker = self.user(workspace, user)
        place = self.channel(workspace, channel)
        self._reader_of(place, user)
        root = self._root(workspace, channel, thread)
        own_token = None if token is None else f"said:{user}:{token}"
        known = self.find(workspace, channel, own_token) if own_token is not None else None
        if known is not None:
            return known
        key = self._new_id()
        card = Card(lines=tuple(_storable(text).splitlines()))
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO messages (changed, posted, touched, workspace, channel, key, author, card, thread, "
                "sent_at, token) VALUES (?1, ?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                (_next_mark(db), workspace, channel, key, user, pack(card), root, self._stamp(), own_token),
            )
            _touch_root(db, workspace, channel, root)
            if to_sukima is not None:
                heard = self._event("said", speaker, place, key, text=_storable(to_sukima), thread=root or "")
                self._store_event(db, heard)
        self._tell(Change("message", workspace, channel))
        return MessageRef(PLATFORM, workspace, channel, key)

    def react(self, ref: MessageRef, user: str, emoji: str) -> bool:
        """Put an emoji on a message; False when it was there. Raises `Problem` `room.no_such_emoji`."""
        return self._change_reaction("reaction_added", ref, user, emoji)

    def unreact(self, ref: MessageRef, user: str, emoji: str) -> bool:
        """Take one's emoji off a message; False when it was not there."""
        return self._change_reaction("reaction_removed", ref, user, emoji)

    def reactions(self, ref: MessageRef) -> tuple[Reaction, ...] | None:
        """All reactions on a message; None when it is deleted and they cannot be known."""
        row = self._row(ref)
        return None if row["deleted_at"] is not None else self.reading.reactions(row["seq"])

    # ------------------------------------------------------------------ events

    def waiting(self) -> tuple[Event, ...]:
        """Events that were not acknowledged, in the order in which they happened."""
        rows = self._ledger.rows("SELECT payload FROM events WHERE acked_at IS NULL ORDER BY seq")
        return tuple(Event(**json.loads(row["payload"])) for row in rows)

    def acknowledge(self, event_id: str) -> None:
        """Sukima has it: never deliver it again. Nothing of it need be kept."""
        with self._ledger.writing() as db:
            db.execute("DELETE FROM events WHERE id = ?", (event_id,))

    # ------------------------------------------------------------------ inside

    def _change_reaction(self, kind: EventKind, ref: MessageRef, user: str, emoji: str) -> bool:
        reactor = self.user(ref.workspace_key, user)
        place = self.channel(ref.workspace_key, ref.channel)
        self._reader_of(place, user)
        row = self._standing(ref)
        if row["ephemeral_for"] is not None:
            raise Problem("room.ephemeral_reaction")
        name = emoji_name(emoji)
        if name is None:
            raise Problem("room.no_such_emoji", emoji=emoji)
        sql = (
            "INSERT OR IGNORE INTO reactions VALUES (?, ?, ?)"
            if kind == "reaction_added"
            else "DELETE FROM reactions WHERE message = ? AND user = ? AND emoji = ?"
        )
        with self._ledger.writing() as db:
            changed = db.execute(sql, (row["seq"], user, name)).rowcount == 1
            if changed:
                db.execute("UPDATE messages SET touched = ? WHERE seq = ?", (_next_mark(db), row["seq"]))
                self._store_event(db, self._event(kind, reactor, place, ref.key, emoji=name))
        if changed:
            self._show(_change_of(row))
        return changed

    def _event(
        self,
        kind: EventKind,
        user: User,
        place: Channel,
        message: str,
        *,
        text: str = "",
        emoji: str = "",
        thread: str = "",
    ) -> Event:
        return Event(
            id=self._new_id(),
            kind=kind,
            workspace=place.workspace,
            channel=place.key,
            direct=place.direct_user is not None,
            user=user.key,
            user_name=user.name,
            lang=user.lang,
            is_bot=user.is_bot,
            message=message,
            text=text,
            emoji=emoji,
            thread=thread,
        )

    def _store_event(self, db: sqlite3.Connection, event: Event) -> None:
        payload = json.dumps(asdict(event), ensure_ascii=False)
        db.execute("INSERT INTO events (id, payload, stored_at) VALUES (?, ?, ?)", (event.id, payload, self._stamp()))

    def _reader_of(self, place: Channel, user: str) -> None:
        """A direct conversation is its person's and Sukima's; for everybody else it is not there."""
        self.user(place.workspace, user)
        if place.direct_user is not None and user not in {place.direct_user, SUKIMA}:
            raise Problem("room.no_such_channel", channel=place.key)

    def _root(self, workspace: str, channel: str, thread: str | None) -> str | None:
        """The message under which a thread hangs; a reply to a reply is one in the same thread."""
        if not thread:
            return None
        row = self._row(MessageRef(PLATFORM, workspace, channel, thread))
        if row["ephemeral_for"] is not None and row["thread"] is None:
            raise Problem("room.no_such_message", number=thread)
        root: str = row["thread"] or row["key"]
        return root

    def _row(self, ref: MessageRef) -> sqlite3.Row:
        row = self._ledger.row(
            "SELECT * FROM messages WHERE workspace = ? AND channel = ? AND key = ?",
            ref.workspace_key,
            ref.channel,
            ref.key,
        )
        if row is None or ref.platform != PLATFORM:
            raise Problem("room.no_such_message")
        return row

    def _standing(self, ref: MessageRef) -> sqlite3.Row:
        row = self._row(ref)
        if row["deleted_at"] is not None:
            raise Problem("room.deleted_message")
        return row

    def _keep(self, files: tuple[File, ...]) -> list[str]:
        """Files are on disk before the row that names them is committed."""
        try:
            return [self._cabinet.keep(file.name, file.data) for file in files]
        except OSError as error:
            raise Problem("room.unwritable", path=str(error.filename or "")) from error

    def _discard(self, kept: list[str]) -> None:
        for name in kept:
            if self._ledger.row("SELECT 1 FROM files WHERE kept = ?", name) is None:
                self._cabinet.remove(name)

    def _stamp(self) -> str:
        return self.now().isoformat()

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener()
        self._show(change)

    def _show(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            watcher(change)


def _next_mark(db: sqlite3.Connection) -> int:
    mark: int = db.execute("SELECT coalesce(max(touched), 0) + 1 FROM messages").fetchone()[0]
    return mark


def _mark_changed(db: sqlite3.Connection, seq: int) -> None:
    db.execute("UPDATE messages SET changed = ?1, touched = ?1 WHERE seq = ?2", (_next_mark(db), seq))


def _touch_root(db: sqlite3.Connection, workspace: str, channel: str, root: str | None) -> None:
    """The message above a thread shows how many replies it has."""
    if root is not None:
        db.execute(
            "UPDATE messages SET touched = ? WHERE workspace = ? AND channel = ? AND key = ?",
            (_next_mark(db), workspace, channel, root),
        )


def _change_of(row: sqlite3.Row) -> Change:
    return Change("message", row["workspace"], row["channel"], row["ephemeral_for"])


def _storable(text: str) -> str:
    """Text that a database can hold: half characters become the replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _save_user(db: sqlite3.Connection, user: User) -> None:
    db.execute(
        "INSERT INTO users (workspace, key, seat, name, lang, title_ja, title_en, is_bot) VALUES "
        "(?, ?, (SELECT count(*) FROM users), ?, ?, ?, ?, ?) ON CONFLICT (workspace, key) DO UPDATE "
        "SET name = excluded.name, lang = excluded.lang, title_ja = excluded.title_ja, title_en = excluded.title_en, "
        "is_bot = excluded.is_bot",
        (user.workspace, user.key, user.name, user.lang, user.title.ja, user.title.en, user.is_bot),
    )


def _attach(db: sqlite3.Connection, seq: int | None, files: tuple[File, ...], kept: list[str]) -> None:
    db.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
        [
            (seq, position, file.name, file.media_type, name, file.alt)
            for position, (file, name) in enumerate(zip(files, kept, strict=True))
        ],
    )


def _detach(db: sqlite3.Connection, seq: int) -> list[str]:
    """Drop a message's files; the names under which they were kept."""
    kept = [row["kept"] for row in db.execute("SELECT kept FROM files WHERE message = ?", (seq,))]
    db.execute("DELETE FROM files WHERE message = ?", (seq,))
    return kept


def _space(row: sqlite3.Row) -> Space:
    return Space(row["key"], row["name"], row["staff_channel"], row["zone"], row["lang"])


def _channel(row: sqlite3.Row) -> Channel:
    name, about = Bilingual(row["name_ja"], row["name_en"]), Bilingual(row["about_ja"], row["about_en"])
    return Channel(row["workspace"], row["key"], row["direct_user"], name, about)


def _user(row: sqlite3.Row) -> User:
    title = Bilingual(row["title_ja"], row["title_en"])
    lang = row["chosen_lang"] or row["lang"]
    return User(row["workspace"], row["key"], row["name"], lang, title, bool(row["is_bot"]))

"""The staff room as a platform: who is in it, what was said, who reacted, and what Sukima must still hear of.

It behaves towards Sukima as Slack and Discord do: a token posts once, an event is delivered until it is
acknowledged, a direct conversation is private, an ephemeral message has one reader. Its calls are short and never
wait, so they are plain functions; use a room from one thread.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bot.conversation.card import Card, File
from bot.errors import Problem
from bot.handlers.local.attachments import Cabinet
from bot.handlers.local.cardbox import pack
from bot.handlers.local.emoji import emoji_name
from bot.handlers.local.ledger import Ledger
from bot.handlers.local.reading import Reading
from bot.handlers.local.room_types import (
    PLATFORM,
    Change,
    Channel,
    Event,
    EventKind,
    Message,
    Reaction,
    User,
)
from bot.handlers.local.roster import Roster
from bot.handlers.local.rows import attach, detach, mark_changed, next_mark, touch_root
from bot.services.ports import MessageRef


class Room(Roster):
    """The room kept in `folder`: its database `room.db`, and pictures and documents in `files`.

    `now` is the real clock, `new_id` makes keys that were never used. `Room.now` is the room's own clock, which may
    be ahead. Raises `Problem` as `Ledger` does, and `room.no_such_…` for what is not there.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        super().__init__(Ledger(folder / "room.db"), now)
        self._cabinet = Cabinet(folder / "files")
        self._new_id = new_id
        self.reading = Reading(self._ledger, self._cabinet)

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
                    "mark": next_mark(db),
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
                touch_root(db, workspace, channel, root)
            attach(db, seq, card.files, kept)
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
            mark_changed(db, row["seq"])
            gone = detach(db, row["seq"]) if card.files else []
            attach(db, row["seq"], card.files, kept)
        self._discard(gone)
        self._tell(_change_of(row))

    def delete(self, ref: MessageRef) -> None:
        """Take a message's content, files and reactions away; once more changes nothing."""
        row = self._row(ref)
        if row["deleted_at"] is not None:
            return
        with self._ledger.writing() as db:
            gone = detach(db, row["seq"])
            db.execute("DELETE FROM reactions WHERE message = ?", (row["seq"],))
            db.execute(
                "UPDATE messages SET card = ?, page = '', deleted_at = ? WHERE seq = ?",
                (pack(Card()), self._stamp(), row["seq"]),
            )
            mark_changed(db, row["seq"])
            touch_root(db, row["workspace"], row["channel"], row["thread"])
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
                (next_mark(db), workspace, channel, key, user, pack(card), root, self._stamp(), own_token),
            )
            touch_root(db, workspace, channel, root)
            if to_sukima is not None:
                heard = self._event("said", speaker, place, key, text=_storable(to_sukima), thread=root or "")
                self._store_event(db, heard)
        self._tell(Change("message", workspace, channel))
        return MessageRef(PLATFORM, workspace, channel, key)

    def show_own(self, workspace: str, channel: str, user: str, lines: tuple[str, ...], thread: str | None) -> None:
        """What somebody told Sukima alone, shown to them alone where they told it."""
        is_direct = self.channel(workspace, channel).direct_user is not None
        card = Card(lines=tuple(map(_storable, lines)))
        self.post(workspace, channel, user, card, ephemeral_for=None if is_direct else user, thread=thread)

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
                db.execute("UPDATE messages SET touched = ? WHERE seq = ?", (next_mark(db), row["seq"]))
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
            is_admin=user.is_admin,
            message=message,
            text=text,
            emoji=emoji,
            thread=thread,
        )

    def _store_event(self, db: sqlite3.Connection, event: Event) -> None:
        payload = json.dumps(asdict(event), ensure_ascii=False)
        db.execute("INSERT INTO events (id, payload, stored_at) VALUES (?, ?, ?)", (event.id, payload, self._stamp()))

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


def _change_of(row: sqlite3.Row) -> Change:
    return Change("message", row["workspace"], row["channel"], row["ephemeral_for"])


def _storable(text: str) -> str:
    """Text that a database can hold: half characters become the replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8")

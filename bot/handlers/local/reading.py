"""Reading the staff room: what a person sees of a channel or thread, what is unread, what a live view must redraw.

`Room` has looked at who may read before it asks; every query leaves out what only somebody else may see.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.handlers.local.attachments import Cabinet
from bot.handlers.local.cardbox import unpack
from bot.handlers.local.ledger import Ledger
from bot.handlers.local.room_types import PLATFORM, Attachment, Message, Reaction, Replies, Unread
from bot.services.ports import MessageRef

_NUMBERED = (
    "SELECT * FROM (SELECT *, row_number() OVER (ORDER BY seq) AS number FROM messages WHERE workspace = ? "
    "AND channel = ? AND (ephemeral_for IS NULL OR ephemeral_for = ?)) AS m "
)

_OUTSIDE_THREADS = (
    "WHERE thread IS NULL AND seq < coalesce((SELECT seq FROM messages WHERE workspace = ? AND channel = ? "
    "AND key = ?), 9223372036854775807) AND (deleted_at IS NULL OR EXISTS (SELECT 1 FROM messages r WHERE "
    "r.workspace = m.workspace AND r.channel = m.channel AND r.thread = m.key AND r.deleted_at IS NULL "
    "AND r.ephemeral_for IS NULL)) ORDER BY seq DESC LIMIT ?"
)
"""Of what was deleted only what still has replies."""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring messages, oldest first. `earlier`: there are more before them."""

    messages: tuple[Message, ...]
    earlier: bool


class Reading:
    """Queries over the room's rows, each in a bounded number of statements."""

    def __init__(self, ledger: Ledger, cabinet: Cabinet) -> None:
        self._ledger = ledger
        self._cabinet = cabinet

    def mark(self) -> int:
        """The newest mark of the room: what changes from now on has a greater one."""
        row = self._ledger.row("SELECT coalesce(max(touched), 0) AS mark FROM messages")
        return int(row["mark"]) if row else 0

    def messages(self, workspace: str, channel: str, viewer: str, *, since: int = 0) -> tuple[Message, ...]:
        """All of a channel with its threads, oldest first; with `since` what is new, edited or deleted after it."""
        return self._read(_NUMBERED + "WHERE changed > ? ORDER BY seq", workspace, channel, viewer, since)

    def touched(self, workspace: str, channel: str, viewer: str, since: int) -> tuple[Message, ...]:
        """What a view of the channel must draw again, reactions and counts of replies included."""
        return self._read(_NUMBERED + "WHERE touched > ? ORDER BY seq", workspace, channel, viewer, since)

    def latest(self, workspace: str, channel: str, viewer: str, *, limit: int, before: str | None = None) -> Stretch:
        """The last messages of a channel outside of threads; with `before` those that lead to that message.

        What was deleted is left out, unless it has replies.
        """
        sql = _NUMBERED + _OUTSIDE_THREADS
        found = self._read(sql, workspace, channel, viewer, workspace, channel, before or "", limit + 1)
        return Stretch(tuple(reversed(found[:limit])), earlier=len(found) > limit)

    def thread(self, workspace: str, channel: str, viewer: str, root: str) -> tuple[Message, ...]:
        """A message and what stands below it, as `viewer` sees them; nothing when there is no such message."""
        sql = _NUMBERED + "WHERE key = ? OR (thread = ? AND deleted_at IS NULL) ORDER BY seq"
        found = self._read(sql, workspace, channel, viewer, root, root)
        return found if found and found[0].ref.key == root else ()

    def message(self, workspace: str, channel: str, viewer: str, key: str) -> Message | None:
        """One message, if `viewer` sees it."""
        found = self._read(_NUMBERED + "WHERE key = ?", workspace, channel, viewer, key)
        return found[0] if found else None

    def unread(self, workspace: str, viewer: str) -> tuple[Unread, ...]:
        """Where something by others has come that `viewer` has not read: channels, and threads they take part in."""
        rows = self._ledger.rows(
            "SELECT m.channel, m.thread, count(*) AS count FROM messages m JOIN channels c ON c.workspace = "
            "m.workspace AND c.key = m.channel LEFT JOIN seen s ON s.workspace = m.workspace AND s.user = ?1 "
            "AND s.channel = m.channel AND s.thread = coalesce(m.thread, '') WHERE m.workspace = ?2 "
            "AND (c.direct_user IS NULL OR c.direct_user = ?1) AND (m.ephemeral_for IS NULL OR m.ephemeral_for = ?1) "
            "AND m.author <> ?1 AND m.deleted_at IS NULL AND m.posted > coalesce(s.changed, 0) "
            "AND (m.thread IS NULL OR m.ephemeral_for = ?1 OR EXISTS (SELECT 1 FROM messages t WHERE "
            "t.workspace = m.workspace AND t.channel = m.channel AND t.author = ?1 "
            "AND (t.key = m.thread OR t.thread = m.thread))) GROUP BY m.channel, m.thread ORDER BY m.channel, m.thread",
            viewer,
            workspace,
        )
        return tuple(Unread(row["channel"], row["thread"], int(row["count"])) for row in rows)

    def reactions(self, seq: int) -> tuple[Reaction, ...]:
        return self._reactions([seq]).get(seq, ())

    # ------------------------------------------------------------------ inside

    def _read(self, sql: str, *values: object) -> tuple[Message, ...]:
        rows = self._ledger.rows(sql, *values)
        seqs = [row["seq"] for row in rows]
        files, reactions, replies = self._files(seqs), self._reactions(seqs), self._replies(rows)
        return tuple(
            _message(row, files.get(row["seq"], ()), reactions.get(row["seq"], ()), replies.get(row["key"]))
            for row in rows
        )

    def _files(self, seqs: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        found: dict[int, tuple[Attachment, ...]] = {}
        for row in self._of("SELECT * FROM files WHERE message IN ({}) ORDER BY message, position", seqs):
            file = Attachment(row["name"], row["media_type"], self._cabinet.path(row["kept"]), row["alt"])
            found[row["message"]] = (*found.get(row["message"], ()), file)
        return found

    def _reactions(self, seqs: Sequence[int]) -> dict[int, tuple[Reaction, ...]]:
        found: dict[int, tuple[Reaction, ...]] = {}
        for row in self._of("SELECT * FROM reactions WHERE message IN ({}) ORDER BY rowid", seqs):
            found[row["message"]] = (*found.get(row["message"], ()), Reaction(row["user"], row["emoji"]))
        return found

    def _replies(self, rows: Sequence[sqlite3.Row]) -> dict[str, Replies]:
        roots = [row["key"] for row in rows if row["thread"] is None]
        if not roots:
            return {}
        found: dict[str, Replies] = {}
        where = (rows[0]["workspace"], rows[0]["channel"])
        for row in self._of(
            "SELECT thread, author, sent_at FROM messages WHERE thread IN ({}) AND workspace = ? AND channel = ? "
            "AND ephemeral_for IS NULL AND deleted_at IS NULL ORDER BY seq",
            roots,
            *where,
        ):
            before = found.get(row["thread"])
            people = before.people if before else ()
            if row["author"] not in people:
                people = (*people, row["author"])
            count = before.count + 1 if before else 1
            found[row["thread"]] = Replies(count, people, datetime.fromisoformat(row["sent_at"]))
        return found

    def _of(self, sql: str, keys: Sequence[object], *more: object) -> list[sqlite3.Row]:
        """The rows about any of `keys`, some hundreds at a time."""
        found: list[sqlite3.Row] = []
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            found += self._ledger.rows(sql.format(", ".join("?" * len(part))), *part, *more)
        return found


def _message(
    row: sqlite3.Row, files: tuple[Attachment, ...], reactions: tuple[Reaction, ...], replies: Replies | None
) -> Message:
    return Message(
        ref=MessageRef(PLATFORM, row["workspace"], row["channel"], row["key"]),
        number=row["number"],
        author=row["author"],
        card=unpack(row["card"]),
        attachments=files,
        reactions=reactions,
        sent_at=datetime.fromisoformat(row["sent_at"]),
        edited=row["edited_at"] is not None,
        deleted=row["deleted_at"] is not None,
        ephemeral=row["ephemeral_for"] is not None,
        page=row["page"],
        changed=row["changed"],
        posted=row["posted"],
        touched=row["touched"],
        thread=row["thread"],
        replies=replies,
    )

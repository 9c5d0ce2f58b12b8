"""Small changes to the staff room's rows that several acts have in common, each within the caller's transaction."""

import sqlite3

from bot.conversation.card import File


def next_mark(db: sqlite3.Connection) -> int:
    """A mark greater than all there are. Call it within the transaction that uses it."""
    mark: int = db.execute("SELECT coalesce(max(touched), 0) + 1 FROM messages").fetchone()[0]
    return mark


def mark_changed(db: sqlite3.Connection, seq: int) -> None:
    """A message reads otherwise than before."""
    db.execute("UPDATE messages SET changed = ?1, touched = ?1 WHERE seq = ?2", (next_mark(db), seq))


def touch_root(db: sqlite3.Connection, workspace: str, channel: str, root: str | None) -> None:
    """The message above a thread shows how many replies it has."""
    if root is not None:
        db.execute(
            "UPDATE messages SET touched = ? WHERE workspace = ? AND channel = ? AND key = ?",
            (next_mark(db), workspace, channel, root),
        )


def attach(db: sqlite3.Connection, seq: int | None, files: tuple[File, ...], kept: list[str]) -> None:
    """Hang files onto a message; `kept` are the names under which the cabinet has them."""
    db.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
        [
            (seq, position, file.name, file.media_type, name, file.alt)
            for position, (file, name) in enumerate(zip(files, kept, strict=True))
        ],
    )


def detach(db: sqlite3.Connection, seq: int) -> list[str]:
    """Drop a message's files; the names under which they were kept."""
    kept = [row["kept"] for row in db.execute("SELECT kept FROM files WHERE message = ?", (seq,))]
    db.execute("DELETE FROM files WHERE message = ?", (seq,))
    return kept

"""What a restored backup must not bring back: a backup does not know what was ended, or taken back, since it was made.

Restoring reveals nothing: it ends every session and one-time link, and closes whatever its holder had opened to others.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text, update

from storage import tables as t
from storage.engine import Place, sync_engine


def close_again(place: Place, *, now: datetime) -> None:
    """End sessions, one-time links, published badges, collections, being named, and asking colleagues to endorse,
    of everybody in the database.

    People open again what they want to. Who was findable is asked again at their next shared badge.
    """
    named = select(t.award.c.person_id).where(t.award.c.findable_at.is_not(None))
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            conn.execute(t.session.delete())
            conn.execute(t.door.delete())
            conn.execute(update(t.collection).where(t.collection.c.ended_at.is_(None)).values(ended_at=now))
            conn.execute(update(t.invitation).where(t.invitation.c.ended_at.is_(None)).values(ended_at=now))
            conn.execute(update(t.person).where(t.person.c.id.in_(named)).values(findable_asked_at=None))
            conn.execute(update(t.award).values(published_at=None, findable_at=None))
    finally:
        engine.dispose()


def stop_again(former: Path, place: Place) -> None:
    """What is revoked or suspended in the former database stays so in the restored one, if the former can be read.

    An award that is suspended in the one and revoked in the other is revoked.
    """
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for public_id, kind, reason, since in _stopped_in(former):
                conn.execute(
                    text(
                        "UPDATE award SET stopped_as = :kind, stop_reason = :reason, stopped_at = :since"
                        " WHERE public_id = :public_id AND (stopped_as IS NULL OR :kind = 'revoked')"
                    ),
                    {"public_id": public_id, "kind": kind, "reason": reason, "since": since},
                )
    finally:
        engine.dispose()


def _stopped_in(file: Path) -> list[tuple[str, str, str, str]]:
    """As the database has them; none where it is missing, damaged or older than stopping.

    A connection that may not write would leave the log's files beside the database when it closes.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as conn:
            conn.execute("PRAGMA query_only = ON")
            return conn.execute(
                "SELECT public_id, stopped_as, stop_reason, stopped_at FROM award WHERE stopped_as IS NOT NULL"
            ).fetchall()
    except sqlite3.Error:
        return []

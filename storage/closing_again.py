"""What a restored backup must not bring back: a backup does not know what was ended, or taken back, since it was made.

Restoring reveals nothing: it ends every session and one-time link, and closes whatever its holder had opened to others.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, text, update

from storage import tables as t
from storage.engine import Place, sync_engine
from storage.former import rows_of
from storage.repositories.command_sets import PREFIX as COMMANDS_TOLD

_STOPPED = "SELECT public_id, stopped_as, stop_reason, stopped_at FROM award WHERE stopped_as IS NOT NULL"


def close_again(place: Place, *, now: datetime) -> None:
    """End sessions, one-time links, published badges, collections, being named, badges inside badges, and asking
    colleagues to endorse, of everybody in the database.

    People open again what they want to. Who was findable is asked again at their next shared badge. What a platform was
    told of commands is forgotten, too: it may have been told others since.
    """
    named = select(t.award.c.person_id).where(t.award.c.findable_at.is_not(None))
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            conn.execute(t.session.delete())
            conn.execute(t.door.delete())
            conn.execute(t.meta.delete().where(t.meta.c.key.startswith(COMMANDS_TOLD, autoescape=True)))
            conn.execute(update(t.collection).where(t.collection.c.ended_at.is_(None)).values(ended_at=now))
            conn.execute(update(t.invitation).where(t.invitation.c.ended_at.is_(None)).values(ended_at=now))
            conn.execute(update(t.person).where(t.person.c.id.in_(named)).values(findable_asked_at=None))
            conn.execute(update(t.award).values(published_at=None, findable_at=None))
            conn.execute(update(t.foreign_badge).values(findable_at=None))
            _take_out(conn)
    finally:
        engine.dispose()


def _take_out(conn: Connection) -> None:
    """Newest editions that hold other badges count no more: at the next start they are signed anew, without."""
    of = t.revision.c
    conn.execute(t.enclosure.delete())
    rows = conn.execute(select(of.award_id, of.number, of.enclosed).order_by(of.number)).all()
    for row in {row.award_id: row for row in rows}.values():
        if row.enclosed:
            this = (of.award_id == row.award_id) & (of.number == row.number)
            conn.execute(update(t.revision).where(this).values(outdated=True))


def stop_again(former: Path, place: Place) -> None:
    """What is revoked or suspended in the former database stays so in the restored one, if the former can be read.

    An award that is suspended in the one and revoked in the other is revoked.
    """
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for public_id, kind, reason, since in rows_of(former, _STOPPED) or []:
                conn.execute(
                    text(
                        "UPDATE award SET stopped_as = :kind, stop_reason = :reason, stopped_at = :since"
                        " WHERE public_id = :public_id AND (stopped_as IS NULL OR :kind = 'revoked')"
                    ),
                    {"public_id": public_id, "kind": kind, "reason": reason, "since": since},
                )
    finally:
        engine.dispose()

"""What a restored backup must not bring back: a backup does not know what was ended, or taken back, since it was made.

Restoring reveals nothing: it ends every session and one-time link, and closes whatever its holder had opened to others.
"""

from datetime import datetime

from sqlalchemy import select, update

from storage import tables as t
from storage.engine import Place, sync_engine


def close_again(place: Place, *, now: datetime) -> None:
    """End sessions, one-time links, published badges, collections and being named, of everybody in the database.

    People open again what they want to. Who was findable is asked again at their next shared badge.
    """
    named = select(t.award.c.person_id).where(t.award.c.findable_at.is_not(None))
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            conn.execute(t.session.delete())
            conn.execute(t.door.delete())
            conn.execute(update(t.collection).where(t.collection.c.ended_at.is_(None)).values(ended_at=now))
            conn.execute(update(t.person).where(t.person.c.id.in_(named)).values(findable_asked_at=None))
            conn.execute(update(t.award).values(published_at=None, findable_at=None))
    finally:
        engine.dispose()

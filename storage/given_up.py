"""Promises that the relay gave up: which of them left something undone, and how they are tried anew. Synchronous."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select, update
from sqlalchemy.exc import DBAPIError

from storage import tables as t
from storage.engine import place_of, sync_engine
from storage.schema import require_current
from storage.trouble import problem_of

OVER = ("unsendable", "waited_out")
"""Why the relay gives a promise up whose person or message is gone, or whose person never came: nothing was left
undone."""

_GIVEN_UP = (t.outbox.c.state == "failed") & t.outbox.c.error.not_in(OVER)


def count_given_up(conn: Connection) -> int:
    """How many promises were given up that could still be kept."""
    return conn.scalar(select(func.count()).select_from(t.outbox).where(_GIVEN_UP)) or 0


def retry(url: str, *, now: datetime) -> int:
    """Make due again what was given up, with all its tries, also while the database is in use. Counts them.

    Where the same has been promised anew, or was given up more than once, one of them stays. Raises `Problem`
    (`db.…`) when the database is not there, not of this version or not writable.
    """
    place = place_of(url)
    require_current(place)
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            given_up = count_given_up(conn)
            _drop_doubles(conn)
            conn.execute(
                update(t.outbox).where(_GIVEN_UP).values(state="new", attempts=0, due_at=now, waits_since=None)
            )
            return given_up
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def _drop_doubles(conn: Connection) -> None:
    """At most one promise of the same may wait (`once`): the one that waits already, else the newest given up."""
    other = t.outbox.alias()
    newer = (other.c.state == "failed") & other.c.error.not_in(OVER) & (other.c.id > t.outbox.c.id)
    same = (other.c.school_id == t.outbox.c.school_id) & (other.c.once == t.outbox.c.once)
    double = exists().where(same, (other.c.state == "new") | newer)
    found = conn.scalars(select(t.outbox.c.id).where(_GIVEN_UP, t.outbox.c.once.is_not(None), double)).all()
    for promise_id in found:
        conn.execute(delete(t.outbox).where(t.outbox.c.id == promise_id))

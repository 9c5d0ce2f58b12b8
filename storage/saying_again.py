"""What status lists go on saying after a restore: a backup does not know what was taken back since it was made.

Of two that differ the graver one holds. Lists that gave out positions get no more: which of them were given out since
the backup nobody knows, and a position is never given out twice.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from storage import tables as t
from storage.engine import Place, sync_engine
from storage.former import rows_of
from storage.scope import insertion


@dataclass(frozen=True)
class _Set:
    """A position that is set in the former database, with its list."""

    did: str
    list_id: str
    url: str
    position: int
    revoked: bool
    suspended: bool


def say_again(former: Path, place: Place, *, now: datetime) -> None:
    """Say in the restored database what the lists of the former one said, if that can be read."""
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            conn.execute(update(t.status_list).where(t.status_list.c.closed_at.is_(None)).values(closed_at=now))
            for one in _set_in(former):
                _say(conn, one, now)
            _say_stops(conn)
    finally:
        engine.dispose()


def _say(conn: Connection, one: _Set, now: datetime) -> None:
    issuer = conn.execute(select(t.issuer.c.id, t.issuer.c.school_id).where(t.issuer.c.did == one.did)).first()
    if issuer is None:
        return
    listed = select(t.status_list.c.id).where(t.status_list.c.public_id == one.list_id)
    begun = {"public_id": one.list_id, "url": one.url, "taken": 0, "version": 0, "closed_at": now}
    mine = {"issuer_id": issuer.id, "school_id": issuer.school_id}
    conn.execute(insertion(t.status_list, conn.dialect.name).values(**begun, **mine).on_conflict_do_nothing())
    there = {"list_id": conn.execute(listed).scalar_one(), "position": one.position, "school_id": issuer.school_id}
    conn.execute(insertion(t.status_entry, conn.dialect.name).values(**there).on_conflict_do_nothing())
    is_this = (t.status_entry.c.list_id == there["list_id"]) & (t.status_entry.c.position == one.position)
    if one.revoked:
        conn.execute(update(t.status_entry).where(is_this).values(revoked=True, suspended=False))
    elif one.suspended:
        stands = t.status_entry.c.revoked.is_(False)
        conn.execute(update(t.status_entry).where(is_this, stands).values(suspended=True))


def _say_stops(conn: Connection) -> None:
    """That of awards, which were stopped again before this."""
    for kind, bits in (("suspended", {"suspended": True}), ("revoked", {"revoked": True, "suspended": False})):
        stopped = select(t.award.c.status_id).where(t.award.c.stopped_as == kind)
        conn.execute(update(t.status_entry).where(t.status_entry.c.id.in_(stopped)).values(**bits))


def _set_in(file: Path) -> list[_Set]:
    """None where the database cannot be read, or is older than lists."""
    rows = rows_of(
        file,
        "SELECT i.did, l.public_id, l.url, e.position, e.revoked, e.suspended FROM status_entry e"
        " JOIN status_list l ON l.id = e.list_id JOIN issuer i ON i.id = l.issuer_id"
        " WHERE e.revoked OR e.suspended",
    )
    return [
        _Set(did, list_id, url, position, bool(revoked), bool(suspended))
        for did, list_id, url, position, revoked, suspended in rows or []
    ]

"""Institutions and mandates after a restore: what a backup does not know of them (decision 0021).

An institution that was added since is taken over, so that what its keys signed verifies for ever; one that was renamed
keeps its newest name, and one that was removed does not come back. Nor does a mandate that was ended since; one that
was given since is to be given again.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, exists, select, text

from storage import tables as t
from storage.engine import Place, sync_engine
from storage.former import rows_of
from storage.removing import removal

_INSTITUTIONS = (
    "SELECT public_id, key, name_ja, name_en, zone, lang, country, period_times, rehearsal, url"
    " FROM school WHERE issues_only AND key <> public_id ORDER BY id"
)
"""One that was removed goes by its public id."""
_ADD = text(
    "INSERT INTO school (public_id, key, name_ja, name_en, zone, lang, country, period_times, rehearsal, url,"
    " issues_only) SELECT :public_id, :key, :name_ja, :name_en, :zone, :lang, :country, :period_times, :rehearsal,"
    " :url, TRUE WHERE NOT EXISTS (SELECT 1 FROM school WHERE public_id = :public_id OR key = :key)"
)
_RENAME = text("UPDATE school SET name_ja = :name_ja, name_en = :name_en WHERE public_id = :public_id AND issues_only")
_REMOVED = "SELECT public_id, removed_at FROM school WHERE removed_at IS NOT NULL"
_ENDED = "SELECT public_id, ended_at FROM mandate WHERE ended_at IS NOT NULL"
_END = text("UPDATE mandate SET ended_at = :ended_at WHERE public_id = :public_id AND ended_at IS NULL")


def mandate_again(former: Path, place: Place) -> None:
    """Take over what the former database knows, if it can be read. Its keys follow (`storage.keys_again`)."""
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for query, change in ((_INSTITUTIONS, _RENAME), (_INSTITUTIONS, _ADD), (_ENDED, _END)):
                for row in rows_of(former, query) or ():
                    conn.execute(change, dict(row))
            for row in rows_of(former, _REMOVED) or ():
                _remove(conn, row["public_id"], row["removed_at"])
    finally:
        engine.dispose()


def _remove(conn: Connection, public_id: str, at: str) -> None:
    """As it was removed there, unless the backup knows of something that was signed in its name."""
    this = t.school.c
    unused = select(this.id).where(
        this.public_id == public_id,
        this.issues_only.is_(True),
        this.issued_at.is_(None),
        this.removed_at.is_(None),
        ~exists().where(t.status_entry.c.school_id == this.id),
    )
    for institution_id in conn.scalars(unused).all():
        for statement in removal(institution_id, public_id, datetime.fromisoformat(at)):
            conn.execute(statement)

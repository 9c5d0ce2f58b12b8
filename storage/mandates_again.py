"""Institutions and mandates after a restore: what a backup does not know of them (decision 0021).

An institution that was added since is taken over, so that what its keys signed verifies for ever; a mandate that was
ended since does not come back. One that was given since is to be given again.
"""

from pathlib import Path

from sqlalchemy import text

from storage.engine import Place, sync_engine
from storage.former import rows_of

_INSTITUTIONS = (
    "SELECT public_id, key, name_ja, name_en, zone, lang, country, period_times, rehearsal, url"
    " FROM school WHERE issues_only ORDER BY id"
)
_ADD = text(
    "INSERT INTO school (public_id, key, name_ja, name_en, zone, lang, country, period_times, rehearsal, url,"
    " issues_only) SELECT :public_id, :key, :name_ja, :name_en, :zone, :lang, :country, :period_times, :rehearsal,"
    " :url, TRUE WHERE NOT EXISTS (SELECT 1 FROM school WHERE public_id = :public_id OR key = :key)"
)
_ENDED = "SELECT public_id, ended_at FROM mandate WHERE ended_at IS NOT NULL"
_END = text("UPDATE mandate SET ended_at = :ended_at WHERE public_id = :public_id AND ended_at IS NULL")


def mandate_again(former: Path, place: Place) -> None:
    """Take over what the former database knows, if it can be read. Its keys follow (`storage.keys_again`)."""
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for query, change in ((_INSTITUTIONS, _ADD), (_ENDED, _END)):
                for row in rows_of(former, query) or ():
                    conn.execute(change, dict(row))
    finally:
        engine.dispose()

"""Trust that a restored backup must not bring back: a backup does not know what was ended since.

A mail address that was removed proves nothing, and an issuer that is trusted no longer stays so.
"""

from pathlib import Path

from sqlalchemy import text

from storage.engine import Place, sync_engine
from storage.former import rows_of

# One that was proved again afterwards has a new id.
_REMOVED = "SELECT subject AS public_id FROM audit WHERE act = 'drop_address'"
_REMOVE = text("DELETE FROM mail_address WHERE public_id = :public_id")
_ENDED = (
    "SELECT school.public_id AS school, issuer, until FROM trusted_issuer"
    " JOIN school ON school.id = trusted_issuer.school_id WHERE until IS NOT NULL"
)
# One that was trusted anew after that, as a newer backup has it, stands.
_END = text(
    "UPDATE trusted_issuer SET until = :until WHERE issuer = :issuer AND until IS NULL AND since <= :until"
    " AND school_id = (SELECT id FROM school WHERE public_id = :school)"
)


def untrust_again(former: Path, place: Place) -> None:
    """What the former database says was removed or ended is so in the restored one, if the former can be read."""
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for query, change in ((_REMOVED, _REMOVE), (_ENDED, _END)):
                for row in rows_of(former, query) or ():
                    conn.execute(change, dict(row))
    finally:
        engine.dispose()

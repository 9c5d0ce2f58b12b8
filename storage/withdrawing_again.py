"""Endorsements that a restored backup must not show again: a backup does not know what was withdrawn, or hidden, since.

Status lists say of them that they were taken back (`storage.saying_again`); here the rows and the editions follow.
"""

from pathlib import Path

from sqlalchemy import Connection, select, text, update

from storage import tables as t
from storage.engine import Place, sync_engine
from storage.former import rows_of

_WITHDRAWN = "SELECT public_id, withdrawn_at AS since, undone FROM endorsement WHERE withdrawn_at IS NOT NULL"
_HIDDEN = "SELECT public_id, hidden_at AS since FROM endorsement WHERE hidden_at IS NOT NULL"
# One that was given again after it was withdrawn, as a newer backup has it, stands.
_WITHDRAW = (
    "UPDATE endorsement SET withdrawn_at = :since, undone = :undone, held_by_button = FALSE, comment = NULL,"
    " document = NULL WHERE public_id = :public_id AND withdrawn_at IS NULL AND given_at <= :since RETURNING id"
)
_HIDE = "UPDATE endorsement SET hidden_at = :since WHERE public_id = :public_id AND hidden_at IS NULL RETURNING id"


def withdraw_again(former: Path, place: Place) -> None:
    """What is withdrawn or hidden in the former database is so in the restored one, if the former can be read.

    Newest editions that hold such an endorsement count no more: at the next start their awards are signed anew.
    """
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            gone: set[int] = set()
            for query, change in ((_WITHDRAWN, _WITHDRAW), (_HIDDEN, _HIDE)):
                for row in rows_of(former, query) or ():
                    gone.update(conn.execute(text(change), dict(row)).scalars())
            if gone:
                _outdate(conn, gone)
    finally:
        engine.dispose()


def _outdate(conn: Connection, endorsement_ids: set[int]) -> None:
    held = select(t.revision.c.award_id, t.revision.c.number, t.revision.c.embedded, t.revision.c.beside)
    newest = {row.award_id: row for row in conn.execute(held.order_by(t.revision.c.number))}
    for row in newest.values():
        if not endorsement_ids.isdisjoint((*row.embedded, *row.beside)):
            this = (t.revision.c.award_id == row.award_id) & (t.revision.c.number == row.number)
            conn.execute(update(t.revision).where(this).values(outdated=True))

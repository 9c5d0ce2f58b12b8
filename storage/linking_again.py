"""Accounts after a restore: what was unlinked since stays apart from its person, and what was once linked is known.

A link that was made since is to be made again: the backup has the two people as they were.
"""

from pathlib import Path

from sqlalchemy import Connection, delete, select, text

from storage import tables as t
from storage.engine import Place, sync_engine
from storage.former import rows_of

_MARKS = "SELECT o.mark, o.human, s.public_id AS school FROM once_linked o JOIN school s ON s.id = o.school_id"
_KEEP = text(
    "INSERT INTO once_linked (mark, school_id, human) SELECT :mark, id, :human FROM school WHERE public_id = :school"
    " ON CONFLICT (mark) DO UPDATE SET human = :human"
)
_ACCOUNTS = (
    "SELECT w.platform, w.key AS workspace, a.user_key, a.human, p.public_id AS person FROM account a"
    " JOIN workspace w ON w.id = a.workspace_id JOIN person p ON p.id = a.person_id WHERE a.human IS NOT NULL"
)
_THIS = (
    "(SELECT a.id FROM account a JOIN workspace w ON w.id = a.workspace_id"
    " WHERE w.platform = :platform AND w.key = :workspace AND a.user_key = :user_key)"
)
_KNOWN = text(f"UPDATE account SET human = :human WHERE id IN {_THIS}")  # noqa: S608 - nothing of anybody's is in it
_PARTED = text(
    f"SELECT id FROM account WHERE id IN {_THIS}"  # noqa: S608 - as above
    " AND NOT EXISTS (SELECT 1 FROM person WHERE public_id = :person)"
    " AND EXISTS (SELECT 1 FROM account other WHERE other.person_id = account.person_id AND other.id <> account.id)"
)
"""Its person began after the backup, by unlinking."""


def unlink_again(former: Path, place: Place) -> None:
    """Take over what the former database knows of accounts, if it can be read. An account that was unlinked is nobody's
    until it is used again: then it is a new person's, known as one that was linked."""
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            for row in rows_of(former, _MARKS) or ():
                conn.execute(_KEEP, dict(row))
            for row in rows_of(former, _ACCOUNTS) or ():
                conn.execute(_KNOWN, dict(row))
                for account_id in conn.scalars(_PARTED, dict(row)).all():
                    _let_go(conn, account_id)
    finally:
        engine.dispose()


def _let_go(conn: Connection, account_id: int) -> None:
    for table in (t.reaction, t.contact, t.link_code):
        conn.execute(delete(table).where(table.c.account_id == account_id))
    person_id = conn.scalar(select(t.account.c.person_id).where(t.account.c.id == account_id))
    conn.execute(delete(t.account).where(t.account.c.id == account_id))
    conn.execute(t.account.update().where(t.account.c.person_id == person_id).values(rests=None))

"""Which keys count after a restore: a backup knows neither what was revoked nor what was made since.

Of two states of a key the graver one holds: one that leaked must not sign again. Keys and issuers that the backup does
not know are taken over, so that what they signed verifies for ever (design.md 4.10).
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, select, text, update

from bot.badges.did import DID_WEB
from bot.domain.issuers import KeyKind, KeyState
from bot.errors import Problem
from bot.services.ports import SealedKey
from storage import tables as t
from storage.columns import Moment
from storage.engine import Place, sync_engine
from storage.former import rows_of

_ISSUERS = (
    "SELECT s.public_id AS school, i.did, i.made_at, i.ended_at, i.ended, i.succession"
    " FROM issuer i JOIN school s ON s.id = i.school_id ORDER BY i.id"
)
_KEYS = (
    "SELECT s.public_id AS school, i.did, k.kind, k.name, k.public, k.sealed, k.made_at, k.state, k.state_since,"
    " k.reason FROM issuer_key k JOIN issuer i ON i.id = k.issuer_id JOIN school s ON s.id = k.school_id ORDER BY k.id"
)

_END = text(
    "UPDATE issuer SET ended_at = :ended_at, ended = :ended, succession = :succession"
    " WHERE did = :did AND school_id = (SELECT id FROM school WHERE public_id = :school)"
    " AND ended_at IS NULL AND :ended_at IS NOT NULL"
)
# One issues at a time: where the backup has another one that issues, it goes on.
_ADD_ISSUER = text(
    "INSERT INTO issuer (school_id, did, made_at, ended_at, ended, succession)"
    " SELECT s.id, :did, :made_at,"
    " CASE WHEN :ended_at IS NULL AND n.id IS NOT NULL THEN :now ELSE :ended_at END,"
    " CASE WHEN :ended_at IS NULL AND n.id IS NOT NULL THEN 'rotated' ELSE :ended END, :succession"
    " FROM school s LEFT JOIN issuer n ON n.school_id = s.id AND n.ended_at IS NULL"
    " WHERE s.public_id = :school AND NOT EXISTS (SELECT 1 FROM issuer i WHERE i.school_id = s.id AND i.did = :did)"
).bindparams(bindparam("now", type_=Moment))
_SET_STATE = text(
    "UPDATE issuer_key SET state = :state, state_since = :state_since, reason = :reason"
    " WHERE name = :name AND issuer_id = (SELECT i.id FROM issuer i JOIN school s ON s.id = i.school_id"
    " WHERE i.did = :did AND s.public_id = :school)"
    " AND ((:state = 'revoked' AND state <> 'revoked') OR (:state = 'retired' AND state = 'current'))"
)
# One of a kind signs at a time, and none of an issuer that has ended.
_ADD_KEY = text(
    "INSERT INTO issuer_key (school_id, issuer_id, kind, name, public, sealed, made_at, state, state_since, reason)"
    " SELECT i.school_id, i.id, :kind, :name, :public, :sealed, :made_at,"
    " CASE WHEN :state = 'current' AND (n.id IS NOT NULL OR i.ended_at IS NOT NULL) THEN 'retired' ELSE :state END,"
    " :state_since, :reason"
    " FROM issuer i JOIN school s ON s.id = i.school_id"
    " LEFT JOIN issuer_key n ON n.issuer_id = i.id AND n.kind = :kind AND n.state = 'current'"
    " WHERE i.did = :did AND s.public_id = :school"
    " AND NOT EXISTS (SELECT 1 FROM issuer_key k WHERE k.issuer_id = i.id AND k.name = :name)"
)


def keep_keys(former: Path, place: Place, *, now: datetime, opens: Callable[[SealedKey], object] | None = None) -> bool:
    """Take over what became of the keys since the backup. False where nobody can tell, of all or of some schools: the
    former database cannot be read, does not know them, or has keys that `opens` cannot open.
    """
    issuers, keys = rows_of(former, _ISSUERS), rows_of(former, _KEYS)
    if issuers is None or keys is None or not all(_opens(opens, key) for key in keys):
        return False
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            issuing = set(conn.scalars(select(t.school.c.public_id).join(t.issuer)))
            _merge(conn, issuers, keys, now)
            return issuing <= {row["school"] for row in issuers}
    finally:
        engine.dispose()


def _merge(conn: Connection, issuers: Sequence[sqlite3.Row], keys: Sequence[sqlite3.Row], now: datetime) -> None:
    """What ended makes room for what followed it."""
    _each(conn, _END, issuers)
    _each(conn, _ADD_ISSUER, issuers, now=now)
    _each(conn, _SET_STATE, keys)
    _each(conn, _ADD_KEY, keys)
    _outdate(conn)


def _outdate(conn: Connection) -> None:
    """What a revoked key signed is signed anew at the next start, as where it is revoked (`IssuerRows.outdate`)."""
    revoked = (
        select(t.issuer.c.did + "#" + t.issuer_key.c.name)
        .join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id)
        .where(t.issuer_key.c.state == KeyState.REVOKED, t.issuer.c.did.startswith(DID_WEB))
    )
    revision = t.revision.c
    conn.execute(update(t.revision).where(revision.token_with.in_(revoked)).values(token=None, token_with=""))
    conn.execute(update(t.revision).where(revision.signed_with.in_(revoked)).values(outdated=True))


def _each(conn: Connection, statement: TextClause, rows: Sequence[sqlite3.Row], **more: Any) -> None:
    for row in rows:
        conn.execute(statement, {**dict(row), **more})


def _opens(opens: Callable[[SealedKey], object] | None, row: sqlite3.Row) -> bool:
    if opens is None:
        return True
    try:
        opens(SealedKey(0, row["did"], row["sealed"], KeyKind(row["kind"]), row["name"]))
    except Problem:
        return False
    return True

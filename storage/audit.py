"""The append-only audit log: one hash chain per school (design.md 4.15).

Each entry's hash is SHA-256 over the former entry's hash and the entry as canonical JSON. `audit_head` remembers the
end of the chain. Entries hold opaque ids and hashes under a key per person, so that forgetting breaks no chain.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.domain.people import Person
from storage import tables as t
from storage.personkeys import actor_hash
from storage.scope import Scope

BEFORE_THE_FIRST = "0" * 64

_OF_SCHOOL = t.audit_head.c.school_id == bindparam("of_school")
_HEAD = select(t.audit_head).where(_OF_SCHOOL).with_for_update()
_MOVE_HEAD = update(t.audit_head).where(_OF_SCHOOL)
_APPEND = t.audit.insert()


@dataclass(frozen=True)
class Entry:
    """What one hash stands for."""

    school_id: int
    seq: int
    at: datetime
    act: str
    actor: str
    """A hash under the person's own key; empty for the system."""
    subject: str
    detail: dict[str, str]

    def hash_after(self, former: str) -> str:
        """This entry's hash, in hex, when `former` is the hash before it."""
        canonical = json.dumps(
            {
                "school": self.school_id,
                "seq": self.seq,
                "at": self.at.astimezone(UTC).isoformat(),
                "act": self.act,
                "actor": self.actor,
                "subject": self.subject,
                "detail": self.detail,
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(f"{former}|{canonical}".encode()).hexdigest()


class AuditRows:
    """Implements `Audit`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def record(
        self, act: str, *, actor: Person | None, subject: str, detail: dict[str, str] | None = None
    ) -> None:
        hashed = "" if actor is None else await actor_hash(self._scope, actor)
        await append(self._scope, act, hashed, subject, detail or {})


async def append(
    scope: Scope, act: str, actor: str, subject: str, detail: dict[str, str], *, school_id: int | None = None
) -> None:
    """Add an entry to the end of the school's chain. The head is locked, so that two appends follow each other.

    `school_id` is another school than the transaction's only for what two schools agree on.
    """
    of_school = scope.school_id if school_id is None else school_id
    last = await scope.one(_HEAD, of_school=of_school)
    seq, former = (last.seq + 1, last.hash) if last else (1, BEFORE_THE_FIRST)
    plain = {str(key): str(value) for key, value in detail.items()}
    entry = Entry(of_school, seq, scope.now, str(act), actor, str(subject), plain)
    new = entry.hash_after(former)
    await scope.run(
        _APPEND,
        school_id=entry.school_id,
        seq=seq,
        at=entry.at,
        act=entry.act,
        actor=actor,
        subject=entry.subject,
        detail=plain,
        hash=new,
    )
    if last is None:
        await scope.run(t.audit_head.insert().values(school_id=of_school, seq=seq, hash=new))
    else:
        await scope.run(_MOVE_HEAD, of_school=of_school, seq=seq, hash=new)


@dataclass(frozen=True)
class Broken:
    """Where a school's chain no longer holds: the first entry that was changed, removed or put in."""

    school_id: int
    seq: int


def first_break(school_id: int, rows: Iterable[Row[Any]], end: tuple[int, str]) -> Broken | None:
    """Follow a chain from its beginning. `end` is what the head says: number and hash of the last entry."""
    seq, former = 0, BEFORE_THE_FIRST
    for row in rows:
        seq += 1
        entry = Entry(row.school_id, row.seq, row.at, row.act, row.actor, row.subject, row.detail)
        if row.seq != seq or entry.hash_after(former) != row.hash:
            return Broken(school_id, seq)
        former = row.hash
    return None if (seq, former) == end else Broken(school_id, seq + 1)


def verify_chains(conn: Connection) -> Iterator[Broken]:
    """The first break of each school's chain that has one."""
    heads = {row.school_id: (row.seq, row.hash) for row in conn.execute(select(t.audit_head))}
    schools = {row.school_id for row in conn.execute(select(t.audit.c.school_id).distinct())} | set(heads)
    for school_id in sorted(schools):
        rows = conn.execute(select(t.audit).where(t.audit.c.school_id == school_id).order_by(t.audit.c.seq))
        broken = first_break(school_id, rows, heads.get(school_id, (0, BEFORE_THE_FIRST)))
        if broken is not None:
            yield broken

"""How many codes were sent by mail, counted for a day by keyed hashes alone.

Neither the address nor who asked is in the clear, and no row leads to a person: so forgetting and moving leave it, and
whoever comes back within the day is counted on. Whoever asked is known again as a person and by each of their accounts.
"""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.domain.proofs import DAY
from storage import tables as t
from storage.scope import Scope
from storage.tombstones import account_mark


async def count_in(scope: Scope, person_id: int, address: str, code: str) -> None:
    """A code was asked for, now. `code` is its keyed hash."""
    rows = [
        {
            "school_id": scope.school_id,
            "code": code,
            "address": _address_mark(scope, address),
            "asker": asker,
            "asked_at": scope.now,
        }
        for asker in await _askers(scope, person_id, scope.school_id)
    ]
    await scope.each(t.mail_sent.insert(), rows)


async def count_out(scope: Scope, code: str) -> None:
    """It was sent to nobody."""
    await scope.run(delete(t.mail_sent).where(t.mail_sent.c.school_id == scope.school_id, t.mail_sent.c.code == code))


async def counted(scope: Scope, since: datetime, *, by: int | None = None, address: str | None = None) -> int:
    """How many codes were sent since then: for a person, to an address, or both."""
    sent = t.mail_sent.c
    query = select(func.count(sent.code.distinct())).where(sent.school_id == scope.school_id, sent.asked_at > since)
    if by is not None:
        query = query.where(sent.asker.in_(await _askers(scope, by, scope.school_id)))
    if address is not None:
        query = query.where(sent.address == _address_mark(scope, address))
    return int(await scope.value(query))


async def count_on(scope: Scope, was: int, former_school: int, now: int) -> None:
    """What counted for a person at their former school counts for them at this one, and still there."""
    sent = t.mail_sent.c
    theirs = select(sent.code, sent.address, sent.asked_at).where(
        sent.school_id == former_school, sent.asker.in_(await _askers(scope, was, former_school))
    )
    askers = await _askers(scope, now, scope.school_id)
    for row in await scope.all(theirs.distinct()):
        for asker in askers:
            await scope.add_unless_there(t.mail_sent, school_id=scope.school_id, asker=asker, **row._asdict())


async def forget_counts(scope: Scope, now: datetime) -> int:
    """Forget what counts for no limit any more. Counts the rows."""
    return await scope.run(delete(t.mail_sent).where(t.mail_sent.c.asked_at <= now - DAY))


async def _askers(scope: Scope, person_id: int, school_id: int) -> tuple[str, ...]:
    """By what somebody is known who asks."""
    public_id = select(t.person.c.public_id).where(t.person.c.id == person_id, t.person.c.school_id == school_id)
    rows = await scope.all(
        select(t.school.c.public_id, t.workspace.c.platform, t.workspace.c.key, t.account.c.user_key)
        .select_from(t.account)
        .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
        .join(t.school, t.school.c.id == t.account.c.school_id)
        .where(t.account.c.person_id == person_id, t.account.c.school_id == school_id)
        .order_by(t.account.c.id)
    )
    accounts = [account_mark(scope.deployment, row.public_id, row.platform, row.key, row.user_key) for row in rows]
    known = [str((await scope.the(public_id)).public_id), *accounts]
    return tuple(scope.deployment.mark("mail_asker", one) for one in known)


def _address_mark(scope: Scope, address: str) -> str:
    return scope.deployment.mark("mail_sent", address)

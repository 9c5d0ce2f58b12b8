"""Issuers of a school, and their keys: sealed for signing, in the open for publishing."""

from typing import Any

from sqlalchemy import Row, exists, func, select, update

from bot.domain.issuers import Ended, Issuer, KeyKind, KeyState
from bot.services.ports import IssuerKey, NewKey, SealedKey
from storage import tables as t
from storage.scope import Scope

PUBLIC = (
    t.issuer_key.c.id,
    t.issuer_key.c.issuer_id,
    t.issuer_key.c.kind,
    t.issuer_key.c.name,
    t.issuer_key.c.public,
    t.issuer_key.c.state,
    t.issuer_key.c.made_at,
    t.issuer_key.c.state_since,
    t.issuer_key.c.reason,
)
SEALED = (
    t.issuer_key.c.id,
    t.issuer_key.c.kind,
    t.issuer_key.c.name,
    t.issuer_key.c.sealed,
    t.issuer.c.did,
)


def to_issuer(row: Row[Any]) -> Issuer:
    ended = Ended(row.ended) if row.ended else None
    return Issuer(row.id, row.school_id, row.did, row.made_at, row.ended_at, ended, row.succession)


def to_issuer_key(row: Row[Any]) -> IssuerKey:
    return IssuerKey(
        row.id,
        row.issuer_id,
        KeyKind(row.kind),
        row.name,
        row.public,
        KeyState(row.state),
        row.made_at,
        row.state_since,
        row.reason,
    )


def to_sealed_key(row: Row[Any]) -> SealedKey:
    return SealedKey(row.id, row.did, bytes(row.sealed), KeyKind(row.kind), row.name)


class IssuerRows:
    """Implements `Issuers`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def current(self) -> Issuer | None:
        found = [issuer for issuer in await self.all() if issuer.ended_at is None]
        return found[0] if found else None

    async def all(self) -> tuple[Issuer, ...]:
        rows = await self._scope.all(
            select(t.issuer).where(t.issuer.c.school_id == self._scope.school_id).order_by(t.issuer.c.id.desc())
        )
        return tuple(map(to_issuer, rows))

    async def add(self, did: str) -> Issuer:
        new = await self._scope.new(t.issuer, school_id=self._scope.school_id, did=did, made_at=self._scope.now)
        return Issuer(new, self._scope.school_id, did, self._scope.now)

    async def end(self, issuer_id: int, why: Ended, succession: str | None) -> None:
        await self._scope.run(
            update(t.issuer)
            .where(t.issuer.c.id == issuer_id, t.issuer.c.school_id == self._scope.school_id)
            .values(ended_at=self._scope.now, ended=why, succession=succession)
        )

    async def keys(self, issuer_id: int) -> tuple[IssuerKey, ...]:
        rows = await self._scope.all(
            select(*PUBLIC)
            .where(t.issuer_key.c.issuer_id == issuer_id, t.issuer_key.c.school_id == self._scope.school_id)
            .order_by(t.issuer_key.c.id.desc())
        )
        return tuple(map(to_issuer_key, rows))

    async def sealed(self, issuer_id: int) -> tuple[SealedKey, ...]:
        rows = await self._scope.all(
            select(*SEALED)
            .join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id)
            .where(t.issuer_key.c.issuer_id == issuer_id, t.issuer_key.c.school_id == self._scope.school_id)
            .order_by(t.issuer_key.c.id.desc())
        )
        return tuple(map(to_sealed_key, rows))

    async def add_key(self, issuer_id: int, key: NewKey) -> None:
        """Raises LookupError for an issuer of another school."""
        mine = select(t.issuer.c.id).where(t.issuer.c.id == issuer_id, t.issuer.c.school_id == self._scope.school_id)
        if await self._scope.value(mine) is None:
            raise LookupError(f"no issuer {issuer_id} in this school")
        await self._scope.new(
            t.issuer_key,
            school_id=self._scope.school_id,
            issuer_id=issuer_id,
            kind=key.kind,
            name=key.name,
            public=key.public,
            sealed=key.sealed,
            made_at=self._scope.now,
            state=KeyState.CURRENT,
            state_since=self._scope.now,
        )

    async def set_state(self, key_id: int, state: KeyState, reason: str | None = None) -> None:
        await self._scope.run(
            update(t.issuer_key)
            .where(t.issuer_key.c.id == key_id, t.issuer_key.c.school_id == self._scope.school_id)
            .values(state=state, state_since=self._scope.now, reason=reason)
        )

    async def count_badges(self, method: str) -> int:
        """Over all schools: a badge may have moved, with its holder, from the one that issued it."""
        self._scope.school_id  # noqa: B018 - a transaction of no school is nobody's
        signed = (t.revision.c.signed_with == method) | (t.revision.c.token_with == method)
        counted: int = await self._scope.value(select(func.count(func.distinct(t.revision.c.award_id))).where(signed))
        return counted

    async def outdate(self, method: str) -> tuple[tuple[int, int], ...]:
        """Over all schools, for the same reason."""
        self._scope.school_id  # noqa: B018 - a transaction of no school is nobody's
        signed = t.revision.c.signed_with == method
        in_token = t.revision.c.token_with == method
        newer = t.revision.alias("newer")
        is_newest = ~exists().where(newer.c.award_id == t.revision.c.award_id, newer.c.number > t.revision.c.number)
        rows = await self._scope.all(
            select(t.revision.c.school_id, t.revision.c.award_id)
            .where(signed | in_token, is_newest)
            .order_by(t.revision.c.award_id)
        )
        await self._scope.run(update(t.revision).where(in_token).values(token=None, token_with=""))
        await self._scope.run(update(t.revision).where(signed).values(outdated=True))
        return tuple((row.school_id, row.award_id) for row in rows)

"""Signed documents, byte for byte, and the sealed keys they were signed with."""

from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, select, update

from bot.domain.recognition import TargetKind
from bot.services.ports import Revision, SealedKey
from storage import tables as t
from storage.editions import editions_beside, outdate_around
from storage.repositories.endorsements import visible
from storage.scope import Scope


def to_revision(row: Row[Any]) -> Revision:
    return Revision(
        row.award_id,
        row.number,
        row.valid_from,
        row.text,
        tuple(row.embedded),
        beside=tuple(row.beside),
        enclosed=tuple((award_id, number) for award_id, number in row.enclosed),
        signed_with=row.signed_with,
        outdated=row.outdated,
        token=row.token,
        token_with=row.token_with,
    )


def to_key(row: Row[Any]) -> SealedKey:
    return SealedKey(row.id, row.did, bytes(row.sealed))


def _readable(school_id: int) -> ColumnElement[bool]:
    """Whose text a school reads: what it sees, and endorsements of institutions in whose name it holds badges. These
    are public: they stand in badges and on the institution's page."""
    held = select(t.award.c.issuer_school_id).where(
        t.award.c.school_id == school_id, t.award.c.source_school_id.is_not(None)
    )
    of_institution = (t.endorsement.c.target_kind == TargetKind.ISSUER) & t.endorsement.c.school_id.in_(held)
    return visible(school_id) | of_institution


_NEWEST = (
    select(t.revision)
    .where(t.revision.c.award_id == bindparam("award_id"), t.revision.c.school_id == bindparam("school_id"))
    .order_by(t.revision.c.number.desc())
    .limit(1)
)


class CredentialRows:
    """Implements `Credentials`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def newest(self, award_id: int) -> Revision | None:
        row = await self._scope.one(_NEWEST, award_id=award_id, school_id=self._scope.school_id)
        return row and to_revision(row)

    async def plain(self, award_id: int) -> Revision | None:
        """The newest edition that still counts and holds nobody's endorsement: of the award, its content or issuer, or
        of a part inside."""
        rows = await self._scope.all(
            select(t.revision)
            .where(t.revision.c.award_id == award_id, t.revision.c.school_id == self._scope.school_id)
            .order_by(t.revision.c.number.desc())
        )
        plain = (row for row in rows if not (row.embedded or row.beside or row.enclosed or row.outdated))
        return next(map(to_revision, plain), None)

    async def add(self, award_id: int, revision: Revision) -> bool:
        mine = select(t.award.c.id).where(t.award.c.id == award_id, t.award.c.school_id == self._scope.school_id)
        if await self._scope.value(mine) is None:
            raise LookupError(f"no award {award_id} in this school")
        new = (
            self._scope.insert(t.revision)
            .values(
                award_id=award_id,
                number=revision.number,
                school_id=self._scope.school_id,
                valid_from=revision.valid_from,
                text=revision.text,
                signed_with=revision.signed_with,
                embedded=revision.embedded,
                token=revision.token,
                token_with=revision.token_with,
                beside=revision.beside,
                enclosed=revision.enclosed,
            )
            .on_conflict_do_nothing()
        )
        if await self._scope.run(new) == 0:
            return False
        older = (t.revision.c.award_id == award_id) & (t.revision.c.number < revision.number)
        outdated = older & t.revision.c.outdated.is_(True)
        gone = await self._scope.all(select(t.revision.c.award_id, t.revision.c.number).where(outdated))
        await outdate_around(self._scope, {(row.award_id, row.number) for row in gone})
        await self._scope.run(delete(t.revision).where(outdated))
        return True

    async def save_token(self, award_id: int, number: int, token: str, token_with: str) -> bool:
        without = (t.revision.c.token.is_(None)) & (t.revision.c.outdated.is_(False))
        kept = await self._scope.run(
            update(t.revision)
            .where(t.revision.c.award_id == award_id, t.revision.c.number == number, without)
            .where(t.revision.c.school_id == self._scope.school_id)
            .values(token=token, token_with=token_with)
        )
        return kept == 1

    async def endorser_key(self, person_id: int) -> SealedKey | None:
        row = await self._scope.one(
            select(t.signing_key).where(
                t.signing_key.c.school_id == self._scope.school_id, t.signing_key.c.person_id == person_id
            )
        )
        return row and to_key(row)

    async def add_endorser_key(self, person_id: int, did: str, sealed: bytes) -> SealedKey:
        new = await self._scope.new(
            t.signing_key,
            school_id=self._scope.school_id,
            person_id=person_id,
            did=did,
            sealed=sealed,
            created_at=self._scope.now,
        )
        return SealedKey(new, did, sealed)

    async def endorsement_text(self, endorsement_id: int) -> str | None:
        text: str | None = await self._scope.value(
            select(t.endorsement.c.document).where(
                t.endorsement.c.id == endorsement_id, _readable(self._scope.school_id)
            )
        )
        return text

    async def of_institution(self, award_id: int, did: str, most: int) -> tuple[tuple[int, str], ...]:
        e, former = t.endorsement.c, t.person.alias("former")
        # Where somebody moved to they speak of another school, but what they signed before names the former one.
        has_left = exists().where(
            former.c.moved_to_id == e.endorser_id, former.c.school_id == t.award.c.source_school_id
        )
        rows = await self._scope.all(
            select(e.id, e.document)
            .join(t.issuer, (t.issuer.c.id == e.target_id) & (e.target_kind == TargetKind.ISSUER))
            .join(t.award, t.award.c.issuer_school_id == t.issuer.c.school_id)
            .where(
                t.award.c.id == award_id,
                t.award.c.school_id == self._scope.school_id,
                t.issuer.c.did == did,
                e.withdrawn_at.is_(None),
                e.document.is_not(None),
                e.endorser_school_id != t.award.c.source_school_id,
                ~has_left,
            )
            .order_by(e.given_at.desc(), e.id.desc())
            .limit(most)
        )
        return tuple((row.id, row.document) for row in reversed(rows))

    async def save_endorsement_text(self, endorsement_id: int, text: str) -> None:
        await self._save_text(endorsement_id, text)

    async def drop_endorsement_text(self, endorsement_id: int) -> None:
        await self._save_text(endorsement_id, None)

    async def holding(self, endorsement_id: int) -> tuple[tuple[int, int], ...]:
        found = await editions_beside(self._scope, {endorsement_id})
        return tuple((each.school_id, each.award_id) for each in found if each.is_newest)

    async def _save_text(self, endorsement_id: int, text: str | None) -> None:
        await self._scope.run(
            update(t.endorsement)
            .where(t.endorsement.c.id == endorsement_id, visible(self._scope.school_id))
            .values(document=text)
        )

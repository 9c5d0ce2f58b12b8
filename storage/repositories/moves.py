"""People on their way between schools, and what they brought from elsewhere.

The one repository that changes rows of two schools in one transaction. What it is given to do so is a move that one
person began at the old school and another gave the code of at the new one (design.md 4.17).
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, or_, select, update

from bot.domain.agreements import Purpose
from bot.domain.awards import Achievement
from bot.domain.issuers import KeyKind, KeyState
from bot.domain.language import Bilingual
from bot.domain.learning import Route
from bot.domain.moving import Kept
from bot.domain.people import Account, Person
from bot.domain.recognition import Endorsement, TargetKind
from bot.services.ports import BroughtCompletion, Document, Luggage, Move, SealedKey, Work
from storage import tables as t
from storage.carrying import carry
from storage.repositories.credentials import to_key
from storage.repositories.endorsements import visible
from storage.repositories.issuers import SEALED, to_sealed_key
from storage.repositories.people import to_account, to_person
from storage.repositories.shelves import to_achievement
from storage.scope import Scope

_SIGNS = or_(t.issuer_key.c.state == KeyState.CURRENT, t.issuer.c.did.startswith("did:key:"))
"""A did:key has one key, which signs for what it signed first, whatever became of it since."""

CODE_BYTES = 10
"""16 characters of base32: too many to guess, few enough to type."""
GROUP = 4
PORTION = 500
"""Rows that are inserted at once, before others have their turn."""


def to_move(row: Row[Any]) -> Move:
    return Move(
        row.id,
        row.public_id,
        row.school_id,
        row.person_id,
        row.until,
        row.to_person_id,
        row.to_school_id,
        row.moved_at,
    )


def to_document(row: Row[Any]) -> Document:
    return Document(
        Kept(row.kind),
        row.document_id,
        row.issuer,
        Bilingual(row.issuer_ja, row.issuer_en),
        Bilingual(row.name_ja, row.name_en),
        row.on_day,
        row.valid_from,
        row.text,
    )


def to_brought(row: Row[Any]) -> BroughtCompletion:
    return BroughtCompletion(
        row.issuer,
        Bilingual(row.issuer_ja, row.issuer_en),
        row.unit_key,
        Bilingual(row.title_ja, row.title_en),
        row.on_day,
        row.minutes,
        Route(row.route),
        row.self_assessed,
        row.reflection,
    )


_TRACES = select(t.endorsement.c.id, t.endorsement.c.by_tombstone).where(
    t.endorsement.c.school_id == bindparam("school_id"),
    t.endorsement.c.target_kind == TargetKind.AWARD,
    t.endorsement.c.target_id == bindparam("award_id"),
    t.endorsement.c.endorser_id.is_(None),
    t.endorsement.c.by_tombstone.is_not(None),
)
_HOLD = select(t.award.c.id).where(t.award.c.id == bindparam("award_id")).with_for_update(read=True, key_share=True)


class MoveRows:
    """Implements `Moves`. `work_in` makes the work of a transaction's other school."""

    def __init__(self, scope: Scope, work_in: Callable[[Scope], Work]) -> None:
        self._scope = scope
        self._work_in = work_in

    # ------------------------------------------------------------ the way

    async def begin(self, person_id: int, until: datetime) -> str:
        code = base64.b32encode(self._scope.deployment.new_secret(CODE_BYTES)).decode()
        school = self._scope.school_id
        await self._scope.run(
            delete(t.move).where(
                t.move.c.person_id == person_id, t.move.c.school_id == school, t.move.c.moved_at.is_(None)
            )
        )
        await self._scope.new(
            t.move,
            public_id=self._scope.new_id(),
            school_id=school,
            person_id=person_id,
            mark=self._mark(code),
            made_at=self._scope.now,
            until=until,
        )
        return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))

    def _mark(self, code: str) -> str:
        typed = "".join(char for char in code.upper() if char.isalnum())
        return self._scope.deployment.mark("move", typed)

    def _open(self, *where: ColumnElement[bool]) -> Any:
        return select(t.move).where(
            t.move.c.moved_at.is_(None), t.move.c.until > self._scope.now, t.move.c.person_id.is_not(None), *where
        )

    async def by_code(self, code: str) -> Move | None:
        self._scope.school_id  # noqa: B018 - a transaction of no school is nobody's
        row = await self._scope.one(self._open(t.move.c.mark == self._mark(code)).with_for_update())
        return row and to_move(row)

    async def bind(self, code: str, person_id: int) -> None:
        await self._scope.run(
            update(t.move)
            .where(t.move.c.mark == self._mark(code), t.move.c.moved_at.is_(None))
            .values(to_person_id=person_id, to_school_id=self._scope.school_id)
        )

    async def bound(self, public_id: str, person_id: int) -> Move | None:
        row = await self._scope.one(
            self._open(
                t.move.c.public_id == public_id,
                t.move.c.to_person_id == person_id,
                t.move.c.to_school_id == self._scope.school_id,
            ).with_for_update()
        )
        return row and to_move(row)

    async def agreed(self, giver_id: int) -> bool:
        found = await self._scope.value(
            select(t.agreement.c.id).where(
                t.agreement.c.school_id == giver_id,
                t.agreement.c.receiver_id == self._scope.school_id,
                t.agreement.c.purpose == Purpose.TRANSFER,
                t.agreement.c.accepted_at.is_not(None),
                t.agreement.c.ended_at.is_(None),
            )
        )
        return found is not None

    def leaving(self, move: Move) -> Work:
        if move.to_school_id != self._scope.school_id:
            raise LookupError("a move to another school")
        return self._work_in(replace(self._scope, school=move.school_id))

    async def traces(self, award_id: int) -> dict[int, str]:
        rows = await self._scope.all(_TRACES, school_id=self._scope.school_id, award_id=award_id)
        return {row.id: row.by_tombstone for row in rows}

    async def carry(self, move: Move, luggage: Luggage) -> None:
        if move.to_school_id != self._scope.school_id:
            raise LookupError("a move to another school")
        await carry(self._scope, move, luggage)

    # ------------------------------------------------------------ afterwards

    async def hold(self, award_id: int) -> None:
        """A share of the row's key, on PostgreSQL: a move changes it. SQLite has one writer and no need of it."""
        await self._scope.one(_HOLD, award_id=award_id)

    async def same(self, person_id: int) -> frozenset[int]:
        own = (t.person.c.id == person_id) & (t.person.c.school_id == self._scope.school_id)
        row = await self._scope.one(select(t.person.c.moved_to_id).where(own))
        if row is None:
            return frozenset()
        before = await self._scope.all(select(t.person.c.id).where(t.person.c.moved_to_id == person_id))
        there = {row.moved_to_id} if row.moved_to_id is not None else set()
        return frozenset({person_id} | there | {former.id for former in before})

    async def former_accounts(self, person_id: int) -> tuple[Account, ...]:
        here = select(t.person.c.id).where(t.person.c.id == person_id, t.person.c.school_id == self._scope.school_id)
        rows = await self._scope.all(
            select(t.account)
            .join(t.person, t.person.c.id == t.account.c.person_id)
            .where(t.person.c.moved_to_id.in_(here), t.person.c.left_at.is_not(None))
            .order_by(t.account.c.id)
        )
        return tuple(map(to_account, rows))

    async def endorser(self, endorsement: Endorsement) -> Person | None:
        row = await self._scope.one(
            select(t.person)
            .join(t.endorsement, t.endorsement.c.endorser_id == t.person.c.id)
            .where(t.endorsement.c.id == endorsement.id, visible(self._scope.school_id))
        )
        return row and to_person(row)

    async def hold_endorser(self, endorsement: Endorsement) -> None:
        """A share of the row, on PostgreSQL: whoever changes it locks it first. SQLite has one writer."""
        await self._scope.one(
            select(t.person.c.id)
            .join(t.endorsement, t.endorsement.c.endorser_id == t.person.c.id)
            .where(t.endorsement.c.id == endorsement.id, visible(self._scope.school_id))
            .with_for_update(read=True, of=t.person)
        )

    async def endorsed(self, endorsement: Endorsement) -> Achievement | None:
        earned = t.award.c.achievement_id == t.achievement.c.id
        row = await self._scope.one(self._of_award(select(t.achievement).join(t.award, earned), endorsement))
        return row and to_achievement(row)

    async def endorsed_holder(self, endorsement: Endorsement) -> Person | None:
        earned = t.award.c.person_id == t.person.c.id
        row = await self._scope.one(self._of_award(select(t.person).join(t.award, earned), endorsement))
        return row and to_person(row)

    def _of_award(self, query: Select[Any], endorsement: Endorsement) -> Select[Any]:
        """What `query` says of awards, of the one that was endorsed."""
        is_target = (t.endorsement.c.target_id == t.award.c.id) & (t.endorsement.c.target_kind == TargetKind.AWARD)
        this = (t.endorsement.c.id == endorsement.id) & visible(self._scope.school_id)
        return query.join(t.endorsement, is_target).where(this)

    async def endorser_key(self, endorsement: Endorsement) -> SealedKey | None:
        row = await self._scope.one(
            select(t.signing_key)
            .join(t.endorsement, t.endorsement.c.endorser_id == t.signing_key.c.person_id)
            .where(t.endorsement.c.id == endorsement.id, visible(self._scope.school_id))
        )
        return row and to_key(row)

    async def add_endorser_key(self, endorsement: Endorsement, did: str, sealed: bytes) -> None:
        endorser = await self.endorser(endorsement)
        if endorser is None:
            raise LookupError("no endorser")
        await self._scope.new(
            t.signing_key,
            school_id=endorser.school_id,
            person_id=endorser.id,
            did=did,
            sealed=sealed,
            created_at=self._scope.now,
        )

    async def issuer_keys(self, award_id: int, did: str | None) -> tuple[SealedKey, ...]:
        return tuple(map(to_sealed_key, await self._scope.all(self._signing(award_id, did))))

    async def hold_issuer_keys(self, award_id: int, did: str | None) -> tuple[SealedKey, ...]:
        """A share of the rows, on PostgreSQL: who exchanges keys changes them first. SQLite has one writer."""
        await self._scope.all(self._signing(award_id, did).with_for_update(read=True, of=t.issuer_key))
        return await self.issuer_keys(award_id, did)

    def _signing(self, award_id: int, did: str | None) -> Select[Any]:
        which = t.issuer.c.ended_at.is_(None) if did is None else t.issuer.c.did == did
        return (
            select(*SEALED)
            .join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id)
            .join(t.award, t.issuer.c.school_id == func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id))
            .where(t.award.c.id == award_id, t.award.c.school_id == self._scope.school_id, which, _SIGNS)
            .order_by(t.issuer_key.c.id)
        )

    # ------------------------------------------------------------ what was brought

    async def keep(self, person_id: int, document: Document) -> bool:
        values = {
            "issuer_ja": document.issuer_name.ja,
            "issuer_en": document.issuer_name.en,
            "name_ja": document.name.ja,
            "name_en": document.name.en,
            "on_day": document.on,
            "valid_from": document.valid_from,
            "brought_at": self._scope.now,
            "text": document.text,
        }
        new = self._scope.insert(t.brought).values(
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            person_id=person_id,
            kind=document.kind,
            document_id=document.document_id,
            issuer=document.issuer,
            **values,
        )
        newer = (t.brought.c.valid_from < document.valid_from) & (t.brought.c.issuer == document.issuer)
        kept = new.on_conflict_do_update(index_elements=["person_id", "document_id"], set_=values, where=newer)
        return await self._scope.run(kept) == 1

    async def keep_completions(self, person_id: int, completions: Sequence[BroughtCompletion]) -> int:
        once = self._scope.insert(t.brought_completion).on_conflict_do_nothing()
        rows = [
            {
                "school_id": self._scope.school_id,
                "person_id": person_id,
                "issuer": completion.issuer,
                "issuer_ja": completion.issuer_name.ja,
                "issuer_en": completion.issuer_name.en,
                "unit_key": completion.unit_key,
                "title_ja": completion.title.ja,
                "title_en": completion.title.en,
                "on_day": completion.on,
                "minutes": completion.minutes,
                "route": completion.route,
                "self_assessed": completion.self_assessed,
                "reflection": completion.reflection,
            }
            for completion in completions
        ]
        return sum([await self._scope.each(once, rows[at : at + PORTION]) for at in range(0, len(rows), PORTION)])

    async def documents(self, person_id: int) -> tuple[Document, ...]:
        rows = await self._scope.all(
            select(t.brought)
            .where(t.brought.c.person_id == person_id, t.brought.c.school_id == self._scope.school_id)
            .order_by(t.brought.c.on_day.desc(), t.brought.c.id)
        )
        return tuple(map(to_document, rows))

    async def completions(self, person_id: int) -> tuple[BroughtCompletion, ...]:
        rows = await self._scope.all(
            select(t.brought_completion)
            .where(
                t.brought_completion.c.person_id == person_id,
                t.brought_completion.c.school_id == self._scope.school_id,
            )
            .order_by(t.brought_completion.c.on_day.desc(), t.brought_completion.c.id)
        )
        return tuple(map(to_brought, rows))

    async def bringer(self, issuer: str, document_id: str) -> int | None:
        found: int | None = await self._scope.value(
            select(t.brought.c.person_id).where(
                t.brought.c.issuer == issuer,
                t.brought.c.document_id == document_id,
                t.brought.c.school_id == self._scope.school_id,
            )
        )
        return found

    async def holder(self, award: str) -> int | None:
        self._scope.school_id  # noqa: B018 - a transaction of no school is nobody's
        found: int | None = await self._scope.value(select(t.award.c.person_id).where(t.award.c.public_id == award))
        return found

    async def issues(self, did: str) -> bool:
        self._scope.school_id  # noqa: B018 - a transaction of no school is nobody's
        return await self._scope.value(select(t.issuer.c.id).where(t.issuer.c.did == did).limit(1)) is not None

    async def signs(self, did: str) -> bool:
        by_person = select(t.signing_key.c.id).where(t.signing_key.c.did == did).limit(1)
        return await self.issues(did) or await self._scope.value(by_person) is not None

    async def keys(self, person_id: int) -> dict[str, tuple[SealedKey, int]]:
        schools = select(func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id)).where(
            t.award.c.person_id == person_id, t.award.c.school_id == self._scope.school_id
        )
        issuers = select(t.brought.c.issuer).where(
            t.brought.c.person_id == person_id, t.brought.c.school_id == self._scope.school_id
        )
        own = t.issuer.c.school_id == self._scope.school_id
        rows = await self._scope.all(
            select(*SEALED, t.issuer.c.school_id)
            .join(t.issuer, t.issuer.c.id == t.issuer_key.c.issuer_id)
            .where(
                t.issuer_key.c.kind == KeyKind.ED25519,
                _SIGNS,
                or_(own, t.issuer.c.school_id.in_(schools), t.issuer.c.did.in_(issuers)),
            )
        )
        return {row.did: (to_sealed_key(row), row.school_id) for row in rows}


async def forget_moves(scope: Scope, now: datetime) -> int:
    """Drop codes that work no more, and who gave them. A move that is done stays. Counts them."""
    return await scope.run(delete(t.move).where(t.move.c.moved_at.is_(None), t.move.c.until <= now))

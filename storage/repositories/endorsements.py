"""Endorsements: one per endorser and target, also when the endorser was forgotten and came back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, func, or_, select, update

from bot.domain.language import Bilingual
from bot.domain.recognition import As, Endorsement, Seen, Stood, Target, TargetKind, ended
from bot.services.endorsements import SHARED
from storage import tables as t
from storage.periods import period, spelt
from storage.saying import leave_withdrawn, say_withdrawn
from storage.scope import Scope

COLUMNS = [column for column in t.endorsement.c if column is not t.endorsement.c.document]


def to_endorsement(row: Row[Any]) -> Endorsement:
    return Endorsement(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        endorser_id=row.endorser_id,
        target=Target(TargetKind(row.target_kind), row.target_id),
        role=As(row.role),
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
        held_by_button=row.held_by_button,
        undone=row.undone,
        endorser_school_id=None if row.endorser_school_id == row.school_id else row.endorser_school_id,
        comment=row.comment,
        hidden_at=row.hidden_at,
        seen=_to_seen(row),
        former=tuple(Stood(period(one[:2]), As(one[2])) for one in row.former),
    )


def _to_seen(row: Row[Any]) -> Seen | None:
    if row.seen_words is None:
        return None
    return Seen(row.seen_version, Bilingual(**row.seen_words), row.seen_digest)


def _spelt(stood: Iterable[Stood]) -> list[list[str | None]]:
    return [[*spelt(one.period), one.role] for one in stood]


def _seen_columns(seen: Seen | None) -> dict[str, object]:
    if seen is None:
        return {"seen_version": None, "seen_words": None, "seen_digest": None}
    words = {"ja": seen.words.ja, "en": seen.words.en}
    return {"seen_version": seen.version, "seen_words": words, "seen_digest": seen.digest}


_MINE = (t.endorsement.c.school_id == bindparam("school_id")) | (
    t.endorsement.c.endorser_school_id == bindparam("school_id")
)
"""What a school sees: endorsements of its own people's badges, and those that its people gave, wherever these went."""
_SELF = select(t.person.c.id).where(
    or_(
        t.person.c.id == bindparam("endorser_id"),
        t.person.c.moved_to_id == bindparam("endorser_id"),
        t.person.c.id.in_(select(t.person.c.moved_to_id).where(t.person.c.id == bindparam("endorser_id"))),
    )
)
"""The same human being before and after moving."""
_TRACES = select(t.account.c.trace).where(
    t.account.c.person_id == bindparam("endorser_id"), t.account.c.trace.is_not(None)
)
_OF = (
    select(*COLUMNS)
    .where(
        _MINE,
        t.endorsement.c.target_kind == bindparam("kind"),
        t.endorsement.c.target_id == bindparam("target_id"),
        or_(t.endorsement.c.endorser_id.in_(_SELF), t.endorsement.c.by_tombstone.in_(_TRACES)),
    )
    .order_by(t.endorsement.c.endorser_id.is_(None), t.endorsement.c.id)
    .limit(1)
)
_EVER = (
    select(*COLUMNS)
    .where(
        t.endorsement.c.school_id == bindparam("school_id"),
        t.endorsement.c.target_kind == bindparam("kind"),
        t.endorsement.c.target_id == bindparam("target_id"),
    )
    .order_by(t.endorsement.c.given_at, t.endorsement.c.id)
)
_GIVEN_SINCE = select(func.count().label("given")).where(
    _MINE, t.endorsement.c.endorser_id == bindparam("endorser_id"), t.endorsement.c.given_at >= bindparam("since")
)
_IS_SEEN = exists().where(
    t.message.c.about == SHARED,
    t.message.c.subject == t.endorsement.c.target_id,
    t.reaction.c.posted_id == t.message.c.id,
    t.reaction.c.account_id == t.account.c.id,
    t.account.c.person_id == t.endorsement.c.endorser_id,
)
"""A reaction of the endorser is on a message about the award."""
_FAVOUR = (
    select(t.endorsement.c.given_at)
    .join(t.award, (t.award.c.id == t.endorsement.c.target_id) & (t.award.c.school_id == bindparam("school_id")))
    .where(
        _MINE,
        t.endorsement.c.target_kind == TargetKind.AWARD,
        t.award.c.person_id == bindparam("holder_id"),
        t.endorsement.c.endorser_id == bindparam("endorser_id"),
        t.endorsement.c.withdrawn_at.is_(None),
    )
    .order_by(t.endorsement.c.given_at.desc())
    .limit(1)
)
_FAVOUR_BY_REACTION = _FAVOUR.where(_IS_SEEN)


def visible(school_id: int) -> ColumnElement[bool]:
    """What a school sees and may change (see `_MINE`)."""
    return (t.endorsement.c.school_id == school_id) | (t.endorsement.c.endorser_school_id == school_id)


class EndorsementRows:
    """Implements `Endorsements`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _endorsements(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(*COLUMNS).where(visible(self._scope.school_id), *where)

    async def get(self, endorsement_id: int) -> Endorsement | None:
        row = await self._scope.one(self._endorsements(t.endorsement.c.id == endorsement_id))
        return row and to_endorsement(row)

    async def by_public_id(self, public_id: str) -> Endorsement | None:
        row = await self._scope.one(self._endorsements(t.endorsement.c.public_id == public_id))
        return row and to_endorsement(row)

    async def of(self, endorser_id: int, target: Target) -> Endorsement | None:
        """What this person gave to the target, also before being forgotten: that one is anonymous."""
        row = await self._scope.one(
            _OF, school_id=self._scope.school_id, endorser_id=endorser_id, kind=target.kind, target_id=target.id
        )
        return row and to_endorsement(row)

    async def add(
        self,
        endorser_id: int,
        target: Target,
        role: As,
        *,
        by_button: bool,
        seen: Seen | None = None,
        of_school: int | None = None,
    ) -> Endorsement:
        """A new endorsement. Somebody who was forgotten and came back takes their anonymous one up again."""
        former = await self.of(endorser_id, target)
        if former is not None and former.endorser_id is None:
            return await self._take_up(former, endorser_id, role, by_button, seen)
        public_id, own = self._scope.new_id(), self._scope.school_id
        school_id = own if of_school is None else of_school
        new = await self._scope.new(
            t.endorsement,
            public_id=public_id,
            school_id=school_id,
            endorser_id=endorser_id,
            endorser_school_id=self._scope.school_id,
            target_kind=target.kind,
            target_id=target.id,
            role=role,
            given_at=self._scope.now,
            held_by_button=by_button,
            **_seen_columns(seen),
        )
        return Endorsement(
            new,
            public_id,
            school_id,
            endorser_id,
            target,
            role,
            self._scope.now,
            held_by_button=by_button,
            endorser_school_id=None if school_id == own else own,
            seen=seen,
        )

    async def _take_up(
        self, former: Endorsement, endorser_id: int, role: As, by_button: bool, seen: Seen | None
    ) -> Endorsement:
        await self._scope.run(
            update(t.endorsement)
            .where(t.endorsement.c.id == former.id)
            .values(
                endorser_id=endorser_id,
                endorser_school_id=self._scope.school_id,
                by_tombstone=None,
                role=role,
                given_at=self._scope.now,
                withdrawn_at=None,
                held_by_button=by_button,
                undone=False,
                document=None,
                former=_spelt(ended(one, self._scope.now) for one in former.stood),
                **_seen_columns(seen),
            )
        )
        return to_endorsement(await self._scope.the(self._endorsements(t.endorsement.c.id == former.id)))

    async def save(self, endorsement: Endorsement) -> None:
        this = (t.endorsement.c.id == endorsement.id) & visible(self._scope.school_id)
        await self._scope.run(
            update(t.endorsement)
            .where(this)
            .values(
                role=endorsement.role,
                given_at=endorsement.given_at,
                withdrawn_at=endorsement.withdrawn_at,
                held_by_button=endorsement.held_by_button,
                undone=endorsement.undone,
                comment=endorsement.comment,
                former=_spelt(endorsement.former),
                **_seen_columns(endorsement.seen),
            )
        )
        await (leave_withdrawn if endorsement.stands else say_withdrawn)(self._scope, this)

    async def hide(self, endorsement_id: int, hidden: bool) -> None:
        """Of an award of this school only: it is its holder's to say. `save` leaves it as it is."""
        await self._scope.run(
            update(t.endorsement)
            .where(t.endorsement.c.id == endorsement_id, t.endorsement.c.school_id == self._scope.school_id)
            .values(hidden_at=self._scope.now if hidden else None)
        )

    async def standing(self, target: Target) -> tuple[Endorsement, ...]:
        return await self._listed(
            t.endorsement.c.school_id == self._scope.school_id,
            t.endorsement.c.target_kind == target.kind,
            t.endorsement.c.target_id == target.id,
            t.endorsement.c.withdrawn_at.is_(None),
        )

    async def shown(self, target: Target) -> tuple[Endorsement, ...]:
        return tuple(endorsement for endorsement in await self.standing(target) if endorsement.is_shown)

    async def ever(self, target: Target) -> tuple[Endorsement, ...]:
        rows = await self._scope.all(_EVER, school_id=self._scope.school_id, kind=target.kind, target_id=target.id)
        return tuple(map(to_endorsement, rows))

    async def newest_signed(self, target: Target, most: int) -> tuple[Endorsement, ...]:
        query = (
            self._endorsements(
                t.endorsement.c.school_id == self._scope.school_id,
                t.endorsement.c.target_kind == target.kind,
                t.endorsement.c.target_id == target.id,
                t.endorsement.c.withdrawn_at.is_(None),
                t.endorsement.c.document.is_not(None),
            )
            .order_by(t.endorsement.c.given_at.desc(), t.endorsement.c.id.desc())
            .limit(most)
        )
        return tuple(map(to_endorsement, reversed(await self._scope.all(query))))

    async def given_by(self, person_id: int) -> tuple[Endorsement, ...]:
        """Oldest first, withdrawn ones too."""
        return await self._listed(t.endorsement.c.endorser_id == person_id)

    async def given_since(self, person_id: int, since: datetime) -> int:
        found = await self._scope.the(_GIVEN_SINCE, school_id=self._scope.school_id, endorser_id=person_id, since=since)
        return int(found.given)

    async def favour(self, by: int, to: int, *, named: bool) -> datetime | None:
        query = _FAVOUR if named else _FAVOUR_BY_REACTION
        row = await self._scope.one(query, school_id=self._scope.school_id, holder_id=to, endorser_id=by)
        return row and row.given_at

    async def _listed(self, *where: ColumnElement[bool]) -> tuple[Endorsement, ...]:
        query = self._endorsements(*where).order_by(t.endorsement.c.given_at, t.endorsement.c.id)
        return tuple(map(to_endorsement, await self._scope.all(query)))

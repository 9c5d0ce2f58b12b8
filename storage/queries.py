"""Read models for screens: one query each, and nothing is changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, cast, func, or_, select

from bot.domain.agreements import Purpose, may_be_found_beyond
from bot.domain.awards import Achievement
from bot.domain.invitations import STANDS_FOR
from bot.domain.language import Bilingual
from bot.domain.people import Consent
from bot.domain.recognition import As, TargetKind
from bot.services.ports import Counts, Held, HeldBeyond, Showing
from storage import tables as t
from storage.belongings import everything
from storage.gone import gone_people
from storage.public import showing_in
from storage.repositories.awards import to_award
from storage.repositories.shelves import to_achievement
from storage.scope import Scope


def _count(role: As) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(t.endorsement.c.role == role, Integer)), 0)


def _held() -> Select[Any]:
    """Awards with their endorsements that are shown, newest first, of whichever school: what follows says of which."""
    return (
        select(
            t.award,
            _count(As.COLLEAGUE).label("colleagues"),
            _count(As.LEADER).label("leaders"),
        )
        .outerjoin(
            t.endorsement,
            (t.endorsement.c.target_id == t.award.c.id)
            & (t.endorsement.c.target_kind == TargetKind.AWARD)
            & (t.endorsement.c.school_id == t.award.c.school_id)
            & t.endorsement.c.withdrawn_at.is_(None)
            & t.endorsement.c.hidden_at.is_(None),
        )
        .group_by(t.award.c.id)
        .order_by(t.award.c.awarded_at.desc(), t.award.c.id.desc())
    )


def _findable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Awards that name their holders now: not those that are stopped or expired, nor those of who is gone."""
    valid = or_(t.award.c.valid_until.is_(None), t.award.c.valid_until > now)
    is_here = t.award.c.person_id.not_in(gone_people())
    return t.award.c.findable_at.is_not(None), t.award.c.stopped_as.is_(None), valid, is_here


class QueryRows:
    """Implements `Queries`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _held(self, *where: ColumnElement[bool]) -> Select[Any]:
        return _held().where(t.award.c.school_id == self._scope.school_id, *where)

    async def wallet(self, person_id: int) -> tuple[Held, ...]:
        """Newest first."""
        return await self._all(self._held(t.award.c.person_id == person_id))

    async def held(self, award_id: int) -> Held | None:
        found = await self._all(self._held(t.award.c.id == award_id))
        return found[0] if found else None

    async def shown_to(self, person_id: int) -> tuple[Held, ...]:
        invited = select(t.invitation.c.award_id).where(
            t.invitation.c.school_id == self._scope.school_id,
            t.invitation.c.asked_id == person_id,
            t.invitation.c.asked_at > self._scope.now - STANDS_FOR,
            t.invitation.c.ended_at.is_(None),
        )
        return await self._all(
            self._held(
                t.award.c.displayed_at.is_not(None) | t.award.c.id.in_(invited),
                t.award.c.person_id != person_id,
                t.award.c.person_id.not_in(gone_people()),
                t.award.c.stopped_as.is_(None),
            )
        )

    async def findable(self) -> tuple[Held, ...]:
        return await self._all(self._held(*_findable(self._scope.now)))

    async def showing(self, award_id: int) -> Showing | None:
        return await showing_in(self._scope, award_id)

    async def findable_beyond(self) -> tuple[HeldBeyond, ...]:
        """The one read that crosses schools; the agreement stands in the query itself (design.md 4.17)."""
        givers = select(t.agreement.c.school_id).where(
            t.agreement.c.receiver_id == self._scope.school_id,
            t.agreement.c.purpose == Purpose.FIND,
            t.agreement.c.accepted_at.is_not(None),
            t.agreement.c.ended_at.is_(None),
        )
        found = await self._all(_held().where(*_findable(self._scope.now), t.award.c.school_id.in_(givers)))
        if not found:
            return ()
        holders = await self._holders({held.award.person_id for held in found})
        return tuple(
            HeldBeyond(held, holder.name, Bilingual(holder.name_ja, holder.name_en))
            for held in found
            if (holder := holders[held.award.person_id])
            and may_be_found_beyond(frozenset(map(Consent, holder.consents)), held.award.findable_at)
        )

    async def _holders(self, ids: set[int]) -> dict[int, Row[Any]]:
        rows = await self._scope.all(
            select(t.person.c.id, t.person.c.name, t.person.c.consents, t.school.c.name_ja, t.school.c.name_en)
            .join(t.school, t.school.c.id == t.person.c.school_id)
            .where(t.person.c.id.in_(ids))
        )
        return {row.id: row for row in rows}

    async def content_counts(self, badge_key: str) -> Counts:
        """Endorsements of the content behind a badge, over all versions of its achievement."""
        versions = select(t.achievement.c.id).where(t.achievement.c.key == badge_key)
        row = await self._scope.the(
            select(_count(As.COLLEAGUE).label("colleagues"), _count(As.LEADER).label("leaders")).where(
                t.endorsement.c.school_id == self._scope.school_id,
                t.endorsement.c.target_kind == TargetKind.ACHIEVEMENT,
                t.endorsement.c.target_id.in_(versions),
                t.endorsement.c.withdrawn_at.is_(None),
            )
        )
        return _counts(row)

    async def everything(self, person_id: int) -> dict[str, list[dict[str, object]]]:
        return await everything(self._scope, person_id)

    async def _all(self, query: Select[Any]) -> tuple[Held, ...]:
        rows = await self._scope.all(query)
        achievements = await achievements_of(self._scope, {row.achievement_id for row in rows})
        return tuple(Held(to_award(row), achievements[row.achievement_id], _counts(row)) for row in rows)


async def achievements_of(scope: Scope, ids: set[int]) -> dict[int, Achievement]:
    """Achievements by their internal ids."""
    if not ids:
        return {}
    rows = await scope.all(select(t.achievement).where(t.achievement.c.id.in_(ids)))
    return {row.id: to_achievement(row) for row in rows}


def _counts(row: Row[Any]) -> Counts:
    return Counts(int(row.colleagues), int(row.leaders))

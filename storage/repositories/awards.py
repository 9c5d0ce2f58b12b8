"""Awards: one per person and achievement, whatever its version."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update

from bot.domain.awards import Achievement, Award, Evidence
from bot.domain.stops import Stop, StopKind
from storage import tables as t
from storage.codec import from_plain, to_plain
from storage.periods import period
from storage.saying import say_stop
from storage.scope import Scope


def to_award(row: Row[Any]) -> Award:
    return Award(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        person_id=row.person_id,
        achievement_id=row.achievement_id,
        achievement_key=row.achievement_key,
        awarded_at=row.awarded_at,
        evidence=tuple(from_plain(Evidence, item) for item in row.evidence),
        displayed_at=row.displayed_at,
        findable_at=row.findable_at,
        published_at=row.published_at,
        issuer_school_id=row.issuer_school_id,
        source_school_id=row.source_school_id,
        stop=to_stop(row),
        valid_until=row.valid_until,
        lapses=tuple(map(period, row.lapses)),
        reached_at=row.reached_at,
    )


def to_stop(row: Row[Any]) -> Stop | None:
    return None if row.stopped_as is None else Stop(StopKind(row.stopped_as), row.stop_reason, row.stopped_at)


_AWARDS = select(t.award).where(t.award.c.school_id == bindparam("school_id")).order_by(t.award.c.id)
_BY_ID = _AWARDS.where(t.award.c.id == bindparam("id"))
_BY_PUBLIC_ID = _AWARDS.where(t.award.c.public_id == bindparam("public_id"))
_OF_PERSON = _AWARDS.where(t.award.c.person_id == bindparam("person_id"))
_FIRST_ISSUED = (
    update(t.school)
    .where(t.school.c.id == bindparam("institution"), t.school.c.issued_at.is_(None))
    .values(issued_at=bindparam("now"))
)
_newer = t.revision.alias("newer")
_NEWEST = ~exists().where(_newer.c.award_id == t.revision.c.award_id, _newer.c.number > t.revision.c.number)
_HOLDS = exists().where(
    t.revision.c.award_id == t.award.c.id,
    t.revision.c.outdated.is_(False),
    _NEWEST,
)
_UNSIGNED = _AWARDS.where(~_HOLDS.where(t.revision.c.token.is_not(None)))


class AwardRows:
    """Implements `Awards`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(
        self,
        person_id: int,
        achievement: Achievement,
        evidence: tuple[Evidence, ...],
        valid_until: datetime | None = None,
        reached_at: datetime | None = None,
        institution_id: int | None = None,
    ) -> Award | None:
        new = await self._scope.new_unless_there(
            t.award,
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            person_id=person_id,
            achievement_id=achievement.id,
            achievement_key=achievement.key,
            awarded_at=self._scope.now,
            evidence=to_plain(evidence),
            valid_until=valid_until,
            reached_at=reached_at,
            issuer_school_id=institution_id,
            source_school_id=None if institution_id is None else self._scope.school_id,
        )
        if new is not None and institution_id is not None:
            await self._scope.run(_FIRST_ISSUED, institution=institution_id, now=self._scope.now)
        return None if new is None else await self.get(new)

    async def reach(self, award_id: int, at: datetime, evidence: tuple[Evidence, ...]) -> None:
        await self._scope.run(
            update(t.award)
            .where(t.award.c.id == award_id, t.award.c.school_id == self._scope.school_id)
            .values(reached_at=at, evidence=to_plain(evidence))
        )

    async def get(self, award_id: int) -> Award | None:
        row = await self._scope.one(_BY_ID, school_id=self._scope.school_id, id=award_id)
        return row and to_award(row)

    async def by_public_id(self, public_id: str) -> Award | None:
        row = await self._scope.one(_BY_PUBLIC_ID, school_id=self._scope.school_id, public_id=public_id)
        return row and to_award(row)

    async def of_person(self, person_id: int) -> tuple[Award, ...]:
        rows = await self._scope.all(_OF_PERSON, school_id=self._scope.school_id, person_id=person_id)
        return tuple(map(to_award, rows))

    async def without_credential(self) -> tuple[Award, ...]:
        """Oldest first."""
        rows = await self._scope.all(_UNSIGNED, school_id=self._scope.school_id)
        return tuple(map(to_award, rows))

    async def save(self, award: Award) -> None:
        await self._scope.run(
            update(t.award)
            .where(t.award.c.id == award.id, t.award.c.school_id == self._scope.school_id)
            .values(displayed_at=award.displayed_at, findable_at=award.findable_at, published_at=award.published_at)
        )

    async def save_stop(self, award_id: int, stop: Stop | None) -> None:
        mine = (t.award.c.id == award_id) & (t.award.c.school_id == self._scope.school_id)
        await self._scope.run(
            update(t.award)
            .where(mine)
            .values(
                stopped_as=stop and stop.kind,
                stop_reason=stop and stop.reason,
                stopped_at=stop and stop.since,
            )
        )
        await say_stop(self._scope, mine, stop)

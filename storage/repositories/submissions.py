"""Submissions of a school's people, and a board's cabinet, which holds those of all its schools."""

from typing import Any

from sqlalchemy import Row, Select, select, update

from bot.domain.language import Bilingual
from bot.domain.submissions import Submission
from bot.services.ports import Submitted
from storage import tables as t
from storage.queries import achievements_of
from storage.repositories.awards import to_award
from storage.scope import Scope


def to_submission(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        person_id=row.person_id,
        award_id=row.award_id,
        board_id=row.board_id,
        from_school_id=row.from_school_id,
        submitted_at=row.submitted_at,
        taken_back_at=row.taken_back_at,
        seen_at=row.seen_at,
    )


class SubmissionRows:
    """Implements `Submissions`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _submissions(self) -> Select[Any]:
        return (
            select(t.submission)
            .where(t.submission.c.school_id == self._scope.school_id)
            .order_by(t.submission.c.submitted_at.desc(), t.submission.c.id.desc())
        )

    async def add(self, person_id: int, award_id: int, board_id: int) -> Submission:
        public_id, school, now = self._scope.new_id(), self._scope.school_id, self._scope.now
        new = await self._scope.new(
            t.submission,
            public_id=public_id,
            school_id=school,
            person_id=person_id,
            award_id=award_id,
            board_id=board_id,
            from_school_id=school,
            submitted_at=now,
        )
        return Submission(new, public_id, school, person_id, award_id, board_id, school, now)

    async def of_award(self, award_id: int) -> tuple[Submission, ...]:
        standing = t.submission.c.taken_back_at.is_(None)
        rows = await self._scope.all(self._submissions().where(t.submission.c.award_id == award_id, standing))
        return tuple(map(to_submission, rows))

    async def of_person(self, person_id: int) -> tuple[Submission, ...]:
        rows = await self._scope.all(self._submissions().where(t.submission.c.person_id == person_id))
        return tuple(map(to_submission, rows))

    async def take_back(self, submission_id: int) -> None:
        await self._scope.run(
            update(t.submission)
            .where(t.submission.c.id == submission_id, t.submission.c.school_id == self._scope.school_id)
            .where(t.submission.c.taken_back_at.is_(None))
            .values(taken_back_at=self._scope.now)
        )


class CabinetRows:
    """Implements `Cabinet`. Reads over the schools that are under the board now: each row was sent to it.

    The school is the one from which it was sent, also when its holder has moved since.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def submitted(self, board_id: int) -> tuple[Submitted, ...]:
        rows = await self._scope.all(
            select(
                t.submission,
                t.person.c.name.label("holder"),
                t.school.c.name_ja,
                t.school.c.name_en,
                t.school.c.zone,
            )
            .join(t.person, t.person.c.id == t.submission.c.person_id)
            .join(t.school, t.school.c.id == t.submission.c.from_school_id)
            .join(t.membership, t.membership.c.school_id == t.submission.c.from_school_id)
            .where(t.submission.c.board_id == board_id, t.membership.c.board_id == board_id)
            .where(t.submission.c.taken_back_at.is_(None))
            .order_by(t.submission.c.submitted_at.desc(), t.submission.c.id.desc())
        )
        sent = select(t.submission.c.award_id).where(t.submission.c.board_id == board_id)
        awards = await self._scope.all(select(t.award).where(t.award.c.id.in_(sent)))
        by_id = {row.id: to_award(row) for row in awards}
        achievements = await achievements_of(self._scope, {award.achievement_id for award in by_id.values()})
        return tuple(
            Submitted(
                to_submission(row),
                row.holder,
                Bilingual(row.name_ja, row.name_en),
                row.zone,
                by_id[row.award_id],
                achievements[by_id[row.award_id].achievement_id],
            )
            for row in rows
        )

    async def note_seen(self, board_id: int) -> None:
        schools = select(t.membership.c.school_id).where(t.membership.c.board_id == board_id)
        await self._scope.run(
            update(t.submission)
            .where(t.submission.c.board_id == board_id, t.submission.c.from_school_id.in_(schools))
            .where(t.submission.c.taken_back_at.is_(None), t.submission.c.seen_at.is_(None))
            .values(seen_at=self._scope.now)
        )

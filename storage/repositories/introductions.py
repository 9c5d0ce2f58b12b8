"""Questions, and the introductions asked for with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, or_, select, update

from bot.domain.introductions import Introduction, Reply
from bot.services.ports import Question
from storage import tables as t
from storage.scope import Scope


def to_introduction(row: Row[Any]) -> Introduction:
    return Introduction(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        asker_id=row.asker_id,
        helper_id=row.helper_id,
        question=row.question,
        award_id=row.award_id,
        asked_at=row.asked_at,
        reply=row.reply and Reply(row.reply),
        replied_at=row.replied_at,
        elsewhere=row.elsewhere,
    )


class IntroductionRows:
    """Implements `Introductions`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def keep_question(self, asker_id: int, text: str) -> Question:
        public_id = self._scope.new_id()
        new = await self._scope.new(
            t.question,
            public_id=public_id,
            school_id=self._scope.school_id,
            asker_id=asker_id,
            text=text,
            asked_at=self._scope.now,
        )
        return Question(new, public_id, asker_id, text)

    async def question(self, public_id: str) -> Question | None:
        row = await self._scope.one(
            select(t.question).where(
                t.question.c.public_id == public_id, t.question.c.school_id == self._scope.school_id
            )
        )
        return row and Question(row.id, row.public_id, row.asker_id, row.text)

    def _introductions(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(t.introduction).where(t.introduction.c.school_id == self._scope.school_id, *where)

    async def add(
        self, asker_id: int, helper_id: int, award_id: int | None, question: str, elsewhere: str | None = None
    ) -> Introduction:
        public_id = self._scope.new_id()
        new = await self._scope.new(
            t.introduction,
            public_id=public_id,
            school_id=self._scope.school_id,
            asker_id=asker_id,
            helper_id=helper_id,
            question=question,
            award_id=award_id,
            elsewhere=elsewhere,
            asked_at=self._scope.now,
        )
        return Introduction(
            id=new,
            public_id=public_id,
            school_id=self._scope.school_id,
            asker_id=asker_id,
            helper_id=helper_id,
            question=question,
            award_id=award_id,
            asked_at=self._scope.now,
            elsewhere=elsewhere,
        )

    async def by_public_id(self, public_id: str) -> Introduction | None:
        row = await self._scope.one(self._introductions(t.introduction.c.public_id == public_id))
        return row and to_introduction(row)

    async def get(self, introduction_id: int) -> Introduction | None:
        row = await self._scope.one(self._introductions(t.introduction.c.id == introduction_id))
        return row and to_introduction(row)

    async def asked_by(self, person_id: int) -> tuple[Introduction, ...]:
        """Oldest first."""
        rows = await self._scope.all(
            self._introductions(t.introduction.c.asker_id == person_id).order_by(t.introduction.c.id)
        )
        return tuple(map(to_introduction, rows))

    async def of_person(self, person_id: int) -> tuple[Introduction, ...]:
        mine = or_(t.introduction.c.asker_id == person_id, t.introduction.c.helper_id == person_id)
        rows = await self._scope.all(self._introductions(mine).order_by(t.introduction.c.id))
        return tuple(map(to_introduction, rows))

    async def reply(self, introduction_id: int, reply: Reply) -> bool:
        changed = await self._scope.run(
            update(t.introduction)
            .where(
                t.introduction.c.id == introduction_id,
                t.introduction.c.school_id == self._scope.school_id,
                t.introduction.c.reply.is_(None),
            )
            .values(reply=reply, replied_at=self._scope.now)
        )
        return changed == 1

    async def waiting(self, asker_id: int, helper_id: int) -> bool:
        row = await self._scope.one(
            self._introductions(
                t.introduction.c.asker_id == asker_id,
                t.introduction.c.helper_id == helper_id,
                t.introduction.c.reply.is_(None),
            ).limit(1)
        )
        return row is not None

    async def asked_since(self, helper_id: int, moment: datetime) -> int:
        count: int = await self._scope.value(
            select(func.count()).where(
                t.introduction.c.school_id == self._scope.school_id,
                t.introduction.c.helper_id == helper_id,
                t.introduction.c.asked_at >= moment,
            )
        )
        return count

    async def last_asked(self) -> dict[int, datetime]:
        rows = await self._scope.all(
            select(t.introduction.c.helper_id, func.max(t.introduction.c.asked_at).label("asked_at"))
            .where(t.introduction.c.school_id == self._scope.school_id)
            .group_by(t.introduction.c.helper_id)
        )
        return {row.helper_id: row.asked_at for row in rows}


async def forget_questions(scope: Scope, before: datetime) -> int:
    """Drop questions asked before a moment, in all schools: nobody presses the buttons of their answers any more.

    Introductions keep the question that they carried.
    """
    return await scope.run(delete(t.question).where(t.question.c.asked_at < before))

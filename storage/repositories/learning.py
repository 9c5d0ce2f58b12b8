"""What people did with units: progress, attempts at checks, completions."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update

from bot.domain.learning import Attempt, Completion, Progress, Route
from storage import tables as t
from storage.scope import Scope


def to_completion(row: Row[Any]) -> Completion:
    return Completion(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        unit_key=row.unit_key,
        completed_at=row.completed_at,
        route=Route(row.route),
        self_assessed=row.self_assessed,
        reflection=row.reflection,
    )


def to_attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        unit_key=row.unit_key,
        route=Route(row.route),
        asked_at=row.asked_at,
        order=tuple(row.choice_order),
        answered_at=row.answered_at,
        right=row.was_right,
    )


class LearningRows:
    """Implements `Learning`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def progress(self, person_id: int, unit_key: str) -> Progress:
        row = await self._scope.one(
            select(t.progress).where(
                t.progress.c.person_id == person_id,
                t.progress.c.unit_key == unit_key,
                t.progress.c.school_id == self._scope.school_id,
            )
        )
        return Progress(row.opened_at, row.wrong_tries, row.tested_out_on) if row else Progress()

    async def begun(self, person_id: int) -> frozenset[str]:
        rows = await self._scope.all(
            select(t.progress.c.unit_key).where(
                t.progress.c.person_id == person_id, t.progress.c.school_id == self._scope.school_id
            )
        )
        return frozenset(row.unit_key for row in rows)

    async def save_progress(self, person_id: int, unit_key: str, progress: Progress) -> None:
        values = {
            "opened_at": progress.opened_at,
            "wrong_tries": progress.wrong_tries,
            "tested_out_on": progress.tested_out_on,
        }
        new = self._scope.insert(t.progress).values(
            person_id=person_id, unit_key=unit_key, school_id=self._scope.school_id, **values
        )
        mine = t.progress.c.school_id == self._scope.school_id
        await self._scope.run(
            new.on_conflict_do_update(index_elements=["person_id", "unit_key"], set_=values, where=mine)
        )

    def _completions(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(t.completion).where(t.completion.c.school_id == self._scope.school_id, *where)

    async def completions(self, person_id: int) -> tuple[Completion, ...]:
        """Oldest first."""
        rows = await self._scope.all(
            self._completions(t.completion.c.person_id == person_id).order_by(
                t.completion.c.completed_at, t.completion.c.id
            )
        )
        return tuple(map(to_completion, rows))

    async def completion(self, person_id: int, unit_key: str) -> Completion | None:
        row = await self._scope.one(
            self._completions(t.completion.c.person_id == person_id, t.completion.c.unit_key == unit_key)
        )
        return row and to_completion(row)

    async def completion_by_public_id(self, public_id: str) -> Completion | None:
        row = await self._scope.one(self._completions(t.completion.c.public_id == public_id))
        return row and to_completion(row)

    async def complete(self, person_id: int, unit_key: str, route: Route, *, self_assessed: bool) -> Completion | None:
        public_id = self._scope.new_id()
        new = await self._scope.new_unless_there(
            t.completion,
            public_id=public_id,
            school_id=self._scope.school_id,
            person_id=person_id,
            unit_key=unit_key,
            completed_at=self._scope.now,
            route=route,
            self_assessed=self_assessed,
        )
        if new is None:
            return None
        return Completion(new, public_id, person_id, unit_key, self._scope.now, route, self_assessed)

    async def reflect(self, completion_id: int, text: str) -> None:
        await self._scope.run(
            update(t.completion)
            .where(t.completion.c.id == completion_id, t.completion.c.school_id == self._scope.school_id)
            .values(reflection=text)
        )

    async def add_attempt(self, person_id: int, unit_key: str, route: Route, order: tuple[int, ...]) -> Attempt:
        public_id = self._scope.new_id()
        new = await self._scope.new(
            t.attempt,
            public_id=public_id,
            school_id=self._scope.school_id,
            person_id=person_id,
            unit_key=unit_key,
            route=route,
            asked_at=self._scope.now,
            choice_order=order,
        )
        return Attempt(new, public_id, person_id, unit_key, route, self._scope.now, order)

    async def attempt(self, public_id: str) -> Attempt | None:
        row = await self._scope.one(
            select(t.attempt).where(t.attempt.c.public_id == public_id, t.attempt.c.school_id == self._scope.school_id)
        )
        return row and to_attempt(row)

    async def answer(self, attempt_id: int, right: bool) -> bool:
        changed = await self._scope.run(
            update(t.attempt)
            .where(
                t.attempt.c.id == attempt_id,
                t.attempt.c.school_id == self._scope.school_id,
                t.attempt.c.answered_at.is_(None),
            )
            .values(answered_at=self._scope.now, was_right=right)
        )
        return changed == 1

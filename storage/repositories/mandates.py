"""For which institutions a school may issue (decision 0021). A school sees its own, an institution those it gave."""

from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.institutions import Mandate
from storage import tables as t
from storage.audit import append
from storage.scope import Scope

_institution = t.school.alias("institution")
_MANDATES = (
    select(t.mandate, _institution.c.key.label("institution"))
    .join(_institution, _institution.c.id == t.mandate.c.institution_id)
    .where(t.mandate.c.ended_at.is_(None))
    .order_by(t.mandate.c.id)
)


def to_mandate(row: Row[Any]) -> Mandate:
    return Mandate(row.school_id, row.institution_id, row.institution, row.course, row.since)


class MandateRows:
    """Implements `Mandates`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def standing(self) -> tuple[Mandate, ...]:
        own = _MANDATES.where(t.mandate.c.school_id == self._scope.school_id)
        return tuple(map(to_mandate, await self._scope.all(own)))

    async def given(self) -> tuple[Mandate, ...]:
        own = _MANDATES.where(t.mandate.c.institution_id == self._scope.school_id)
        return tuple(map(to_mandate, await self._scope.all(own)))

    async def give(self, institution_id: int, course: str) -> bool:
        """Raises LookupError for what is no institution."""
        institution = select(t.school.c.id).where(
            t.school.c.id == institution_id, t.school.c.issues_only.is_(True), t.school.c.removed_at.is_(None)
        )
        await self._scope.the(institution)
        given = await self._scope.add_unless_there(
            t.mandate,
            public_id=self._scope.new_id(),
            school_id=self._scope.school_id,
            institution_id=institution_id,
            course=course,
            since=self._scope.now,
        )
        if given:
            await self._note("mandate", institution_id, course)
        return given

    async def end(self, institution_id: int, course: str) -> bool:
        ended = await self._scope.run(
            update(t.mandate)
            .where(
                t.mandate.c.school_id == self._scope.school_id,
                t.mandate.c.institution_id == institution_id,
                t.mandate.c.course == course,
                t.mandate.c.ended_at.is_(None),
            )
            .values(ended_at=self._scope.now)
        )
        if ended:
            await self._note("end_mandate", institution_id, course)
        return ended == 1

    async def _note(self, act: str, institution_id: int, course: str) -> None:
        """In the chains of both, in the order of their ids, so that two at once never wait for each other."""
        both = select(t.school.c.id, t.school.c.public_id).where(
            t.school.c.id.in_((self._scope.school_id, institution_id))
        )
        detail = {"course": course} if course else {}
        for row in await self._scope.all(both.order_by(t.school.c.id)):
            other = institution_id if row.id == self._scope.school_id else self._scope.school_id
            subject = await self._scope.value(select(t.school.c.public_id).where(t.school.c.id == other))
            await append(self._scope, act, "", subject, detail, school_id=row.id)

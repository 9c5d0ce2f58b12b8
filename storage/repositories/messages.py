"""What Sukima posted on the platforms, and what each message is about."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, or_, select, update

from bot.services.endorsements import SHARED, UNIT
from bot.services.ports import MessageRef, Posted
from storage import tables as t
from storage.repositories.endorsements import visible
from storage.scope import Scope

UNITS_WATCHED = timedelta(days=30)
"""So long a unit's message is looked at again for reactions that no event told of. There is one for every offer ever
brought, and each look is a request to the platform; what is put on an older one counts when its event comes."""
ABOUT_AN_AWARD = ("award", SHARED)
"""Messages whose subject is an award."""


def to_posted(row: Row[Any]) -> Posted:
    return Posted(
        id=row.id,
        school_id=row.school_id,
        workspace_id=row.workspace_id,
        ref=MessageRef(row.platform, row.workspace_key, row.channel, row.key),
        about=row.about,
        subject=row.subject,
        person_id=row.person_id,
    )


_ANYWHERE = (
    select(t.message, t.workspace.c.platform, t.workspace.c.key.label("workspace_key"))
    .join(t.workspace, t.workspace.c.id == t.message.c.workspace_id)
    .order_by(t.message.c.id)
)
_MESSAGES = _ANYWHERE.where(t.message.c.school_id == bindparam("school_id"))
_BY_REF = _MESSAGES.where(
    t.workspace.c.platform == bindparam("platform"),
    t.workspace.c.key == bindparam("workspace_key"),
    t.message.c.channel == bindparam("channel"),
    t.message.c.key == bindparam("key"),
)
_ABOUT = _MESSAGES.where(t.message.c.about == bindparam("about"), t.message.c.subject == bindparam("subject"))


class MessageRows:
    """Implements `Messages`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, workspace_id: int, ref: MessageRef, about: str, subject: int, person_id: int | None) -> Posted:
        """Remember a message; one that is known already is now about this."""
        values = {"about": about, "subject": subject, "person_id": person_id}
        new = self._scope.insert(t.message).values(
            school_id=self._scope.school_id, workspace_id=workspace_id, channel=ref.channel, key=ref.key, **values
        )
        posted_id: int = await self._scope.value(
            new.on_conflict_do_update(index_elements=["workspace_id", "channel", "key"], set_=values).returning(
                t.message.c.id
            )
        )
        return Posted(posted_id, self._scope.school_id, workspace_id, ref, about, subject, person_id)

    async def find(self, ref: MessageRef) -> Posted | None:
        row = await self._scope.one(
            _BY_REF,
            school_id=self._scope.school_id,
            platform=ref.platform,
            workspace_key=ref.workspace_key,
            channel=ref.channel,
            key=ref.key,
        )
        return row and to_posted(row)

    async def about(self, about: str, subject: int) -> tuple[Posted, ...]:
        rows = await self._scope.all(_ABOUT, school_id=self._scope.school_id, about=about, subject=subject)
        return tuple(map(to_posted, rows))

    async def about_endorsement(self, about: str, endorsement_id: int) -> tuple[Posted, ...]:
        e = t.endorsement.c
        seen = select(e.id).where(e.id == endorsement_id, visible(self._scope.school_id))
        rows = await self._scope.all(_ANYWHERE.where(t.message.c.about == about, t.message.c.subject.in_(seen)))
        return tuple(map(to_posted, rows))

    async def of_units(self, unit_keys: Collection[str], person_id: int) -> tuple[Posted, ...]:
        """Messages about `unit` whose offer, made to this person, is of one of these units."""
        offers = select(t.offer.c.id).where(t.offer.c.person_id == person_id, t.offer.c.unit_key.in_(unit_keys))
        return await self._listed(t.message.c.about == UNIT, t.message.c.subject.in_(offers))

    async def of_person(self, person_id: int) -> tuple[Posted, ...]:
        """Everything posted to a person, and their badges' posts."""
        awards = select(t.award.c.id).where(t.award.c.person_id == person_id)
        theirs = t.message.c.about.in_(ABOUT_AN_AWARD) & t.message.c.subject.in_(awards)
        return await self._listed(or_(t.message.c.person_id == person_id, theirs))

    async def watched(self) -> tuple[Posted, ...]:
        """Shared posts of badges that are displayed, and what brought a unit within `UNITS_WATCHED`."""
        displayed = select(t.award.c.id).where(t.award.c.displayed_at.is_not(None))
        # An offer knows when it ends; one that was put off is brought long after it was made.
        fresh = select(t.offer.c.id).where(t.offer.c.until >= self._scope.now - UNITS_WATCHED)
        return await self._listed(
            or_(
                (t.message.c.about == SHARED) & t.message.c.subject.in_(displayed),
                (t.message.c.about == UNIT) & t.message.c.subject.in_(fresh),
            )
        )

    async def _listed(self, *where: ColumnElement[bool]) -> tuple[Posted, ...]:
        rows = await self._scope.all(_MESSAGES.where(*where), school_id=self._scope.school_id)
        return tuple(map(to_posted, rows))

    async def heard(self, posted_id: int) -> int:
        count: int | None = await self._scope.value(select(t.message.c.heard).where(self._this(posted_id)))
        return count or 0

    async def hear(self, posted_id: int) -> int:
        """The row stays locked until the transaction ends."""
        more = update(t.message).where(self._this(posted_id)).values(heard=t.message.c.heard + 1)
        count: int | None = await self._scope.value(more.returning(t.message.c.heard))
        return count or 0

    def _this(self, posted_id: int) -> ColumnElement[bool]:
        return (t.message.c.id == posted_id) & (t.message.c.school_id == self._scope.school_id)

    async def drop(self, posted_id: int) -> None:
        await self._scope.run(delete(t.message).where(self._this(posted_id)))

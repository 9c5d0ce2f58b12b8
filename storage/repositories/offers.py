"""Offers: one per person and slot."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update

from bot.domain.learning import Why
from bot.domain.offers import Answer, Offer, OfferState
from storage import tables as t
from storage.scope import Scope


def to_offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        public_id=row.public_id,
        school_id=row.school_id,
        person_id=row.person_id,
        slot_key=row.slot_key,
        minutes=row.minutes,
        state=OfferState(row.state),
        created_at=row.created_at,
        until=row.until,
        requested=row.requested,
        topic=row.topic,
        unit_key=row.unit_key,
        why=row.why and Why(row.why),
        answer=row.answer and Answer(row.answer),
        slower=row.slower,
        passed_over=tuple(row.passed_over),
    )


class OfferRows:
    """Implements `Offers`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _offers(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(t.offer).where(t.offer.c.school_id == self._scope.school_id, *where)

    async def add(
        self,
        person_id: int,
        *,
        slot_key: str,
        minutes: int,
        until: datetime,
        requested: bool,
        topic: str = "",
        unit_key: str | None = None,
        why: Why | None = None,
    ) -> Offer | None:
        public_id = self._scope.new_id()
        new = await self._scope.new_unless_there(
            t.offer,
            public_id=public_id,
            school_id=self._scope.school_id,
            person_id=person_id,
            slot_key=slot_key,
            minutes=minutes,
            state=OfferState.PROMISED,
            created_at=self._scope.now,
            until=until,
            requested=requested,
            topic=topic,
            unit_key=unit_key,
            why=why,
            passed_over=(),
        )
        return None if new is None else await self.get(new)

    async def get(self, offer_id: int) -> Offer | None:
        row = await self._scope.one(self._offers(t.offer.c.id == offer_id))
        return row and to_offer(row)

    async def by_public_id(self, public_id: str) -> Offer | None:
        row = await self._scope.one(self._offers(t.offer.c.public_id == public_id))
        return row and to_offer(row)

    async def save(self, offer: Offer) -> None:
        await self._scope.run(
            update(t.offer)
            .where(t.offer.c.id == offer.id, t.offer.c.school_id == self._scope.school_id)
            .values(
                minutes=offer.minutes,
                state=offer.state,
                until=offer.until,
                requested=offer.requested,
                topic=offer.topic,
                unit_key=offer.unit_key,
                why=offer.why,
                answer=offer.answer,
                slower=offer.slower,
                passed_over=offer.passed_over,
            )
        )

    async def newest_proactive(self, person_id: int, before: int) -> Offer | None:
        row = await self._scope.one(
            self._offers(
                t.offer.c.person_id == person_id,
                t.offer.c.id < before,
                t.offer.c.requested.is_(False),
                t.offer.c.state.in_((OfferState.DELIVERED, OfferState.ANSWERED)),
            )
            .order_by(t.offer.c.id.desc())
            .limit(1)
        )
        return row and to_offer(row)

    async def newest_for_unit(self, person_id: int, unit_key: str) -> Offer | None:
        row = await self._scope.one(
            self._offers(t.offer.c.person_id == person_id, t.offer.c.unit_key == unit_key)
            .order_by(t.offer.c.id.desc())
            .limit(1)
        )
        return row and to_offer(row)

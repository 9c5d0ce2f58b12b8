"""The clock's own view, over all schools: who is due, and what a tick decided for them, stored together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, bindparam, false, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.offers import OfferState
from bot.services.lanes import AFTER_PLATFORM, BEFORE_DESTINATION
from bot.services.ports import Claim, DuePerson
from bot.services.promises import Kind
from storage import tables as t
from storage.rhythms import COUNTERS, counter_columns, planned_columns, to_planned, to_rhythm
from storage.scope import NoSchool, Scope

_DUE = (
    select(
        t.rhythm,
        t.person.c.public_id,
        t.school.c.country,
        select(t.workspace.c.platform + AFTER_PLATFORM + t.workspace.c.key + BEFORE_DESTINATION + t.account.c.user_key)
        .join(t.account, t.account.c.workspace_id == t.workspace.c.id)
        .where(t.account.c.person_id == t.rhythm.c.person_id)
        .order_by(t.account.c.id)
        .limit(1)
        .scalar_subquery()
        .label("lane"),
    )
    .join(t.person, t.person.c.id == t.rhythm.c.person_id)
    .join(t.school, t.school.c.id == t.rhythm.c.school_id)
    .order_by(t.rhythm.c.next_offer_at)
    .with_for_update(of=t.rhythm, skip_locked=True)
)

_COMING = select(func.min(t.rhythm.c.next_offer_at))


def to_due(row: Row[Any]) -> DuePerson:
    return DuePerson(
        person_id=row.person_id,
        school_id=row.school_id,
        public_id=row.public_id,
        country=row.country,
        lane=row.lane,
        rhythm=to_rhythm(row),
        planned=to_planned(row),
    )


class ClockRows:
    """Implements `Clock`. Belongs to a transaction of no school."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _over_all_schools(self) -> Scope:
        if self._scope.school is not None:
            raise NoSchool("the clock looks over all schools: it belongs to a transaction of none")
        return self._scope

    async def due(self, limit: int) -> tuple[DuePerson, ...]:
        rows = await self._over_all_schools().all(_DUE.where(t.rhythm.c.next_offer_at <= self._scope.now).limit(limit))
        return tuple(map(to_due, rows))

    async def coming(self) -> datetime | None:
        moment: datetime | None = await self._over_all_schools().value(_COMING)
        return moment

    async def claim(self, claims: Sequence[Claim]) -> int:
        """A person whose moment was changed since they were read is left alone."""
        scope = self._over_all_schools()
        offers = [
            _offer_values(claim, claim.offer_minutes, scope.now, scope.new_id())
            for claim in claims
            if claim.offer_minutes is not None
        ]
        await scope.each(_NEW_OFFER[scope.conn.dialect.name], offers)
        made = await scope.each(_PROMISE, [_promise_values(offer, scope.now) for offer in offers])
        await scope.each(_MOVE_ON, [_moved_values(claim) for claim in claims])
        if made:
            scope.lanes.update(offer["b_lane"] for offer in offers)
        return made


def _offer_values(claim: Claim, minutes: int, now: datetime, public_id: str) -> dict[str, Any]:
    planned = claim.due.planned
    return {
        "b_public_id": public_id,
        "b_person": claim.due.person_id,
        "b_was": planned.offer_at,
        "b_slot_key": planned.slot.key,
        "b_minutes": minutes,
        "b_now": now,
        "b_until": planned.slot.end,
        "b_lane": claim.due.lane,
    }


def _promise_values(offer: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"b_public_id": offer["b_public_id"], "b_lane": offer["b_lane"], "b_now": now}


def _moved_values(claim: Claim) -> dict[str, Any]:
    columns = {**counter_columns(claim.rhythm), **planned_columns(claim.next)}
    moved = {f"b_{name}": value for name, value in columns.items()}
    return {"b_person": claim.due.person_id, "b_was": claim.due.planned.offer_at, **moved}


def _always(word: str) -> ColumnElement[str]:
    """A word of ours as part of the statement: what is the same for everybody need not be handed over each time."""
    return literal_column(f"'{word}'", Text)


def _new_offer(insert: Any) -> Any:
    """An offer, if the person's moment is still the one that was read, and once per slot."""
    values = {
        "public_id": bindparam("b_public_id", type_=t.offer.c.public_id.type),
        "school_id": t.rhythm.c.school_id,
        "person_id": t.rhythm.c.person_id,
        "slot_key": bindparam("b_slot_key", type_=t.offer.c.slot_key.type),
        "minutes": bindparam("b_minutes", type_=t.offer.c.minutes.type),
        "state": _always(OfferState.PROMISED),
        "created_at": bindparam("b_now", type_=t.offer.c.created_at.type),
        "until": bindparam("b_until", type_=t.offer.c.until.type),
        "requested": false(),
        "topic": _always(""),
        "slower": false(),
        "passed_over": _always("[]"),
    }
    chosen = select(*values.values()).where(
        t.rhythm.c.person_id == bindparam("b_person"),
        t.rhythm.c.next_offer_at == bindparam("b_was"),
    )
    return insert(t.offer).from_select(list(values), chosen).on_conflict_do_nothing()


_NEW_OFFER = {"sqlite": _new_offer(sqlite.insert), "postgresql": _new_offer(postgresql.insert)}


def _promise() -> Any:
    """The promise to bring an offer that has just been made. The offer's public id identifies the delivery."""
    values = {
        "school_id": t.offer.c.school_id,
        "lane": bindparam("b_lane", type_=t.outbox.c.lane.type),
        "kind": _always(Kind.OFFER),
        "subject": t.offer.c.id,
        "person_id": t.offer.c.person_id,
        "detail": _always("{}"),
        "token": t.offer.c.public_id,
        "state": _always("new"),
        "due_at": bindparam("b_now", type_=t.outbox.c.due_at.type),
        "attempts": literal_column("0"),
        "in_doubt": false(),
    }
    chosen = select(*values.values()).where(t.offer.c.public_id == bindparam("b_public_id"))
    return t.outbox.insert().from_select(list(values), chosen)


_PROMISE = _promise()

_MOVE_ON = (
    update(t.rhythm)
    .where(t.rhythm.c.person_id == bindparam("b_person"), t.rhythm.c.next_offer_at == bindparam("b_was"))
    .values({name: bindparam(f"b_{name}") for name in (*COUNTERS, *planned_columns(None))})
)

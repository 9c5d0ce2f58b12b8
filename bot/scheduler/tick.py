"""A tick: everybody whose spare moment has come is offered something, or moves on to the next moment.

`decide` is the whole decision, and pure. Around it stands one transaction for up to 500 people, again and again until
nobody is due; a tick that was missed or killed is simply done by the next one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.spare import Closed, MoveOn, OfferNow, at_due, next_moment, offered
from bot.services.commands import OfNoSchool
from bot.services.ports import Calendar, Claim, DuePerson, Store, Work

PEOPLE_AT_ONCE = 500
SET_ASIDE = timedelta(days=1)
"""Somebody whose rhythm cannot be read is looked at again after this time."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class ClaimDue(OfNoSchool):
    limit: int


@dataclass(frozen=True)
class Ticked:
    """How many people were due, and how many of them are offered something."""

    due: int = 0
    offers: int = 0


async def tick(store: Store, limit: int = PEOPLE_AT_ONCE) -> Ticked:
    """Claim everybody who is due, `limit` people in one transaction."""
    total = Ticked()
    while True:
        done = await store.run(claim_due, ClaimDue(limit=limit))
        total = Ticked(total.due + done.due, total.offers + done.offers)
        if done.due < limit:
            return total


async def claim_due(work: Work, command: ClaimDue) -> Ticked:
    """One transaction's share of a tick."""
    due = await work.clock.due(command.limit)
    if not due:
        return Ticked()
    shortest = (await work.shelves.current()).shortest_minutes
    claims = [_claim(person, work.now, work.calendar, shortest) for person in due]
    return Ticked(len(due), await work.clock.claim(claims))


def decide(due: DuePerson, now: datetime, closed: Closed, shortest_minutes: int) -> Claim:
    """Offer now or move on, and the moment after that.

    An offer is for the rest of the slot as the rhythm is now, which may be shorter than the slot that was planned.
    """
    match at_due(due.planned, due.rhythm, due.public_id, now, closed, shortest_minutes):
        case MoveOn(moment):
            return Claim(due, None, due.rhythm, moment)
        case OfferNow(slot, minutes):
            rhythm = offered(due.rhythm, now)
            coming = next_moment(rhythm, due.public_id, now, closed, shortest_minutes)
            return Claim(replace(due, planned=replace(due.planned, slot=slot)), minutes, rhythm, coming)


def _claim(due: DuePerson, now: datetime, calendar: Calendar, shortest_minutes: int) -> Claim:
    """The decision; one person's unreadable rhythm does not hold up the others."""
    try:
        return decide(due, now, lambda day: calendar.closed(due.country, day), shortest_minutes)
    except Exception:
        log.exception("tick.set_aside", person=due.person_id)
        return Claim(due, None, due.rhythm, replace(due.planned, offer_at=now + SET_ASIDE))

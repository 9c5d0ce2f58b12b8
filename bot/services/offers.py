"""Offers: asked for, brought in a spare moment, swapped, put off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.catalogue import Shelf, Unit
from bot.domain.hints import better_moment
from bot.domain.learning import Proposal, Why, propose
from bot.domain.offers import Answer, Offer, OfferState
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Person
from bot.domain.spare import (
    MARGIN,
    Later,
    LaterChoice,
    NoReturn,
    NoReturnReason,
    Return,
    later,
    may_send,
    unanswered_again,
    unoffered,
)
from bot.services.commands import ByPerson, OfSchool
from bot.services.ports import Work
from bot.services.preferences import closed_days, hear_from, plan
from bot.services.promises import Kind, home, is_gone, lane_of, promise_to
from bot.services.redoing import done_units
from bot.services.renewals import Renewing, progress
from bot.services.topics import topics

ASKED_MINUTES = 15
"""Somebody who asks without saying how long has time for any unit."""
ASKED_FOR = timedelta(days=1)
"""So long an offer that was asked for is still brought, after an outage."""


@dataclass(frozen=True)
class NothingFits:
    """`shortest` is the least minutes of what is left to learn; None when all is done."""

    minutes: int | None
    topic: str
    shortest: int | None


@dataclass(frozen=True)
class Promised:
    """The offer comes as a direct message."""


@dataclass(frozen=True, kw_only=True)
class Learn(ByPerson):
    """Learn now: within `minutes`, about `topic`, or this very unit."""

    minutes: int | None = None
    topic: str = ""
    unit_key: str | None = None
    event: str | None = None
    """The event that asks; brought again, it asks for the same offer."""


async def learn(work: Work, command: Learn) -> Promised | NothingFits | Refused:
    """An offer on request, at once; it does not count against the send budget."""
    person = await work.people.get(command.person_id)
    shelf = await work.shelves.current()
    done = await done_units(work, person.id, shelf)
    asked: tuple[str, ...] = ()
    if command.unit_key is not None:
        if shelf.unit(command.unit_key) is None:
            return Refused("gone")
        asked = (command.unit_key,)
        done -= set(asked)
    elif command.topic:
        asked = topics.units_about(shelf, command.topic)
    minutes = command.minutes if command.minutes is not None else ASKED_MINUTES
    proposal = propose(shelf.courses, done, minutes, asked=asked) if asked or not command.topic else None
    if proposal is None and asked and all(key in done for key in asked):
        return Refused("topic_done", {"topic": command.topic})
    if proposal is None:
        left = [unit.minutes for course in shelf.courses for unit in course.units() if unit.key not in done]
        return NothingFits(command.minutes, command.topic, min(left, default=None))
    await hear_from(work, person)
    offer = await work.offers.add(
        person.id,
        slot_key=f"asked:{command.event or work.new_id()}",
        minutes=minutes,
        until=work.now + ASKED_FOR,
        requested=True,
        topic=command.topic,
        unit_key=proposal.unit.key,
        why=proposal.why,
    )
    if offer is not None:
        await promise_to(work, person.id, Kind.OFFER, offer.id)
    return Promised()


@dataclass(frozen=True, kw_only=True)
class AboutOffer(ByPerson):
    """A press on an offer, named by its public id."""

    offer: str


async def own_offer(work: Work, command: AboutOffer) -> tuple[Offer, Unit] | Refused:
    """The offer and its unit, if it is this person's and the unit is still there."""
    offer = await work.offers.by_public_id(command.offer)
    if offer is None or offer.person_id != command.person_id:
        return Refused("not_yours")
    unit = (await work.shelves.current()).unit(offer.unit_key) if offer.unit_key else None
    return Refused("gone") if unit is None else (offer, unit)


async def answer_offer(work: Work, offer: Offer, answer: Answer) -> Offer:
    """Keep what was pressed; the person is heard from again."""
    offer = replace(offer, answer=answer, state=OfferState.ANSWERED)
    await work.offers.save(offer)
    await hear_from(work, await work.people.get(offer.person_id))
    return offer


async def another(work: Work, command: AboutOffer) -> Promised | NothingFits | Refused:
    """Swap the unit for another that fits the same minutes; those passed over come last, then round again."""
    found = await own_offer(work, command)
    if isinstance(found, Refused):
        return found
    offer, unit = found
    shelf = await work.shelves.current()
    done = await done_units(work, offer.person_id, shelf)
    passed = (*offer.passed_over, unit.key)
    asked = topics.units_about(shelf, offer.topic) if offer.topic else ()
    proposal = propose(shelf.courses, done, offer.minutes, passed_over=passed, excluded={unit.key}, asked=asked)
    if proposal is None:
        return NothingFits(offer.minutes, offer.topic, None)
    await answer_offer(work, offer, Answer.ANOTHER)
    swapped = await work.offers.add(
        offer.person_id,
        slot_key=f"swap:{offer.public_id}",
        minutes=offer.minutes,
        until=work.now + ASKED_FOR,
        requested=True,
        topic=offer.topic,
        unit_key=proposal.unit.key,
        why=proposal.why,
    )
    if swapped is None:
        return Refused("already_swapped")
    swapped = replace(swapped, passed_over=passed)
    await work.offers.save(swapped)
    await promise_to(work, offer.person_id, Kind.OFFER, swapped.id)
    return Promised()


@dataclass(frozen=True, kw_only=True)
class PutOff(AboutOffer):
    """*Later*: one of the three choices, or a local date."""

    when: Later


@dataclass(frozen=True)
class Returning:
    """The unit comes back at `at`; `moved` when the moment asked for is not allowed."""

    at: datetime
    moved: bool


async def put_off(work: Work, command: PutOff) -> Returning | Refused:
    """Bring the same unit again later. It was asked for: no budget or pace holds it back, quiet hours do."""
    found = await own_offer(work, command)
    if isinstance(found, Refused):
        return found
    offer, unit = found
    person = await work.people.get(offer.person_id)
    rhythm = await work.people.rhythm(person.id)
    back = later(command.when, rhythm, person.public_id, work.now, await closed_days(work), unit.minutes)
    if isinstance(back, NoReturn):
        return Refused("past_date" if back.reason is NoReturnReason.PAST else str(back.reason))
    await answer_offer(work, offer, Answer.LATER)
    await _promise_return(work, offer, unit, back)
    return Returning(back.at, back.moved)


async def _promise_return(work: Work, offer: Offer, unit: Unit, back: Return) -> None:
    minutes = max(unit.minutes, int((back.slot.end - back.at).total_seconds()) // 60)
    again = await work.offers.add(
        offer.person_id,
        slot_key=f"later:{offer.public_id}:{back.slot.key}:{back.at:%H%M}",
        minutes=minutes,
        until=back.slot.end,
        requested=True,
        topic=offer.topic,
        unit_key=unit.key,
        why=Why.AGAIN,
    )
    place = await home(work, offer.person_id)
    if again is not None and place is not None:
        await work.outbox.promise(Kind.OFFER, again.id, lane=lane_of(*place), person_id=offer.person_id, due_at=back.at)


@dataclass(frozen=True, kw_only=True)
class BringOffer(OfSchool):
    """The relay is about to bring this offer. `busy_until`: what the person's platform hints at."""

    offer_id: int
    busy_until: datetime | None = None


async def comes_by_itself(work: Work, command: BringOffer) -> bool:
    """Whether nobody asked for the offer: it may wait for a better moment."""
    offer = await work.offers.get(command.offer_id)
    return offer is not None and not offer.requested


@dataclass(frozen=True)
class Soon:
    """A better moment is near: bring it `after` this time."""

    after: timedelta


@dataclass(frozen=True)
class Bringable:
    """What is to be shown: chosen now, from fresh state."""

    offer: Offer
    person: Person
    proposal: Proposal
    shelf: Shelf
    renewing: Renewing | None = None
    """The renewal that the unit is done again for."""


async def bring(work: Work, command: BringOffer) -> Bringable | Soon | None:
    """Choose the unit and allow the sending, or let the offer lapse: None.

    A proactive offer is brought only inside its slot and with consent; never late into a lesson, a quiet hour or a
    closed day; it may wait for who is busy, as long as it still fits. The third unanswered one halves the pace, and
    this one says so.
    """
    offer = await work.offers.get(command.offer_id)
    if offer is None or offer.state is not OfferState.PROMISED:
        return None
    person = await work.people.get(offer.person_id)
    shelf = await work.shelves.current()
    done = await done_units(work, person.id, shelf)
    proposal = _proposal(shelf, done, offer, work.now)
    done_meanwhile = _comes_back(offer) and offer.unit_key in done
    if proposal is None or done_meanwhile or not await _allowed(work, person, offer):
        await work.offers.save(replace(offer, state=OfferState.LAPSED))
        if not offer.requested:
            await plan(work, person, unoffered(await work.people.rhythm(person.id)))
        return None
    if not offer.requested:
        last = offer.until - MARGIN - timedelta(minutes=proposal.unit.minutes)
        moment = better_moment(work.now, offer.created_at, last, command.busy_until)
        if moment is not None:
            return Soon(moment - work.now)
    first_time = offer.unit_key is None
    if first_time and not offer.requested:
        offer = replace(offer, slower=await _slower(work, person, offer))
    offer = replace(offer, unit_key=proposal.unit.key, why=proposal.why)
    await work.offers.save(offer)
    return Bringable(offer, person, proposal, shelf, await progress(work, person.id, shelf, proposal.unit.key))


@dataclass(frozen=True, kw_only=True)
class Brought(OfSchool):
    offer_id: int


async def brought(work: Work, command: Brought) -> None:
    """The offer reached the person."""
    offer = await work.offers.get(command.offer_id)
    if offer is not None and offer.state is OfferState.PROMISED:
        await work.offers.save(replace(offer, state=OfferState.DELIVERED))


async def _allowed(work: Work, person: Person, offer: Offer) -> bool:
    if work.now > offer.until or await is_gone(work, person.id):
        return False
    if offer.requested and not _comes_back(offer):
        return True
    rhythm = await work.people.rhythm(person.id)
    if not may_send(rhythm, work.now, await closed_days(work)):
        return False
    return offer.requested or Consent.DELIVERY in person.consents


def _comes_back(offer: Offer) -> bool:
    """Put off by *Later*: brought in a moment when nobody is waiting for it."""
    return offer.slot_key.startswith("later:")


async def _slower(work: Work, person: Person, offer: Offer) -> bool:
    await work.people.lock(person.id)
    former = await work.offers.newest_proactive(person.id, offer.id)
    if former is None or former.answer is not None:
        return False
    rhythm, tell = unanswered_again(await work.people.rhythm(person.id))
    await plan(work, person, rhythm)
    return tell


def _proposal(shelf: Shelf, done: set[str], offer: Offer, now: datetime) -> Proposal | None:
    minutes = min(offer.minutes, int((offer.until - now - MARGIN).total_seconds()) // 60)
    if offer.unit_key is None:
        return propose(shelf.courses, done, minutes)
    only = propose(shelf.courses, done - {offer.unit_key}, max(minutes, offer.minutes), asked=(offer.unit_key,))
    if only is None or offer.why is None:
        return only
    return replace(only, why=offer.why)


def read_when(argument: str, day: date | None) -> Later | None:
    """The choice that a *Later* button or its date form stands for; None when it is none."""
    if day is not None:
        return day
    return LaterChoice(argument) if argument in set(LaterChoice) else None

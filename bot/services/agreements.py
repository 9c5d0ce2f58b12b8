"""Agreements between two schools: offered by an owner of one, accepted by an owner of the other, ended by either."""

from dataclasses import dataclass, replace

from bot.domain import agreements
from bot.domain.agreements import Agreement, Purpose
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.roles import Right, may
from bot.services.commands import ByPerson, OfSchool
from bot.services.ports import Work
from bot.services.promises import Kind, promise_to


@dataclass(frozen=True)
class AgreementSeen:
    """An agreement as one of its schools sees it."""

    agreement: Agreement
    other: School
    gives: bool
    """This school gives; else it is given."""
    to_accept: bool
    """The other school offered it, and an owner here may accept."""


@dataclass(frozen=True)
class AgreementsSeen:
    own: School
    seen: tuple[AgreementSeen, ...]


async def look_at_agreements(work: Work, command: ByPerson) -> AgreementsSeen | Refused:
    """All that stand, for owners."""
    if not may(await work.people.get(command.person_id), Right.AGREE):
        return Refused("owners_only")
    standing = await work.agreements.standing()
    return AgreementsSeen(await work.school(), tuple([await _seen(work, each) for each in standing]))


async def _seen(work: Work, agreement: Agreement) -> AgreementSeen:
    own = (await work.school()).id
    return AgreementSeen(
        agreement,
        await work.directory.school(agreement.other(own)),
        agreement.giver_id == own,
        agreement.accepted_at is None and agreement.ended_at is None and agreement.offered_by != own,
    )


@dataclass(frozen=True, kw_only=True)
class OfferAgreement(ByPerson):
    """`school` is the other school's key; `gives` says in which direction."""

    school: str
    purpose: Purpose
    gives: bool


async def offer_agreement(work: Work, command: OfferAgreement) -> AgreementSeen | Refused:
    """Offer an agreement to another school. Nothing crosses until it is accepted there."""
    actor = await _owner(work, command)
    if isinstance(actor, Refused):
        return actor
    other = await work.directory.school_by_key(command.school.strip())
    if other is None:
        return Refused("unknown_school", {"key": command.school.strip()[:60]})
    giver, receiver = (command.school_id, other.id) if command.gives else (other.id, command.school_id)
    already = next(
        (each for each in await work.agreements.standing() if _is(each, giver, receiver, command.purpose)), None
    )
    refusal = agreements.may_offer(command.school_id, other.id, already)
    if refusal is not None:
        return refusal
    offered = await work.agreements.offer(giver, receiver, command.purpose)
    if offered is None:
        return Refused("agreement_there")
    await work.agreements.note("offer_agreement", offered, actor=actor)
    return await _seen(work, offered)


@dataclass(frozen=True, kw_only=True)
class AboutAgreement(ByPerson):
    """`agreement` is its public id."""

    agreement: str


async def accept_agreement(work: Work, command: AboutAgreement) -> AgreementSeen | Refused:
    """Accept what the other school offered: from now on it is in force."""
    actor = await _owner(work, command)
    if isinstance(actor, Refused):
        return actor
    found = await work.agreements.by_public_id(command.agreement)
    if found is None:
        return Refused("unknown_thing")
    refusal = agreements.may_accept(found, command.school_id)
    if refusal is not None:
        return refusal
    return await _keep(work, replace(found, accepted_at=work.now), "accept_agreement", actor)


async def end_agreement(work: Work, command: AboutAgreement) -> AgreementSeen | Refused:
    """End, decline or take back an agreement, at once and from either side."""
    actor = await _owner(work, command)
    if isinstance(actor, Refused):
        return actor
    found = await work.agreements.by_public_id(command.agreement)
    if found is None:
        return Refused("unknown_thing")
    refusal = agreements.may_end(found, command.school_id)
    if refusal is not None:
        return refusal
    return await _keep(work, replace(found, ended_at=work.now), "end_agreement", actor)


async def _keep(work: Work, agreement: Agreement, act: str, actor: Person) -> AgreementSeen | Refused:
    if not await work.agreements.save(agreement):
        return Refused("agreement_ended")
    await work.agreements.note(act, agreement, actor=actor)
    return await _seen(work, agreement)


@dataclass(frozen=True, kw_only=True)
class NewsOfAgreement(OfSchool):
    """`school_id` is the school whose owners are told; `agreement` its public id."""

    agreement: str


async def tell_owners(work: Work, command: NewsOfAgreement) -> None:
    """Promise the owners of this school to be told how an agreement stands."""
    found = await work.agreements.by_public_id(command.agreement)
    if found is None:
        return
    for owner in await work.people.lock_owners():
        once = f"agreement:{found.id}:{owner.id}"
        detail = {"agreement": found.public_id}
        await promise_to(work, owner.id, Kind.AGREEMENT, found.id, detail=detail, once=once)


async def agreement_news(work: Work, command: NewsOfAgreement) -> AgreementSeen | None:
    """How an agreement stands now, for the message to an owner."""
    found = await work.agreements.by_public_id(command.agreement)
    return None if found is None else await _seen(work, found)


def _is(agreement: Agreement, giver: int, receiver: int, purpose: Purpose) -> bool:
    return (agreement.giver_id, agreement.receiver_id, agreement.purpose) == (giver, receiver, purpose)


async def _owner(work: Work, command: ByPerson) -> Person | Refused:
    actor = await work.people.get(command.person_id)
    return actor if may(actor, Right.AGREE) else Refused("owners_only")

"""Keeping what was delivered: which message is about what, so that reactions and edits find it."""

from dataclasses import dataclass

from bot.services.awards import take_down
from bot.services.commands import OfSchool
from bot.services.endorsements import SHARED, UNIT
from bot.services.invited import INVITED
from bot.services.news import AWARD
from bot.services.offers import Brought, brought
from bot.services.ports import MessageRef, Posted, Work
from bot.services.promises import promise_unpost


@dataclass(frozen=True, kw_only=True)
class Delivered(OfSchool):
    workspace_id: int
    ref: MessageRef
    about: str
    subject: int
    person_id: int | None


async def delivered(work: Work, command: Delivered) -> None:
    """Keep the message. What became private or was forgotten while it was on its way is taken down again."""
    if await work.messages.find(command.ref) is not None:
        return
    if command.about == SHARED:
        await _shared(work, command)
    elif command.person_id is not None and not await work.people.exists(command.person_id):
        await promise_unpost(work, command.ref)
    else:
        await _keep(work, command, command.person_id)
        if command.about == INVITED:
            await _invited(work, command)
        if command.about == UNIT:
            await brought(work, Brought(school_id=command.school_id, offer_id=command.subject))


async def _shared(work: Work, command: Delivered) -> None:
    award = await work.awards.get(command.subject)
    if award is None:
        await promise_unpost(work, command.ref)
        return
    await _keep(work, command, award.person_id)
    if award.displayed_at is None or award.stop is not None:
        await take_down(work, award)


async def _invited(work: Work, command: Delivered) -> None:
    """The holder may have taken it back meanwhile."""
    invitation = await work.invitations.get(command.subject)
    if invitation is None or invitation.ended_at is not None:
        await promise_unpost(work, command.ref)


async def _keep(work: Work, command: Delivered, person_id: int | None) -> None:
    await work.messages.add(command.workspace_id, command.ref, command.about, command.subject, person_id)


@dataclass(frozen=True, kw_only=True)
class Unposted(OfSchool):
    ref: MessageRef


async def unposted(work: Work, command: Unposted) -> None:
    """A message was taken off its platform: no reaction can be on it any more."""
    posted = await work.messages.find(command.ref)
    if posted is not None:
        await work.messages.drop(posted.id)


async def watched(work: Work, command: OfSchool) -> tuple[Posted, ...]:
    """The messages on which reactions count."""
    return await work.messages.watched()


@dataclass(frozen=True, kw_only=True)
class PageShown(OfSchool):
    """A unit's page was shown in a message of its own; `offer` is the public id."""

    workspace_id: int
    ref: MessageRef
    offer: str


async def page_shown(work: Work, command: PageShown) -> None:
    """Keep the page as a message of its unit: reactions on it endorse the content as well."""
    offer = await work.offers.by_public_id(command.offer)
    if offer is not None and await work.messages.find(command.ref) is None:
        await work.messages.add(command.workspace_id, command.ref, UNIT, offer.id, offer.person_id)


@dataclass(frozen=True, kw_only=True)
class InMessage(OfSchool):
    ref: MessageRef


async def is_ours(work: Work, command: InMessage) -> bool:
    """Whether a message is one that the school keeps."""
    return await work.messages.find(command.ref) is not None


async def award_in(work: Work, command: InMessage) -> str | None:
    """The public id of the award that a message shows; None where it shows none."""
    posted = await work.messages.find(command.ref)
    if posted is None:
        return None
    shown: int | None = None
    if posted.about in (SHARED, AWARD):
        shown = posted.subject
    if posted.about == INVITED:
        invitation = await work.invitations.get(posted.subject)
        shown = invitation.award_id if invitation else None
    award = None if shown is None else await work.awards.get(shown)
    return award.public_id if award else None

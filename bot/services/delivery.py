"""Keeping what was delivered: which message is about what, so that reactions and edits find it."""

from dataclasses import dataclass

from bot.services.awards import take_down
from bot.services.commands import OfSchool
from bot.services.endorsements import SHARED, UNIT
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
    if command.person_id is not None and not await work.people.exists(command.person_id):
        await promise_unpost(work, command.ref)
        return
    await work.messages.add(command.workspace_id, command.ref, command.about, command.subject, command.person_id)
    if command.about == UNIT:
        await brought(work, Brought(school_id=command.school_id, offer_id=command.subject))
    if command.about == SHARED:
        award = await work.awards.get(command.subject)
        if award is None:
            await promise_unpost(work, command.ref)
        elif award.displayed_at is None:
            await take_down(work, award)


@dataclass(frozen=True, kw_only=True)
class FindPosted(OfSchool):
    about: str
    subject: int


async def find_posted(work: Work, command: FindPosted) -> tuple[Posted, ...]:
    """The messages about something."""
    return await work.messages.about(command.about, command.subject)


async def watched(work: Work, command: OfSchool) -> tuple[Posted, ...]:
    """The messages on which reactions count."""
    return await work.messages.watched()

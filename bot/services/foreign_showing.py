"""The one act of showing that a badge from elsewhere has: letting `who` name its holder for it (design.md 4.4)."""

from dataclasses import dataclass

from bot.domain.foreign import Foreign
from bot.domain.outcomes import Refused
from bot.services.foreign import AboutForeign, own_foreign
from bot.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class SetForeignFindable(AboutForeign):
    findable: bool


async def set_findable(work: Work, command: SetForeignFindable) -> Foreign | Refused:
    """Let `who` name its holder for it, or not any more. Doing it again changes nothing.

    Refuses to name anybody for what no host vouches for, or what is over or revoked.
    """
    await work.people.lock(command.person_id)
    foreign = await own_foreign(work, command)
    if isinstance(foreign, Refused) or (foreign.findable_at is not None) == command.findable:
        return foreign
    if command.findable and not foreign.may_be_found(work.now):
        return Refused("foreign_not_findable")
    await work.foreign.save_findable(foreign.id, work.now if command.findable else None)
    person = await work.people.get(command.person_id)
    await work.audit.record("findable" if command.findable else "unfindable", actor=person, subject=foreign.public_id)
    return foreign

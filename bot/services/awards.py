"""What a person does with an award: show it, keep it private, allow to be named for it. Three acts, never one (4.4)."""

from dataclasses import dataclass, replace

from bot.domain.awards import Award
from bot.domain.outcomes import Refused
from bot.domain.people import Workspace
from bot.services.commands import ByPerson
from bot.services.endorsements import SHARED
from bot.services.invited import end_invitations
from bot.services.ports import Work
from bot.services.promises import home, promise_award, promise_post, promise_unpost


@dataclass(frozen=True, kw_only=True)
class AboutAward(ByPerson):
    """A press on an award, named by its public id."""

    award: str


async def own_award(work: Work, command: AboutAward) -> Award | Refused:
    """The award, if it is this person's."""
    award = await work.awards.by_public_id(command.award)
    return Refused("not_yours") if award is None or award.person_id != command.person_id else award


@dataclass(frozen=True)
class Shared:
    award: Award
    ask_findable: bool
    """Asked once, at a person's first *Share*."""


async def share(work: Work, command: AboutAward) -> Shared | Refused:
    """Show the badge to the colleagues of one's own school: a post in the staff channel."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if award.stop is not None:
        return Refused("stopped_show")
    place = await home(work, command.person_id)
    if place is None:
        return Refused("unknown_thing")
    person = await work.people.get(command.person_id)
    if award.displayed_at is None:
        award = replace(award, displayed_at=work.now)
        await work.awards.save(award)
        await work.audit.record("display", actor=person, subject=award.public_id)
        await promise_award(work, award.person_id, award.id)
    await promise_post(work, place[0], award.id)
    ask = person.findable_asked_at is None and award.counts(work.now)
    if ask:
        await work.people.save(replace(person, findable_asked_at=work.now))
    return Shared(award, ask)


async def keep_private(work: Work, command: AboutAward) -> Award | Refused:
    """Show the badge to nobody (any more): its post goes; endorsements already given stand."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if award.displayed_at is not None:
        award = replace(award, displayed_at=None)
        await work.awards.save(award)
        person = await work.people.get(command.person_id)
        await work.audit.record("hide", actor=person, subject=award.public_id)
        await promise_award(work, award.person_id, award.id)
    await take_down(work, award)
    return award


async def take_down(work: Work, award: Award) -> None:
    """Promise to take the award's posts out of the staff channel, and what asks colleagues to endorse it."""
    for posted in await work.messages.about(SHARED, award.id):
        await promise_unpost(work, posted.ref)
        await work.messages.drop(posted.id)
    await end_invitations(work, award.id)


@dataclass(frozen=True, kw_only=True)
class SetFindable(AboutAward):
    findable: bool


async def set_findable(work: Work, command: SetFindable) -> Award | Refused:
    """Whether `who` may name this person for this badge; for one that does not count nobody is named anew."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if command.findable == (award.findable_at is not None):
        return award
    if command.findable and not award.counts(work.now):
        return Refused("expired_named") if award.stop is None else Refused("stopped_named")
    award = replace(award, findable_at=work.now if command.findable else None)
    await work.awards.save(award)
    person = await work.people.get(command.person_id)
    await work.audit.record("findable", actor=person, subject=award.public_id, detail={"on": str(command.findable)})
    return award


async def staff_workspace(work: Work, person_id: int) -> Workspace | None:
    """The workspace in whose staff channel a person's badges are shown."""
    place = await home(work, person_id)
    return place[0] if place else None

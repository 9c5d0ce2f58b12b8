"""Asking up to three colleagues of one's own school to endorse a badge.

The holder's press agrees to show this badge to the colleague who is asked, and to nobody else. What the colleague
makes of it is told to nobody: neither an answer nor silence is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.awards import Achievement, Award
from bot.domain.introductions import A_WEEK
from bot.domain.invitations import Invitation, left_to_ask, may_invite
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.recognition import Target
from bot.domain.roles import Right, may
from bot.domain.spare import next_allowed
from bot.services.awards import AboutAward, own_award
from bot.services.commands import ByPerson, OfSchool
from bot.services.definitions import definition_of
from bot.services.invited import end_invitation, take_invitation_back
from bot.services.names import folded
from bot.services.ports import Work
from bot.services.preferences import closed_days
from bot.services.promises import Kind, home, is_gone, lane_of


@dataclass(frozen=True)
class Asked:
    """An invitation as its holder sees it: whom they asked, and since when. What came of it is not for them to see."""

    invitation: Invitation
    name: str


@dataclass(frozen=True)
class Inviting:
    """Whom one asked for a badge, and whom one could ask still."""

    name: Bilingual
    asked: tuple[Asked, ...]
    """Those that stand, oldest first."""
    left: int
    colleagues: tuple[Person, ...]
    """By name; not those who were asked for this badge before."""


async def look_at_inviting(work: Work, command: AboutAward) -> Inviting | Refused:
    """The holder's view of a badge's invitations."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if award.stop is not None:
        return Refused("stopped_show")
    so_far = await work.invitations.of_award(award.id)
    people = {person.id: person for person in await work.people.all()}
    own = {command.person_id} | await work.links.others(command.person_id)
    before = {each.asked_id for each in so_far} | own | await work.people.gone()
    asked = [
        Asked(each, people[each.asked_id].name) for each in so_far if each.stands(work.now) and each.asked_id in people
    ]
    colleagues = sorted((person for id_, person in people.items() if id_ not in before), key=lambda each: each.name)
    achievement = await work.shelves.achievement(award.achievement_id)
    return Inviting(definition_of(achievement).name, tuple(asked), left_to_ask(so_far), tuple(colleagues))


@dataclass(frozen=True, kw_only=True)
class FindColleague(AboutAward):
    """`words` are a public id, or a name as it was typed."""

    words: str


async def find_colleague(work: Work, command: FindColleague) -> tuple[Person, ...] | Refused:
    """Whom the holder of a badge means, among those they could ask: by the whole name, else by a part of it."""
    seen = await look_at_inviting(work, command)
    if isinstance(seen, Refused):
        return seen
    wanted = folded(command.words.strip().lstrip("@＠"))
    if not wanted:
        return ()
    named = [person for person in seen.colleagues if wanted in (folded(person.name), person.public_id)]
    return tuple(named or [person for person in seen.colleagues if wanted in folded(person.name)])


@dataclass(frozen=True, kw_only=True)
class Invite(AboutAward):
    colleague: str
    """Public id."""


@dataclass(frozen=True)
class Invited:
    """Who is asked now, and for which badge."""

    name: str
    badge: Bilingual


async def invite(work: Work, command: Invite) -> Invited | Refused:
    """Ask a colleague; they get one direct message, in a moment that is not quiet for them."""
    colleague = await work.people.by_public_id(command.colleague)
    for person_id in sorted({command.person_id, colleague.id} if colleague else {command.person_id}):
        await work.people.lock(person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if award.stop is not None:
        return Refused("stopped_show")
    if colleague is None or not await work.people.exists(colleague.id) or await is_gone(work, colleague.id):
        return Refused("invite_nobody")
    lately = await work.invitations.asked_since(colleague.id, work.now - A_WEEK)
    so_far = await work.invitations.of_award(award.id)
    own = await work.links.others(command.person_id)
    asked_id = command.person_id if colleague.id in own else colleague.id
    refusal = may_invite(command.person_id, asked_id, so_far, lately)
    invitation = None if refusal else await work.invitations.add(award.id, colleague.id)
    if invitation is None:
        return refusal or Refused("invite_twice")
    person = await work.people.get(command.person_id)
    await work.audit.record("invite", actor=person, subject=award.public_id)
    await _promise(work, invitation)
    achievement = await work.shelves.achievement(award.achievement_id)
    return Invited(colleague.name, definition_of(achievement).name)


@dataclass(frozen=True, kw_only=True)
class AboutInvitation(ByPerson):
    invitation: str
    """Public id."""


async def take_back(work: Work, command: AboutInvitation) -> str | Refused:
    """The holder does not ask this colleague any more; the award's public id."""
    await work.people.lock(command.person_id)
    invitation = await work.invitations.by_public_id(command.invitation)
    award = await work.awards.get(invitation.award_id) if invitation else None
    if invitation is None or award is None or award.person_id != command.person_id:
        return Refused("not_yours")
    if invitation.ended_at is None:
        person = await work.people.get(command.person_id)
        await work.audit.record("uninvite", actor=person, subject=award.public_id)
    await end_invitation(work, invitation)
    return award.public_id


class Away(StrEnum):
    """What is left when the message is put away: nothing, or the endorsement that was given before."""

    UNANSWERED = "unanswered"
    ENDORSED = "endorsed"


async def put_away(work: Work, command: AboutInvitation) -> Away | Refused:
    """*Not now*: the message goes. Nothing is kept of it, so nobody can ever be told."""
    invitation = await work.invitations.by_public_id(command.invitation)
    if invitation is None or invitation.asked_id != command.person_id:
        return Refused("not_yours")
    await take_invitation_back(work, invitation)
    given = await work.endorsements.of(command.person_id, Target.of_award(invitation.award_id))
    return Away.ENDORSED if given is not None and given.stands else Away.UNANSWERED


@dataclass(frozen=True, kw_only=True)
class Bring(OfSchool):
    """The relay is about to ask the colleague."""

    invitation_id: int


@dataclass(frozen=True)
class Bringable:
    """What the colleague is shown."""

    invitation: Invitation
    award: Award
    achievement: Achievement
    school: School
    """Who issued it."""
    holder: str
    leads: bool
    """The colleague's endorsement is a recommendation."""


async def bring(work: Work, command: Bring) -> Bringable | None:
    """What to ask with, now; None where it is quiet for them (then it is promised again), or nothing to ask any more.

    Who has endorsed the badge already is not asked; its holder does not hear of that either.
    """
    invitation = await work.invitations.get(command.invitation_id)
    award = await work.awards.get(invitation.award_id) if invitation else None
    if invitation is None or award is None or award.stop is not None or not invitation.stands(work.now):
        return None
    if not await work.people.exists(invitation.asked_id) or await is_gone(work, invitation.asked_id):
        return None
    given = await work.endorsements.of(invitation.asked_id, Target.of_award(award.id))
    if given is not None and given.stands:
        return None
    if await _moment_for(work, invitation) != work.now:
        await _promise(work, invitation)
        return None
    asked = await work.people.get(invitation.asked_id)
    return Bringable(
        invitation,
        award,
        await work.shelves.achievement(award.achievement_id),
        await work.directory.school(award.issued_by),
        (await work.people.get(award.person_id)).name,
        may(asked, Right.RECOMMEND),
    )


async def _moment_for(work: Work, invitation: Invitation) -> datetime | None:
    """Now, or when it is not quiet any more for the colleague; None when it never is."""
    return next_allowed(await work.people.rhythm(invitation.asked_id), work.now, await closed_days(work))


async def _promise(work: Work, invitation: Invitation) -> None:
    """Whoever is never to be disturbed is not; nor is there anything to tell of it."""
    place, moment = await home(work, invitation.asked_id), await _moment_for(work, invitation)
    if place is not None and moment is not None:
        await work.outbox.promise(
            Kind.INVITE,
            invitation.id,
            lane=lane_of(*place),
            person_id=invitation.asked_id,
            due_at=moment,
            once=f"invite:{invitation.id}",
        )

"""What an invitation lets the colleague do who was asked, and how it ends."""

from bot.domain.invitations import Invitation
from bot.services.ports import Work
from bot.services.promises import promise_unpost

INVITED = "invite"
"""A message that asks a colleague to endorse a badge."""


async def is_invited(work: Work, person_id: int, award_id: int) -> bool:
    """Whether the holder asks this colleague: then they see the badge, and may endorse it."""
    asked = await work.invitations.of_award(award_id)
    return any(each.asked_id == person_id and each.stands(work.now) for each in asked)


async def answer_invitations(work: Work, person_id: int, award_id: int) -> None:
    """The colleague endorsed it, by whatever way: what asked them goes. The holder's side stays as it was."""
    for invitation in await work.invitations.of_award(award_id):
        if invitation.asked_id == person_id:
            await take_invitation_back(work, invitation)


async def end_invitations(work: Work, award_id: int) -> None:
    """Ask nobody any more to endorse an award: what asked them goes."""
    for invitation in await work.invitations.of_award(award_id):
        await end_invitation(work, invitation)


async def end_invitation(work: Work, invitation: Invitation) -> None:
    """Ask this colleague no more. One that ended stays ended."""
    if invitation.ended_at is None:
        await work.invitations.end(invitation.id)
    await take_invitation_back(work, invitation)


async def take_invitation_back(work: Work, invitation: Invitation) -> None:
    """Promise to take what asked the colleague out of their direct messages."""
    for posted in await work.messages.about(INVITED, invitation.id):
        await promise_unpost(work, posted.ref)

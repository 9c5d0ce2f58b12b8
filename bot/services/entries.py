"""What was signed before there were status lists gets an entry in one: a portion each night, by being signed anew."""

from bot.services.commands import OfSchool
from bot.services.endorsements import sign_again
from bot.services.ports import Work
from bot.services.promises import promise_issue

A_NIGHT = 200
"""Badges and endorsements of one school that are signed anew in one night."""


async def promise_entries(work: Work, command: OfSchool) -> int:
    """Promise new editions to badges and endorsements under a web address that name no list. Counts them.

    What was downloaded before goes on naming none: of that nobody can learn whether it was taken back.
    """
    awards = await work.status.awards_without(A_NIGHT)
    for award_id in awards:
        await promise_issue(work, award_id, settle=False)
    endorsements = await work.status.endorsements_without(A_NIGHT - len(awards))
    for endorsement_id in endorsements:
        endorsement = await work.endorsements.get(endorsement_id)
        if endorsement is not None:
            await sign_again(work, endorsement)
    return len(awards) + len(endorsements)

"""Publishing a badge: its page then exists for anyone with the link. An act of its own, taken back at once (4.4)."""

from dataclasses import replace

from bot.domain.awards import Award
from bot.domain.outcomes import Refused
from bot.services.awards import AboutAward, own_award
from bot.services.ports import Work


async def publish(work: Work, command: AboutAward) -> Award | Refused:
    """Let the badge's public page exist. A badge that is still being signed has nothing to show yet."""
    return await _set_published(work, command, published=True)


async def unpublish(work: Work, command: AboutAward) -> Award | Refused:
    """End the badge's public page. What others have downloaded stays theirs, and intact."""
    return await _set_published(work, command, published=False)


async def _set_published(work: Work, command: AboutAward, *, published: bool) -> Award | Refused:
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused) or published == (award.published_at is not None):
        return award
    if published and await work.credentials.newest(award.id) is None:
        return Refused("publish_unsigned")
    award = replace(award, published_at=work.now if published else None)
    await work.awards.save(award)
    person = await work.people.get(command.person_id)
    await work.audit.record("publish" if published else "unpublish", actor=person, subject=award.public_id)
    return award

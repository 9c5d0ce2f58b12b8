"""Beginning to renew a badge that expires (docs/decisions/0018-terms-and-renewal.md)."""

from bot.domain.outcomes import Refused
from bot.domain.validity import may_renew
from bot.services.awards import AboutAward, own_award
from bot.services.offers import Learn, NothingFits, Promised, learn
from bot.services.ports import Work
from bot.services.redoing import last_done, still_to_do, units_for
from bot.services.renewals import Renewed, settle


async def begin(work: Work, command: AboutAward) -> Promised | NothingFits | Renewed | Refused:
    """*Renew*: from now on its units are open again; the first of them is offered at once."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    if award.stop is not None:
        return Refused("stopped_renew")
    if award.valid_until is None or not may_renew(award.valid_until, work.now):
        return Refused("renew_too_early")
    shelf = await work.shelves.current()
    if not units_for(shelf, award.achievement_key):
        return Refused("renew_gone")
    await work.terms.begin(award.id)
    left = still_to_do(award, shelf, await last_done(work, command.person_id))
    if left:
        return await learn(work, Learn(school_id=command.school_id, person_id=command.person_id, unit_key=left[0].key))
    (renewed,) = [
        one for one in await settle(work, await work.people.get(command.person_id), shelf) if one[0].id == award.id
    ]
    return renewed[1]

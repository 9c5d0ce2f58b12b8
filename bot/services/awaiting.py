"""What awaits a person: the unit that comes next, and colleagues' questions that they have not answered. Reads only."""

from dataclasses import dataclass

from bot.domain.catalogue import Course, Module
from bot.domain.learning import Proposal, propose
from bot.services.commands import ByPerson
from bot.services.news import About, IntroductionNews, introduction_news
from bot.services.offers import ASKED_MINUTES
from bot.services.ports import Work
from bot.services.redoing import done_units


@dataclass(frozen=True)
class Next:
    """The unit that would be offered to who asks for any."""

    proposal: Proposal
    course: Course
    module: Module


async def look_at_next(work: Work, command: ByPerson) -> Next | None:
    """None: all is done."""
    shelf = await work.shelves.current()
    proposal = propose(shelf.courses, await done_units(work, command.person_id, shelf), ASKED_MINUTES)
    place = shelf.place_of(proposal.unit.key) if proposal else None
    return Next(proposal, *place) if proposal and place else None


async def look_at_asked(work: Work, command: ByPerson) -> tuple[IntroductionNews, ...]:
    """Requests for an introduction that wait for this person's answer, oldest first."""
    waiting = [
        each
        for each in await work.introductions.of_person(command.person_id)
        if each.helper_id == command.person_id and each.reply is None
    ]
    found = [await introduction_news(work, About(school_id=command.school_id, subject=each.id)) for each in waiting]
    return tuple(each for each in found if each is not None and each.introduction.asker_id not in each.gone)

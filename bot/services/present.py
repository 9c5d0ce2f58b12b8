"""Who is here: everybody of the school but those whose every account is closed on its platform."""

from bot.domain.people import Person
from bot.services.ports import Work


async def people_here(work: Work) -> tuple[Person, ...]:
    gone = await work.people.gone()
    return tuple(person for person in await work.people.all() if person.id not in gone)


async def owners_here(work: Work) -> tuple[Person, ...]:
    """Oldest first. Nobody else changes who the owners are until the transaction ends."""
    owners, gone = await work.people.lock_owners(), await work.people.gone()
    return tuple(owner for owner in owners if owner.id not in gone)

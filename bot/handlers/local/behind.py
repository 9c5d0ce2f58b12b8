"""Who a user of the room is to the house: the person behind a chair, and when Sukima speaks to them next."""

from datetime import datetime

from bot.domain.people import Person
from bot.handlers.local.room_types import PLATFORM, User
from bot.services import arrivals, looks, schools
from bot.services.commands import ByPerson
from bot.services.ports import Store


async def person_behind(store: Store, user: User) -> Person | None:
    """The person whom the house knows by this user; None before they first came."""
    home = await store.look(schools.find_home, schools.FindHome(platform=PLATFORM, key=user.workspace))
    if home is None:
        return None
    workspace, school = home
    arrive = arrivals.Arrive(
        school_id=school.id, workspace_id=workspace.id, user_key=user.key, name=user.name, locale=user.lang
    )
    found = await store.look(arrivals.known, arrive)
    return found[0] if found else None


async def next_gap(store: Store, user: User) -> datetime | None:
    """When an offer comes to this person by itself; None when none is planned for them."""
    person = await person_behind(store, user)
    if person is None:
        return None
    settings = await store.look(looks.look_at_settings, ByPerson(school_id=person.school_id, person_id=person.id))
    return settings.planned.offer_at if settings.planned else None

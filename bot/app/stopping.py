"""Revoking, suspending and reinstating a badge, for the command line."""

from bot.app.beside import world_beside
from bot.app.house import open_house
from bot.domain.stops import StopChange
from bot.services import stops
from bot.settings import Settings


async def stop_award(settings: Settings, award: str, change: StopChange, reason: str) -> stops.Changed:
    """Change whether an award counts. Raises `Problem`, as `services.stops`.

    The holder is told by the house that runs, or by its next start.
    """
    async with open_house(settings, world_beside(settings)) as house:
        school = await house.store.look(stops.find_school_of_award, stops.FindAward(award=award))
        command = stops.ChangeStop(school_id=school.id, award=award, change=change, reason=reason)
        return await house.store.run(stops.stop_award, command)

"""Channels with others than the school's own people: nothing of a person is posted there (design.md 4.3, 4.17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.outcomes import Refused
from bot.domain.people import Workspace
from bot.services.awards import staff_workspace
from bot.services.commands import ByPerson, OfSchool
from bot.services.ports import Store, Unsendable, Work
from bot.services.promises import Kind, promise_to


class Outsiders(Protocol):
    """What one platform knows of them."""

    async def are_in(self, workspace_key: str, channel: str) -> bool:
        """Whether a channel is shared beyond its school's own workspaces, as far as is known now. Never raises."""


class WithOutsiders(Unsendable):
    """Outsiders are in the channel: nothing was posted or changed there."""


@dataclass(frozen=True, kw_only=True)
class Waits(OfSchool):
    award_id: int
    why: Refused


async def why_not_shared(store: Store, known: Mapping[str, Outsiders], command: ByPerson) -> Refused | None:
    """Why a person's badge cannot be shown to colleagues now: outsiders would see it. `known`: by platform."""
    place = await store.look(_staff_workspace, command)
    outsiders = known.get(place.platform) if place is not None else None
    if place is not None and outsiders is not None and await outsiders.are_in(place.key, place.staff_channel):
        return Refused("outsiders_share")
    return None


async def tell_holder(work: Work, command: Waits) -> None:
    """Promise to tell a holder that the post of what they shared waits, and why."""
    award = await work.awards.get(command.award_id)
    if award is not None:
        once, detail = f"outsiders:{award.id}", {"reason": command.why.reason}
        await promise_to(work, award.person_id, Kind.REFUSAL, award.id, detail=detail, once=once)


async def _staff_workspace(work: Work, command: ByPerson) -> Workspace | None:
    return await staff_workspace(work, command.person_id)

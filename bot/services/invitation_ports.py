"""What use cases ask of the rows of invitations to endorse (see `services.ports`)."""

from datetime import datetime
from typing import Protocol

from bot.domain.invitations import Invitation


class Invitations(Protocol):
    """Which colleagues were asked to endorse which award. One is asked once for an award."""

    async def add(self, award_id: int, asked_id: int) -> Invitation | None:
        """A new one; None when this colleague was asked for this award before."""

    async def get(self, invitation_id: int) -> Invitation | None: ...
    async def by_public_id(self, public_id: str) -> Invitation | None: ...
    async def of_award(self, award_id: int) -> tuple[Invitation, ...]:
        """Oldest first, ended ones too."""

    async def asked_since(self, person_id: int, moment: datetime) -> int:
        """How often a person was asked since then, by all."""

    async def end(self, invitation_id: int) -> None:
        """The holder does not ask any more."""

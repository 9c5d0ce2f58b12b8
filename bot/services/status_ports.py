"""What use cases ask of the rows of status lists. Every list is an issuer's; no person stands anywhere in one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.people import School

if TYPE_CHECKING:
    from bot.services.ports import SealedKey


@dataclass(frozen=True)
class Place:
    """Where the status of one signed document stands, for good."""

    list_url: str
    position: int


@dataclass(frozen=True)
class ListSeen:
    """A list as it is now. `version` grows with every change of what it says."""

    public_id: str
    url: str
    version: int
    school: School
    key: "SealedKey"
    """It signs for the list's issuer."""


@dataclass(frozen=True)
class Said:
    """The positions of a list that are set."""

    revoked: tuple[int, ...]
    suspended: tuple[int, ...]


class StatusLists(Protocol):
    """Positions of what this school's people hold and give, and the lists that anybody may read."""

    async def of_award(self, award_id: int) -> Place | None: ...
    async def of_endorsement(self, endorsement_id: int) -> Place | None: ...
    async def place_award(self, award_id: int, did: str) -> None:
        """Give an award of this school's a position under the issuer that signs it, if it has none. The position says
        from the start what is true of the award."""

    async def place_endorsement(self, endorsement_id: int, did: str) -> None:
        """As `place_award`, for an endorsement that this school sees. One that was withdrawn and is given again has a
        new position: revoking is for good."""

    async def awards_without(self, most: int) -> tuple[int, ...]:
        """Awards of this school's people that were signed under a web address and have no position, oldest first."""

    async def endorsements_without(self, most: int) -> tuple[int, ...]:
        """As `awards_without`: endorsements of this school that stand and are shown."""

    async def is_in_every_file(self, award_id: int) -> bool:
        """Whether every edition of an award of this school's names its position: then no file of it can be mistaken."""

    async def seen(self, public_id: str) -> ListSeen | None:
        """A list of whatever school."""

    async def said(self, public_id: str) -> Said: ...

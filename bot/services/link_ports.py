"""What use cases ask of the rows that make one person of two accounts' people (see `services.ports`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.domain.learning import Progress
from bot.domain.moving import Awards, Completions, Given
from bot.domain.people import Person
from bot.domain.recognition import Endorsement, Target
from bot.domain.spare import Rhythm

if TYPE_CHECKING:
    from bot.services.ports import GivesWay


@dataclass(frozen=True)
class LinkCode:
    """A code that was shown to one account and typed by another person's; `public_id` names it for the press."""

    id: int
    public_id: str
    person_id: int
    """Who was shown it."""
    account_id: int | None
    until: datetime
    to_person_id: int | None = None


@dataclass(frozen=True)
class Union:
    """What becomes of two people, decided beforehand, by internal ids. `goes` is nobody of their own afterwards."""

    stays: Person
    goes: Person
    rhythm: Rhythm
    completions: Completions
    progress: tuple[tuple[str, Progress], ...]
    awards: Awards
    give_way: "tuple[GivesWay, ...]"
    given: Given


class Links(Protocol):
    """Codes by which accounts of one school are linked, and what was once linked."""

    async def begin(self, person_id: int, account_id: int | None, until: datetime) -> str:
        """A new one-time code, kept as a keyed hash only; a former one of this person ends."""

    async def end(self, person_id: int) -> None:
        """A code that this person was shown works no more."""

    async def begun_since(self, person_id: int, moment: datetime) -> int:
        """How many codes this person was shown since then."""

    async def missed_since(self, person_id: int, moment: datetime) -> int:
        """How many codes that are none this person typed since then."""

    async def miss(self, person_id: int) -> None: ...
    async def by_code(self, code: str) -> LinkCode | None:
        """The open code of this school; None when it is unknown, used or too late."""

    async def bind(self, link: LinkCode, person_id: int) -> bool:
        """Note who typed it; False when somebody else did before."""

    async def bound(self, public_id: str, person_id: int) -> LinkCode | None:
        """The open code that this person typed."""

    async def unite(self, link: LinkCode, union: Union) -> None:
        """Give everything of the one to the other, and keep a mark that their accounts are one human being's."""

    async def anonymous(self, person_ids: tuple[int, ...]) -> tuple[tuple[Endorsement, str], ...]:
        """What accounts of these people gave before their people were forgotten, and by which trace."""

    async def part(self, account_ids: tuple[int, ...], person: Person, rhythm: Rhythm) -> Person:
        """Let these accounts be a new person's, who has nothing but their name and language."""

    async def follow(self, person_id: int, lane: str) -> None:
        """Promises to the person that wait in another lane wait in this one."""

    async def others(self, person_id: int) -> frozenset[int]:
        """Who is the same human being by their accounts: people who were one person with this one once."""

    async def have_endorsed(self, people: frozenset[int], target: Target) -> bool:
        """Whether an endorsement of the target stands by one of these people."""

    async def now(self, person_id: int) -> int:
        """Who a person is since they were linked: themselves, or who they are one with."""

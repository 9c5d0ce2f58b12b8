"""What proving addresses by mail asks of the rows, and of whoever carries mail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.proofs import AskedCode, MailAddress


@dataclass(frozen=True)
class Letter:
    """A mail in plain text to one address."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class Post(Protocol):
    async def send(self, letter: Letter) -> None:
        """Hand a mail over to the server that carries it. Raises `Problem` mail.not_sent where that cannot be done.

        Whether there is such an address is not told. A mail that the server may still take counts as handed over.
        """


class MailProofs(Protocol):
    """Addresses of the school's people that they proved by a code, and the codes. Addresses are normalised."""

    async def of_person(self, person_id: int) -> tuple[MailAddress, ...]:
        """In the order in which they were proved."""

    async def keep(self, person_id: int, address: str) -> MailAddress: ...
    async def drop(self, person_id: int, public_id: str) -> MailAddress | None:
        """It proves nothing any more; None where this person has none by this id."""

    async def ask(self, person_id: int, address: str, until: datetime) -> str:
        """A new code, kept as a keyed hash only; a former one of this person ends."""

    async def asked(self, person_id: int) -> AskedCode | None:
        """The code of this person that can still be typed."""

    async def matches(self, asked: AskedCode, code: str) -> bool: ...
    async def note_wrong(self, asked: AskedCode) -> None: ...
    async def end(self, person_id: int) -> None:
        """The code of this person cannot be typed any more."""

    async def take_back(self, person_id: int, address: str, code: str) -> None:
        """This code was sent to nobody: it counts for nothing."""

    async def asked_by(self, person_id: int, since: datetime) -> int:
        """How many codes this person has asked for since then, forgotten and moved meanwhile or not."""

    async def asked_for(self, address: str, since: datetime, *, by: int | None = None) -> int:
        """How many codes were asked for this address since then: by one person, or by whomever of the school."""

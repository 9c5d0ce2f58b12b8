"""What taking badges in from elsewhere asks of the rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.domain.foreign import Fault, Foreign
from bot.domain.foreign_rounds import Waiting
from bot.domain.trust import TrustedIssuer


@dataclass(frozen=True)
class Coming:
    """A badge from elsewhere that was found good just now, as it is to be kept."""

    mark: str
    """By which it is known again."""
    issuer: str
    host: str
    issuer_name: str
    name: str
    badge_id: str
    about: str
    tags: tuple[str, ...]
    awarded_on: date
    expires_at: datetime | None
    is_picture: bool
    file: bytes = field(repr=False)
    """As it came."""
    copy: bytes | None = field(default=None, repr=False)
    """What the issuer's own address answered, where that alone counts."""
    published: str | None = None
    """The address that this names as its own."""


@dataclass(frozen=True)
class ForeignFile:
    """The kept file of a badge from elsewhere, and the copy of what its issuer's address answered."""

    public_id: str
    file: bytes = field(repr=False)
    copy: bytes | None = field(repr=False)
    is_picture: bool

    @property
    def ending(self) -> str:
        """The ending of its name, by what is in it."""
        if self.is_picture:
            return "png"
        head = self.file.lstrip()[:1]
        return {b"<": "svg", b"{": "json"}.get(head, "jwt" if self.file.lstrip().startswith(b"eyJ") else "txt")


class ForeignBadges(Protocol):
    """Badges that people of the school took in from elsewhere."""

    async def of_person(self, person_id: int) -> tuple[Foreign, ...]:
        """Newest award first."""

    async def by_public_id(self, public_id: str) -> Foreign | None: ...
    async def marked(self, mark: str) -> Foreign | None:
        """The one that is known by this mark, whoever of the school keeps it."""

    async def keep(self, person_id: int, coming: Coming) -> Foreign | None:
        """A new one, checked now; None where somebody of the school keeps it already."""

    async def note_good(self, foreign_id: int, coming: Coming) -> None:
        """What was found good again, now: its newest words in place of the former."""

    async def note_tried(self, foreign_id: int) -> None:
        """It was tried now and nothing could be told."""

    async def note_fault(self, foreign_id: int, fault: Fault, why: str, since: datetime) -> None:
        """It was tried now and is not good, as is known since then. `why` is the issuer's reason, or empty."""

    async def note_address(self, person_id: int, foreign_id: int, address: str) -> None:
        """This person took it in by this address, of which a keyed mark is kept; it is another badge's no more."""

    async def taken_from(self, person_id: int, address: str) -> Foreign | None:
        """This person's, which was taken in by this address."""

    async def save_findable(self, foreign_id: int, at: datetime | None) -> None: ...
    async def drop(self, foreign_id: int) -> None: ...
    async def file(self, foreign_id: int) -> ForeignFile | None: ...
    async def by_file(self, person_id: int, file: bytes) -> Foreign | None:
        """This person's, whose kept file is the same byte for byte."""

    async def published_at(self, person_id: int, addresses: Collection[str]) -> Foreign | None:
        """This person's, whose issuer's own address answered that it is published at one of these."""

    async def files(self, person_id: int) -> tuple[ForeignFile, ...]: ...
    async def waiting(self, before: datetime) -> tuple[Waiting, ...]:
        """Those last tried before this moment; what is at fault may be good again."""

    async def number(self) -> int:
        """How many the school keeps."""

    async def findable(self) -> tuple[Foreign, ...]:
        """Those for which `who` may name their holders, newest award first."""


class Trust(Protocol):
    """The issuers that the school trusts."""

    async def all(self) -> tuple[TrustedIssuer, ...]:
        """By name."""

    async def ever(self) -> tuple[TrustedIssuer, ...]:
        """Those too that it trusts no longer."""

    async def put(self, issuer: str, name: str) -> None:
        """Trust it from now on; one that is trusted already gets this name."""

    async def drop(self, issuer: str) -> bool:
        """Trust it no longer; False where it was not on the list."""

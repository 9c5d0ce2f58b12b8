"""Status lists: a position for what is signed under a web address, and the lists themselves, signed as they are now."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.badges import jwt
from bot.badges.did import DID_WEB
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.badges.status import StatusEntry, StatusPurpose, compose_list, suspensions_url
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.composition import local_day, midnight_of
from bot.services.issuers import open_ed25519
from bot.services.ports import Store, Vault, Work
from bot.services.public import PublicThing
from bot.services.status_ports import ListSeen, Place, Said

LASTS = timedelta(days=2)
"""How long a list holds from the midnight of the day it was signed: who serves an old one for longer is found out."""


@dataclass(frozen=True, kw_only=True)
class TakePlaces(OfSchool):
    """`did` signs the badge, if there is one, and answers for the status of these endorsements."""

    did: str
    award_id: int | None = None
    endorsement_ids: tuple[int, ...] = ()


async def take_places(work: Work, command: TakePlaces) -> None:
    """Give an award and endorsements positions in a list, those that have none yet."""
    if command.award_id is not None:
        await work.status.place_award(command.award_id, command.did)
    for endorsement_id in command.endorsement_ids:
        await work.status.place_endorsement(endorsement_id, command.did)


def has_lists(did: str) -> bool:
    """Whether an issuer has a place for lists: without a web address there is no status (design.md 4.11)."""
    return did.startswith(DID_WEB)


def entry_of_award(place: Place | None) -> StatusEntry | None:
    """How a credential says where its status stands: awards are revoked and suspended."""
    return StatusEntry(place.list_url, place.position, may_be_suspended=True) if place else None


def entry_of_endorsement(place: Place | None) -> StatusEntry | None:
    """As `entry_of_award`: an endorsement is withdrawn, which is a revocation."""
    return StatusEntry(place.list_url, place.position) if place else None


# ---------------------------------------------------------------- the lists


@dataclass(frozen=True)
class ListNow:
    """A list at this moment. Equal ones give the same document."""

    seen: ListSeen
    today: date
    """At the school of its issuer."""

    @property
    def edition(self) -> tuple[str, int, date, str]:
        """What the document follows from."""
        return self.seen.public_id, self.seen.version, self.today, self.seen.key.method


@dataclass(frozen=True, kw_only=True)
class ReadSaid(OfNoSchool):
    public_id: str


async def look_at_list(work: Work, command: PublicThing) -> ListNow | None:
    """A list of whatever school: it is open to all, and says nothing of anybody."""
    seen = await work.status.seen(command.asked)
    return ListNow(seen, local_day(work.now, seen.school)) if seen else None


async def read_said(work: Work, command: ReadSaid) -> Said:
    return await work.status.said(command.public_id)


class ListDesk:
    """Signs lists."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def find(self, public_id: str) -> ListNow | None:
        """A list by what stood in an address."""
        return await self._store.look(look_at_list, PublicThing(public_id=public_id))

    async def signed(self, found: ListNow, purpose: StatusPurpose) -> str:
        """The list's signed credential for one purpose. It says what is true now, or was at `found` and later."""

        def sign(unsigned: JsonObject, key: SigningKey) -> str:
            return to_text(secure(unsigned, key, self._midnight(found)))

        return await self._made(found, purpose, sign)

    async def token(self, found: ListNow, purpose: StatusPurpose) -> str:
        """As `signed`, as a compact JWS by the same key."""
        return await self._made(found, purpose, jwt.signed)

    async def _made(self, found: ListNow, purpose: StatusPurpose, sign: Callable[[JsonObject, SigningKey], str]) -> str:
        said = await self._store.look(read_said, ReadSaid(public_id=found.seen.public_id))
        return await asyncio.to_thread(self._sign, found, purpose, said, sign)

    @staticmethod
    def _midnight(found: ListNow) -> datetime:
        return midnight_of(found.today, found.seen.school)

    def _sign(
        self, found: ListNow, purpose: StatusPurpose, said: Said, sign: Callable[[JsonObject, SigningKey], str]
    ) -> str:
        key = open_ed25519(self._vault, found.seen.key)
        is_second = purpose is StatusPurpose.SUSPENSION
        midnight = self._midnight(found)
        unsigned = compose_list(
            suspensions_url(found.seen.url) if is_second else found.seen.url,
            key.did,
            purpose,
            said.suspended if is_second else said.revoked,
            midnight,
            midnight + LASTS,
        )
        return sign(unsigned, key)

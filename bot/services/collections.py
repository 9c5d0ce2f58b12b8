"""Collections: one's own badges shown together, to those with the link, until a day.

Choosing a badge is the act that shows it there; it publishes nothing (docs/decisions/0009). Links are made from the
collection's id under the deployment's key and stand nowhere in the database.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.domain.collections import LONGEST, MOST_BADGES, MOST_OPEN, BadgeCollection, read_title
from bot.domain.outcomes import Refused
from bot.services.commands import ByPerson
from bot.services.ports import Work

MAC_BYTES = 16


class CollectionTokens:
    """Writes and reads the unguessable part of a collection's address, under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, public_id: str) -> str:
        """43 characters: the id and its HMAC."""
        name = UUID(public_id).bytes
        return base64.urlsafe_b64encode(name + self._mac(name)).rstrip(b"=").decode()

    def read(self, token: str) -> str | None:
        """The collection's public id; None for anything that this deployment did not write."""
        try:
            raw = base64.b64decode(token.encode("ascii") + b"=", altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return None
        name, mac = raw[:16], raw[16:]
        if len(name) != 16 or not hmac.compare_digest(mac, self._mac(name)):
            return None
        public_id = str(UUID(bytes=name))
        # One address for one collection: the last character has bits to spare.
        return public_id if self.token(public_id) == token else None

    def _mac(self, name: bytes) -> bytes:
        return hmac.new(self._key, name, sha256).digest()[:MAC_BYTES]


@dataclass(frozen=True, kw_only=True)
class MakeCollection(ByPerson):
    """`awards` are public ids, in the order in which they are shown; `until` is the last day."""

    title: str
    until: date
    awards: tuple[str, ...]


async def make_collection(work: Work, command: MakeCollection) -> BadgeCollection | Refused:
    """Show these badges of one's own together, to whoever has the link."""
    await work.people.lock(command.person_id)
    title = read_title(command.title)
    if not title:
        return Refused("collection_title")
    chosen = tuple(dict.fromkeys(command.awards))
    if not 0 < len(chosen) <= MOST_BADGES:
        return Refused("collection_badges", {"limit": MOST_BADGES})
    today = await _today(work)
    if not today <= command.until <= today + LONGEST:
        return Refused("collection_until")
    award_ids = []
    for public_id in chosen:
        award = await work.awards.by_public_id(public_id)
        if award is None or award.person_id != command.person_id:
            return Refused("not_yours")
        if await work.credentials.newest(award.id) is None:
            return Refused("publish_unsigned")
        award_ids.append(award.id)
    if sum(each.is_open(today) for each in await work.collections.of_person(command.person_id)) >= MOST_OPEN:
        return Refused("collection_many", {"limit": MOST_OPEN})
    made = await work.collections.add(command.person_id, title, command.until, award_ids)
    await _record(work, "collect", made, {"badges": str(len(award_ids)), "until": command.until.isoformat()})
    return made


@dataclass(frozen=True, kw_only=True)
class EndCollection(ByPerson):
    collection: str


async def end_collection(work: Work, command: EndCollection) -> BadgeCollection | Refused:
    """End a collection of one's own before its day: its link leads nowhere from now on."""
    await work.people.lock(command.person_id)
    found = await work.collections.by_public_id(command.collection)
    if found is None or found.person_id != command.person_id:
        return Refused("not_yours")
    if found.ended_at is None:
        await work.collections.end(found.id)
        await _record(work, "end_collection", found, {})
    return found


async def list_collections(work: Work, command: ByPerson) -> tuple[BadgeCollection, ...]:
    """One's own collections that are open, newest first."""
    today = await _today(work)
    return tuple(each for each in await work.collections.of_person(command.person_id) if each.is_open(today))


async def _today(work: Work) -> date:
    return work.now.astimezone(ZoneInfo((await work.school()).zone)).date()


async def _record(work: Work, act: str, collection: BadgeCollection, detail: dict[str, str]) -> None:
    person = await work.people.get(collection.person_id)
    await work.audit.record(act, actor=person, subject=collection.public_id, detail=detail)

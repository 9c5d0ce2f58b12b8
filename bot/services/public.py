"""What strangers look at: published badges, collections, definitions, issuers. Reads only, of no school."""

import re
from dataclasses import dataclass

from bot.domain.awards import Achievement, Level
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import School
from bot.services.awards import AboutAward, own_award
from bot.services.commands import OfNoSchool
from bot.services.definitions import Definition, definition_of
from bot.services.ports import Counts, OpenCollection, PublicIssuer, Showing, Work

_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODYS = "00000000-0000-0000-0000-000000000000"
"""Asked for in the place of what cannot be an id: what does not exist takes as long as what is not shown."""


@dataclass(frozen=True, kw_only=True)
class PublicThing(OfNoSchool):
    """`public_id` is as it stood in an address: anything at all."""

    public_id: str

    @property
    def asked(self) -> str:
        return self.public_id if _PUBLIC_ID.fullmatch(self.public_id) else NOBODYS


async def look_at_published(work: Work, command: PublicThing) -> Showing | None:
    """A published badge; None for whatever is not."""
    return await work.public.badge(command.asked)


async def look_at_collection(work: Work, command: PublicThing) -> OpenCollection | None:
    """A collection that runs, by its public id (see `CollectionTokens`)."""
    return await work.public.collection(command.asked)


async def look_at_signer(work: Work, command: PublicThing) -> PublicIssuer | None:
    """A school as those need it who hold something that it signed, published or not: its keys."""
    return await work.public.signer(command.asked)


async def look_at_public_issuers(work: Work, command: OfNoSchool) -> tuple[School, ...]:
    """The schools that have a published badge."""
    return await work.public.issuers()


async def look_at_issuer(work: Work, command: PublicThing) -> PublicIssuer | None:
    """A school that has a published badge."""
    return await work.public.issuer(command.asked)


async def preview(work: Work, command: AboutAward) -> Showing | Refused:
    """One's own badge as others would see it, published or not."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    return await work.queries.showing(award.id) or Refused("publish_unsigned")


@dataclass(frozen=True)
class PartSeen:
    """A part of a definition as it is taught now; `minutes` and `content_id` are None where it is no more."""

    name: Bilingual
    minutes: int | None
    self_assessed: bool
    content_id: str | None = None
    """The page of a part that is a badge itself."""


@dataclass(frozen=True)
class PublicAchievement:
    achievement: Achievement
    definition: Definition
    content_id: str
    parts: tuple[PartSeen, ...]
    counts: Counts


async def look_at_achievement(work: Work, command: PublicThing) -> PublicAchievement | None:
    """The newest version of what can be earned: shared content, open to all."""
    achievement = await work.public.achievement(command.asked)
    if achievement is None:
        return None
    definition = definition_of(achievement)
    units = achievement.level is Level.KNOWLEDGE
    parts = await _units(work, definition) if units else await _badges(work, definition)
    counts = await work.public.content_counts(achievement.key)
    return PublicAchievement(achievement, definition, command.asked, parts, counts)


async def _units(work: Work, definition: Definition) -> tuple[PartSeen, ...]:
    shelf = await work.shelves.current()
    units = [(part, shelf.unit(part.key)) for part in definition.parts]
    return tuple(PartSeen(part.name, unit.minutes if unit else None, part.self_assessed) for part, unit in units)


async def _badges(work: Work, definition: Definition) -> tuple[PartSeen, ...]:
    seen = []
    for part in definition.parts:
        newest = await work.shelves.newest(part.key)
        if newest is None:
            seen.append(PartSeen(part.name, None, part.self_assessed))
            continue
        first = await work.shelves.achievement(await work.shelves.first_id(part.key))
        seen.append(PartSeen(part.name, definition_of(newest).minutes, part.self_assessed, first.public_id))
    return tuple(seen)

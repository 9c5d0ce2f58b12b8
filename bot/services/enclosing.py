"""Badges inside a badge: which of its parts a holder wants there, each by an act of its own that can be undone
(docs/decisions/0014-enclosing-parts.md)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.awards import Award, Level
from bot.domain.enclosing import MOST_KIBIBYTES, MOST_PARTS, fitting
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.recognition import Target
from bot.services.awards import AboutAward, own_award
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.composition import local_day
from bot.services.definitions import definition_of
from bot.services.ports import Revision, Store, Work
from bot.services.promises import promise_issue
from bot.services.received import name_of


@dataclass(frozen=True)
class Inside:
    """A part that stands in the next edition: its award, and which of its editions."""

    part_id: int
    key: str
    revision: Revision

    @property
    def editions(self) -> tuple[tuple[int, int], ...]:
        """The edition, and those that it holds itself."""
        return ((self.part_id, self.revision.number), *self.revision.enclosed)


async def parts_inside(work: Work, award: Award) -> tuple[Inside, ...]:
    """The parts that the award's next edition holds, in the badge's own order: ticked, valid, signed, and as many as
    fit."""
    ticked = {enclosure.part_id for enclosure in await work.enclosures.of_award(award.id)}
    if not ticked:
        return ()
    found = []
    for part in await _parts_of(work, award):
        if part.id in ticked and part.counts(work.now):
            newest = await _standing(work, part)
            if newest is not None:
                found.append(Inside(part.id, part.achievement_key, newest))
    fits = fitting([_size(part.revision) for part in found])
    return tuple(part for part, is_in in zip(found, fits, strict=True) if is_in)


async def _parts_of(work: Work, award: Award) -> tuple[Award, ...]:
    """The badges of the same person that the award rests on, in its own order. A knowledge badge rests on units."""
    achievement = await work.shelves.achievement(award.achievement_id)
    if achievement.level is Level.KNOWLEDGE:
        return ()
    held = {part.achievement_key: part for part in await work.awards.of_person(award.person_id)}
    keys = dict.fromkeys(evidence.key for evidence in award.evidence)
    return tuple(held[key] for key in keys if key in held and held[key].id != award.id)


async def _standing(work: Work, part: Award) -> Revision | None:
    """The newest edition of a part, if it still counts."""
    newest = await work.credentials.newest(part.id)
    return None if newest is None or newest.outdated else newest


def _size(revision: Revision) -> int:
    return len(revision.text.encode())


# ---------------------------------------------------------------- by the holder


class PartState(StrEnum):
    """How a part stands to the badge around it."""

    OUT = "out"
    INSIDE = "inside"
    WAITING = "waiting"
    """Wanted, and the next edition brings it."""
    STOPPED = "stopped"
    EXPIRED = "expired"
    TOO_LARGE = "too_large"
    """Wanted, and there is no room for it any more."""


@dataclass(frozen=True)
class Part:
    """A badge that another one rests on, and what a reader of its file would see in it."""

    award: str
    """Public id."""
    name: Bilingual
    on: date
    wanted: bool
    state: PartState
    endorsements: int
    endorsers: tuple[str, ...]
    """The names of those who agreed to be named."""
    badges: int = 0
    """Badges that stand inside the part, at whatever level: they go along."""


@dataclass(frozen=True)
class Parts:
    name: Bilingual
    parts: tuple[Part, ...]


async def look_at_parts(work: Work, command: AboutAward) -> Parts | Refused:
    """The badges that one's own badge rests on, and which of them stand inside."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    wanted = {enclosure.part_id: enclosure.inside for enclosure in await work.enclosures.of_award(award.id)}
    coming = {inside.part_id for inside in await parts_inside(work, award)}
    name = definition_of(await work.shelves.achievement(award.achievement_id)).name
    parts = []
    for part in await _parts_of(work, award):
        waits = part.id in coming or await _standing(work, part) is None
        parts.append(await _seen(work, part, part.id in wanted, _state(work, part, wanted, waits)))
    return Parts(name, tuple(parts))


async def wanted_inside(work: Work, award: Award) -> tuple[str, ...]:
    """The public ids of the badges that the holder wants inside, in the badge's own order."""
    wanted = {enclosure.part_id for enclosure in await work.enclosures.of_award(award.id)}
    return tuple(part.public_id for part in await _parts_of(work, award) if part.id in wanted)


def _state(work: Work, part: Award, wanted: dict[int, bool], waits: bool) -> PartState:
    if part.stop is not None:
        return PartState.STOPPED
    if part.is_expired(work.now):
        return PartState.EXPIRED
    if part.id not in wanted:
        return PartState.OUT
    if wanted[part.id]:
        return PartState.INSIDE
    return PartState.WAITING if waits else PartState.TOO_LARGE


async def _seen(work: Work, part: Award, wanted: bool, state: PartState) -> Part:
    school = await work.directory.school(part.issued_by)
    achievement = await work.shelves.achievement(part.achievement_id)
    shown = await work.endorsements.shown(Target.of_award(part.id))
    names = [await name_of(work, endorsement) for endorsement in shown]
    newest = await work.credentials.newest(part.id)
    return Part(
        part.public_id,
        definition_of(achievement).name,
        local_day(part.awarded_at, school),
        wanted,
        state,
        len(shown),
        tuple(dict.fromkeys(name for name in names if name is not None)),
        len(newest.enclosed) if newest is not None else 0,
    )


@dataclass(frozen=True, kw_only=True)
class Enclose(AboutAward):
    part: str
    """Public id of the award that is to stand inside."""
    inside: bool


async def enclose(work: Work, command: Enclose) -> Bilingual | Refused:
    """Put one part inside a badge of one's own, or take it out; its name. The next edition says what is true."""
    await work.people.lock(command.person_id)
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    part = next((each for each in await _parts_of(work, award) if each.public_id == command.part), None)
    if part is None:
        return Refused("not_yours")
    if command.inside:
        refusal = await _refusal(work, award, part)
        if refusal is not None:
            return refusal
    change = work.enclosures.enclose if command.inside else work.enclosures.take_out
    if await change(award.id, part.id):
        person = await work.people.get(command.person_id)
        await work.audit.record("enclose" if command.inside else "take_out", actor=person, subject=award.public_id)
        await promise_issue(work, award.id, settle=True)
    return definition_of(await work.shelves.achievement(part.achievement_id)).name


async def _refusal(work: Work, award: Award, part: Award) -> Refused | None:
    if award.stop is not None:
        return Refused("enclose_around_stopped")
    if not part.counts(work.now):
        return Refused("enclose_ended")
    newest = await _standing(work, part)
    if newest is None:
        return Refused("enclose_unsigned")
    others = [each.revision for each in await parts_inside(work, award) if each.part_id != part.id]
    if not all(fitting([_size(each) for each in (*others, newest)])):
        return Refused("enclose_too_large", {"most": MOST_PARTS, "limit": MOST_KIBIBYTES})
    return None


# ---------------------------------------------------------------- what follows


async def promise_around(work: Work, award_id: int) -> None:
    """Promise new editions of the badges that an award stands inside of, or is wanted in."""
    for around in await work.enclosures.around(award_id):
        await promise_issue(work, around, settle=False)


async def renew_around_all(store: Store) -> int:
    """Promise, school by school, new editions of whatever holds a badge that is stopped or has expired; counts them."""
    schools = await store.look(_schools_ended, OfNoSchool())
    return sum([await store.run(_renew_around, OfSchool(school_id=school_id)) for school_id in schools])


async def _schools_ended(work: Work, _: OfNoSchool) -> tuple[int, ...]:
    return await work.enclosures.schools_ended()


async def _renew_around(work: Work, command: OfSchool) -> int:
    ended = await work.enclosures.ended()
    for award_id in ended:
        await promise_issue(work, award_id, settle=False)
    return len(ended)

"""How far a person is on the pathways, from the rows (the rules are `domain.pathways` and `domain.pathway_history`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.awards import Award
from bot.domain.catalogue import Pathway, Shelf, Unit
from bot.domain.foreign import Foreign
from bot.domain.language import Bilingual
from bot.domain.pathway_history import Got, History, Lasting, judged
from bot.domain.pathways import (
    Endorsing,
    Prior,
    Progress,
    Rule,
    asked_endorsements,
    asked_imports,
    badges_of,
    fits,
    following,
    missing,
)
from bot.domain.people import Person
from bot.domain.periods import common
from bot.domain.recognition import Endorsement, Stood, Target, TargetKind
from bot.domain.trust import names_of
from bot.services.commands import ByPerson
from bot.services.ports import Work


class Halt(StrEnum):
    """Why a badge that the person has counts for nothing at present."""

    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Halted:
    """A badge of the person's own that a pathway needs and that does not count. `on` is the last day of one that
    expired, and the day of what its issuer did. `award` is a public id."""

    badge: str
    award: str
    why: Halt
    on: date


@dataclass(frozen=True)
class Over:
    """A badge from elsewhere that a pathway would count. It did until this day."""

    name: str
    host: str
    on: date


@dataclass(frozen=True)
class PathwayState:
    """How far a person is. `next` is the unit that would bring them further, and the badge that it is for.

    `reached_on` is told of an earned one where that became known later than it was so.
    """

    pathway: Pathway
    earned: bool
    progress: Progress
    next: tuple[Unit, str] | None
    halted: tuple[Halted, ...] = ()
    over: tuple[Over, ...] = ()
    reached_on: date | None = None


@dataclass(frozen=True)
class Ways:
    """`names` are those of the badges by their keys."""

    states: tuple[PathwayState, ...]
    names: Mapping[str, Bilingual]


async def look_at_pathways(work: Work, command: ByPerson) -> Ways:
    """Every pathway on the shelf, for the person's own eyes."""
    shelf = await work.shelves.current()
    held = {award.achievement_key: award for award in await work.awards.of_person(command.person_id)}
    done = frozenset(item.unit_key for item in await work.learning.completions(command.person_id))
    person = await work.people.get(command.person_id)
    history = await history_of(work, person, shelf, shelf.pathways, held)
    elsewhere = await work.foreign.of_person(person.id)
    ahead = _Ahead(shelf, history, held, done, work.now)
    states = []
    for pathway in shelf.pathways:
        progress, award = judged(pathway.rule, history, work.now), held.get(pathway.badge.key)
        if award is not None:
            states.append(PathwayState(pathway, True, progress, None, reached_on=_told_later(award, history)))
            continue
        left = missing(progress)
        halted = tuple(_halted(held, left, history, work.now))
        over = tuple(_over(elsewhere, left, history, work.now))
        states.append(PathwayState(pathway, False, progress, ahead.unit(progress), halted, over))
    names = {badge.key: badge.name for catalogue in shelf.catalogues for badge in catalogue.badges()}
    return Ways(tuple(states), names)


def _told_later(award: Award, history: History) -> date | None:
    on = history.day(award.begins)
    return on if on < history.day(award.awarded_at) else None


def _halted(held: Mapping[str, Award], left: Rule | None, history: History, now: datetime) -> Iterator[Halted]:
    """What is missing though the person has it."""
    for badge in () if left is None else badges_of(left):
        award = held.get(badge)
        if award is not None and award.stop is not None:
            yield Halted(badge, award.public_id, Halt(award.stop.kind), history.day(award.stop.since))
        elif award is not None and award.valid_until is not None and award.is_expired(now):
            yield Halted(badge, award.public_id, Halt.EXPIRED, history.last_day(award.valid_until))


def _over(kept: Sequence[Foreign], left: Rule | None, history: History, now: datetime) -> Iterator[Over]:
    """What would count of what is missing from elsewhere, had it not come to an end."""
    ends = {one.fact: one.period.until for one in history.facts if isinstance(one.fact, Prior)}
    for one in kept:
        prior = _prior(one)
        until = ends.get(prior)
        if until is not None and until <= now and any(fits(rule, prior) for rule in asked_imports(left)):
            yield Over(one.name, one.host, history.last_day(until))


@dataclass(frozen=True)
class _Ahead:
    """What could be done next."""

    shelf: Shelf
    history: History
    held: Mapping[str, Award]
    done: frozenset[str]
    now: datetime

    def unit(self, progress: Progress) -> tuple[Unit, str] | None:
        """The first unit that is left of the open badge with the fewest left; of equal ones the author's first."""
        left = [(units, badge) for badge in self._open(progress) if (units := self._left(badge))]
        if not left:
            return None
        units, badge = min(left, key=lambda pair: len(pair[0]))
        return units[0], badge

    def _open(self, progress: Progress) -> Iterator[str]:
        """Badges of courses that would bring the person further; another pathway's badge stands for what it wants next.

        What the person has already, though it does not count, is not earned anew.
        """
        rules = {pathway.badge.key: pathway.rule for pathway in self.shelf.pathways}
        for badge in following(progress):
            if badge in self.held:
                continue
            if badge in rules:
                yield from self._open(judged(rules[badge], self.history, self.now))
            else:
                yield badge

    def _left(self, badge: str) -> tuple[Unit, ...]:
        """What is still to do for a badge, in the author's order."""
        modules = [
            module
            for course in self.shelf.courses
            for module in course.modules
            if badge in (course.badge.key, module.badge.key) and module.badge.key not in self.held
        ]
        return tuple(unit for module in modules for unit in module.units if unit.key not in self.done)


async def history_of(
    work: Work, person: Person, shelf: Shelf, pathways: Sequence[Pathway], held: Mapping[str, Award]
) -> History:
    """What these pathways of the shelf may count, with when it held.

    What was said of a badge held while the badge did. What its holder hides is not looked at.
    """
    zone = ZoneInfo((await work.school()).zone)
    asked = [one for pathway in pathways for one in asked_endorsements(pathway.rule)]
    of_awards = {badge for one in asked if not one.of_content for badge in one.badges if badge in held}
    of_content = {badge for one in asked if one.of_content for badge in one.badges}
    facts = [one for award in held.values() for one in _got(award, zone)]
    for badge in sorted(of_awards):
        facts += await _of_award(work, held[badge], zone)
    selves = await work.moves.same(person.id) if of_content else frozenset()
    for badge in sorted(of_content):
        facts += await _of_content(work, badge, selves, zone)
    facts += await _priors(work, person, zone)
    return History(frozenset(facts), zone, frozenset(pathway.badge.key for pathway in shelf.pathways))


def _got(award: Award, zone: ZoneInfo) -> list[Lasting]:
    got = Got(award.achievement_key, award.begins.astimezone(zone).date())
    return [Lasting(got, period) for period in award.periods()]


async def _priors(work: Work, person: Person, zone: ZoneInfo) -> list[Lasting]:
    """Badges from elsewhere, for as long as they were good and their issuer is on the school's list."""
    listed = await work.trust.ever()
    if not listed:
        return []
    return [
        Lasting(_prior(one), period)
        for one in await work.foreign.of_person(person.id)
        if not (period := one.counted(listed, zone)).is_empty
    ]


def _prior(one: Foreign) -> Prior:
    return Prior(one.badge_id, names_of(one.issuer), one.awarded_on)


async def _of_award(work: Work, award: Award, zone: ZoneInfo) -> list[Lasting]:
    """Two by one person who was forgotten are told to be one person's by their trace."""
    traces = await work.moves.traces(award.id)
    return [
        Lasting(_endorsing(award.achievement_key, one, stood, zone, traces), both)
        for one in await work.endorsements.ever(Target.of_award(award.id))
        if one.hidden_at is None
        for stood in one.stood
        for held in award.periods()
        if not (both := common(stood.period, held)).is_empty
    ]


async def _of_content(work: Work, badge: str, own: frozenset[int], zone: ZoneInfo) -> list[Lasting]:
    """By colleagues of the school; one's own say nothing for oneself (design.md 4.9)."""
    if await work.shelves.newest(badge) is None:
        return []
    target = Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(badge))
    return [
        Lasting(_endorsing(badge, one, stood, zone, {}), stood.period)
        for one in await work.endorsements.ever(target)
        if one.endorser_id not in own
        for stood in one.stood
    ]


def _endorsing(badge: str, one: Endorsement, stood: Stood, zone: ZoneInfo, traces: Mapping[int, str]) -> Endorsing:
    by = str(one.endorser_id) if one.endorser_id is not None else traces.get(one.id, f"endorsement {one.id}")
    return Endorsing(badge, by, stood.role, stood.period.since.astimezone(zone).date(), one.target.is_content)

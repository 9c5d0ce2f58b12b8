"""How far a person is on the pathways, from the rows (the rules are `domain.pathways`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.awards import Award
from bot.domain.catalogue import Pathway, Shelf, Unit
from bot.domain.language import Bilingual
from bot.domain.pathways import Endorsing, Facts, Prior, Progress, asked_endorsements, following, judged
from bot.domain.people import Person
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.domain.trust import names_of
from bot.services.commands import ByPerson
from bot.services.ports import Work


@dataclass(frozen=True)
class PathwayState:
    """How far a person is. `next` is the unit that would bring them further, and the badge that it is for."""

    pathway: Pathway
    earned: bool
    progress: Progress
    next: tuple[Unit, str] | None


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
    facts = await facts_of(work, await work.people.get(command.person_id), shelf.pathways, held)
    today = work.now.astimezone(ZoneInfo((await work.school()).zone)).date()
    states = []
    for pathway in shelf.pathways:
        progress, earned = judged(pathway.rule, facts, today), pathway.badge.key in held
        ahead = None if earned else _next_unit(shelf, progress, facts, done, today)
        states.append(PathwayState(pathway, earned, progress, ahead))
    names = {badge.key: badge.name for catalogue in shelf.catalogues for badge in catalogue.badges()}
    return Ways(tuple(states), names)


def _next_unit(
    shelf: Shelf, progress: Progress, facts: Facts, done: frozenset[str], today: date
) -> tuple[Unit, str] | None:
    """The first unit that is left of the open badge with the fewest left; of equal ones the author's first."""
    left = [
        (units, badge) for badge in _open(shelf, progress, facts, today) if (units := _left(shelf, badge, facts, done))
    ]
    if not left:
        return None
    units, badge = min(left, key=lambda pair: len(pair[0]))
    return units[0], badge


def _open(shelf: Shelf, progress: Progress, facts: Facts, today: date) -> Iterator[str]:
    """Badges of courses that would bring the person further; another pathway's badge stands for what it wants next."""
    rules = {pathway.badge.key: pathway.rule for pathway in shelf.pathways}
    for badge in following(progress):
        if badge in rules:
            yield from _open(shelf, judged(rules[badge], facts, today), facts, today)
        else:
            yield badge


def _left(shelf: Shelf, badge: str, facts: Facts, done: frozenset[str]) -> tuple[Unit, ...]:
    """What is still to do for a badge, in the author's order."""
    modules = [
        module
        for course in shelf.courses
        for module in course.modules
        if badge in (course.badge.key, module.badge.key) and module.badge.key not in facts.earned
    ]
    return tuple(unit for module in modules for unit in module.units if unit.key not in done)


async def facts_of(work: Work, person: Person, pathways: Iterable[Pathway], held: Mapping[str, Award]) -> Facts:
    """What these pathways may count: badges by their local day, and standing endorsements that they ask for.

    A badge that its issuer stopped or that expired counts for nothing, nor does what was said of it.
    """
    held = {key: award for key, award in held.items() if award.counts(work.now)}
    zone = ZoneInfo((await work.school()).zone)
    earned = {key: award.awarded_at.astimezone(zone).date() for key, award in held.items()}
    asked = [one for pathway in pathways for one in asked_endorsements(pathway.rule)]
    of_awards = {badge for one in asked if not one.of_content for badge in one.badges if badge in held}
    of_content = {badge for one in asked if one.of_content for badge in one.badges}
    endorsements = [one for badge in sorted(of_awards) for one in await _of_award(work, held[badge], zone)]
    own = await work.moves.same(person.id) if of_content else frozenset()
    for badge in sorted(of_content):
        endorsements += await _of_content(work, badge, own, zone)
    return Facts(earned, frozenset(endorsements), await _priors(work, person))


async def _priors(work: Work, person: Person) -> frozenset[Prior]:
    """Badges from elsewhere of issuers on the school's list. One that is good no more says nothing."""
    trusted = {one.issuer for one in await work.trust.all()}
    if not trusted:
        return frozenset()
    return frozenset(
        Prior(one.badge_id, names_of(one.issuer), one.awarded_on, one.expires_on)
        for one in await work.foreign.of_person(person.id)
        if one.revoked_at is None and not trusted.isdisjoint(names_of(one.issuer))
    )


async def _of_award(work: Work, award: Award, zone: ZoneInfo) -> list[Endorsing]:
    """Those that the holder shows. Two by one person who was forgotten are told to be one person's by their trace."""
    traces = await work.moves.traces(award.id)
    shown = await work.endorsements.shown(Target.of_award(award.id))
    return [_endorsing(award.achievement_key, one, zone, traces) for one in shown]


async def _of_content(work: Work, badge: str, own: frozenset[int], zone: ZoneInfo) -> list[Endorsing]:
    """By colleagues of the school; one's own say nothing for oneself (design.md 4.9)."""
    if await work.shelves.newest(badge) is None:
        return []
    target = Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(badge))
    standing = await work.endorsements.standing(target)
    return [_endorsing(badge, one, zone, {}) for one in standing if one.endorser_id not in own]


def _endorsing(badge: str, one: Endorsement, zone: ZoneInfo, traces: Mapping[int, str]) -> Endorsing:
    by = str(one.endorser_id) if one.endorser_id is not None else traces.get(one.id, f"endorsement {one.id}")
    on: date = one.given_at.astimezone(zone).date()
    return Endorsing(badge, by, one.role, on, one.target.is_content)

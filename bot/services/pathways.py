"""How far a person is on the pathways, from the rows (the rules are `domain.pathways`)."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.awards import Award
from bot.domain.catalogue import Pathway
from bot.domain.pathways import Endorsing, Facts, asked_endorsements
from bot.domain.people import Person
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.services.ports import Work


async def facts_of(work: Work, person: Person, pathways: Iterable[Pathway], held: Mapping[str, Award]) -> Facts:
    """What these pathways may count: badges by their local day, and standing endorsements that they ask for.

    A badge that its issuer stopped counts for nothing, nor does what was said of it.
    """
    held = {key: award for key, award in held.items() if award.stop is None}
    zone = ZoneInfo((await work.school()).zone)
    earned = {key: award.awarded_at.astimezone(zone).date() for key, award in held.items()}
    asked = [one for pathway in pathways for one in asked_endorsements(pathway.rule)]
    of_awards = {badge for one in asked if not one.of_content for badge in one.badges if badge in held}
    of_content = {badge for one in asked if one.of_content for badge in one.badges}
    endorsements = [one for badge in sorted(of_awards) for one in await _of_award(work, held[badge], zone)]
    own = await work.moves.same(person.id) if of_content else frozenset()
    for badge in sorted(of_content):
        endorsements += await _of_content(work, badge, own, zone)
    return Facts(earned, frozenset(endorsements))


async def _of_award(work: Work, award: Award, zone: ZoneInfo) -> list[Endorsing]:
    """By somebody forgotten too: two of one such person's endorsements are told to be one person's by their trace."""
    traces = await work.moves.traces(award.id)
    standing = await work.endorsements.standing(Target.of_award(award.id))
    return [_endorsing(award.achievement_key, one, zone, traces) for one in standing]


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

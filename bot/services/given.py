"""The endorsements that a person gave and that stand, with what each is about."""

from dataclasses import dataclass

from bot.domain.language import Bilingual
from bot.domain.recognition import Endorsement, TargetKind
from bot.services.commands import ByPerson
from bot.services.definitions import definition_of
from bot.services.ports import Work


@dataclass(frozen=True)
class Given:
    """One endorsement: of a colleague's badge, of content or of an issuer. `holder` is None for these two, and where
    holder and endorser are at different schools by now."""

    endorsement: Endorsement
    name: Bilingual
    holder: str | None


async def look_at_given(work: Work, command: ByPerson) -> tuple[Given, ...]:
    """Newest first."""
    found = []
    for endorsement in await work.endorsements.given_by(command.person_id):
        given = await _given(work, endorsement) if endorsement.stands else None
        if given is not None:
            found.append(given)
    return tuple(sorted(found, key=lambda item: (item.endorsement.given_at, item.endorsement.id), reverse=True))


async def _given(work: Work, endorsement: Endorsement) -> Given | None:
    if endorsement.target.kind is TargetKind.ACHIEVEMENT:
        achievement = await work.shelves.achievement(endorsement.target.id)
        return Given(endorsement, definition_of(achievement).name, None)
    if endorsement.target.kind is TargetKind.ISSUER:
        return Given(endorsement, (await work.directory.school(endorsement.school_id)).name, None)
    held = await work.queries.held(endorsement.target.id)
    if held is None:
        return await _elsewhere(work, endorsement)
    holder = await work.people.get(held.award.person_id)
    return Given(endorsement, definition_of(held.achievement).name, holder.name)


async def _elsewhere(work: Work, endorsement: Endorsement) -> Given | None:
    """Holder or endorser moved: it is theirs to withdraw all the same (docs/decisions/0010-moving.md)."""
    achievement = await work.moves.endorsed(endorsement)
    return None if achievement is None else Given(endorsement, definition_of(achievement).name, None)

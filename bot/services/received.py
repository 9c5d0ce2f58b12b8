"""The endorsements that a person's badge received, and hiding one: the holder's choice, of which no endorser hears."""

from dataclasses import dataclass

from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Consent
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.services.awards import AboutAward, own_award
from bot.services.comments import AboutEndorsement
from bot.services.definitions import definition_of
from bot.services.earning import earn
from bot.services.ports import Work
from bot.services.promises import promise_award, promise_issue


@dataclass(frozen=True)
class Received:
    """One endorsement as the holder sees it; `by` names the endorser only where they agreed to be named."""

    endorsement: Endorsement
    by: str | None


@dataclass(frozen=True)
class ReceivedAll:
    name: Bilingual
    received: tuple[Received, ...]
    """Oldest first, hidden ones too."""


async def look_at_received(work: Work, command: AboutAward) -> ReceivedAll | Refused:
    """What one's own badge received and what stands, shown or hidden."""
    award = await own_award(work, command)
    if isinstance(award, Refused):
        return award
    standing = await work.endorsements.standing(Target.of_award(award.id))
    achievement = await work.shelves.achievement(award.achievement_id)
    received = tuple([Received(item, await name_of(work, item)) for item in standing])
    return ReceivedAll(definition_of(achievement).name, received)


async def name_of(work: Work, endorsement: Endorsement) -> str | None:
    """The endorser's name, where it stands in the endorsement, or will once that is signed.

    Today's consent takes it away at once, but gives it to nothing that was signed before: who agreed to be named did so
    for what they give from then on. Named ones are signed with the endorser's lasting key, all others with one of their
    own each.
    """
    person = await work.moves.endorser(endorsement)
    if person is None or Consent.NAMED not in person.consents:
        return None
    text = await work.credentials.endorsement_text(endorsement.id)
    key = await work.moves.endorser_key(endorsement)
    return person.name if text is None or (key is not None and key.did in text) else None


@dataclass(frozen=True, kw_only=True)
class Hide(AboutEndorsement):
    hidden: bool


async def hide(work: Work, command: Hide) -> str | Refused:
    """Take an endorsement out of one's badge, or put it in again; the award's public id. It stands all the same."""
    await work.people.lock(command.person_id)
    endorsement = await work.endorsements.by_public_id(command.endorsement)
    if endorsement is None or endorsement.target.kind is not TargetKind.AWARD or not endorsement.stands:
        return Refused("not_yours")
    award = await work.awards.get(endorsement.target.id)
    if award is None or award.person_id != command.person_id:
        return Refused("not_yours")
    if command.hidden is not endorsement.is_shown:
        return award.public_id
    await work.endorsements.hide(endorsement.id, command.hidden)
    person = await work.people.get(command.person_id)
    act = "hide_endorsement" if command.hidden else "show_endorsement"
    await work.audit.record(act, actor=person, subject=endorsement.public_id)
    await promise_issue(work, award.id, settle=True)
    await promise_award(work, award.person_id, award.id)
    if not command.hidden:
        await earn(work, person, await work.shelves.current())
    return award.public_id

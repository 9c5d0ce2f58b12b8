"""Taking everything out, and being forgotten (design.md 4.16)."""

from dataclasses import dataclass

from bot.domain.awards import Achievement, Award
from bot.domain.people import Person, School
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.domain.spare import Rhythm
from bot.services.commands import ByPerson
from bot.services.endorsements import sign_again
from bot.services.looks import Record, look_at_record
from bot.services.ports import Revision, Work
from bot.services.promises import promise_unpost


@dataclass(frozen=True)
class OwnAward:
    award: Award
    achievement: Achievement
    revision: Revision | None


@dataclass(frozen=True)
class OwnEndorsement:
    endorsement: Endorsement
    text: str | None


@dataclass(frozen=True)
class Everything:
    """All that is kept about one person."""

    person: Person
    school: School
    rhythm: Rhythm
    record: Record
    awards: tuple[OwnAward, ...]
    given: tuple[OwnEndorsement, ...]
    questions: tuple[tuple[str, str], ...]
    """(asked on, question) of introductions asked for."""


async def gather(work: Work, command: ByPerson) -> Everything:
    """Everything about the person, for an export; the export itself is recorded."""
    person = await work.people.get(command.person_id)
    awards = []
    for award in await work.awards.of_person(person.id):
        achievement = await work.shelves.achievement(award.achievement_id)
        awards.append(OwnAward(award, achievement, await work.credentials.newest(award.id)))
    given = [
        OwnEndorsement(endorsement, await work.credentials.endorsement_text(endorsement.id))
        for endorsement in await work.endorsements.given_by(person.id)
    ]
    asked = await work.introductions.asked_by(person.id)
    await work.audit.record("export", actor=person, subject=person.public_id)
    return Everything(
        person,
        await work.school(),
        await work.people.rhythm(person.id),
        await look_at_record(work, command),
        tuple(awards),
        tuple(given),
        tuple((introduction.asked_at.date().isoformat(), introduction.question) for introduction in asked),
    )


@dataclass(frozen=True)
class Belongings:
    """What forgetting takes away, for the question beforehand."""

    badges: int
    endorsements: int


async def count_belongings(work: Work, command: ByPerson) -> Belongings:
    given = await work.endorsements.given_by(command.person_id)
    return Belongings(
        len(await work.awards.of_person(command.person_id)), sum(endorsement.stands for endorsement in given)
    )


async def forget(work: Work, command: ByPerson) -> None:
    """Forget the person: their messages go, their badges go, the endorsements they gave stay, anonymous.

    Credentials that named them are signed anew, by role only. Others' counts stay right.
    """
    person = await work.people.get(command.person_id)
    given = [item for item in await work.endorsements.given_by(person.id) if item.stands]
    for posted in await work.messages.of_person(person.id):
        await promise_unpost(work, posted.ref)
    await work.audit.record("forget", actor=person, subject=person.public_id)
    await work.people.forget(person.id)
    for endorsement in given:
        if await _target_remains(work, endorsement.target):
            await sign_again(work, endorsement)


async def _target_remains(work: Work, target: Target) -> bool:
    return target.kind is TargetKind.ACHIEVEMENT or await work.awards.get(target.id) is not None

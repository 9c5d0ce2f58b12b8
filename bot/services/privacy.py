"""Taking everything out, and being forgotten (design.md 4.16)."""

from dataclasses import dataclass

from bot.domain.awards import Achievement, Award
from bot.domain.foreign import Foreign
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Person, Role, School
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.domain.roles import may_leave
from bot.domain.spare import Rhythm
from bot.services.commands import ByPerson
from bot.services.comments import endorsed_name
from bot.services.enclosing import wanted_inside
from bot.services.endorsements import COMMENT, sign_again
from bot.services.foreign_ports import ForeignFile
from bot.services.invited import INVITED
from bot.services.looks import Record, look_at_record
from bot.services.news import RECEIPT
from bot.services.ports import BroughtCompletion, Document, Posted, Revision, SealedKey, Work
from bot.services.present import owners_here, people_here
from bot.services.promises import promise_clear, promise_unpost
from bot.services.received import Received, name_of


@dataclass(frozen=True)
class OwnAward:
    award: Award
    achievement: Achievement
    revision: Revision | None
    issuer: School
    received: tuple[Received, ...] = ()
    """What stands of it, those too that its holder does not show."""
    wanted_inside: tuple[str, ...] = ()
    """Public ids of the badges that its holder wants inside."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """Public ids of the endorsements that its holder does not show."""
        return tuple(item.endorsement.public_id for item in self.received if not item.endorsement.is_shown)


@dataclass(frozen=True)
class OwnEndorsement:
    endorsement: Endorsement
    text: str | None
    name: Bilingual | None
    """What the endorsed badge is called, where it is still to be had."""


@dataclass(frozen=True)
class Everything:
    """All that is kept about one person: told for reading, and `rows` whole."""

    person: Person
    school: School
    rhythm: Rhythm
    record: Record
    awards: tuple[OwnAward, ...]
    given: tuple[OwnEndorsement, ...]
    questions: tuple[tuple[str, str], ...]
    """(asked on, question) of introductions asked for."""
    rows: dict[str, list[dict[str, object]]]
    """Every row about the person, by table, with dates for moments."""
    documents: tuple[Document, ...]
    """What was earned elsewhere, byte for byte."""
    elsewhere: tuple[BroughtCompletion, ...]
    foreign: tuple[ForeignFile, ...]
    """What was taken in from other issuers: the files as they came."""
    taken_in: tuple[Foreign, ...]
    """The same badges, with what is known of each."""
    key: SealedKey | None
    """The key that the school signs with now."""
    keys: dict[str, SealedKey]
    """By did, the keys of the schools that issued what the person holds."""
    issuers: dict[str, School]
    """By did, those schools."""


async def gather(work: Work, command: ByPerson) -> Everything:
    """Everything about the person, for an export; the export itself is recorded."""
    person = await work.people.get(command.person_id)
    awards = []
    for award in await work.awards.of_person(person.id):
        achievement = await work.shelves.achievement(award.achievement_id)
        issuer = await work.directory.school(award.issued_by)
        standing = await work.endorsements.standing(Target.of_award(award.id))
        received = tuple([Received(item, await name_of(work, item)) for item in standing])
        newest, inside = await work.credentials.newest(award.id), await wanted_inside(work, award)
        awards.append(OwnAward(award, achievement, newest, issuer, received, inside))
    given = [
        OwnEndorsement(
            endorsement,
            await work.credentials.endorsement_text(endorsement.id),
            await endorsed_name(work, endorsement),
        )
        for endorsement in await work.endorsements.given_by(person.id)
    ]
    asked = await work.introductions.asked_by(person.id)
    await work.audit.record("export", actor=person, subject=person.public_id)
    keys, issuers = await _issuers(work, person.id)
    return Everything(
        person,
        await work.school(),
        await work.people.rhythm(person.id),
        await look_at_record(work, command),
        tuple(awards),
        tuple(given),
        tuple((introduction.asked_at.date().isoformat(), introduction.question) for introduction in asked),
        await work.queries.everything(person.id),
        await work.moves.documents(person.id),
        await work.moves.completions(person.id),
        await work.foreign.files(person.id),
        await work.foreign.of_person(person.id),
        await _signs_now(work, keys),
        keys,
        issuers,
    )


async def _signs_now(work: Work, keys: dict[str, SealedKey]) -> SealedKey | None:
    issuer = await work.issuers.current()
    return None if issuer is None else keys.get(issuer.did)


async def _issuers(work: Work, person_id: int) -> tuple[dict[str, SealedKey], dict[str, School]]:
    """The keys that may state whose a badge is, and whose they are."""
    found = await work.moves.keys(person_id)
    keys = {did: key for did, (key, _) in found.items()}
    return keys, {did: await work.directory.school(school_id) for did, (_, school_id) in found.items()}


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


async def refusal_to_forget(work: Work, command: ByPerson) -> Refused | None:
    """Why the person cannot be forgotten yet: the last owner first names another one. None: they can."""
    person = await work.people.get(command.person_id)
    if Role.OWNER not in person.roles:
        return None
    owners = await owners_here(work)
    others = len({each.id for each in await people_here(work)} - {person.id})
    return may_leave(person, [owner.id for owner in owners], others)


async def forget(work: Work, command: ByPerson) -> Refused | None:
    """Forget the person: their messages go, their badges go, the endorsements they gave stay, anonymous.

    Credentials that named them are signed anew, by role only. Others' counts stay right. The last owner is refused.
    """
    refusal = await refusal_to_forget(work, command)
    if refusal is not None:
        return refusal
    person = await work.people.get(command.person_id)
    given = [item for item in await work.endorsements.given_by(person.id) if item.stands]
    for posted in {*await work.messages.of_person(person.id), *await _told_to_others(work, person.id)}:
        await promise_unpost(work, posted.ref, of_school=posted.school_id)
    for account in await work.people.accounts(person.id):
        workspace = await work.directory.workspace_by_id(account.workspace_id)
        await promise_clear(work, workspace, account.user_key, person.lang)
    for account in await work.moves.former_accounts(person.id):
        workspace = await work.directory.workspace_by_id(account.workspace_id)
        await promise_clear(work, workspace, account.user_key, person.lang)
    await work.audit.record("forget", actor=person, subject=person.public_id)
    await work.people.forget(person.id)
    for endorsement in given:
        if await _target_remains(work, endorsement):
            await sign_again(work, endorsement)
    return None


async def _told_to_others(work: Work, person_id: int) -> list[Posted]:
    """Messages to others that name the person or hold their words: receipts about their badges, what holders were told
    of their comments, who was asked to endorse a badge, introductions on either side."""
    found: list[Posted] = []
    for award in await work.awards.of_person(person_id):
        for endorsement in await work.endorsements.standing(Target.of_award(award.id)):
            found += await work.messages.about_endorsement(RECEIPT, endorsement.id)
        for invitation in await work.invitations.of_award(award.id):
            found += await work.messages.about(INVITED, invitation.id)
    for given in await work.endorsements.given_by(person_id):
        found += await work.messages.about_endorsement(COMMENT, given.id)
    for introduction in await work.introductions.of_person(person_id):
        found += await work.messages.about("ask", introduction.id)
        found += await work.messages.about("answer", introduction.id)
    return found


async def _target_remains(work: Work, endorsement: Endorsement) -> bool:
    """Whether what they endorsed is there still. At another school it is: nothing of that one's was erased."""
    if endorsement.target.kind is not TargetKind.AWARD or endorsement.school_id != (await work.school()).id:
        return True
    return await work.awards.get(endorsement.target.id) is not None

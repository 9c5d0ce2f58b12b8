"""An endorser's own words on an endorsement: written, changed and taken back by the endorser alone."""

from dataclasses import dataclass, replace

from bot.badges.text import clean
from bot.domain.comments import comment_of
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.services.commands import ByPerson
from bot.services.definitions import definition_of
from bot.services.endorsements import promise_receipt, sign_again, take_words_back
from bot.services.ports import Work
from bot.services.promises import Kind, promise_to


@dataclass(frozen=True, kw_only=True)
class AboutEndorsement(ByPerson):
    endorsement: str
    """Public id."""


async def own_endorsement(work: Work, command: AboutEndorsement) -> Endorsement | Refused:
    """The endorsement, if this person gave it and it stands."""
    endorsement = await work.endorsements.by_public_id(command.endorsement)
    if endorsement is None or endorsement.endorser_id not in await work.moves.same(command.person_id):
        return Refused("not_yours")
    return endorsement if endorsement.stands else Refused("comment_withdrawn")


@dataclass(frozen=True)
class Commented:
    """An endorsement that one gave, and what it is about."""

    endorsement: Endorsement
    name: Bilingual


async def look_at_comment(work: Work, command: AboutEndorsement) -> Commented | Refused:
    """One's own endorsement with the words that stand in it."""
    endorsement = await own_endorsement(work, command)
    if isinstance(endorsement, Refused):
        return endorsement
    name = await endorsed_name(work, endorsement)
    return Refused("not_yours") if name is None else Commented(endorsement, name)


async def endorsed_name(work: Work, endorsement: Endorsement) -> Bilingual | None:
    """What the endorsed badge is called, wherever its holder is."""
    if endorsement.target.kind is TargetKind.ACHIEVEMENT:
        return definition_of(await work.shelves.achievement(endorsement.target.id)).name
    if endorsement.target.kind is TargetKind.ISSUER:
        return (await work.directory.school(endorsement.school_id)).name
    achievement = await work.moves.endorsed(endorsement)
    return None if achievement is None else definition_of(achievement).name


@dataclass(frozen=True, kw_only=True)
class Comment(AboutEndorsement):
    text: str
    """As it was typed; one that says nothing takes the former words back."""


async def comment(work: Work, command: Comment) -> Endorsement | Refused:
    """Put the words into the endorsement: it is signed anew, the holder is told."""
    await work.people.lock(command.person_id)
    endorsement = await own_endorsement(work, command)
    if isinstance(endorsement, Refused):
        return endorsement
    said = comment_of(clean(command.text), await _holder(work, endorsement))
    if isinstance(said, Refused) or said == endorsement.comment:
        return said if isinstance(said, Refused) else endorsement
    worded = replace(endorsement, comment=said)
    await work.endorsements.save(worded)
    person = await work.people.get(command.person_id)
    detail = {"said": "no" if said is None else "yes"}
    await work.audit.record("comment", actor=person, subject=worded.public_id, detail=detail)
    await sign_again(work, worded)
    await promise_receipt(work, person, worded)
    await _tell_holder(work, worded)
    return worded


async def put_words(work: Work, command: ByPerson, target: Target, words: str) -> None:
    """Put the words to what the person just endorsed; words that say nothing change nothing."""
    given = await work.endorsements.of(command.person_id, target)
    if given is not None and comment_of(clean(words), None) is not None:
        ids = {"school_id": command.school_id, "person_id": command.person_id}
        await comment(work, Comment(**ids, endorsement=given.public_id, text=words))


async def _holder(work: Work, endorsement: Endorsement) -> str | None:
    """The present name of who holds the endorsed badge, at whichever school; None for what nobody holds."""
    holder = await work.moves.endorsed_holder(endorsement)
    return None if holder is None else holder.name


async def _tell_holder(work: Work, endorsement: Endorsement) -> None:
    """Words about a badge are its holder's to know of, and to hide. At another school former words are not left."""
    if endorsement.target.kind is not TargetKind.AWARD:
        return
    award = await work.awards.get(endorsement.target.id)
    if award is None:
        await take_words_back(work, endorsement)
    else:
        await promise_to(work, award.person_id, Kind.COMMENT, endorsement.id, once=f"comment:{endorsement.id}")

"""Moving to another school of the deployment: a code at the old one, a look ahead and one transaction at the new one.

What is decided here stands in docs/decisions/0010-moving.md; the rules are `domain.moving`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.badges import jsontext
from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.moving import (
    CODE_LIVES,
    Kept,
    carried,
    leaves_no_owner,
    merge_awards,
    merge_completions,
    merge_given,
    merge_progress,
    windows_there,
)
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Person
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.services.arrivals import FREE_AT_FIRST, QUIET_AT_FIRST
from bot.services.commands import ByPerson
from bot.services.composition import local_day, urn
from bot.services.definitions import definition_of
from bot.services.earning import earn
from bot.services.endorsements import COMMENT, SHARED
from bot.services.invited import INVITED, end_invitations
from bot.services.lanes import SIGN_LANE
from bot.services.news import AWARD, RECEIPT
from bot.services.ports import Document, GivesWay, Luggage, Move, Revision, Work
from bot.services.preferences import plan
from bot.services.present import people_here
from bot.services.promises import Kind, promise_issue, promise_unpost

_INTRODUCTION = ("ask", "answer")
_OF_OTHERS = (RECEIPT, COMMENT, INVITED, *_INTRODUCTION)


@dataclass(frozen=True)
class Begun:
    """`code` is shown once and kept nowhere. The counts say what comes along; `given` is what stays."""

    code: str
    until: datetime
    badges: int
    completions: int
    given: int


async def begin(work: Work, command: ByPerson) -> Begun | Refused:
    """At the old school: a one-time code to give at the new one. A former code ends. Nothing else changes yet."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    if leaves_no_owner(person, await people_here(work)):
        return Refused("move_last_owner")
    until = work.now + CODE_LIVES
    code = await work.moves.begin(person.id, until)
    await work.audit.record("move_begin", actor=person, subject=person.public_id)
    return Begun(
        code,
        until,
        len(await work.awards.of_person(person.id)),
        len(await work.learning.completions(person.id)),
        _staying(await work.endorsements.given_by(person.id)),
    )


@dataclass(frozen=True, kw_only=True)
class LookAhead(ByPerson):
    """The code as it was typed: small letters, blanks and dashes do not matter."""

    code: str


@dataclass(frozen=True)
class Ahead:
    """What the move would bring. `move` is its public id, for the press that confirms."""

    move: str
    school: Bilingual
    badges: int
    completions: int
    endorsements: int
    given: int
    doubled: int


async def look_ahead(work: Work, command: LookAhead) -> Ahead | Refused:
    """At the new school: what the code would bring here. It changes nothing but that the code is now this person's."""
    move = await work.moves.by_code(command.code)
    if move is None:
        return Refused("move_code")
    refusal = await _refusal(work, move)
    if refusal is not None:
        return refusal
    await work.moves.bind(command.code, command.person_id)
    move = replace(move, to_person_id=command.person_id, to_school_id=command.school_id)
    old = work.moves.leaving(move)
    if leaves_no_owner(await old.people.get(move.person_id), await people_here(old)):
        return Refused("move_last_owner")
    awards = await old.awards.of_person(move.person_id)
    there = {award.achievement_key for award in await work.awards.of_person(command.person_id)}
    received = [await old.endorsements.standing(Target.of_award(award.id)) for award in awards]
    return Ahead(
        move.public_id,
        (await old.school()).name,
        len(awards),
        len(await old.learning.completions(move.person_id)),
        sum(map(len, received)),
        _staying(await old.endorsements.given_by(move.person_id)),
        sum(award.achievement_key in there for award in awards),
    )


@dataclass(frozen=True, kw_only=True)
class ConfirmMove(ByPerson):
    move: str
    """Public id, from the look ahead."""


@dataclass(frozen=True)
class Moved:
    badges: int
    completions: int


async def move(work: Work, command: ConfirmMove) -> Moved | Refused:
    """Move everything in this one transaction. What is signed anew for it, and posts that go, are promised."""
    found = await work.moves.bound(command.move, command.person_id)
    if found is None:
        return Refused("move_code")
    refusal = await _refusal(work, found)
    if refusal is not None:
        return refusal
    old = work.moves.leaving(found)
    for side, person_id in sorted(((work, command.person_id), (old, found.person_id)), key=lambda pair: pair[1]):
        await side.people.lock(person_id)
    was = await old.people.get(found.person_id)
    if leaves_no_owner(was, await people_here(old)):
        return Refused("move_last_owner")
    me = await work.people.get(command.person_id)
    await _take_down(old, found.person_id, work, [])
    await _take_others_words_down(old, found.person_id)
    luggage = await _pack(work, old, found)
    around = [one for way in luggage.give_way for one in await work.enclosures.around(way.award_id)]
    holding = await _holding(work, old, found, luggage)
    await _take_down(old, found.person_id, work, [way.award_id for way in luggage.give_way])
    await _settings(work, old, was, me)
    await old.audit.record("move_out", actor=was, subject=was.public_id)
    await work.moves.carry(found, luggage)
    counts = {"badges": str(len(luggage.awards)), "completions": str(len(luggage.completions.take))}
    await work.audit.record("move_in", actor=me, subject=me.public_id, detail=counts)
    await _sign(work, command.person_id, luggage, around)
    for school_id, award_id in sorted(holding):
        await promise_issue(work, award_id, settle=False, of_school=school_id)
    await earn(work, await work.people.get(me.id), await work.shelves.current())
    return Moved(len(luggage.awards) + len(luggage.give_way), len(luggage.completions.take))


async def _refusal(work: Work, move: Move) -> Refused | None:
    if move.school_id == (await work.school()).id:
        return Refused("move_same_school")
    if not await work.moves.agreed(move.school_id):
        return Refused("move_no_agreement")
    return None


def _staying(given: Iterable[Endorsement]) -> int:
    return sum(item.stands and item.target.kind is TargetKind.AWARD for item in given)


async def _take_down(old: Work, person_id: int, work: Work, awards: list[int]) -> None:
    """Posts of the old school's channel go, and those of badges here that give way."""
    for award in await old.awards.of_person(person_id):
        for posted in await old.messages.about(SHARED, award.id):
            await promise_unpost(old, posted.ref)
        await end_invitations(old, award.id)
    for award_id in awards:
        for posted in (*await work.messages.about(SHARED, award_id), *await work.messages.about(AWARD, award_id)):
            await promise_unpost(work, posted.ref)
        await end_invitations(work, award_id)


async def _take_others_words_down(old: Work, person_id: int) -> None:
    """What was told there and names somebody else, or holds their words; and what told others of this person's
    questions and answers. Nothing leads to it afterwards, when somebody is forgotten or takes their words back."""
    told = [posted for posted in await old.messages.of_person(person_id) if posted.about in _OF_OTHERS]
    for introduction in await old.introductions.of_person(person_id):
        for about in _INTRODUCTION:
            told += await old.messages.about(about, introduction.id)
    for posted in dict.fromkeys(told):
        await promise_unpost(old, posted.ref)


async def _pack(work: Work, old: Work, move: Move) -> Luggage:
    """Decide what is carried, and which of two facts gives way."""
    was, now = move.person_id, move.to_person_id or 0
    coming, there = await old.awards.of_person(was), await work.awards.of_person(now)
    awards = merge_awards(coming, there)
    every = {award.id: (old, award) for award in coming} | {award.id: (work, award) for award in there}
    ways = tuple([await _way(*every[later], *every[kept]) for later, kept in awards.give_way])
    gone = {way.award_id for way in ways}
    dropped = {item for way in ways for item in way.drop}
    given = (*await old.endorsements.given_by(was), *await work.endorsements.given_by(now))
    own = [award_id for award_id in every if award_id not in gone]
    units = {item.unit_key for item in await old.learning.completions(was)} | await old.learning.begun(was)
    progress = [
        (key, merge_progress(await old.learning.progress(was, key), await work.learning.progress(now, key)))
        for key in sorted(units)
    ]
    return Luggage(
        merge_completions(await old.learning.completions(was), await work.learning.completions(now)),
        tuple(progress),
        awards.take,
        ways,
        merge_given([item for item in dict.fromkeys(given) if item.id not in dropped], [*own, *gone]),
    )


async def _way(side: Work, later: Award, other: Work, kept: Award) -> GivesWay:
    endorsements = await side.endorsements.standing(Target.of_award(later.id))
    traces = {**await side.moves.traces(later.id), **await other.moves.traces(kept.id)}
    over = carried(endorsements, await other.endorsements.standing(Target.of_award(kept.id)), traces, kept.id)
    return GivesWay(later.id, kept.id, over.keep, over.drop, await kept_document(side, later))


async def kept_document(side: Work, award: Award) -> Document | None:
    """The credential of an award that gives way, without anybody's endorsement.

    A kept document is never signed anew, so a name in it could not be taken out. Where every edition holds an
    endorsement (of the award, its content or its issuer), none is kept.
    """
    revision = await side.credentials.plain(award.id)
    if revision is None:
        return None
    school = await side.directory.school(award.issued_by)
    achievement = await side.shelves.achievement(award.achievement_id)
    return Document(
        Kept.CREDENTIAL,
        urn(award.public_id),
        issuer_in(revision),
        school.name,
        definition_of(achievement).name,
        local_day(award.awarded_at, school),
        revision.valid_from,
        revision.text,
    )


def issuer_in(revision: Revision) -> str:
    """The did that a credential of ours was signed with."""
    return str(jsontext.from_text(revision.text.encode())["issuer"]["id"])


async def _settings(work: Work, old: Work, was: Person, me: Person) -> None:
    """Language and week come along where the person has not set them here; consents are given anew, to each school."""
    if me.welcomed_at is None:
        await work.people.save(replace(me, lang=was.lang))
    rhythm, former = await work.people.rhythm(me.id), await old.people.rhythm(was.id)
    windows = windows_there(former.windows, rhythm.windows, QUIET_AT_FIRST + FREE_AT_FIRST)
    if windows != rhythm.windows:
        await work.people.save_rhythm(me.id, replace(rhythm, windows=windows), await work.people.planned(me.id))
        if Consent.DELIVERY in me.consents:
            await plan(work, me, replace(rhythm, windows=windows))


async def _holding(work: Work, old: Work, move: Move, luggage: Luggage) -> set[tuple[int, int]]:
    """(school, award) of other people's badges that hold an endorsement of theirs which goes, since it was doubled."""
    own = {*luggage.awards, *(award for way in luggage.give_way for award in (way.award_id, way.kept_id))}
    given = (
        *await old.endorsements.given_by(move.person_id),
        *await work.endorsements.given_by(move.to_person_id or 0),
    )
    found: set[tuple[int, int]] = set()
    for item in given:
        if item.id in luggage.given.drop:
            of_award = item.target.kind is TargetKind.AWARD
            there = ((item.school_id, item.target.id),) if of_award else await work.credentials.holding(item.id)
            found.update(each for each in there if each[1] not in own)
    return found


async def _sign(work: Work, person_id: int, luggage: Luggage, around: Iterable[int]) -> None:
    """Promise what a promise at the old school no longer reaches, and what held an award that gave way."""
    gone = {way.award_id for way in luggage.give_way}
    for award_id in sorted({*luggage.awards, *(way.kept_id for way in luggage.give_way), *around} - gone):
        await promise_issue(work, award_id, settle=False)
    for item in await work.endorsements.given_by(person_id):
        if item.stands and item.target.is_content:
            once = f"content:{item.id}"
            await work.outbox.promise(Kind.SIGN_ENDORSEMENT, item.id, lane=SIGN_LANE, once=once)

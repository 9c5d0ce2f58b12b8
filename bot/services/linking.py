"""Linking accounts of one school: a code shown on one, typed on the other, a look ahead, and one transaction.

What is decided here stands in docs/decisions/0026-one-person.md; the rules are `domain.linking`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.awards import Award
from bot.domain.learning import Progress
from bot.domain.linking import (
    CODE_LIVES,
    MOST_CODES,
    MOST_WRONG,
    WITHIN,
    joined,
    joined_rhythm,
    one_by_each,
    one_of_each,
    who_stays,
)
from bot.domain.moving import carried, merge_completions, merge_progress
from bot.domain.outcomes import Refused
from bot.domain.people import Account, Consent, Person, Role, Workspace
from bot.domain.platform_roles import following
from bot.domain.recognition import Endorsement, Target, TargetKind
from bot.domain.spare import Rhythm
from bot.services.arrivals import FREE_AT_FIRST, QUIET_AT_FIRST
from bot.services.commands import ByPerson
from bot.services.earning import earn
from bot.services.endorsements import COMMENT, SHARED, unname, withdraw
from bot.services.introductions import ASKED
from bot.services.invited import INVITED
from bot.services.link_ports import LinkCode, Union
from bot.services.moving import kept_document
from bot.services.news import RECEIPT
from bot.services.ports import GivesWay, Posted, Work
from bot.services.preferences import plan
from bot.services.promises import (
    Kind,
    lane_of,
    promise_award,
    promise_issue,
    promise_unpost,
)
from bot.services.roles import BY_PLATFORM, forget_who_gave, is_own_leader, set_roles
from bot.services.writing_to import write_here

_INTRODUCTION = (ASKED, "answer")


@dataclass(frozen=True, kw_only=True)
class BeginLink(ByPerson):
    """`account_id`: on which account the code is shown."""

    account_id: int | None = None


@dataclass(frozen=True)
class Begun:
    """`code` is shown once and kept nowhere."""

    code: str
    until: datetime


async def begin(work: Work, command: BeginLink) -> Begun | Refused:
    """A one-time code to type on another account. A former code ends. Nothing else changes yet."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    if await work.links.begun_since(person.id, work.now - WITHIN) >= MOST_CODES:
        return Refused("link_enough", {"most": MOST_CODES})
    until = work.now + CODE_LIVES
    code = await work.links.begin(person.id, command.account_id, until)
    await work.audit.record("link_begin", actor=person, subject=person.public_id)
    return Begun(code, until)


@dataclass(frozen=True, kw_only=True)
class LookAhead(ByPerson):
    """The code as it was typed."""

    code: str


@dataclass(frozen=True)
class Ahead:
    """What the link would do. `link` is its public id, for the press that confirms."""

    link: str
    stays: str
    """Whose name and settings stay."""
    goes: str
    badges: int
    """Of both, each counted once."""
    doubled: int
    completions: int
    withdrawn: int
    """Endorsements between the two."""
    alike: int
    """Endorsements of anything else that stand by both: one of each stays."""


async def look_ahead(work: Work, command: LookAhead) -> Ahead | Refused:
    """On the other account: what the code would do. It changes nothing but that the code is now this person's."""
    await work.people.lock(command.person_id)
    if await work.links.missed_since(command.person_id, work.now - WITHIN) >= MOST_WRONG:
        return Refused("link_tries_over", {"most": MOST_WRONG})
    link = await work.links.by_code(command.code)
    if link is not None and link.person_id == command.person_id:
        return Refused("link_same")
    if link is None or not await work.links.bind(link, command.person_id):
        await work.links.miss(command.person_id)
        return Refused("link_code")
    union = await _decide(work, *await _both(work, link.person_id, command.person_id))
    return Ahead(
        link.public_id,
        union.stays.name,
        union.goes.name,
        len(await _awards(work, union)) - len(union.give_way),
        len(union.give_way),
        len(await _completed(work, union)),
        len(await _between(work, union)),
        await _alike(work, union),
    )


@dataclass(frozen=True, kw_only=True)
class ConfirmLink(ByPerson):
    """`account_id`: on which account it was confirmed; from now on Sukima writes there."""

    link: str
    """Public id, from the look ahead."""
    account_id: int | None = None


@dataclass(frozen=True)
class Linked:
    badges: int
    withdrawn: int


async def link(work: Work, command: ConfirmLink) -> Linked | Refused:
    """Make the two one person in this one transaction. What is signed anew for it, and posts that go, are promised."""
    await work.people.lock_owners()
    found = await work.links.bound(command.link, command.person_id)
    if found is None:
        return Refused("link_code")
    for person_id in sorted((found.person_id, command.person_id)):
        await work.people.lock(person_id)
    union = await _decide(work, *await _both(work, found.person_id, command.person_id))
    own = {award.id for award in await _awards(work, union)}
    between = await _between(work, union)
    signed_anew = await _touched(work, union)
    await _take_down(work, union, own)
    was_named = Consent.NAMED in union.stays.consents | union.goes.consents
    rhythm, person = union.rhythm, joined(union.stays, union.goes)
    leads_anyway = await is_own_leader(work, union.stays) or await is_own_leader(work, union.goes)
    for item in between:
        actor = union.goes if item.endorser_id == union.goes.id else union.stays
        await work.audit.record("withdraw", actor=actor, subject=item.public_id)
    await work.audit.record("link", actor=union.goes, subject=union.stays.public_id)
    await work.audit.record("link", actor=union.stays, subject=union.goes.public_id)
    told = await _told_elsewhere(work, found)
    await work.links.unite(found, union)
    if Role.OWNER in person.roles:
        await work.claims.put(None)
    await work.people.save(person)
    if leads_anyway:
        await forget_who_gave(work, person.id)
    await plan(work, person, rhythm)
    for school_id, award_id in sorted(signed_anew):
        await promise_issue(work, award_id, settle=False, of_school=school_id)
    for way in union.give_way:
        await promise_award(work, person.id, way.kept_id)
    if was_named and Consent.NAMED not in person.consents:
        await unname(work, person.id)
    await _withdraw_between_others(work, person)
    await write_here(work, person.id, command.account_id)
    if told is not None:
        await promise_said_at(work, *told, "notice.linked_elsewhere", person)
    await earn(work, await work.people.get(person.id), await work.shelves.current())
    return Linked(len(await work.awards.of_person(person.id)), len(between))


async def _both(work: Work, one: int, other: int) -> tuple[Person, Person]:
    return who_stays(await work.people.get(one), await work.people.get(other))


async def _decide(work: Work, stays: Person, goes: Person) -> Union:
    """Which of two facts about the one human being stays."""
    coming, there = await work.awards.of_person(goes.id), await work.awards.of_person(stays.id)
    awards = one_of_each(coming, there, work.now)
    every = {award.id: award for award in (*coming, *there)}
    ways = tuple([await _way(work, every[later], every[kept]) for later, kept in awards.give_way])
    anonymous = await work.links.anonymous((stays.id, goes.id))
    dropped = {item for way in ways for item in way.drop}
    given = (
        *await work.endorsements.given_by(stays.id),
        *await work.endorsements.given_by(goes.id),
        *(item for item, _ in anonymous),
    )
    return Union(
        stays,
        goes,
        await _rhythm(work, stays, goes),
        merge_completions(await work.learning.completions(goes.id), await work.learning.completions(stays.id)),
        await _progress(work, stays, goes),
        awards,
        ways,
        one_by_each(
            [item for item in dict.fromkeys(given) if item.id not in dropped],
            every,
            {item.id: trace for item, trace in anonymous},
        ),
    )


async def _way(work: Work, later: Award, kept: Award) -> GivesWay:
    endorsements = await work.endorsements.standing(Target.of_award(later.id))
    there = await work.endorsements.standing(Target.of_award(kept.id))
    traces = {**await work.moves.traces(later.id), **await work.moves.traces(kept.id)}
    over = carried(endorsements, there, traces, kept.id)
    return GivesWay(later.id, kept.id, over.keep, over.drop, await kept_document(work, later))


async def _rhythm(work: Work, stays: Person, goes: Person) -> Rhythm:
    wants = [Consent.DELIVERY in person.consents for person in (stays, goes)]
    of_stays = wants[0] or not wants[1]
    return joined_rhythm(await work.people.rhythm(stays.id), await work.people.rhythm(goes.id), of_stays=of_stays)


async def _progress(work: Work, stays: Person, goes: Person) -> tuple[tuple[str, Progress], ...]:
    units = {item.unit_key for item in await work.learning.completions(goes.id)} | await work.learning.begun(goes.id)
    return tuple(
        [
            (
                key,
                merge_progress(await work.learning.progress(goes.id, key), await work.learning.progress(stays.id, key)),
            )
            for key in sorted(units)
        ]
    )


async def _awards(work: Work, union: Union) -> tuple[Award, ...]:
    return (*await work.awards.of_person(union.stays.id), *await work.awards.of_person(union.goes.id))


async def _completed(work: Work, union: Union) -> set[str]:
    both = (
        *await work.learning.completions(union.stays.id),
        *await work.learning.completions(union.goes.id),
    )
    return {item.unit_key for item in both}


async def _given(work: Work, union: Union) -> tuple[Endorsement, ...]:
    return (
        *await work.endorsements.given_by(union.stays.id),
        *await work.endorsements.given_by(union.goes.id),
        *(item for item, _ in await work.links.anonymous((union.stays.id, union.goes.id))),
    )


async def _between(work: Work, union: Union) -> list[Endorsement]:
    """What stands of one by the other: nobody endorses a badge of their own (design.md 4.9)."""
    own = {Target.of_award(award.id) for award in await _awards(work, union)}
    return [item for item in await _given(work, union) if item.stands and item.target in own]


async def _alike(work: Work, union: Union) -> int:
    """How many endorsements of anything else than their own badges stand twice, and count once from then on."""
    own = {Target.of_award(award.id) for award in await _awards(work, union)}
    twice = [item for item in await _given(work, union) if item.stands and item.id in union.given.drop]
    return sum(item.target not in own for item in twice)


async def _withdraw_between_others(work: Work, person: Person) -> None:
    """One who was unlinked before is the same human being: neither endorses the other, nor both the same."""
    own = {Target.of_award(award.id) for award in await work.awards.of_person(person.id)}
    for other_id in sorted(await work.links.others(person.id)):
        await work.people.lock(other_id)
        other = await work.people.get(other_id)
        theirs = {Target.of_award(award.id) for award in await work.awards.of_person(other_id)}
        by_other = [item for item in await work.endorsements.given_by(other_id) if item.stands]
        for item in by_other:
            if item.target in own:
                await withdraw(work, other, item)
        doubled = theirs | {item.target for item in by_other}
        for item in await work.endorsements.given_by(person.id):
            if item.stands and item.target in doubled:
                await withdraw(work, person, item)


async def _touched(work: Work, union: Union) -> set[tuple[int, int]]:
    """(school, award) of badges to sign anew: those of one's own that lose or gain endorsements, or hold an edition
    that goes; and others' that hold an endorsement which was doubled."""
    here, gone = (await work.school()).id, {way.award_id for way in union.give_way}
    found = {(here, way.kept_id) for way in union.give_way}
    for way in union.give_way:
        found |= {(here, one) for one in await work.enclosures.around(way.award_id)}
    dropped = {*union.given.drop}
    for item in await _given(work, union):
        if item.id in dropped and item.stands:
            of_award = item.target.kind is TargetKind.AWARD
            there = ((item.school_id, item.target.id),) if of_award else await work.credentials.holding(item.id)
            found.update(there)
    return {each for each in found if each[1] not in gone}


async def _take_down(work: Work, union: Union, own: set[int]) -> None:
    """Messages that would say what is not so any more: of endorsements that go, of introductions and invitations
    between the two."""
    told: list[Posted] = []
    dropped = {*union.given.drop, *(item for way in union.give_way for item in way.drop)}
    for endorsement_id in sorted(dropped):
        told += await work.messages.about_endorsement(RECEIPT, endorsement_id)
        told += await work.messages.about_endorsement(COMMENT, endorsement_id)
    both = {union.stays.id, union.goes.id}
    for introduction in await work.introductions.of_person(union.goes.id):
        if {introduction.asker_id, introduction.helper_id} == both:
            for about in _INTRODUCTION:
                told += await work.messages.about(about, introduction.id)
    for award_id in sorted(own):
        for invitation in await work.invitations.of_award(award_id):
            if invitation.asked_id in both:
                told += await work.messages.about(INVITED, invitation.id)
    for posted in dict.fromkeys(told):
        await promise_unpost(work, posted.ref, of_school=posted.school_id)


async def _told_elsewhere(work: Work, found: LinkCode) -> tuple[Workspace, str] | None:
    """Where the code was shown: who did not link there hears of it, and how to undo it."""
    accounts = await work.people.accounts(found.person_id)
    shown = next((account for account in accounts if account.id == found.account_id), None)
    if shown is None or shown.gone_at is not None:
        return None
    return await work.directory.workspace_by_id(shown.workspace_id), shown.user_key


async def promise_said_at(work: Work, workspace: Workspace, user_key: str, notice: str, person: Person) -> None:
    """Promise one sentence to an account, wherever else its person is written to."""
    detail = {"user_key": user_key, "lang": person.lang, "notice": notice}
    await work.outbox.promise(Kind.SAY, 0, lane=lane_of(workspace, user_key), person_id=person.id, detail=detail)


# ---------------------------------------------------------------- two again


@dataclass(frozen=True, kw_only=True)
class AboutAccount(ByPerson):
    """One of the person's own accounts, by its internal id."""

    account_id: int


@dataclass(frozen=True)
class OwnAccount:
    account: Account
    workspace: Workspace


async def look_at_accounts(work: Work, command: ByPerson) -> tuple[OwnAccount, ...]:
    """One's own accounts, oldest first."""
    return tuple(
        [
            OwnAccount(account, await work.directory.workspace_by_id(account.workspace_id))
            for account in await work.people.accounts(command.person_id)
        ]
    )


@dataclass(frozen=True)
class Unlinked:
    """Whose the accounts are now."""

    person: Person
    platform: str


async def unlink(work: Work, command: AboutAccount) -> Unlinked | Refused:
    """Let an account be a new person's, with nothing of what was: all of it stays with the person.

    What was said there directly is taken back, and every browser is signed out. Where one user has one key in several
    workspaces, all of these accounts go together: they are one human being by themselves. That they lead stays only
    where it was not the account's workspace that gave it.
    """
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    accounts = await work.people.accounts(person.id)
    chosen = next((account for account in accounts if account.id == command.account_id), None)
    if chosen is None:
        return Refused("not_yours")
    place = await work.directory.workspace_by_id(chosen.workspace_id)
    same = await work.people.same_user(chosen)
    leaving = [account for account in accounts if account.id in same]
    staying = [account for account in accounts if account.id not in same]
    if not staying:
        return Refused("unlink_only")
    await _take_back(work, person, leaving, staying)
    await work.sessions.end_all(person.id)
    await work.links.end(person.id)
    school = await work.school()
    fresh = Person(0, school.id, "", chosen.name or person.name, chosen.locale or person.lang)
    rhythm = Rhythm(zone=chosen.zone or school.zone, windows=QUIET_AT_FIRST + FREE_AT_FIRST)
    new = await work.links.part(tuple(account.id for account in leaving), fresh, rhythm)
    await work.audit.record("unlink", actor=person, subject=new.public_id)
    if any(account.leads for account in leaving) and Role.LEADER in person.roles:
        person = await set_roles(work, person, following(person.roles, leads=False), actor=None, by=BY_PLATFORM)
    await write_here(work, person.id, None)
    await plan(work, person, await work.people.rhythm(person.id))
    await promise_said_at(work, place, chosen.user_key, "notice.unlinked_here", new)
    return Unlinked(new, place.platform)


async def _take_back(work: Work, person: Person, leaving: Iterable[Account], staying: Iterable[Account]) -> None:
    """Take back what was said to the person where no account of theirs will be. What they show there stays shown."""
    left = {account.workspace_id for account in leaving} - {account.workspace_id for account in staying}
    for posted in await work.messages.of_person(person.id):
        if posted.person_id == person.id and posted.workspace_id in left and posted.about != SHARED:
            await promise_unpost(work, posted.ref)

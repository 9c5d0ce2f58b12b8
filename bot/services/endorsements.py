"""Endorsing by reaction and by button, withdrawing, and staying true to the platform (design.md 4.8, 4.9)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.awards import Award, Level
from bot.domain.endorsing_limits import Recent
from bot.domain.outcomes import Refused
from bot.domain.pathways import asked_endorsements
from bot.domain.people import Account, Consent, Person
from bot.domain.recognition import (
    As,
    Decision,
    Endorsed,
    Endorsement,
    Facts,
    Rearmed,
    Target,
    TargetKind,
    Unchanged,
    Withdrawn,
    pressed,
    reacted,
    undo,
    unreacted,
)
from bot.domain.roles import Right, may
from bot.services.arrivals import Arrive, arrive, is_forgotten, known
from bot.services.commands import ByPerson, OfSchool
from bot.services.composition import local_day, midnight_of
from bot.services.definitions import definition_of
from bot.services.earning import earn, earn_all
from bot.services.invited import answer_invitations, is_invited
from bot.services.lanes import SIGN_LANE
from bot.services.ports import MessageRef, Posted, Work
from bot.services.promises import (
    Kind,
    promise_issue,
    promise_issue_holding,
    promise_to,
    promise_unpost,
)
from bot.services.seen import seen_now

SHARED = "share"
"""A message about an award in the staff channel: reactions on it endorse the award."""
COMMENT = "comment"
"""A message that tells a holder of an endorser's words."""
UNIT = "unit"
"""A message that brought a unit: reactions on it endorse the content."""


@dataclass(frozen=True, kw_only=True)
class React(Arrive):
    """An endorsing emoji was put on a message (`added`) or taken off."""

    platform: str
    event_id: str | None
    message: MessageRef
    emoji: str
    added: bool
    is_bot: bool


async def react(work: Work, command: React) -> Decision:
    """Take in one reaction. Brought again by the platform, it changes nothing."""
    if command.event_id is not None and not await work.inbox.first_time(command.platform, command.event_id):
        return Unchanged()
    posted = await work.messages.find(command.message)
    if posted is None or posted.about not in (SHARED, UNIT):
        return Unchanged()
    if command.is_bot:
        return Refused("bot")
    await work.messages.hear(posted.id)
    # Whose reaction is taken off, perhaps by somebody else, does nothing: nobody becomes known by that, or again.
    who = await _locked(work, command, arrive if command.added else _known)
    if who is None:
        return Unchanged()
    return await _take(work, posted, *who, command.emoji, added=command.added) or Unchanged()


async def _known(work: Work, command: Arrive) -> tuple[Person, Account] | None:
    """As `arrive`, but nobody is made."""
    return await arrive(work, command) if await known(work, command) is not None else None


Found = TypeVar("Found", bound=tuple[Person, Account] | None)


async def _locked(work: Work, command: Arrive, find: Callable[[Work, Arrive], Awaitable[Found]]) -> Found:
    """Who reacts, locked. They may be linked with another person this very moment: then they are that one."""
    found = await find(work, command)
    if found is None:
        return found
    try:
        await work.people.lock(found[0].id)
    except LookupError:
        found = await find(work, command)
        if found is not None:
            await work.people.lock(found[0].id)
    return found


async def _take(
    work: Work, posted: Posted, person: Person, account: Account, emoji: str, *, added: bool
) -> Decision | None:
    """Keep one reaction, or drop it, and what follows from it; None when there is nothing left to endorse.

    The caller has locked the person.
    """
    if not added:
        await work.reactions.remove(posted.id, account.id, emoji)
        return await _take_back(work, posted, person)
    target = await _target(work, posted)
    if target is None:
        return None
    await work.reactions.add(posted.id, account.id, emoji)
    facts = await facts_about(work, person, target)
    decision = reacted(facts)
    await carry_out(work, person, target, facts.current, decision)
    return decision


async def _take_back(work: Work, posted: Posted, person: Person) -> Decision:
    """A reaction is gone: withdraw what rests on it, wherever the shelf has its unit now.

    Its account may have been unlinked since: what it endorsed stayed with the person whose it was, and rests on it
    all the same.
    """
    decided = await _withdraw_by(work, posted, person)
    for other_id in sorted(await work.links.others(person.id)):
        if any(given.stands or given.undone for given in await work.endorsements.given_by(other_id)):
            await work.people.lock(other_id)
            by_other = await _withdraw_by(work, posted, await work.people.get(other_id))
            decided = decided if isinstance(by_other, Unchanged) else by_other
    return decided


async def _withdraw_by(work: Work, posted: Posted, person: Person) -> Decision:
    """Withdraw what this person, who is locked, endorsed by a message that has no reaction of theirs any more."""
    decided: Decision = Unchanged()
    for target in await _endorsed(work, posted, person):
        facts = await facts_about(work, person, target)
        decision = unreacted(facts)
        await carry_out(work, person, target, facts.current, decision)
        decided = decided if isinstance(decision, Unchanged) else decision
    return decided


@dataclass(frozen=True, kw_only=True)
class PressEndorse(ByPerson):
    award: str
    """Public id."""


async def press_endorse(work: Work, command: PressEndorse) -> Decision:
    """*My endorsement* on the shared post: endorses, and does not depend on reactions."""
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    award = await work.awards.by_public_id(command.award)
    if award is None:
        return Refused("unknown_thing")
    target = Target(TargetKind.AWARD, award.id)
    facts = await facts_about(work, person, target)
    decision = pressed(facts)
    await carry_out(work, person, target, facts.current, decision, by_button=True)
    return decision


@dataclass(frozen=True)
class Standing:
    """An endorsement that stands."""

    public_id: str
    beside_reaction: bool
    """A reaction of theirs says the same; once they pressed, it stays when that is taken off."""


async def standing_of(work: Work, command: PressEndorse) -> Standing | None:
    """The endorsement of an award that stands by this person."""
    award = await work.awards.by_public_id(command.award)
    return await standing_on(work, command.person_id, Target(TargetKind.AWARD, award.id)) if award else None


async def standing_on(work: Work, person_id: int, target: Target) -> Standing | None:
    """The endorsement of an award or of content that stands by a person."""
    given = await work.endorsements.of(person_id, target)
    if given is None or not given.stands:
        return None
    return Standing(given.public_id, beside_reaction=bool(await _live(work, person_id, target)))


@dataclass(frozen=True, kw_only=True)
class Undo(ByPerson):
    endorsement: str
    """Public id."""


async def undo_endorsement(work: Work, command: Undo) -> Decision:
    """*Undo* on the receipt: withdraws, until the reaction is removed and given again."""
    await work.people.lock(command.person_id)
    endorsement = await work.endorsements.by_public_id(command.endorsement)
    if endorsement is None or endorsement.endorser_id not in await work.moves.same(command.person_id):
        return Refused("not_yours")
    person = await work.people.get(command.person_id)
    facts = await facts_about(work, person, endorsement.target)
    decision = undo(facts)
    if isinstance(decision, Withdrawn) and facts.current is not None:
        held_by_reaction = bool(facts.live_emoji)
        await withdraw(work, person, replace(facts.current, undone=held_by_reaction))
    return decision


@dataclass(frozen=True, kw_only=True)
class OnMessage(OfSchool):
    message: MessageRef


async def heard(work: Work, command: OnMessage) -> int:
    """How many reactions were heard on a message so far: asked before what is live on it is read."""
    posted = await work.messages.find(command.message)
    return 0 if posted is None else await work.messages.heard(posted.id)


@dataclass(frozen=True, kw_only=True)
class Reconcile(OnMessage):
    """What is live on one message, read completely: (user key, emoji), endorsing emoji only."""

    heard: int
    """What `heard` said before the reading began."""
    live: frozenset[tuple[str, str]]
    unnamed: frozenset[str] = frozenset()
    """The keys of users of whom the platform does not say who they are: nothing of theirs changes."""
    only: str | None = None
    """The key of the only user whose reactions are looked at; None: everybody's."""
    told: React | None = None
    """What was brought late, and is still so: taken in first."""


async def reconcile(work: Work, command: Reconcile) -> int | None:
    """Make stored state equal to live reactions, as if no event had been lost. Counts the differences.

    None, and nothing is changed, when something was heard since the reading began: that is newer, and may not be
    undone. Only for a complete, successful reading: an unreadable message changes nothing and never comes here. What
    was given by an account that is closed since, or that the platform does not name, stays: nobody can tell of its
    reactions.
    """
    posted = await work.messages.find(command.message)
    if posted is None or posted.about not in (SHARED, UNIT):
        return 0
    if command.told is not None:
        if await work.messages.hear(posted.id) != command.heard + 1:
            return None
        await react(work, command.told)
        command = replace(command, heard=await work.messages.heard(posted.id), told=None)
    stored: set[tuple[str, str]] = set()
    people: dict[str, tuple[Person, Account]] = {}
    closed: set[str] = set()
    for account, person, emoji in await work.reactions.by_user(posted.id):
        if account.gone_at is not None:
            closed.add(account.user_key)
        elif account.user_key not in command.unnamed and command.only in (None, account.user_key):
            stored.add((account.user_key, emoji))
            people[account.user_key] = (person, account)
    live = {pair for pair in command.live if command.only in (None, pair[0]) and pair[0] not in closed}
    if stored == live:
        return 0
    if await work.messages.hear(posted.id) != command.heard + 1:
        return None
    gone = sorted(stored - live)
    for user_key, emoji in gone:
        await work.people.lock(people[user_key][0].id)
        await _take(work, posted, *people[user_key], emoji, added=False)
    missed = 0
    for user_key, emoji in sorted(live - stored):
        who = Arrive(
            school_id=command.school_id,
            workspace_id=posted.workspace_id,
            user_key=user_key,
            name=None,
            locale=None,
        )
        if await is_forgotten(work, who):
            continue  # a reaction left behind brings nobody back; only a new act of theirs does
        missed += await _take(work, posted, *(await _locked(work, who, arrive)), emoji, added=True) is not None
    return missed + len(gone)


async def unname(work: Work, person_id: int) -> None:
    """Take a person's name out of the endorsements they gave: those are signed anew, by role only."""
    for endorsement in await work.endorsements.given_by(person_id):
        if endorsement.stands:
            await sign_again(work, endorsement)


async def sign_again(work: Work, endorsement: Endorsement) -> None:
    """Drop the signed text of an endorsement and promise a new one."""
    await work.credentials.drop_endorsement_text(endorsement.id)
    await _promise_signature(work, endorsement, settle=False)


async def _target(work: Work, posted: Posted) -> Target | None:
    """What a reaction on a message endorses now; None when its unit has left the shelf."""
    if posted.about == SHARED:
        return Target(TargetKind.AWARD, posted.subject)
    offer = await work.offers.get(posted.subject)
    place = (await work.shelves.current()).place_of(offer.unit_key) if offer and offer.unit_key else None
    achievement = await work.shelves.newest(place[1].badge.key) if place else None
    if achievement is None:
        return None
    return Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(achievement.key))


async def _endorsed(work: Work, posted: Posted, person: Person) -> tuple[Target, ...]:
    """What a person may have endorsed by reacting to a message.

    A unit may since have left the shelf, or have moved to another module: the content that they endorsed is known by
    every edition of it.
    """
    if posted.about == SHARED:
        return (Target(TargetKind.AWARD, posted.subject),)
    offer = await work.offers.get(posted.subject)
    given = [one.target for one in await work.endorsements.given_by(person.id) if one.target.is_content]
    return tuple([target for target in given if offer and offer.unit_key in await _units_of(work, target)])


async def facts_about(work: Work, person: Person, target: Target, speaks: As | None = None) -> Facts:
    """What a decision looks at. An award stays where it is meanwhile: its holder may be moving this very moment.

    `speaks` is the role of who endorses an issuer; of all else one endorses as leader or colleague.
    """
    if target.kind is TargetKind.AWARD:
        await work.moves.hold(target.id)
    given = await work.endorsements.of(person.id, target)
    # What they gave before they were forgotten is nobody's; given again, it is theirs (`Endorsements.add`).
    current = given if given is not None and given.endorser_id is not None else None
    speaks = speaks or (As.LEADER if may(person, Right.RECOMMEND) else As.COLLEAGUE)
    others = await work.links.others(person.id)
    by_other = bool(others) and await work.links.have_endorsed(others, target)
    if target.kind is TargetKind.AWARD:
        award = await work.awards.get(target.id)
        return Facts(
            endorser_id=person.id,
            is_bot=False,
            speaks=speaks,
            holder_id=person.id if award is None or award.person_id in others else award.person_id,
            displayed=await is_seen(work, person.id, award),
            stopped=award is not None and award.stop is not None,
            recent=await _recent(work, person, award.person_id if award else None),
            current=current,
            by_other_account=by_other,
            live_emoji=await _live(work, person.id, target),
        )
    recent = await _recent(work, person, None)
    if target.kind is TargetKind.ISSUER:
        return Facts(person.id, False, speaks, None, True, recent, current=current, by_other_account=by_other)
    units = await _units_of(work, target)
    done = {completion.unit_key for completion in await work.learning.completions(person.id)}
    return Facts(
        endorser_id=person.id,
        is_bot=False,
        speaks=speaks,
        holder_id=None,
        displayed=True,
        recent=recent,
        completed=not done.isdisjoint(units),
        current=current,
        by_other_account=by_other,
        live_emoji=await _live(work, person.id, target, units),
    )


async def _live(work: Work, person_id: int, target: Target, units: frozenset[str] | None = None) -> frozenset[str]:
    """The endorsing emoji that somebody has on what tells of an award, or of content with its `units`."""
    if target.kind is TargetKind.AWARD:
        messages = await work.messages.about(SHARED, target.id)
    else:
        messages = await work.messages.of_units(await _units_of(work, target) if units is None else units, person_id)
    return await work.reactions.live(person_id, [message.id for message in messages])


async def is_seen(work: Work, person_id: int, award: Award | None) -> bool:
    """Whether its holder shows it to this person: to all colleagues, or by asking them."""
    return award is not None and (award.displayed_at is not None or await is_invited(work, person_id, award.id))


async def _recent(work: Work, person: Person, holder_id: int | None) -> Recent:
    """What the limits look at. A favour that nobody can know of is none: the answer would tell who gave it."""
    school = await work.school()
    today = await work.endorsements.given_since(person.id, midnight_of(local_day(work.now, school), school))
    if holder_id is None or holder_id == person.id:
        return Recent(work.now, today)
    named = Consent.NAMED in (await work.people.get(holder_id)).consents
    return Recent(work.now, today, await work.endorsements.favour(holder_id, person.id, named=named))


async def _units_of(work: Work, content: Target) -> frozenset[str]:
    """The units of a badge in any of its editions: who did one that was dropped since did a part of it all the same."""
    return await _units_under(work, (await work.shelves.achievement(content.id)).key)


async def _units_under(work: Work, badge_key: str) -> frozenset[str]:
    """A course's units are those of its modules. A pathway is a rule and teaches nothing itself."""
    editions = await work.shelves.versions(badge_key)
    parts = {(edition.level, part.key) for edition in editions for part in definition_of(edition).parts}
    units = {key for level, key in parts if level is Level.KNOWLEDGE}
    for level, key in parts:
        if level is Level.COMPETENCE:
            units |= await _units_under(work, key)
    return frozenset(units)


async def carry_out(
    work: Work,
    person: Person,
    target: Target,
    current: Endorsement | None,
    decision: Decision,
    *,
    by_button: bool = False,
    of_school: int | None = None,
) -> None:
    """Store what was decided. A refused press is explained in its answer, a refused reaction by a message.

    `of_school` is whose the target is, where that is another school's.
    """
    match decision:
        case Endorsed(role=role):
            seen = await seen_now(work, target, of_school)
            if current is None:
                given = await work.endorsements.add(
                    person.id, target, role, by_button=by_button, seen=seen, of_school=of_school
                )
            else:
                given = replace(
                    current,
                    role=role,
                    given_at=work.now,
                    withdrawn_at=None,
                    held_by_button=by_button,
                    undone=False,
                    seen=seen,
                    former=current.stood if current.withdrawn_at is not None else current.former,
                )
                await work.endorsements.save(given)
            await work.audit.record("endorse", actor=person, subject=given.public_id, detail={"role": role})
            await _promise_signature(work, given, settle=True)
            await promise_receipt(work, person, given)
            if target.kind is TargetKind.AWARD:
                await answer_invitations(work, person.id, target.id)
            await _earn_pathways(work, target)
        case Withdrawn() if current is not None:
            await withdraw(work, person, current)
        case Rearmed() if current is not None:
            await work.endorsements.save(replace(current, undone=False))
        case Unchanged() if by_button and current is not None and not current.held_by_button:
            await work.endorsements.save(replace(current, held_by_button=True))
        case Refused(reason=reason, params=params) if not by_button and reason != "bot":
            detail = {"reason": reason, **{name: str(value) for name, value in params.items()}}
            await promise_to(work, person.id, Kind.REFUSAL, target.id, detail=detail)
        case _:
            pass


async def _earn_pathways(work: Work, target: Target) -> None:
    """Award what an endorsement completed: for the holder of the award, or for whoever lacked one of this content."""
    if target.kind is TargetKind.ISSUER:
        return
    shelf = await work.shelves.current()
    asking = [one for pathway in shelf.pathways for one in asked_endorsements(pathway.rule)]
    if target.kind is TargetKind.AWARD:
        award = await work.awards.get(target.id)
        if award is not None and any(award.achievement_key in one.badges for one in asking if not one.of_content):
            await earn(work, await work.people.get(award.person_id), shelf)
        return
    content = (await work.shelves.achievement(target.id)).key
    if any(content in one.badges for one in asking if one.of_content):
        await earn_all(work, await work.people.all(), shelf)


async def withdraw(work: Work, person: Person, endorsement: Endorsement) -> None:
    """Take back what its endorser, who is locked, gave: the badge is signed anew, and they are told."""
    gone = replace(endorsement, withdrawn_at=work.now, held_by_button=False, comment=None)
    await work.endorsements.save(gone)
    await work.credentials.drop_endorsement_text(gone.id)
    await work.audit.record("withdraw", actor=person, subject=gone.public_id)
    if gone.target.kind is TargetKind.AWARD:
        await promise_issue(work, gone.target.id, settle=True, of_school=gone.school_id)
    else:
        await promise_issue_holding(work, gone.id)
    await promise_receipt(work, person, gone)
    await take_words_back(work, gone)


async def take_words_back(work: Work, endorsement: Endorsement) -> None:
    """What told the holder of the endorser's words goes with them."""
    for posted in await work.messages.about_endorsement(COMMENT, endorsement.id):
        await promise_unpost(work, posted.ref, of_school=posted.school_id)


async def _promise_signature(work: Work, endorsement: Endorsement, *, settle: bool) -> None:
    if endorsement.target.kind is TargetKind.AWARD:
        await promise_issue(work, endorsement.target.id, settle=settle, of_school=endorsement.school_id)
    else:
        once = f"content:{endorsement.id}"
        await work.outbox.promise(
            Kind.SIGN_ENDORSEMENT, endorsement.id, lane=SIGN_LANE, once=once, of_school=endorsement.school_id
        )


async def promise_receipt(work: Work, person: Person, endorsement: Endorsement) -> None:
    """Promise that the endorser's receipt says what is true."""
    await promise_to(work, person.id, Kind.RECEIPT, endorsement.id, once=f"receipt:{endorsement.id}")

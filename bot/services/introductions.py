"""Carrying a question to a findable colleague, and the answer back."""

from dataclasses import dataclass

from bot.domain.introductions import A_WEEK, Introduction, Reply, may_reply, may_request
from bot.domain.outcomes import Refused
from bot.services.commands import ByPerson
from bot.services.ports import Work
from bot.services.promises import Kind, is_gone, promise_to

ASKED = "ask"
"""A message that brought a question to whom it was for."""


@dataclass(frozen=True, kw_only=True)
class RequestIntroduction(ByPerson):
    """`award` names the colleague through the badge they may be named for, `elsewhere` through one that another issuer
    gave them; `question` is the kept question's id."""

    question: str
    award: str = ""
    elsewhere: str = ""


@dataclass(frozen=True)
class _Named:
    """Who may be named, and for what: as `Introduction` has it."""

    person_id: int
    award_id: int | None
    elsewhere: str | None


async def request_introduction(work: Work, command: RequestIntroduction) -> Introduction | Refused:
    """Carry one's own question to the holder of a findable badge."""
    question = await work.introductions.question(command.question)
    if question is None or question.asker_id != command.person_id:
        return Refused("not_yours")
    named = await (_elsewhere(work, command.elsewhere) if command.elsewhere else _awarded(work, command.award))
    if named is None:
        return Refused("not_findable")
    if await is_gone(work, named.person_id):
        return Refused("helper_gone")
    own = await work.links.others(command.person_id)
    refusal = may_request(
        command.person_id,
        command.person_id if named.person_id in own else named.person_id,
        await work.introductions.waiting(command.person_id, named.person_id),
        await work.introductions.asked_since(named.person_id, work.now - A_WEEK),
    )
    if refusal is not None:
        return refusal
    introduction = await work.introductions.add(
        command.person_id, named.person_id, named.award_id, question.text, named.elsewhere
    )
    await promise_to(work, named.person_id, Kind.ASK, introduction.id)
    return introduction


async def _awarded(work: Work, public_id: str) -> _Named | None:
    award = await work.awards.by_public_id(public_id)
    if award is None or award.findable_at is None or not award.counts(work.now):
        return None
    return _Named(award.person_id, award.id, None)


async def _elsewhere(work: Work, public_id: str) -> _Named | None:
    badge = await work.foreign.by_public_id(public_id)
    if badge is None or badge.findable_at is None or not badge.may_be_found(work.now):
        return None
    return _Named(badge.person_id, None, badge.name)


@dataclass(frozen=True, kw_only=True)
class ReplyToRequest(ByPerson):
    introduction: str
    reply: Reply


async def reply_to_request(work: Work, command: ReplyToRequest) -> Introduction | Refused:
    """The person asked answers, once; the asker hears back, and what asked for the answer offers none any more."""
    introduction = await work.introductions.by_public_id(command.introduction)
    if introduction is None:
        return Refused("unknown_thing")
    refusal = may_reply(introduction, command.person_id)
    if refusal is not None:
        return refusal
    if await is_gone(work, introduction.asker_id):
        return Refused("asker_gone")
    if not await work.introductions.reply(introduction.id, command.reply):
        return Refused("already_answered")
    await promise_to(work, introduction.asker_id, Kind.ANSWER, introduction.id)
    await promise_to(work, introduction.helper_id, Kind.ASK, introduction.id)
    return introduction


async def _unanswered(work: Work, person_id: int) -> list[Introduction]:
    """What a person was asked and has not answered."""
    asked = await work.introductions.of_person(person_id)
    return [each for each in asked if each.helper_id == person_id and each.reply is None]


async def tell_of_leaving(work: Work, person_id: int) -> None:
    """Whoever waits for an answer of somebody who is gone is told that none will come, and may ask others."""
    for each in await _unanswered(work, person_id):
        await promise_to(work, each.asker_id, Kind.ANSWER, each.id, once=f"away:{each.id}")


async def ask_again(work: Work, person_id: int) -> None:
    """Bring somebody who is back what they were asked while they were gone, and could not be told of."""
    for each in await _unanswered(work, person_id):
        if not await work.messages.about(ASKED, each.id):
            await promise_to(work, person_id, Kind.ASK, each.id, once=f"ask:{each.id}")

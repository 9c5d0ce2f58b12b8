"""Doing one unit: open it, answer its check, leave a line of reflection, and earn what is due (design.md 4.1, 4.20)."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.catalogue import ChoiceCheck, TextCheck, Unit
from bot.domain.language import Bilingual
from bot.domain.learning import (
    Attempt,
    Completion,
    Progress,
    Right,
    Route,
    TooShort,
    Wrong,
    after_wrong,
    mark_choice,
    mark_text,
    may_ask,
)
from bot.domain.offers import Answer, Offer
from bot.domain.outcomes import Refused
from bot.services import renewals
from bot.services.commands import ByPerson
from bot.services.content_endorsements import content_of
from bot.services.earning import earn
from bot.services.offers import AboutOffer, answer_offer, own_offer
from bot.services.ports import Work
from bot.services.redoing import done_units, open_again

LONGEST_ANSWER = 3000
"""What of a text exercise is read: what the form takes, and more than any exercise asks for."""
LONGEST_REFLECTION = 300


@dataclass(frozen=True)
class Opened:
    offer: Offer
    unit: Unit
    page: str | None
    """The unit's own text in the person's language, where the catalogue brought one."""


async def open_unit(work: Work, command: AboutOffer) -> Opened | Refused:
    """*Open*: note the opening; wrong tries are forgiven."""
    await work.people.lock(command.person_id)
    found = await own_offer(work, command)
    if isinstance(found, Refused):
        return found
    offer, unit = found
    progress = await work.learning.progress(offer.person_id, unit.key)
    await work.learning.save_progress(
        offer.person_id, unit.key, Progress(work.now, wrong_tries=0, tested_out_on=progress.tested_out_on)
    )
    offer = await answer_offer(work, offer, Answer.OPENED)
    person = await work.people.get(offer.person_id)
    return Opened(offer, unit, await work.shelves.page(unit.key, person.lang))


@dataclass(frozen=True)
class Asked:
    attempt: Attempt
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class AskCheck(AboutOffer):
    route: Route


async def ask_check(work: Work, command: AskCheck) -> "Asked | Completed | Refused":
    """*Done* or *I know this already*: ask the check question, its choices shuffled."""
    await work.people.lock(command.person_id)
    found = await own_offer(work, command)
    if isinstance(found, Refused):
        return found
    offer, unit = found
    completion = await _settled_completion(work, offer.person_id, unit)
    if completion is not None:
        return await _completed(work, completion, unit, already=True)
    today = await _today(work)
    refusal = may_ask(await work.learning.progress(offer.person_id, unit.key), command.route, today)
    if refusal is not None:
        return refusal
    await answer_offer(work, offer, Answer.KNOWN if command.route is Route.PRIOR else Answer.DONE)
    order = list(range(len(unit.check.choices))) if isinstance(unit.check, ChoiceCheck) else []
    work.rng.shuffle(order)
    attempt = await work.learning.add_attempt(offer.person_id, unit.key, command.route, tuple(order))
    return Asked(attempt, unit)


@dataclass(frozen=True)
class Mistaken:
    """`next` is `again`, `open` (read it once more first) or `tomorrow` (one test-out a day).

    `over`: this asking of the question was answered before; what was answered now was not judged.
    """

    offer: Offer | None
    why: Bilingual | None
    next: str
    over: bool = False


@dataclass(frozen=True)
class Completed:
    completion: Completion
    unit: Unit
    badge: Bilingual
    left_in_module: int
    already: bool
    content: str
    """By which public id the content of its badge is endorsed; empty where it stands on no shelf any more."""


@dataclass(frozen=True)
class DoneAgain:
    """A unit's check was passed again: what that renewed, and what is left of a renewal that it is part of."""

    unit: Unit
    renewed: tuple[renewals.Renewed, ...]
    ahead: renewals.Renewing | None


@dataclass(frozen=True)
class Short:
    """The text is too short; nothing is lost."""

    attempt: Attempt
    unit: Unit
    min_chars: int
    typed: str


@dataclass(frozen=True, kw_only=True)
class Choose(ByPerson):
    """`choice` is the author's index."""

    attempt: str
    choice: int


@dataclass(frozen=True, kw_only=True)
class Write(ByPerson):
    attempt: str
    text: str


async def choose(work: Work, command: Choose) -> Completed | DoneAgain | Mistaken | Refused:
    """Answer a choice question. Pressed twice, it counts once."""
    await work.people.lock(command.person_id)
    found = await _own_attempt(work, command.person_id, command.attempt)
    if isinstance(found, Refused):
        return found
    attempt, unit = found
    if not isinstance(unit.check, ChoiceCheck) or not 0 <= command.choice < len(unit.check.choices):
        return Refused("gone")
    settled = await _settled(work, attempt, unit)
    if settled is not None:
        return settled
    match mark_choice(unit.check, command.choice):
        case Right(self_assessed=self_assessed):
            return await _pass(work, attempt, unit, self_assessed=self_assessed)
        case Wrong():
            return await _miss(work, attempt, unit, unit.check)


async def write(work: Work, command: Write) -> Completed | DoneAgain | Mistaken | Short | Refused:
    """Answer an exercise in one's own words: self-assessed."""
    await work.people.lock(command.person_id)
    found = await _own_attempt(work, command.person_id, command.attempt)
    if isinstance(found, Refused):
        return found
    attempt, unit = found
    if not isinstance(unit.check, TextCheck):
        return Refused("gone")
    settled = await _settled(work, attempt, unit)
    if settled is not None:
        return settled
    match mark_text(unit.check, command.text[:LONGEST_ANSWER]):
        case TooShort(min_chars=min_chars):
            return Short(attempt, unit, min_chars, command.text)
        case Right(self_assessed=self_assessed):
            return await _pass(work, attempt, unit, self_assessed=self_assessed)


@dataclass(frozen=True, kw_only=True)
class Reflect(ByPerson):
    completion_id: str
    text: str


async def reflect(work: Work, command: Reflect) -> Refused | None:
    """Keep one line of reflection (気づき): private until the teacher submits it."""
    completion = await work.learning.completion_by_public_id(command.completion_id)
    if completion is None or completion.person_id != command.person_id:
        return Refused("not_yours")
    line = " ".join(command.text.split())[:LONGEST_REFLECTION]
    if line:
        await work.learning.reflect(completion.id, line)
    return None


async def _own_attempt(work: Work, person_id: int, public_id: str) -> tuple[Attempt, Unit] | Refused:
    attempt = await work.learning.attempt(public_id)
    if attempt is None or attempt.person_id != person_id:
        return Refused("not_yours")
    unit = (await work.shelves.current()).unit(attempt.unit_key)
    return Refused("gone") if unit is None else (attempt, unit)


async def _settled(work: Work, attempt: Attempt, unit: Unit) -> Completed | Mistaken | Refused | None:
    """What stands already: the unit is done, this attempt was answered, or no try is left. None: answer it."""
    completion = await _settled_completion(work, attempt.person_id, unit)
    if completion is not None:
        return await _completed(work, completion, unit, already=True)
    progress = await work.learning.progress(attempt.person_id, unit.key)
    if attempt.right is False and isinstance(unit.check, ChoiceCheck):
        return replace(await _mistaken(work, attempt, unit.check, progress), over=True)
    return may_ask(progress, attempt.route, await _today(work))


async def _settled_completion(work: Work, person_id: int, unit: Unit) -> Completion | None:
    """The completion of a unit that is not to be done again at present."""
    completion = await work.learning.completion(person_id, unit.key)
    if completion is None or unit.key in await open_again(work, person_id, await work.shelves.current()):
        return None
    return completion


async def _pass(work: Work, attempt: Attempt, unit: Unit, *, self_assessed: bool) -> Completed | DoneAgain:
    await work.learning.answer(attempt.id, True)
    if await work.learning.completion(attempt.person_id, unit.key) is not None:
        return await _again(work, attempt, unit, self_assessed=self_assessed)
    completion = await work.learning.complete(attempt.person_id, unit.key, attempt.route, self_assessed=self_assessed)
    if completion is None:
        former = await work.learning.completion(attempt.person_id, unit.key)
        assert former is not None  # noqa: S101 - the unique key just said so
        return await _completed(work, former, unit, already=True)
    person = await work.people.get(attempt.person_id)
    await work.audit.record("complete", actor=person, subject=completion.public_id)
    shelf = await work.shelves.current()
    await earn(work, person, shelf)
    await renewals.settle(work, person, shelf)
    return await _completed(work, completion, unit, already=False)


async def _again(work: Work, attempt: Attempt, unit: Unit, *, self_assessed: bool) -> DoneAgain:
    """The check of a unit that was completed before, passed again to renew a badge."""
    person, shelf = await work.people.get(attempt.person_id), await work.shelves.current()
    await work.terms.redo(person.id, unit.key, self_assessed=self_assessed)
    renewed = tuple(one for _, one in await renewals.settle(work, person, shelf))
    return DoneAgain(unit, renewed, await renewals.progress(work, person.id, shelf, unit.key))


async def _miss(work: Work, attempt: Attempt, unit: Unit, check: ChoiceCheck) -> Mistaken:
    progress = await work.learning.progress(attempt.person_id, unit.key)
    if await work.learning.answer(attempt.id, False):
        progress = after_wrong(progress, attempt.route, await _today(work))
        await work.learning.save_progress(attempt.person_id, unit.key, progress)
    return await _mistaken(work, attempt, check, progress)


async def _mistaken(work: Work, attempt: Attempt, check: ChoiceCheck, progress: Progress) -> Mistaken:
    offer = await work.offers.newest_for_unit(attempt.person_id, attempt.unit_key)
    refusal = may_ask(progress, attempt.route, await _today(work))
    next_step = {None: "again", "tested_out_today": "tomorrow"}.get(refusal.reason if refusal else None, "open")
    return Mistaken(offer, check.why, next_step)


async def _completed(work: Work, completion: Completion, unit: Unit, *, already: bool) -> Completed:
    shelf = await work.shelves.current()
    place = shelf.place_of(unit.key)
    if place is None:
        return Completed(completion, unit, unit.title, 0, already, "")
    done = await done_units(work, completion.person_id, shelf)
    left = sum(other.key not in done for other in place[1].units)
    badge = place[1].badge
    return Completed(completion, unit, badge.name, left, already, await content_of(work, badge.key))


async def _today(work: Work) -> date:
    return work.now.astimezone(ZoneInfo((await work.school()).zone)).date()

"""Revoking, suspending and reinstating an award, by whoever runs the deployment or an owner of the school that issued
it; its holder is told why."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.roles import Right, may
from bot.domain.stops import LONGEST_REASON, Stop, StopChange, change_stop
from bot.errors import Problem
from bot.services.awards import take_down
from bot.services.commands import ByPerson, OfNoSchool, OfSchool
from bot.services.composition import local_day
from bot.services.definitions import definition_of
from bot.services.earning import earn
from bot.services.enclosing import promise_around
from bot.services.ports import Work
from bot.services.promises import Kind, home, promise_award, promise_issue, promise_post, promise_to


@dataclass(frozen=True, kw_only=True)
class FindAward(OfNoSchool):
    award: str
    """Public id."""


async def find_school_of_award(work: Work, command: FindAward) -> School:
    """The school that an award belongs to. Raises `Problem("badge.unknown")`."""
    school = await work.directory.school_of_award(command.award)
    if school is None:
        raise Problem("badge.unknown", id=command.award)
    return school


@dataclass(frozen=True, kw_only=True)
class ChangeStop(OfSchool):
    award: str
    """Public id."""
    change: StopChange
    reason: str = ""


@dataclass(frozen=True)
class Changed:
    """Which badge it was about, and the day of its award: whose it is stays unsaid."""

    name: Bilingual
    on: date


async def stop_award(work: Work, command: ChangeStop) -> Changed:
    """Revoke, suspend or reinstate an award. Raises `Problem`: `badge.unknown`, or as `change_stop`.

    Its post leaves the staff channel while it is stopped: colleagues do not read there what concerns its holder. What
    its holder chose to show stays as chosen, so that a reinstated badge is where it was.
    """
    award = await _locked(work, command.award)
    if award is None:
        raise Problem("badge.unknown", id=command.award)
    return await _stop(work, award, command.change, command.reason, actor=None)


async def _stop(work: Work, award: Award, change: StopChange, reason: str, *, actor: Person | None) -> Changed:
    stop = change_stop(award.stop, change, reason, work.now)
    await work.awards.save_stop(award.id, stop)
    await work.audit.record(change, actor=actor, subject=award.public_id)
    await promise_to(work, award.person_id, Kind.STOP, award.id, once=f"stop:{award.id}")
    await promise_award(work, award.person_id, award.id)
    await promise_around(work, award.id)
    if await work.status.of_award(award.id) is None:
        await promise_issue(work, award.id, settle=False)  # an edition that names a list, where there are any
    await _follow(work, award, stop)
    return await _told(work, award)


async def _told(work: Work, award: Award) -> Changed:
    achievement = await work.shelves.achievement(award.achievement_id)
    return Changed(definition_of(achievement).name, local_day(award.awarded_at, await work.school()))


async def _locked(work: Work, public_id: str) -> Award | None:
    """The award as it is while nobody else changes it."""
    found = await work.awards.by_public_id(public_id)
    if found is not None:
        await work.people.lock(found.person_id)
        found = await work.awards.by_public_id(public_id)
    return found


async def _follow(work: Work, award: Award, stop: Stop | None) -> None:
    if stop is not None:
        await take_down(work, award)
        return
    await earn(work, await work.people.get(award.person_id), await work.shelves.current())
    place = await home(work, award.person_id)
    if award.displayed_at is not None and place is not None:
        await promise_post(work, place[0], award.id)


# ---------------------------------------------------------------- by an owner of the school


@dataclass(frozen=True, kw_only=True)
class AboutStop(ByPerson):
    """`award` is a public id."""

    award: str


@dataclass(frozen=True)
class Stoppable:
    """A badge that an owner means, and how it stands. Whose it is stays unsaid: the owner looks after the badge."""

    award: Award
    told: Changed


@dataclass(frozen=True, kw_only=True)
class StopByOwner(AboutStop):
    change: StopChange
    reason: str = ""


async def look_at_stop(work: Work, command: AboutStop) -> Stoppable | Refused:
    """The badge that an owner named by its id."""
    award = await work.awards.by_public_id(command.award)
    refusal = await _may_stop(work, await work.people.get(command.person_id), award)
    if award is None or refusal is not None:
        return refusal or Refused("stop_unknown")
    return Stoppable(award, await _told(work, award))


async def stop_as_owner(work: Work, command: StopByOwner) -> Changed | Refused:
    """As `stop_award`, by an owner of the school that issued it. The audit log says who."""
    found = await _locked(work, command.award)
    actor = await work.people.get(command.person_id)
    refusal = await _may_stop(work, actor, found)
    if found is None or refusal is not None:
        return refusal or Refused("stop_unknown")
    try:
        return await _stop(work, found, command.change, command.reason, actor=actor)
    except Problem as problem:
        if problem.code == "badge.bad_reason":
            return Refused("stop_reason", {"limit": LONGEST_REASON})
        return Refused("stop_changed")


async def _may_stop(work: Work, actor: Person, award: Award | None) -> Refused | None:
    """Whether this owner may: nobody lifts what was decided about a badge of their own."""
    if not may(actor, Right.STOP_BADGES):
        return Refused("owners_only")
    if award is None:
        return Refused("stop_unknown")
    if award.person_id == actor.id or award.person_id in await work.links.others(actor.id):
        return Refused("stop_own")
    return None if award.awarded_by == award.school_id else Refused("stop_not_ours")


def named_award(typed: str) -> str:
    """The public id in what somebody typed or copied: itself, as a urn, or the address of the badge's page or file."""
    word = typed.strip().removeprefix("urn:uuid:")
    if "/" in word:
        word = urlsplit(word).path.rstrip("/").rpartition("/")[2]
    return word.partition(".")[0].lower()

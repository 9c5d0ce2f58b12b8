"""Revoking, suspending and reinstating an award, by whoever runs the deployment; its holder is told why."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.domain.awards import Award
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.domain.stops import Stop, StopChange, change_stop
from bot.errors import Problem
from bot.services.awards import take_down
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.composition import local_day
from bot.services.definitions import definition_of
from bot.services.earning import earn
from bot.services.ports import Work
from bot.services.promises import Kind, home, promise_award, promise_post, promise_to


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
    stop = change_stop(award.stop, command.change, command.reason, work.now)
    await work.awards.save_stop(award.id, stop)
    await work.audit.record(command.change, actor=None, subject=award.public_id)
    await promise_to(work, award.person_id, Kind.STOP, award.id, once=f"stop:{award.id}")
    await promise_award(work, award.person_id, award.id)
    await _follow(work, award, stop)
    achievement = await work.shelves.achievement(award.achievement_id)
    return Changed(definition_of(achievement).name, local_day(award.awarded_at, await work.school()))


async def _locked(work: Work, public_id: str) -> Award:
    """The award as it is while nobody else changes it."""
    found = await work.awards.by_public_id(public_id)
    if found is not None:
        await work.people.lock(found.person_id)
        found = await work.awards.by_public_id(public_id)
    if found is None:
        raise Problem("badge.unknown", id=public_id)
    return found


async def _follow(work: Work, award: Award, stop: Stop | None) -> None:
    if stop is not None:
        await take_down(work, award)
        return
    await earn(work, await work.people.get(award.person_id), await work.shelves.current())
    place = await home(work, award.person_id)
    if award.displayed_at is not None and place is not None:
        await promise_post(work, place[0], award.id)


def named_award(typed: str) -> str:
    """The public id in what somebody typed or copied: itself, as a urn, or the address of the badge's page or file."""
    word = typed.strip().removeprefix("urn:uuid:")
    if "/" in word:
        word = urlsplit(word).path.rstrip("/").rpartition("/")[2]
    return word.partition(".")[0].lower()

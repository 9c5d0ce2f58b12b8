"""Endorsing what is to be learned from a list or a card, by whoever did a part of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.badges.text import clean
from bot.domain.awards import Achievement, Level
from bot.domain.catalogue import Course
from bot.domain.comments import comment_of
from bot.domain.outcomes import Refused
from bot.domain.recognition import Decision, Endorsement, Target, TargetKind, pressed
from bot.services.commands import ByPerson
from bot.services.comments import put_words
from bot.services.endorsements import Standing, carry_out, facts_about, standing_on
from bot.services.ports import Work


@dataclass(frozen=True)
class EndorsableContent:
    """A badge of which one did a part, for its content. `given` is one's own endorsement of it, where it stands."""

    content: str
    """Public id of its first version."""
    achievement: Achievement
    given: Endorsement | None


async def look_at_content(work: Work, command: ByPerson) -> tuple[EndorsableContent, ...]:
    """What one learned of last comes first: modules before their course."""
    done = {one.unit_key: one.completed_at for one in await work.learning.completions(command.person_id)}
    given = {one.target: one for one in await work.endorsements.given_by(command.person_id) if one.stands}
    known = [last for course in (await work.shelves.current()).courses for last in _begun(course, done)]
    found = []
    for _, key in sorted(known, key=lambda each: each[0], reverse=True):
        achievement = await work.shelves.newest(key)
        if achievement is not None:
            first = await work.shelves.first_id(key)
            content = (await work.shelves.achievement(first)).public_id
            found.append(EndorsableContent(content, achievement, given.get(Target(TargetKind.ACHIEVEMENT, first))))
    return tuple(found)


def _begun(course: Course, done: dict[str, datetime]) -> list[tuple[datetime, str]]:
    """The badges of a course of which something was done: when last, and their keys."""
    modules = [
        (max(times), module.badge.key)
        for module in course.modules
        if (times := [done[unit.key] for unit in module.units if unit.key in done])
    ]
    return [*modules, (max(modules)[0], course.badge.key)] if modules else []


async def content_of(work: Work, badge_key: str) -> str:
    """By which public id the content of a badge is endorsed; empty where it is no achievement yet."""
    if await work.shelves.newest(badge_key) is None:
        return ""
    return (await work.shelves.achievement(await work.shelves.first_id(badge_key))).public_id


@dataclass(frozen=True, kw_only=True)
class EndorseContent(ByPerson):
    content: str
    """Public id of the achievement's first version."""
    words: str = ""
    """As they were typed; they may say nothing."""


async def endorse_content(work: Work, command: EndorseContent) -> Decision:
    """Endorse it, with words or without: both or, where one of them cannot be, neither.

    Pressed again it changes nothing but the words, and without words not even these.
    """
    await work.people.lock(command.person_id)
    achievement = await work.public.achievement(command.content)
    if achievement is None or achievement.level is Level.PATHWAY:
        return Refused("unknown_thing")
    said = comment_of(clean(command.words), None)
    if isinstance(said, Refused):
        return said
    person = await work.people.get(command.person_id)
    target = Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(achievement.key))
    facts = await facts_about(work, person, target)
    decision = pressed(facts)
    await carry_out(work, person, target, facts.current, decision, by_button=True)
    if not isinstance(decision, Refused):
        await put_words(work, command, target, command.words)
    return decision


async def standing_of_content(work: Work, command: EndorseContent) -> Standing | None:
    """The endorsement of that content that stands by this person."""
    achievement = await work.public.achievement(command.content)
    if achievement is None:
        return None
    target = Target(TargetKind.ACHIEVEMENT, await work.shelves.first_id(achievement.key))
    return await standing_on(work, command.person_id, target)

"""One school day, played on a stage and checked step by step, in both languages.

The same words are the demonstration in the staff room, the acceptance test, and played on every other platform.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.language import Bilingual
from bot.errors import Problem
from bot.handlers.local.script import A_MINUTE, Stage, StepFailed
from bot.handlers.local.story_asking import introductions, nobody_yet
from bot.handlers.local.story_learning import (
    bad_words,
    break_begins,
    break_over,
    break_unit,
    competence_badge,
    free_period,
    know_already,
    knowledge_badge,
    later,
    own_words,
    welcome_en,
    welcome_ja,
)
from bot.handlers.local.story_looking import forget, holiday, look, picked_day, quiet_evening, tomorrow
from bot.handlers.local.story_parts import Seen
from bot.handlers.local.story_recognition import (
    endorse_content,
    english_badge,
    many_reactions,
    newcomer_badge,
    share_and_endorse,
    take_back,
)
from bot.handlers.local.story_words import CHAPTERS

Scene = Callable[[Stage, Seen], Awaitable[None]]


@dataclass(frozen=True)
class Chapter:
    """A scene with its heading. It begins `at` a time, `days` after the first day; without one, when the last ends.

    The clock comes there in steps of `step`, or at once.
    """

    scene: Scene
    at: time | None = None
    step: timedelta | None = None
    days: int = 0

    @property
    def title(self) -> Bilingual:
        return CHAPTERS[self.scene.__name__]

    def begins(self, first_day: datetime) -> datetime | None:
        if self.at is None:
            return None
        day = first_day + timedelta(days=self.days)
        return day.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)


DAY = (
    Chapter(welcome_ja, time(8, 20)),
    Chapter(welcome_en, time(8, 30)),
    Chapter(break_begins, time(10, 25)),
    Chapter(break_unit),
    Chapter(break_over, time(10, 50), A_MINUTE),
    Chapter(knowledge_badge, time(12, 26)),
    Chapter(share_and_endorse, time(13, 0)),
    Chapter(many_reactions, time(13, 20)),
    Chapter(own_words, time(13, 35)),
    Chapter(free_period, time(13, 45)),
    Chapter(competence_badge, time(15, 35)),
    Chapter(english_badge, time(15, 55)),
    Chapter(newcomer_badge, time(16, 15)),
    Chapter(endorse_content, time(16, 30)),
    Chapter(introductions, time(16, 35)),
    Chapter(nobody_yet, time(16, 40)),
    Chapter(later, time(16, 45)),
    Chapter(bad_words, time(17, 10)),
    Chapter(know_already, time(17, 15)),
    Chapter(look, time(17, 50)),
    Chapter(take_back, time(18, 0)),
    Chapter(forget, time(18, 10)),
    Chapter(quiet_evening, time(18, 20)),
    Chapter(tomorrow, time(12, 45), days=1),
    Chapter(picked_day, time(12, 45), days=2),
    Chapter(holiday, time(9, 0), days=40),
)
"""Wednesday, 10 June; its morrow, its Friday, and Monday, 20 July."""


async def play(stage: Stage, seen: Seen, chapters: Sequence[Chapter] = DAY) -> str | None:
    """Play the whole day, or its first chapters; None when every step held.

    Else the chapter, and the first step that did not.
    """
    first_day = stage.local_now()
    for chapter in chapters:
        try:
            await stage.chapter(chapter.title, chapter.begins(first_day), chapter.step)
            await chapter.scene(stage, seen)
            stage.check(not stage.troubles, f"nobody is told of trouble: {stage.troubles}")
        except (StepFailed, Problem) as failed:
            return f"{stage.local_now():%H:%M} {chapter.title.ja} / {chapter.title.en}: {_told(failed)}"
    return None


def _told(failed: StepFailed | Problem) -> str:
    if isinstance(failed, Problem):
        return failed.code + "".join(f" {value}" for value in failed.params.values())
    return str(failed)

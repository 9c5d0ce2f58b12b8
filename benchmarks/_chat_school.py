"""A school on a chat platform: badges that wait for endorsements, and questions that wait for answers."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _school import Place, school_with_posts

from bot.app import World, open_house
from bot.conversation.actions import Actions
from bot.domain.catalogue import ChoiceCheck
from bot.domain.learning import Progress, Route
from bot.services.commands import OfSchool
from bot.services.ports import Work
from bot.settings import Settings

A_PERSON = 12
"""So many questions are asked of each; the shelf has as many units that end with one."""


@dataclass(frozen=True)
class Button:
    """The right answer to somebody's question."""

    user: str
    token: str


@dataclass(frozen=True)
class Prepared:
    people: int
    buttons: list[Button]


@dataclass(frozen=True)
class _Asked:
    user: str
    attempt: str
    right: int


@dataclass(frozen=True, kw_only=True)
class _AskEverybody(OfSchool):
    workspace_id: int
    people: int
    place: Place


def prepare(folder: Path, place: Place, posts: Sequence[str], questions: int) -> Prepared:
    """The database in a folder; what was promised meanwhile counts as kept."""
    prepared = asyncio.run(_prepare(folder, place, posts, questions))
    conn = sqlite3.connect(database(folder))
    conn.execute("DELETE FROM outbox")
    conn.commit()
    conn.close()
    return prepared


def database(folder: Path) -> Path:
    return folder / "sukima.db"


async def _prepare(folder: Path, place: Place, posts: Sequence[str], questions: int) -> Prepared:
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    async with open_house(settings, World(rng=random.Random(1))) as house:
        house.store.on_commit = lambda lanes: None
        school = await school_with_posts(house, posts, place, at_least=-(-questions // A_PERSON))
        ask = _AskEverybody(school_id=school.id, workspace_id=school.workspace_id, people=school.people, place=place)
        asked = await house.store.run(_ask_everybody, ask)
        actions = Actions(house.derive("actions"))
        buttons = [Button(each.user, actions.token("choose", each.attempt, str(each.right))) for each in asked]
        random.Random(1).shuffle(buttons)  # so that every round completes as many badges
        return Prepared(school.people, buttons)


async def _ask_everybody(work: Work, command: _AskEverybody) -> list[_Asked]:
    """Everybody has opened units that end with a choice, and is asked their questions."""
    shelf = await work.shelves.current()
    checks = [(unit.key, unit.check) for course in shelf.courses for unit in course.units()]
    asked: list[_Asked] = []
    for number in range(command.people):
        found = await work.people.by_account(command.workspace_id, command.place.user(number))
        assert found is not None
        person = found[0]
        choices = [(key, check) for key, check in checks if isinstance(check, ChoiceCheck)]
        for key, check in choices[:A_PERSON]:
            await work.learning.save_progress(person.id, key, Progress(work.now))
            order = tuple(range(len(check.choices)))
            attempt = await work.learning.add_attempt(person.id, key, Route.OPENED, order)
            asked.append(_Asked(command.place.user(number), attempt.public_id, check.answer))
    return asked

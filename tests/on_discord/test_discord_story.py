"""The story of a day in Discord: every step holds, and what is said is what the staff room says."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app import DEMO, demo_catalogue
from bot.app.house import House
from bot.domain.language import LANGS
from bot.handlers.local.demo_people import read_people
from bot.handlers.local.rehearsal import Rehearsal
from bot.handlers.local.story import DAY, Chapter, play
from bot.handlers.local.story_results import behind
from bot.wording import Wording
from on_discord.at_work import Beginning, at_work
from on_discord.server import DiscordLike, open_discord
from on_discord.story_stage import HOME, DiscordStage, have_come, in_discord, workspace
from tests.day import Line, acts, sentences

pytestmark = pytest.mark.usefixtures("alike_by_chance")
CLOSES = {Wording(lang).say("label.cancel") for lang in LANGS}
A_WHILE = 90
"""Seconds after which what was to be said before Discord was reached is tried again."""


async def played(folder: Path, chapters: Sequence[Chapter]) -> tuple[str | None, list[Line]]:
    """The day in a new guild: the step that did not hold, and the transcript."""
    demo = read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml")
    async with open_discord(DiscordLike()) as server:
        guild = workspace(server, demo)
        rehearsal = Rehearsal(server.clock.moment)

        async def prepare(house: House) -> None:
            await rehearsal.begin(house.store, in_discord(demo), HOME)
            await have_come(house.store, server, demo)

        beginning = Beginning((demo_catalogue(),), rehearsal.now, prepare)
        async with at_work(server, folder, beginning=beginning) as sukima:
            server.clock.move(A_WHILE)
            await sukima.settle()
            stage = DiscordStage(sukima, guild, demo)
            failure = await play(stage, await behind(stage, sukima.house.store), chapters)
            await stage.open_forms()
            return failure, stage.transcript.lines


def sends(lines: list[Line]) -> list[Line]:
    """The presses of the room that send what was filled in: in Discord that is its own button."""
    done = [line for line in lines if "who" in line]
    return [each for before, each in pairwise(done) if each["act"] == "presses" and before["act"] == "fills"]


def is_discords_own(said: str, room: set[str]) -> bool:
    """What only Discord needs: what has no room stands in full above; what is wrong stands with its label."""
    label, _, wrong = said.partition(": ")
    cut = said.endswith("…") and any(each and (each.startswith(said[:-1]) or said.startswith(each)) for each in room)
    return cut or (label in room and wrong in room)


async def test_the_day_is_played_word_for_word(in_the_room: list[Line], tmp_path: Path) -> None:
    failure, lines = await played(tmp_path, DAY)
    assert failure is None, "every step held"
    sent = {id(line) for line in sends(in_the_room)}
    assert acts(lines) == acts([line for line in in_the_room if id(line) not in sent])
    discord, room = sentences(lines), sentences(in_the_room)
    assert len(room) > 12
    buttons = CLOSES | {line["label"] for line in sends(in_the_room)}
    for who in room | discord:
        assert room[who] - discord[who] - buttons == set(), f"Discord tells {who} all of it"
        extra = {each for each in discord[who] - room[who] if not is_discords_own(each, room[who])}
        assert extra == set(), f"Discord tells {who} nothing else"

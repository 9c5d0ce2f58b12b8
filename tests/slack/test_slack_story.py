"""The story of a day in Slack: every step holds over Socket Mode and HTTP, and what is said is what the room says."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.app import DEMO, demo_catalogue
from bot.app.house import House
from bot.domain.language import LANGS
from bot.handlers.local.demo_people import read_people
from bot.handlers.local.rehearsal import Rehearsal
from bot.handlers.local.story import DAY, Chapter, play
from bot.handlers.local.story_results import behind
from bot.handlers.slack.manifest import manifest
from bot.wording import Wording
from slack.at_work import Beginning, Transport, at_work
from slack.server import SlackLike, open_slack
from slack.story_stage import HOME, SlackStage, in_slack, workspace
from tests.day import Line, acts, sentences

pytestmark = pytest.mark.usefixtures("alike_by_chance")
A_WHILE = 90
"""Seconds after which what was to be said before Slack was reached is tried again."""
MORNING = DAY[:9]
"""Windows, buttons, words, commands, reactions of many: what differs between transports. The rest of the day costs
most of a minute, and is played over HTTP, too, with SUKIMA_THOROUGH=1."""
CLOSES = {Wording(lang).say("label.cancel") for lang in LANGS}
NEWER = {Wording(lang).say("slack.file_renewed") for lang in LANGS}


async def played(folder: Path, transport: Transport, chapters: Sequence[Chapter]) -> tuple[str | None, list[Line]]:
    """The day in a new workspace: the step that did not hold, and the transcript."""
    demo = read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml")
    async with open_slack(SlackLike()) as server:
        server.app.follow(manifest(Wording("ja"), None))
        team = workspace(server, demo)
        rehearsal = Rehearsal(server.clock.moment)

        async def prepare(house: House) -> None:
            await rehearsal.begin(house.store, in_slack(demo), HOME)

        beginning = Beginning((demo_catalogue(),), rehearsal.now, prepare)
        async with at_work(server, team, folder, transport, beginning=beginning) as sukima:
            server.clock.move(A_WHILE)
            await sukima.settle()
            stage = SlackStage(sukima, team, demo)
            failure = await play(stage, await behind(stage, sukima.house.store), chapters)
            return failure, stage.transcript.lines


def is_slacks_own(said: str, room: set[str]) -> bool:
    """What only Slack needs: how a window is closed, a title that its head has no room for, that a file is newer."""
    return said in CLOSES | NEWER or (said.endswith("…") and any(each.startswith(said[:-1]) for each in room))


async def test_the_day_is_played_word_for_word(in_the_room: list[Line], tmp_path: Path) -> None:
    failure, lines = await played(tmp_path, "socket", DAY)
    assert failure is None, "every step held"
    assert acts(lines) == acts(in_the_room)
    slack, room = sentences(lines), sentences(in_the_room)
    assert len(room) > 12
    for who in room | slack:
        assert room[who] - slack[who] == set(), f"Slack tells {who} all of it"
        extra = {each for each in slack[who] - room[who] if not is_slacks_own(each, room[who])}
        assert extra == set(), f"Slack tells {who} nothing else"


async def test_the_day_is_played_over_http(tmp_path: Path) -> None:
    chapters = DAY if os.environ.get("SUKIMA_THOROUGH") else MORNING
    failure, lines = await played(tmp_path, "http", chapters)
    assert failure is None, "every step held"
    assert len([line for line in lines if "to" in line]) > 60

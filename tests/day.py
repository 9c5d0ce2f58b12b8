"""The story of a day as the staff room plays it, once in a run of tests: what other chats say is compared with it."""

import asyncio
import json
import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scenarios.town import draw_once, short_rsa

from bot.app import run_story
from bot.app.story import STORY_WORLD
from bot.domain import spare

Line = dict[str, Any]
PATIENCE = 600.0
"""Seconds for which one worker waits while another plays."""


@contextmanager
def chance() -> Iterator[None]:
    """What is left to chance comes out alike everywhere: when somebody's spare moment is, and badges as drawn."""
    draw_once()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spare, "_stable_offset", lambda person_key, day: day.toordinal())
        yield


def in_the_room(among: Path) -> Path:
    """The folder with what the staff room's day left behind. `among`: one that all workers of this run have."""
    out = among / "day"
    with closing(sqlite3.connect(among / "day.db", timeout=PATIENCE, isolation_level=None)) as common:
        common.execute("BEGIN IMMEDIATE")  # a lock that other workers wait for, and that goes with its holder
        common.execute("CREATE TABLE IF NOT EXISTS played (day TEXT NOT NULL)")
        if common.execute("SELECT 1 FROM played").fetchone() is None:
            world = replace(STORY_WORLD, rng=random.Random(1), new_rsa=short_rsa)
            with chance():
                assert asyncio.run(run_story(out, world)) is None, "every step held"
            common.execute("INSERT INTO played VALUES (?)", (out.name,))
        common.execute("COMMIT")
    return out


def told_in(out: Path) -> list[Line]:
    """The transcript there."""
    return [json.loads(line) for line in (out / "transcript.jsonl").read_text("utf-8").splitlines()]


def sentences(lines: list[Line]) -> dict[str, set[str]]:
    """Everything that each reader was told, wherever it stood: sentences, titles, labels, hints, words for pictures."""
    told: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if "to" in line:
            form = line["form"] or {"title": "", "fields": []}
            fields = [field[part] for field in form["fields"] for part in ("label", "hint")]
            alts = [file["alt"] for file in line["files"]]
            said = "\n".join((line["title"], line["text"], form["title"], *fields, *line["buttons"], *alts))
            told[line["to"]] |= {" ".join(each.split()) for each in said.split("\n")}
    return told


def acts(lines: list[Line]) -> list[tuple[str, ...]]:
    """What everybody did, in order."""
    return [
        (line["who"], line["act"], line.get("text") or line.get("label") or line["emoji"])
        for line in lines
        if "who" in line
    ]

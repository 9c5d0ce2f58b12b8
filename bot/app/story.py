"""The story of a day, played into a folder: every step by the chairs of a staff room whose clock stands still."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.app.staff_room import open_staff_room
from bot.app.world import World
from bot.errors import Problem
from bot.handlers.local.stage import Stage
from bot.handlers.local.story_results import RESULTS, play_into
from bot.settings import Settings

STORY_DAY = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
"""Wednesday, 10 June 2026, 08:00 in Tokyo."""


STORY_WORLD = World(now=lambda: STORY_DAY, stands=True)
"""The room's clock stands at the morning of `STORY_DAY` until the story moves it."""


async def run_story(out: Path, world: World = STORY_WORLD) -> str | None:
    """Play the story of a day into `out`; None when every step held, else the one that did not."""
    await asyncio.to_thread(_make_room, out)
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        settings = Settings.from_env({"SUKIMA_DATA_DIR": folder}, env_file=None)
        async with open_staff_room(settings, world, lambda key: None) as staff_room:
            house, chairs = staff_room.house, staff_room.chairs
            return await play_into(out, Stage(chairs, chairs.room.now), house.store, house.pictures)


def _make_room(out: Path) -> None:
    """A new or empty folder that can be written; what an earlier story left there is cleared away."""
    if out.exists() and not (out.is_dir() and {item.name for item in out.iterdir()} <= RESULTS):
        raise Problem("out.not_empty", folder=str(out))
    try:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Problem("out.unwritable", folder=str(out)) from None

"""What all tests share: where the material beside the repository is, and a town of two schools."""

import asyncio
import gc
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

# A busy machine is slow, not wrong: no test fails by its time (speed is what benchmarks show).
hypothesis.settings.register_profile("each time", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("thorough" if os.environ.get("SUKIMA_THOROUGH") else "each time")

HEAVY = (
    "test_killed_house.py",
    "slack/test_slack_story.py",
    "on_discord/test_discord_story.py",
    "scenarios/test_anything_in_any_order.py",
    "browser",
    "test_benchmarks.py",
    "local/test_local_window.py",
    "docs/test_documents.py",
)
"""Files and folders whose single tests take longest, those first that cannot be shared between workers."""


MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""Bytes that must be free there; what a test wrote goes with it, so that far less is in use at any time."""


def pytest_configure() -> None:
    """What tests write lies in memory where there is some: every commit waits for the disk, and these have none.

    A folder that was asked for (TMPDIR, --basetemp) is kept to.
    """
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked anew


def _has_room(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except (AttributeError, OSError):
        return False
    return os.access(folder, os.W_OK) and found.f_bavail * found.f_frsize >= ROOM


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left with it when the others have nothing more to take.

    Within the heavy and within the rest the order is the random one.
    """
    here = Path(__file__).parent
    heavy = {here / each: place for place, each in enumerate(HEAVY)}

    def place(item: pytest.Item) -> int:
        return min((heavy[each] for each in (item.path, *item.path.parents) if each in heavy), default=len(HEAVY))

    items.sort(key=place)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded stays: the collector need not look through all of it again, in every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the repository, or where SUKIMA_SHARED says. Skips where it is absent."""
    folder = Path(os.environ.get("SUKIMA_SHARED") or Path(__file__).parents[1].parent / "shared")
    if not folder.is_dir():
        pytest.skip("needs ../shared (or SUKIMA_SHARED), which is not part of the repository")
    return folder


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """What is logged on purpose by refusals and restarts does not fill the report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def town_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with two schools, made once."""
    from scenarios import town

    town.draw_once()
    folder = tmp_path_factory.mktemp("town") / "template"
    asyncio.run(town.found_town(folder, "here"))
    return folder


@pytest.fixture
def town_folder(town_template: Path, tmp_path: Path) -> Path:
    """A town of one's own."""
    from scenarios import town

    return town.copy_town(town_template, tmp_path / "town")


@pytest.fixture
async def town(town_folder: Path, quiet_log: None) -> AsyncIterator["object"]:
    """The open town."""
    from scenarios.town import open_town

    async with open_town(town_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def alike_by_chance() -> Iterator[None]:
    """What is left to chance comes out alike in the staff room and in another chat."""
    from tests.day import chance

    with chance():
        yield


@pytest.fixture(scope="session")
def day_in_the_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a day in the staff room leaves behind; one of the workers plays it, and nobody changes it."""
    from tests.day import in_the_room

    own = tmp_path_factory.getbasetemp()
    return in_the_room(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def in_the_room(day_in_the_room: Path) -> list[dict[str, Any]]:
    """Its transcript."""
    from tests.day import told_in

    return told_in(day_in_the_room)

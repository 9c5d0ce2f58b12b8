"""One browser for all tests of a process, one house and one set of cookies for each."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from browser import chromium
from browser.house import House, prepare
from browser.watch import Watch

PATIENCE_MS = 15_000
"""How long a page may take to show what is awaited, on a busy machine."""
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

NewContext = Callable[..., Awaitable[BrowserContext]]

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser lives in one event loop; so does whoever uses it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def program() -> str:
    return chromium.program()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(program: str) -> AsyncIterator[Browser]:
    async with chromium.started(program) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def school(program: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a school that has just been prepared; to be copied, not used."""
    folder = tmp_path_factory.mktemp("school") / "data"
    await prepare(folder)
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def house(school: Path, tmp_path: Path, quiet_log: None) -> AsyncIterator[House]:
    """An open house of the test's own."""
    folder = tmp_path / "data"
    shutil.copytree(school, folder)
    opened = House(folder)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest_asyncio.fixture(loop_scope="session")
async def new_context(browser: Browser, watch: Watch) -> AsyncIterator[NewContext]:
    """Makes browsers without a past: `await new_context(viewport=PHONE, color_scheme="dark")`. All are watched."""
    opened: list[BrowserContext] = []

    async def make(**options: object) -> BrowserContext:
        told = {"viewport": LAPTOP, "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce", **options}
        context = await browser.new_context(**told)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        await watch.over(context)
        opened.append(context)
        return context

    yield make
    for context in opened:
        await context.close()
    assert not watch.problems(), "\n".join(watch.problems())

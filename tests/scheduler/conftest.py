"""The ports that the scheduler needs, as fixtures."""

from collections.abc import Iterator
from typing import cast

import pytest
from structlog.testing import capture_logs
from structlog.types import EventDict

from bot.services.ports import Store
from tests.scheduler.memory import Hands, MemoryClock, MemoryPromises, MemoryStore


@pytest.fixture
def now() -> Hands:
    return Hands()


@pytest.fixture
def promises(now: Hands) -> MemoryPromises:
    return MemoryPromises(now)


@pytest.fixture
def clock_rows(now: Hands) -> MemoryClock:
    return MemoryClock(now)


@pytest.fixture
def store(clock_rows: MemoryClock) -> Store:
    return cast(Store, MemoryStore(clock_rows))


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """What was logged: nothing is printed."""
    with capture_logs() as entries:
        yield entries

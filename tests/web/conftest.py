"""The site of the town, with a badge that Aoki earned."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scenarios.town import Town, copy_town, open_town, studies

from web.site import Site, open_site


@pytest.fixture(scope="session")
def town_with_a_badge(town_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template a little later: Aoki has studied."""
    folder = copy_town(town_template, tmp_path_factory.mktemp("site") / "template")

    async def begin() -> None:
        async with open_town(folder) as town:
            await studies(town.east["aoki"], "u-board")

    asyncio.run(begin())
    return folder


@pytest.fixture
def town_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A town of one's own; under the site below it is the one with the badge."""
    template = "town_with_a_badge" if {"site", "town"} <= set(request.fixturenames) else "town_template"
    return copy_town(request.getfixturevalue(template), tmp_path / "town")


@pytest.fixture
async def site(town: Town) -> AsyncIterator[Site]:
    async with open_site(town) as opened:
        yield opened

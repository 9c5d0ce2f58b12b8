"""The site of the town, with a badge that Aoki earned."""

from collections.abc import AsyncIterator

import pytest
from scenarios.town import Town, studies

from web.site import Site, open_site


@pytest.fixture
async def site(town: Town) -> AsyncIterator[Site]:
    await studies(town.east["aoki"], "u-board")
    async with open_site(town) as opened:
        yield opened

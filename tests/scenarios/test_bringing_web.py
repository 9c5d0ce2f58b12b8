"""From a school with an address to another deployment: its keys are read where it publishes them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web.site import open_site

from bot.badges.did import MEDIA_TYPE, did_web_url
from bot.badges.jsontext import to_text
from bot.badges.status import suspensions_url
from bot.domain.issuers import KeyKind, KeyState
from bot.services.bringing import Brought
from scenarios.test_bringing import Far, brings, exported, refused
from scenarios.test_issuers import BASE, LEAKED, east, published, told, with_address
from scenarios.town import Town, found_town, open_town, studies
from scenarios.web import Web
from storage import tables as t

_LIST = re.compile(r'"statusListCredential":"([^"]+)"')


def _answers(there: Town) -> Web:
    """The servers of others, as the second town sees them."""
    fetch = there.house.world.fetch
    assert isinstance(fetch, Web)
    return fetch


async def _puts(here: Town, there: Town) -> None:
    """What the school's site says, where the second town reads it: its keys, and the status of what it signed."""
    document = await published(here)
    _answers(there).puts(did_web_url(document["id"]), to_text(document).encode(), MEDIA_TYPE)
    async with open_site(here, BASE) as site:
        lists = {url for row in await here.rows(t.revision) for url in _LIST.findall(row.text)}
        for url in (*lists, *map(suspensions_url, lists)):
            listed = await site.get(urlsplit(url).path)
            _answers(there).puts(url, listed.content, listed.headers["content-type"])


@pytest.fixture
async def towns(town_folder: Path, tmp_path: Path) -> AsyncIterator[tuple[Town, Far]]:
    other = tmp_path / "other"
    await found_town(other)
    async with with_address(town_folder) as here, open_town(other, seed=7) as there:
        await studies(here.east["aoki"], "u-board")
        yield here, Far(await exported(here.east["aoki"]), there)


async def test_it_is_brought_by_the_keys_that_its_school_publishes(towns: tuple[Town, Far]) -> None:
    here, far = towns
    await _puts(here, far.town)
    assert await brings(far.town, far.data) == Brought(1, 1)
    assert await brings(far.town, far.data) == Brought(0, 0)


async def test_a_retired_key_goes_on_counting(towns: tuple[Town, Far]) -> None:
    here, far = towns
    await here.house.keys.rotate((await east(here)).id)
    await _puts(here, far.town)
    assert await brings(far.town, far.data) == Brought(1, 1)


async def test_what_a_leaked_key_signed_is_refused(towns: tuple[Town, Far]) -> None:
    here, far = towns
    key = next(
        each.key.name
        for each in await told(here)
        if each.issuer.is_web and each.key.kind is KeyKind.ED25519 and each.key.state is KeyState.CURRENT
    )
    await here.house.keys.revoke((await east(here)).id, key, LEAKED)
    await _puts(here, far.town)
    await refused(far.town, far.data, "bring_altered")


async def test_a_school_whose_site_is_silent_is_told_in_one_sentence(towns: tuple[Town, Far]) -> None:
    _, far = towns
    await refused(far.town, far.data, "bring_unreachable")
    assert len(_answers(far.town).asked) == 1

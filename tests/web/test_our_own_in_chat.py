"""A badge of our own is verified in chat from the rows, in the words of its page; nobody asks our address for it."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from scenarios.shelf import FIRST
from scenarios.test_stopping import change
from scenarios.town import open_town, say, studies
from scenarios.web import Web

from bot.badges.reads import Read, Unread
from bot.domain.stops import StopChange
from storage import tables as t
from web.site import BASE, NOBODY, Site, open_site


@pytest.fixture
async def site(town_folder: Path) -> AsyncIterator[Site]:
    async with open_town(town_folder, public_url=BASE) as town:
        await studies(town.east["aoki"], "u-board")
        async with open_site(town, collection_tokens=town.house.collection_tokens) as opened:
            yield opened


async def both(site: Site, link: str) -> int:
    """The status of `/verify` for a link; in chat the same is said."""
    mori = site.town.east["mori"]
    page = await site.client.post("/verify", data={"text": link})
    await mori.says(f"確かめて {link}")
    for key in ("link_not_shown", "link_revoked", "link_suspended", "link_signing"):
        sentence = say("ja", f"refused.{key}")
        if sentence in page.text:
            mori.sees(sentence, last=1)
            return page.status_code
    assert say("ja", "cli.verify.valid") in page.text
    mori.sees(say("ja", "cli.verify.valid"), last=1)
    return page.status_code


async def fetched(site: Site, url: str) -> int:
    read = await site.town.house.fetch.get(url, "*/*")
    assert isinstance(read, Read)
    return read.status


async def test_chat_says_what_the_page_says(site: Site) -> None:
    town = site.town
    award = (await site.about(town.east, "aoki", FIRST)).award
    link = f"{BASE}/badges/{award}"
    for nothing in (link, f"{BASE}/badges/{NOBODY}", f"{BASE}/me", f"{BASE}/w/x/{award}", BASE):
        assert await both(site, nothing) == HTTPStatus.NOT_FOUND
    await site.publish(town.east, "aoki", FIRST)
    _, path = await site.collect(town.east, "aoki", FIRST)
    for shown in (link, f"{link}.png", f"{link}.jwt", f"{BASE}{path}/{award}"):
        assert await both(site, shown) == HTTPStatus.OK
        assert await fetched(site, shown) == HTTPStatus.OK
    await town.east["aoki"].says(f"取り込む {link}")
    town.east["aoki"].sees(say("ja", "refused.foreign_lives_here"))
    await town.east["mori"].says(f"取り込む {link}")
    town.east["mori"].sees(say("ja", "refused.foreign_not_yours"))
    for to, at in ((StopChange.SUSPEND, 410), (StopChange.REINSTATE, 200), (StopChange.REVOKE, 410)):
        await change(town, award, to)
        assert await both(site, link) == at
        assert await fetched(site, link) == at
    await town.east["aoki"].says(f"取り込む {link}")
    town.east["aoki"].sees(say("ja", "refused.link_revoked"))
    assert site.web.asked == []
    assert not await town.rows(t.foreign_badge)


async def test_what_is_ours_is_ours_by_its_own_address_only(site: Site) -> None:
    """Another site may name its lists and keys as ours are named: it is asked for them itself."""
    town = site.town
    award = await site.publish(town.east, "aoki", FIRST)
    school = (await town.rows(t.school))[0].public_id
    (listed,) = {row.public_id for row in await town.rows(t.status_list)}
    paths = [f"/badges/{award}", f"/status/{listed}", f"/status/{listed}/suspension", f"/issuers/{school}/did.json"]
    for path in paths:
        assert await fetched(site, BASE + path) == HTTPStatus.OK, path
    assert site.web.asked == []
    # Below another path, on another host, and what merely begins as our address does.
    elsewhere = [root + path for path in paths for root in ("https://evil.example", f"{BASE}.evil.example")]
    elsewhere += [f"{BASE}/elsewhere{path}" for path in paths]
    assert isinstance(town.house.world.fetch, Web)
    for url in elsewhere:
        assert isinstance(await town.house.fetch.get(url, "*/*"), Unread), url
    assert site.web.asked == elsewhere

"""`/issuers/{id}/did.json`: the keys of a school, for everybody who holds something that it signed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scenarios.shelf import FIRST
from scenarios.town import open_town, studies

from bot.badges import did
from bot.badges.reads import Reads
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from storage import tables as t
from web.site import BASE, NOBODY, Site, open_site, verdict_of


@pytest.fixture
async def addressed(town_folder: Path) -> AsyncIterator[Site]:
    async with open_town(town_folder, public_url=BASE) as town:
        await studies(town.east["aoki"], "u-board")
        async with open_site(town) as site:
            yield site


async def _path(site: Site) -> str:
    return f"/issuers/{(await site.town.rows(t.school))[0].public_id}/did.json"


async def test_a_published_badge_holds_by_the_keys_that_are_there(addressed: Site) -> None:
    award = await addressed.publish(addressed.town.east, "aoki", FIRST)
    badge = (await addressed.get(f"/badges/{award}.json")).content
    wanted = Reads()
    assert verify(badge, now=addressed.town.room.now(), reads=wanted).validity is Validity.UNKNOWN
    assert BASE + await _path(addressed) in wanted.wanted
    assert (await verdict_of(addressed, badge)).validity is Validity.VALID


async def test_it_is_a_did_document_that_pages_of_others_may_read(addressed: Site) -> None:
    found = await addressed.get(await _path(addressed))
    assert found.headers["content-type"] == did.MEDIA_TYPE
    assert found.headers["access-control-allow-origin"] == "*"
    assert did.did_web_url(found.json()["id"]) == BASE + await _path(addressed)
    again = await addressed.get(await _path(addressed), {"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


async def test_the_place_itself_names_who_issues_there_and_vouches_for_nothing(addressed: Site) -> None:
    found = await addressed.get("/.well-known/did.json")
    assert (found.status_code, found.headers["content-type"]) == (200, did.MEDIA_TYPE)
    assert found.headers["access-control-allow-origin"] == "*"
    assert did.did_web_url(found.json()["id"]) == f"{BASE}/.well-known/did.json"
    assert found.json()["service"] == [], "nobody has published anything yet"
    await addressed.publish(addressed.town.east, "aoki", FIRST)
    document = (await addressed.get("/.well-known/did.json")).json()
    page = BASE + (await _path(addressed)).removesuffix("/did.json")
    assert [each["serviceEndpoint"] for each in document["service"]] == [page]
    assert did.public_keys(document, document["id"], now=addressed.town.room.now()) == ()


async def test_a_school_without_an_address_and_nobody_have_none(site: Site) -> None:
    assert (await site.get(await _path(site))).status_code == 404
    assert (await site.get(f"/issuers/{NOBODY}/did.json")).status_code == 404

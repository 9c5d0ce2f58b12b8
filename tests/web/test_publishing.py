"""Publishing from chat: asked first, done by the answer, taken back at once; each act on record."""

from dataclasses import replace

import pytest
from scenarios.shelf import FIRST
from sqlalchemy import delete

from bot.domain.outcomes import Refused
from bot.services import publishing
from bot.services.addresses import Addresses
from bot.services.public import preview
from storage import tables as t
from web.site import BASE, NOBODY, Site


@pytest.fixture
async def published_where(site: Site) -> Site:
    """The town has a public address."""
    router = site.town.house.router
    router._parts = replace(router._parts, addresses=Addresses(BASE))
    return site


async def _published(site: Site) -> list[bool]:
    return [row.published_at is not None for row in await site.town.rows(t.award, t.award.c.achievement_key == FIRST)]


async def test_the_whole_way_in_chat(published_where: Site) -> None:
    site, town = published_where, published_where.town
    aoki = town.east["aoki"]
    award = (await site.about(town.east, "aoki", FIRST)).award
    details = await town.press(aoki, town.token("badge", award))
    assert "公開していません" in town.said(details)
    asked = await town.press(aoki, town.token("publish", award))
    assert "リンクを知っている人は誰でも" in town.said(asked)
    assert await _published(site) == [False]
    later = await town.press(aoki, town.token("not_publish", award))
    assert "公開していません" in town.said(later)
    assert await _published(site) == [False]
    done = await town.press(aoki, town.token("publish", award, "yes"))
    assert f"{BASE}/badges/{award}" in town.said(done)
    assert (await site.get(f"/badges/{award}")).status_code == 200
    details = await town.press(aoki, town.token("badge", award))
    assert "公開中" in town.said(details)
    await town.press(aoki, town.token("publish", award, "yes"))
    gone = await town.press(aoki, town.token("unpublish", award))
    assert "もう見えません" in town.said(gone)
    assert (await site.get(f"/badges/{award}")).status_code == 404
    row = (await town.rows(t.award, t.award.c.achievement_key == FIRST))[0]
    assert (row.displayed_at, row.findable_at) == (None, None)
    acts = [row.act for row in await town.rows(t.audit, t.audit.c.subject == award)]
    assert acts == ["award", "issue", "publish", "unpublish"]
    town.check_database()


async def test_without_an_address_nothing_is_published(site: Site) -> None:
    town = site.town
    award = (await site.about(town.east, "aoki", FIRST)).award
    answer = await town.press(town.east["aoki"], town.token("publish", award, "yes"))
    assert "SUKIMA_PUBLIC_URL" in town.said(answer)
    assert await _published(site) == [False]


@pytest.mark.parametrize("verb", ["publish", "unpublish"])
async def test_nobody_publishes_for_another(published_where: Site, verb: str) -> None:
    site, town = published_where, published_where.town
    award = (await site.about(town.east, "aoki", FIRST)).award
    if verb == "unpublish":
        await site.publish(town.east, "aoki", FIRST)
    before = await _published(site)
    for actor in (town.east["mori"], town.east["sato"], town.west["aoki"]):
        await town.press(actor, town.token(verb, award, "yes"))
        await town.press(actor, town.token(verb, NOBODY, "yes"))
    assert await _published(site) == before


async def test_what_is_not_signed_yet_is_not_published(site: Site) -> None:
    store, about = site.town.house.store, await site.about(site.town.east, "aoki", FIRST)
    await store.write(lambda scope: scope.run(delete(t.revision)))
    assert await store.run(publishing.publish, about) == Refused("publish_unsigned")
    assert await store.look(preview, about) == Refused("publish_unsigned")
    assert await _published(site) == [False]


async def test_its_holder_sees_beforehand_what_others_would_see(site: Site) -> None:
    about = await site.about(site.town.east, "aoki", FIRST)
    store = site.town.house.store
    before = await store.look(preview, about)
    await site.publish(site.town.east, "aoki", FIRST)
    after = await store.look(preview, about)
    assert not isinstance(before, Refused)
    assert not isinstance(after, Refused)
    assert replace(before, award=after.award, school_is_public=True) == after
    mori = await site.town.person(site.town.east, "mori")
    assert await store.look(preview, replace(about, person_id=mori.id)) == Refused("not_yours")

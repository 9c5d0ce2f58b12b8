"""Collections: only what was chosen, only for those with the link, only until the day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenarios.shelf import CARE, FIRST, NAMES
from scenarios.town import studies

from bot.badges.bake import unbake
from bot.domain.collections import LONGEST_TITLE, MOST_OPEN, BadgeCollection
from bot.domain.outcomes import Refused
from bot.services import collections
from bot.services.collections import CollectionTokens, EndCollection, MakeCollection
from bot.services.commands import ByPerson
from storage import tables as t
from web.site import NOBODY, Site

TODAY = date(2026, 6, 10)


async def _make(site: Site, key: str = "aoki", **changes: Any) -> BadgeCollection | Refused:
    person = await site.town.person(site.town.east, key)
    about = await site.about(site.town.east, "aoki", FIRST)
    told = {"title": "研究会へ", "until": TODAY, "awards": (about.award,)} | changes
    command = MakeCollection(school_id=person.school_id, person_id=person.id, **told)
    return await site.town.house.store.run(collections.make_collection, command)


async def test_it_shows_what_was_chosen_and_nothing_else(site: Site) -> None:
    await studies(site.town.east["aoki"], "u-breath")
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    page = await site.get(path)
    assert page.status_code == 200
    assert NAMES[FIRST].ja in page.text
    assert NAMES[CARE].ja not in page.text
    assert "研究会へ" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert site.town.east["aoki"].name not in page.text
    other = (await site.about(site.town.east, "aoki", CARE)).award
    assert (await site.get(f"{path}/{other}")).status_code == 404


async def test_its_badges_are_seen_there_and_published_nowhere(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    page = await site.get(f"{path}/{award}")
    assert page.status_code == 200
    assert "og:" not in page.text
    assert "/qr.svg" not in page.text
    assert f'href="{path}"' in page.text
    stored = (await site.town.rows(t.revision))[-1].text.encode()
    assert (await site.get(f"{path}/{award}.json")).content == stored
    assert unbake((await site.get(f"{path}/{award}.png")).content) == stored
    assert (await site.get(f"/badges/{award}")).status_code == 404
    assert {row.published_at for row in await site.town.rows(t.award)} == {None}
    assert "/issuers/" not in page.text
    verified = await site.get(f"/verify?w={path.removeprefix('/w/')}&badge={award}")
    assert verified.status_code == 200
    assert f"badge={award}" in page.text


async def test_it_ends_after_its_day_at_the_school(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    _, path = await site.collect(site.town.east, "aoki", FIRST, until=TODAY)
    await site.town.clock("06-10 23:59")
    assert (await site.get(path)).status_code == 200
    await site.town.clock("06-11 00:00")
    for gone in (path, f"{path}/{award}", f"{path}/{award}.png", f"{path}/{award}.json"):
        assert (await site.get(gone)).status_code == 404


async def test_it_is_ended_at_once_by_its_maker_alone(site: Site) -> None:
    made, path = await site.collect(site.town.east, "aoki", FIRST)
    east, west = site.town.east, site.town.west
    for stage, key, refused in ((east, "mori", True), (west, "aoki", True), (east, "aoki", False)):
        person = await site.town.person(stage, key)
        command = EndCollection(school_id=person.school_id, person_id=person.id, collection=made.public_id)
        outcome = await site.town.house.store.run(collections.end_collection, command)
        assert isinstance(outcome, Refused) is refused
        assert (await site.get(path)).status_code == (200 if refused else 404)
    aoki = await site.town.person(site.town.east, "aoki")
    me = ByPerson(school_id=aoki.school_id, person_id=aoki.id)
    assert await site.town.house.store.look(collections.list_collections, me) == ()


async def test_nobody_can_show_somebody_elses_badge(site: Site) -> None:
    assert await _make(site, "mori") == Refused("not_yours")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " \n "}, "collection_title"),
        ({"title": "名" * (LONGEST_TITLE + 1)}, "collection_title"),
        ({"until": TODAY - timedelta(days=1)}, "collection_until"),
        ({"until": TODAY + timedelta(days=367)}, "collection_until"),
        ({"until": date.max}, "collection_until"),
        ({"awards": ()}, "collection_badges"),
        ({"awards": tuple(str(n) for n in range(51))}, "collection_badges"),
        ({"awards": (NOBODY,)}, "not_yours"),
    ],
)
async def test_what_cannot_be_made_is_refused(site: Site, changes: dict[str, Any], reason: str) -> None:
    outcome = await _make(site, **changes)
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason
    assert await site.town.rows(t.collection) == []


async def test_a_badge_chosen_twice_is_shown_once(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    assert isinstance(await _make(site, awards=(award, award)), BadgeCollection)
    assert len(await site.town.rows(t.collected)) == 1


async def test_there_is_an_end_to_how_many_are_open(site: Site) -> None:
    for _ in range(MOST_OPEN):
        assert isinstance(await _make(site), BadgeCollection)
    refusal = await _make(site)
    assert isinstance(refusal, Refused)
    assert refusal.reason == "collection_many"


async def test_making_and_ending_are_on_record(site: Site) -> None:
    made, _ = await site.collect(site.town.east, "aoki", FIRST)
    aoki = await site.town.person(site.town.east, "aoki")
    end = EndCollection(school_id=aoki.school_id, person_id=aoki.id, collection=made.public_id)
    for _ in range(2):
        await site.town.house.store.run(collections.end_collection, end)
    acts = [row.act for row in await site.town.rows(t.audit, t.audit.c.subject == made.public_id)]
    assert acts == ["collect", "end_collection"]
    site.town.check_database()


# ---------------------------------------------------------------- links

TOKENS = CollectionTokens(b"a key")


@given(st.uuids())
def test_a_link_leads_to_its_collection_only(name: UUID) -> None:
    token = TOKENS.token(str(name))
    assert len(token) == 43
    assert TOKENS.read(token) == str(name)
    assert CollectionTokens(b"another").read(token) is None


@given(st.uuids(), st.integers(0, 42), st.characters(codec="utf-8"))
def test_a_link_that_was_changed_leads_nowhere(name: UUID, place: int, char: str) -> None:
    token = TOKENS.token(str(name))
    changed = token[:place] + char + token[place + 1 :]
    assert TOKENS.read(changed) in ({str(name)} if changed == token else {None})


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_whatever_is_no_link_leads_nowhere(text: str) -> None:
    assert TOKENS.read(text) is None


async def test_a_forged_link_is_as_nothing(site: Site) -> None:
    made, path = await site.collect(site.town.east, "aoki", FIRST)
    forged = CollectionTokens(b"not ours").token(made.public_id)
    for token in (forged, made.public_id, path[3:-1], path[3:] + "=", "x", "%00"):
        assert (await site.get(f"/w/{token}")).status_code == 404
    text = repr([await site.town.rows(table) for table in (t.collection, t.audit, t.outbox)])
    assert path[3:] not in text

"""What can be earned is open to all; who issues is, once something of theirs is published."""

import pytest
from scenarios.shelf import BOARD, FIRST, NAMES, NOTE, SECOND, WHOLE
from scenarios.test_moving import agree
from scenarios.town import FLOWER, button, label, say, studies

from bot.badges.bake import unbake
from bot.domain.recognition import Endorsed
from bot.errors import Problem
from bot.services import issuer_endorsements
from storage import tables as t
from web.site import BASE, NOBODY, Site


async def _id(site: Site, badge: str) -> str:
    rows = await site.town.rows(t.achievement, t.achievement.c.key == badge)
    return str(rows[0].public_id)


async def test_a_definition_is_open_to_all(site: Site) -> None:
    page = await site.get(f"/achievements/{await _id(site, SECOND)}")
    assert page.status_code == 200
    for said in (NAMES[SECOND].ja, NOTE.title.ja, "4分", "6分", "自己評価", "れい出版", "第1版"):
        assert said in page.text
    assert 'content="noindex"' not in page.text
    shown = f"/achievements/{await _id(site, SECOND)}.png"
    assert f'src="{shown}"' in page.text


async def test_the_picture_of_an_achievement_is_of_nobody_and_kept_by_who_has_it(site: Site) -> None:
    path = f"/achievements/{await _id(site, SECOND)}.png"
    picture = await site.get(path)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.headers["access-control-allow-origin"] == "*"
    with pytest.raises(Problem, match="picture_without_badge"):
        unbake(picture.content)
    again = await site.get(path, {"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await site.get(f"/achievements/{NOBODY}.png")).status_code == 404


async def test_a_competence_badge_leads_to_its_parts(site: Site) -> None:
    page = await site.get(f"/achievements/{await _id(site, WHOLE)}?lang=en")
    for badge in (FIRST, SECOND):
        assert f'href="/achievements/{await _id(site, badge)}?lang=en"' in page.text
        assert NAMES[badge].en in page.text


async def test_a_definition_is_the_newest_under_its_first_id(site: Site) -> None:
    await site.town.reload(summary="Bigger steps")
    page = await site.get(f"/achievements/{await _id(site, WHOLE)}?lang=en")
    assert "Bigger steps" in page.text
    assert "Version 2" in page.text
    second = (await site.town.rows(t.achievement, t.achievement.c.key == WHOLE))[1].public_id
    assert (await site.get(f"/achievements/{second}")).status_code == 404


async def test_a_unit_that_is_no_more_has_no_minutes(site: Site) -> None:
    await site.town.reload(without=("u-board",))
    page = await site.get(f"/achievements/{await _id(site, FIRST)}")
    assert page.status_code == 200
    assert BOARD.title.ja in page.text


async def test_a_definition_for_programs(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    wanted = await _id(site, FIRST)
    found = await site.get(f"/achievements/{wanted}", {"Accept": "application/ld+json"})
    assert found.headers["content-type"] == "application/ld+json"
    document = (await site.get(f"/badges/{award}.json")).json()
    inside = document["credentialSubject"]["achievement"]
    told = found.json()
    assert told.pop("@context") == document["@context"]
    assert told.pop("image") == {"id": f"{BASE}/achievements/{wanted}.png", "type": "Image"}
    assert told == inside  # of a house that had no public address when it signed
    assert told["id"] == f"urn:uuid:{wanted}"


async def test_endorsements_of_the_content_are_counted_by_role_for_public_schools(site: Site) -> None:
    hall = site.town.east["hall"]
    await studies(hall, "u-board")
    brought = next(message for message in hall.direct() if button(message, label(hall, "another")))
    await hall.reacts(brought, FLOWER)
    await site.town.settle()
    path = f"/achievements/{await _id(site, FIRST)}"
    assert "まだありません" in (await site.get(path)).text
    await site.publish(site.town.east, "aoki", FIRST)
    page = (await site.get(path)).text
    assert "学んだ教員の裏書 1件" in page
    assert hall.name not in page


async def test_an_issuer_is_there_from_its_first_key_on(site: Site) -> None:
    """Files that people have name its page: its keys and their fate stand there, whatever is published now."""
    east, west = (row.public_id for row in await site.town.rows(t.school))
    assert "あさひ小学校" in (await site.get(f"/issuers/{east}")).text
    award = await site.publish(site.town.east, "aoki", FIRST)
    page = await site.get(f"/issuers/{east}")
    assert page.status_code == 200
    did = (await site.get(f"/badges/{award}.json")).json()["issuer"]["id"]
    for said in ("あさひ小学校（リハーサル）", did, "自己申告", "練習用です"):
        assert said in page.text
    assert (await site.get(f"/issuers/{west}")).status_code == 200
    assert f'href="/issuers/{east}"' in (await site.get(f"/badges/{award}")).text
    await site.unpublish(site.town.east, "aoki", FIRST)
    assert (await site.get(f"/issuers/{east}")).status_code == 200


async def test_an_issuer_for_programs_is_the_one_in_the_badge(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    east = (await site.town.rows(t.school))[0].public_id
    found = await site.get(f"/issuers/{east}", {"Accept": "application/json"})
    document = (await site.get(f"/badges/{award}.json")).json()
    assert found.json() == {"@context": document["@context"], **document["issuer"]}


async def test_no_key_of_a_person_is_an_issuers(site: Site) -> None:
    await site.publish(site.town.east, "aoki", FIRST)
    school = (await site.town.rows(t.school))[0]
    page = (await site.get(f"/issuers/{school.public_id}")).text
    theirs = await site.town.rows(t.signing_key, t.signing_key.c.school_id == school.id)
    issuers = await site.town.rows(t.issuer, t.issuer.c.school_id == school.id)
    assert issuers
    assert all(issuer.did in page for issuer in issuers)
    assert not any(key.did in page for key in theirs)


async def test_an_issuers_page_says_who_follows_and_why_a_key_was_revoked(site: Site) -> None:
    await site.publish(site.town.east, "aoki", FIRST)
    school = (await site.town.rows(t.school))[0]
    done = await site.town.house.keys.rotate(school.id)
    former = (await site.town.rows(t.issuer, t.issuer.c.school_id == school.id))[0]
    page = (await site.get(f"/issuers/{school.public_id}")).text
    follower = page.index(say("ja", "web.issuer.follower"))
    assert done.issuer.did in page[follower:]
    assert former.succession in page
    await site.town.house.keys.revoke(school.id, former.did, "<b>紛失</b>")
    page = (await site.get(f"/issuers/{school.public_id}")).text
    assert "理由：&lt;b&gt;紛失&lt;/b&gt;" in page
    assert former.succession not in page, "whoever has the key could have stated this"


@pytest.mark.parametrize("path", ["achievements", "issuers"])
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    for name in (NOBODY, "x", "%00", "a" * 3000):
        assert (await site.get(f"/{path}/{name}")).status_code == 404


async def test_the_home_page_leads_to_verifying(site: Site) -> None:
    page = await site.get("/", {"Accept-Language": "en"})
    assert 'href="/verify"' in page.text
    assert '<html lang="en">' in page.text
    again = await site.get("/", {"Accept-Language": "en", "If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


async def test_who_endorsed_the_issuer_stands_on_its_page_by_role_and_school(site: Site) -> None:
    town = site.town
    await studies(town.east["aoki"], "u-board")
    await site.publish(town.east, "aoki", FIRST)
    await agree(town)
    (school,) = await town.rows(t.school, t.school.c.key == "east")
    sato = await town.person(town.west, "sato")
    command = issuer_endorsements.EndorseIssuer(school_id=sato.school_id, person_id=sato.id, school=school.public_id)
    assert isinstance(await town.house.store.run(issuer_endorsements.endorse_issuer, command), Endorsed)
    await town.settle()
    page = await site.get(f"/issuers/{school.public_id}")
    assert say("ja", "credential.endorser.leader", school="ゆうひ小学校") in page.text
    assert town.west["sato"].name not in page.text
    profile = (await site.get(f"/issuers/{school.public_id}", {"Accept": "application/ld+json"})).json()
    (endorsement,) = profile["endorsement"]
    assert endorsement["credentialSubject"]["id"] == profile["id"]

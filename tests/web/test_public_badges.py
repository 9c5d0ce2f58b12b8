"""A published badge: what its page says and does not say, to whom, in which form, and how it is gone."""

import json
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from PIL import Image
from scenarios.shelf import BOARD, FIRST, NAMES
from scenarios.town import FLOWER, Town, shares
from sqlalchemy import update

from bot.badges.bake import unbake
from bot.badges.svg import unbake_svg
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.people import Consent
from bot.domain.recognition import MOST_HELD, As, Target
from bot.services import preferences
from bot.services.arrivals import Arrive, arrive
from bot.services.commands import ByPerson, OfSchool
from bot.services.ports import Work
from bot.services.privacy import forget
from bot.services.promises import promise_issue
from bot.wording import Wording
from storage import tables as t
from web.site import BASE, NOBODY, Site, open_site

FORMS = ("", ".png", ".svg", ".json", "/card.png", "/picture.png", "/qr.svg")
HOSTILE = (
    "<script>alert(1)</script>",
    "\u202emoc.live\u202c",
    "👩🏽‍🏫" * 20,
    "名" * 200,
    '"><img src=x onerror=1>',
    "{{7*7}}",
)


async def _endorsed(site: Site) -> str:
    """Aoki's published badge, with Mori's endorsement (not named) and Sato's recommendation (named)."""
    east = site.town.east
    sato = await site.town.person(east, "sato")
    await site.town.house.store.run(
        preferences.set_consent,
        preferences.SetConsent(school_id=sato.school_id, person_id=sato.id, consent=Consent.NAMED, given=True),
    )
    post = await shares(east["aoki"], FIRST)
    await east["mori"].reacts(post, FLOWER)
    await east["sato"].reacts(post, FLOWER)
    await site.town.settle()
    return await site.publish(east, "aoki", FIRST)


# ---------------------------------------------------------------- there, and gone


async def test_it_is_there_once_published_and_gone_at_once(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    assert {(await site.get(f"/badges/{award}{form}")).status_code for form in FORMS} == {404}
    await site.publish(site.town.east, "aoki", FIRST)
    pages = [await site.get(f"/badges/{award}{form}") for form in FORMS]
    assert {page.status_code for page in pages} == {200}
    assert {page.headers["cache-control"] for page in pages} == {"private, no-cache"}
    await site.unpublish(site.town.east, "aoki", FIRST)
    for form, page in zip(FORMS, pages, strict=True):
        gone = await site.get(f"/badges/{award}{form}", {"If-None-Match": page.headers["etag"]})
        assert gone.status_code == 404
    assert (await site.get(f"/verify?badge={award}")).status_code == 404


async def test_being_forgotten_ends_the_page(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    assert (await site.get(f"/badges/{award}")).status_code == 200
    aoki = await site.town.person(site.town.east, "aoki")
    await site.town.house.store.run(forget, ByPerson(school_id=aoki.school_id, person_id=aoki.id))
    for gone in (f"/badges/{award}", f"/badges/{award}.json", path, f"{path}/{award}", f"{path}/{award}.png"):
        assert (await site.get(gone)).status_code == 404
    for table in (t.collection, t.collected):
        assert await site.town.rows(table) == []


async def test_earning_and_sharing_publish_nothing(site: Site) -> None:
    await shares(site.town.east["aoki"], FIRST)
    assert {row.published_at for row in await site.town.rows(t.award)} == {None}


async def test_what_is_not_there_looks_the_same_whatever_it_is(site: Site) -> None:
    unpublished = (await site.about(site.town.east, "aoki", FIRST)).award
    asked: list[Any] = []
    look = site.town.house.store.look

    async def counting(use_case: Any, command: Any) -> Any:
        asked.append(use_case)
        return await look(use_case, command)

    site.town.house.store.look = counting  # type: ignore[method-assign]
    names = (unpublished, NOBODY, "x", "..%2f..%2fetc%2fpasswd", "%00", "a" * 3000, "%F0%9F%98%80", unpublished.upper())
    found = [await site.get(f"/badges/{name}") for name in names]
    assert {page.status_code for page in found} == {404}
    assert len({page.content for page in found}) == 1
    # Whatever is asked for, the same question goes to the database.
    assert len(asked) == len([page for page in found if page.request.url.path.count("/") == 2])
    assert len(set(asked)) == 1


async def test_the_same_name_in_two_schools_is_two_badges(site: Site) -> None:
    from scenarios.town import studies

    await studies(site.town.west["aoki"], "u-board")
    award = await site.publish(site.town.east, "aoki", FIRST)
    other = (await site.about(site.town.west, "aoki", FIRST)).award
    assert (await site.get(f"/badges/{award}")).status_code == 200
    assert (await site.get(f"/badges/{other}")).status_code == 404
    assert "ゆうひ" not in (await site.get(f"/badges/{award}")).text


# ---------------------------------------------------------------- what it says


async def test_it_says_what_the_badge_rests_on(site: Site) -> None:
    award = await _endorsed(site)
    page = (await site.get(f"/badges/{award}")).text
    for said in (
        NAMES[FIRST].ja,
        BOARD.title.ja,
        "2026年6月10日",
        "あさひ小学校（リハーサル）",
        "れい出版",
        "did:key:z6Mk",
    ):
        assert said in page
    assert "管理職の推薦 1件" in page
    assert "同僚の裏書 1件" in page
    document = json.loads((await site.get(f"/badges/{award}.json")).text)
    description, _, _ = document["credentialSubject"]["achievement"]["description"].partition(" / ")
    assert description in page


async def test_nobody_is_named_but_who_agreed(site: Site) -> None:
    award = await _endorsed(site)
    east = site.town.east
    for form in ("", ".json"):
        text = (await site.get(f"/badges/{award}{form}")).text
        assert east["sato"].name in text
        for actor in ("aoki", "mori", "hall"):
            assert east[actor].name not in text
    for picture in (".png", "/card.png"):
        data = (await site.get(f"/badges/{award}{picture}")).content
        assert east["aoki"].name.encode() not in data


async def test_no_time_of_day_leaves_the_house(site: Site) -> None:
    award = await _endorsed(site)
    page = (await site.get(f"/badges/{award}")).text
    assert not re.search(r"\b\d{1,2}:\d\d\b", re.sub(r"did:key\S+|https?:\S+", "", page))


async def test_a_withdrawn_name_goes_at_once(site: Site) -> None:
    """The page at once; the files not before they are signed anew without it."""
    award = await _endorsed(site)
    sato = await site.town.person(site.town.east, "sato")
    consent = preferences.SetConsent(school_id=sato.school_id, person_id=sato.id, consent=Consent.NAMED, given=False)
    site.town.house.store.on_commit = lambda lanes: None
    await site.town.house.store.run(preferences.set_consent, consent)
    page = await site.get(f"/badges/{award}")
    assert site.town.east["sato"].name not in page.text
    assert "いま署名し直して" in page.text
    for form in (".json", ".png", ".svg"):
        waiting = await site.get(f"/badges/{award}{form}")
        assert waiting.status_code == 503
        assert waiting.headers["retry-after"]
        assert site.town.east["sato"].name.encode() not in waiting.content
    assert (await site.get(f"/verify?badge={award}")).status_code == 503
    await site.town.house.issuing.issue(sato.school_id, (await site.town.rows(t.award))[0].id)
    document = await site.get(f"/badges/{award}.json")
    assert document.status_code == 200
    assert site.town.east["sato"].name not in document.text


async def test_the_svg_holds_the_same_badge_and_shows_its_drawing(site: Site) -> None:
    award = await _endorsed(site)
    page = (await site.get(f"/badges/{award}")).text
    assert f'href="/badges/{award}.svg"' in page
    svg = await site.get(f"/badges/{award}.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "img-src data:" in svg.headers["content-security-policy"]
    assert unbake_svg(svg.content) == (await site.get(f"/badges/{award}.json")).content
    assert verify(svg.content, now=site.town.house.world.now()).validity is Validity.VALID


async def test_it_speaks_the_readers_language(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    english = await site.get(f"/badges/{award}", {"Accept-Language": "en-GB,en;q=0.9"})
    assert NAMES[FIRST].en in english.text
    assert '<html lang="en">' in english.text
    assert "Accept-Language" in english.headers["vary"]
    chosen = await site.get(f"/badges/{award}?lang=ja", {"Accept-Language": "en"})
    assert '<html lang="ja">' in chosen.text
    assert 'href="/verify?badge=' in english.text
    assert f'href="/verify?badge={award}&amp;lang=ja"' in chosen.text
    assert {page.headers["etag"] for page in (english, chosen)} == {english.headers["etag"], chosen.headers["etag"]}


async def test_a_rehearsal_says_so(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    assert "練習用のバッジ" in (await site.get(f"/badges/{award}")).text
    assert "for practice" in (await site.get(f"/badges/{award}?lang=en")).text


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_are_text(site: Site, name: str) -> None:
    await _endorsed(site)
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    school = site.town.house.store

    async def rename(scope: Any) -> None:
        await scope.run(update(t.school).values(name_ja=name, name_en=name))
        await scope.run(update(t.person).values(name=name))

    await school.write(rename)
    _, path = await site.collect(site.town.east, "aoki", FIRST, title=name if len(name) <= 120 else name[:100])
    issuer = (await site.town.rows(t.school))[0].public_id
    for place in (f"/badges/{award}", path, f"{path}/{award}", f"/issuers/{issuer}"):
        page = await site.get(place)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert ">49<" not in page.text
    card = await site.get(f"/badges/{award}/card.png")
    assert Image.open(BytesIO(card.content)).size == (1200, 630)


# ---------------------------------------------------------------- its forms


async def test_its_files_verify_and_are_what_was_signed(site: Site) -> None:
    award = await _endorsed(site)
    stored = (await site.town.rows(t.revision))[-1].text.encode()
    document = await site.get(f"/badges/{award}.json")
    assert document.content == stored
    picture = await site.get(f"/badges/{award}.png")
    assert picture.headers["content-type"] == "image/png"
    assert unbake(picture.content) == stored
    verdict = verify(picture.content, now=site.town.house.world.now())
    assert verdict.validity is Validity.VALID


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/vc", "application/vc"),
        ("application/vc+ld+json", "application/vc+ld+json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html;q=0.3, application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("image/webp", "text/html; charset=utf-8"),
        ("application/json;q=nonsense", "text/html; charset=utf-8"),
        (";;,,", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
    ],
)
async def test_the_form_is_what_the_reader_accepts(site: Site, accept: str, kind: str) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    answer = await site.get(f"/badges/{award}", {"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert "Accept" in answer.headers["vary"]
    if "json" in kind or "vc" in kind:
        assert answer.json()["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_file_says_its_kind(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    document = await site.get(f"/badges/{award}.json", {"Accept": "*/*"})
    assert document.headers["content-type"] == "application/vc+ld+json"
    assert "set-cookie" not in document.headers


@pytest.mark.parametrize("form", FORMS)
async def test_what_the_reader_has_is_not_sent_again(site: Site, form: str) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    first = await site.get(f"/badges/{award}{form}")
    etag = first.headers["etag"]
    for tag in (etag, f"W/{etag}", f'"other", {etag}'):
        again = await site.get(f"/badges/{award}{form}", {"If-None-Match": tag})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == etag
    assert (await site.get(f"/badges/{award}{form}", {"If-None-Match": '"other"'})).status_code == 200
    head = await site.client.head(f"/badges/{award}{form}")
    assert head.status_code == 200
    assert head.headers["etag"] == etag


async def test_the_page_changes_when_what_it_says_does(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    before = await site.get(f"/badges/{award}")
    post = await shares(site.town.east["aoki"], FIRST)
    await site.town.east["mori"].reacts(post, FLOWER)
    await site.town.settle()
    after = await site.get(f"/badges/{award}", {"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "同僚の裏書 1件" in after.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_pages_are_only_read(site: Site, method: str) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    answer = await site.client.request(method, f"/badges/{award}")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_a_link_elsewhere_shows_a_card_that_names_nobody(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    page = (await site.get(f"/badges/{award}")).text
    told = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', page))
    assert told["og:url"] == f"{BASE}/badges/{award}"
    assert told["og:image"] == f"{BASE}/badges/{award}/card.png"
    assert NAMES[FIRST].ja in told["og:image:alt"]
    assert site.town.east["aoki"].name not in json.dumps(told, ensure_ascii=False)
    card = await site.get(f"/badges/{award}/card.png")
    assert Image.open(BytesIO(card.content)).size == (1200, 630)
    assert card.content == (await site.get(f"/badges/{award}/card.png")).content


async def test_the_qr_code_leads_to_the_page(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    code = await site.get(f"/badges/{award}/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert b"<script" not in code.content
    assert b"style=" not in code.content
    assert f'src="/badges/{award}/qr.svg"' in (await site.get(f"/badges/{award}")).text


async def test_without_an_address_there_is_no_card_and_no_code(town: Town) -> None:
    from scenarios.town import studies

    await studies(town.east["aoki"], "u-board")
    async with open_site(town, base=None) as site:
        award = await site.publish(town.east, "aoki", FIRST)
        page = await site.get(f"/badges/{award}")
        assert page.status_code == 200
        assert "og:" not in page.text
        assert (await site.get(f"/badges/{award}/qr.svg")).status_code == 404


async def test_the_page_is_for_readers_not_for_search(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    assert '<meta name="robots" content="noindex">' in (await site.get(f"/badges/{award}")).text


async def test_nothing_but_our_own_and_no_cookie(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    for place in ("/", "/verify", f"/badges/{award}", path, f"{path}/{award}"):
        page = await site.get(place)
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["strict-transport-security"]
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|javascript:", page.text)
        for source in re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]*)"', page.text):
            assert source.startswith("/")


async def test_another_host_is_none_of_ours(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    assert (await site.get(f"/badges/{award}", {"Host": "evil.example"})).status_code == 400


# ---------------------------------------------------------------- with very many endorsements


@dataclass(frozen=True, kw_only=True)
class EndorsedByMany(OfSchool):
    award_id: int
    workspace_id: int
    most: int


async def _endorsed_by_many(work: Work, command: EndorsedByMany) -> None:
    """People who come for this alone, each with an endorsement."""
    for number in range(command.most):
        who = Arrive(
            school_id=command.school_id,
            workspace_id=command.workspace_id,
            user_key=f"many-{number}",
            name=f"Many {number}",
            locale="ja",
        )
        person, _ = await arrive(work, who)
        role = As.COLLEAGUE if number else As.LEADER
        await work.endorsements.add(person.id, Target.of_award(command.award_id), role, by_button=True)
    await promise_issue(work, command.award_id, settle=False)


async def test_the_file_holds_the_last_endorsements_and_the_page_says_how_many_more_there_are(site: Site) -> None:
    town = site.town
    award, workspace = await town.award(town.east, "aoki", FIRST), await town.workspace(town.east)
    many = EndorsedByMany(school_id=award.school_id, award_id=award.id, workspace_id=workspace.id, most=MOST_HELD + 5)
    await town.house.store.run(_endorsed_by_many, many)
    await town.settle()
    public_id = await site.publish(town.east, "aoki", FIRST)
    text = (await site.get(f"/badges/{public_id}.json")).content
    inside = json.loads(text)["endorsement"]
    assert len(inside) == MOST_HELD
    assert [each["issuer"]["otherIdentifier"][0]["identifier"] for each in inside].count("leader") == 1
    verdict = verify((await site.get(f"/badges/{public_id}.png")).content, now=town.room.now())
    assert verdict.validity is Validity.VALID
    assert verdict.summary is not None
    assert len(verdict.summary.endorsements) == MOST_HELD
    OB3LdpVerifier().verify(text.decode())
    page = (await site.get(f"/badges/{public_id}")).text
    assert Wording("ja").say_n("web.badge.not_held", 5) in page

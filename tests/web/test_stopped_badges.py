"""A badge that its issuer revoked or suspended, as strangers and its holder see it."""

import pytest
from scenarios.shelf import FIRST
from scenarios.test_stopping import REASON, change
from scenarios.town import say

from bot.domain.stops import StopChange, StopKind
from web.site import Site

KINDS = [(StopChange.REVOKE, StopKind.REVOKED), (StopChange.SUSPEND, StopKind.SUSPENDED)]


@pytest.mark.parametrize(("to", "kind"), KINDS)
async def test_the_page_says_so_and_gives_no_files(site: Site, to: StopChange, kind: StopKind) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    before = await site.get(f"/badges/{award}")
    await change(site.town, award, to)
    page = await site.get(f"/badges/{award}", {"If-None-Match": before.headers["ETag"]})
    assert page.status_code == 200, "a browser that has the former page hears of it"
    assert say("ja", f"stop.chip.{kind}") in page.text
    assert "評価の記録に誤りがありました &lt;!channel&gt;" in page.text
    assert f"/badges/{award}.png" not in page.text.replace("/picture.png", "")
    for name in ("json", "svg", "jwt"):
        assert f"/badges/{award}.{name}" not in page.text
    files = [(f".{name}", "*/*") for name in ("png", "svg", "json", "jwt")]
    for path, accept in (*files, ("", "application/vc+ld+json")):
        answer = await site.get(f"/badges/{award}{path}", {"Accept": accept})
        assert answer.status_code == 410, path
        assert say("ja", f"web.again.{kind}.title") in answer.text
    assert (await site.get(f"/badges/{award}/picture.png")).status_code == 200
    verdict = await site.get(f"/verify?badge={award}")
    assert (verdict.status_code, say("ja", f"refused.link_{kind}") in verdict.text) == (410, True)


async def test_reinstated_it_is_as_it_was(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    before = await site.get(f"/badges/{award}")
    await change(site.town, award, StopChange.SUSPEND)
    await change(site.town, award, StopChange.REINSTATE)
    after = await site.get(f"/badges/{award}")
    assert after.text == before.text
    assert (await site.get(f"/badges/{award}.json")).status_code == 200


async def test_a_collection_shows_it_labelled(site: Site) -> None:
    award = (await site.about(site.town.east, "aoki", FIRST)).award
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    await change(site.town, award, StopChange.REVOKE)
    assert say("ja", "stop.chip.revoked") in (await site.get(path)).text
    page = await site.get(f"{path}/{award}")
    assert (page.status_code, say("ja", "stop.chip.revoked") in page.text) == (200, True)
    assert (await site.get(f"{path}/{award}.json")).status_code == 410
    assert REASON.split(" ", maxsplit=1)[0] in page.text

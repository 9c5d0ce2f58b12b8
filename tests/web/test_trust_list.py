"""Integrity and the issuer's identity apart: whose list of trusted issuers was looked at is said with every verdict."""

import asyncio
import json
from pathlib import Path

import pytest
from badges import badge_samples
from scenarios.lms import Lms, lms_of
from scenarios.test_foreign_again import DID, SIGNED, credential
from scenarios.test_taking_in import trusts
from scenarios.town import Town, found_town, open_town, say, short_rsa
from typer.testing import CliRunner

from bot import app
from bot.__main__ import cli
from bot.badges import did
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.handlers.local.stage import Stage
from bot.services import sessions
from bot.web.cookies import Cookie, Cookies
from web.site import Site

EAST = "あさひ小学校"
LINK = "https://uni.example/b/9.json"


async def _cookie(site: Site, stage: Stage) -> dict[str, str]:
    """Of a browser in which Mori of this school is in."""
    person = await site.town.person(stage, "mori")
    me = {"school_id": person.school_id, "person_id": person.id}
    door, token = site.parts.new_token(), site.parts.new_token()
    run = site.town.house.store.run
    await run(sessions.make_door, sessions.MakeDoor(**me, token=door))
    await run(sessions.enter, sessions.Enter(**me, token=door, session_token=token, browser="x"))
    return {"Cookie": f"{Cookies(https=True).name(Cookie.SESSION)}={token}"}


async def _checks(site: Site, lms: Lms, headers: dict[str, str]) -> dict[str, str]:
    data = json.dumps(lms.assertion()).encode()
    answer = await site.client.post("/verify", content=data, headers={"Accept": "application/json", **headers})
    assert "no-store" in answer.headers["cache-control"], "an answer by a school's list is nobody else's"
    return {check["name"]: check["code"] for check in answer.json()["checks"]}


async def test_on_the_page_it_is_the_list_of_whoever_is_in(site: Site) -> None:
    town, lms = site.town, lms_of(site.town).publish()
    await trusts(town, lms.host)
    stranger = await _checks(site, lms, {})
    assert (stranger["issuer"], stranger["list"]) == ("of_host", "none")
    east = await _checks(site, lms, await _cookie(site, town.east))
    assert (east["issuer"], east["list"]) == ("trusted", "of")
    west = await _checks(site, lms, await _cookie(site, town.west))
    assert (west["issuer"], west["list"]) == ("of_host", "not_on"), "a list is one school's"
    ended = {"Cookie": f"{Cookies(https=True).name(Cookie.SESSION)}={site.parts.new_token()}"}
    page = await site.client.post("/verify", data={"text": json.dumps(lms.assertion())}, headers=ended)
    assert say("ja", "verify.list.none") in page.text
    cookie = await _cookie(site, town.east)
    page = await site.client.post("/verify", data={"text": json.dumps(lms.assertion())}, headers=cookie)
    assert say("ja", "verify.list.of", school=EAST) in page.text
    assert say("ja", "verify.issuer.trusted", issuer="例示大学") in page.text


async def test_who_is_in_is_told_when_a_badge_of_theirs_was_last_found_valid(site: Site) -> None:
    lms = lms_of(site.town, address="mori@example.school").publish()
    await site.town.east["mori"].says(f"取り込む {lms.url}")
    lms.goes()
    cookie = await _cookie(site, site.town.east)
    assert (await _checks(site, lms, cookie))["seen"] == "valid_on"
    lms.more = {"issuedOn": "2020-01-01T00:00:00Z"}
    assert "seen" not in await _checks(site, lms, cookie), "a changed file borrows no day"
    for headers, told in ((cookie, True), (await _cookie(site, site.town.west), False), ({}, False)):
        page = await site.client.post("/verify", data={"link": lms.url}, headers=headers)
        assert (say("ja", "cli.verify.unknown_since", day="2026-06-10") in page.text) is told


async def test_a_signed_badge_is_known_by_its_address_on_the_page_too(site: Site) -> None:
    web, mori = site.web, site.town.east["mori"]
    badge = secure(credential(DID, address="mori@example.school"), SigningKey(b"u" * 32, DID), SIGNED)
    key = did.PublishedKey(SigningKey(b"u" * 32, DID).verifier, None)
    web.puts(did.did_web_url(DID), json.dumps(did.document(DID, [key])).encode(), "application/did+json")
    web.puts(LINK, badge_samples.as_bytes(badge), "application/vc+ld+json")
    await mori.says(f"取り込む {LINK}")
    mori.sees(say("ja", "foreign.taken"))
    web.pages.pop(LINK)
    for headers, told in ((await _cookie(site, site.town.east), True), ({}, False)):
        page = await site.client.post("/verify", data={"link": LINK}, headers=headers)
        assert (say("ja", "cli.verify.unknown_since", day="2026-06-10") in page.text) is told


async def test_what_cannot_be_read_at_all_says_nothing_of_a_list(site: Site) -> None:
    answer = await site.client.post("/verify", content=b"no badge", headers={"Accept": "application/json"})
    assert "list" not in {check["name"] for check in answer.json()["checks"]}


def _run(*words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["verify", *words, "--lang", "en"])
    return ran.exit_code, ran.output


async def _town_that_trusts(folder: Path) -> Town:
    await found_town(folder)
    async with open_town(folder) as town:
        await trusts(town, lms_of(town).host)
        return town


async def test_on_the_command_line_it_is_the_named_schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = await _town_that_trusts(tmp_path / "town")
    lms = lms_of(town).publish()
    world = app.World(fetch=lms.web, new_rsa=short_rsa)
    monkeypatch.setattr(app, "World", lambda: world)
    file = tmp_path / "badge.json"
    file.write_text(json.dumps(lms.assertion()))
    data = ("--data", str(tmp_path / "town"))

    async def said(*words: str) -> tuple[int, str]:
        return await asyncio.to_thread(_run, str(file), *words)

    code, east = await said(*data, "--school", "east")
    assert code == 0
    assert say("en", "verify.issuer.trusted", issuer="例示大学") in east
    assert say("en", "verify.list.of", school="East School") in east
    assert say("en", "verify.list.not_on", school="West School") in (await said(*data, "--school", "west"))[1]
    assert say("en", "verify.list.none") in (await said(*data))[1], "of two schools none is meant"
    assert say("en", "verify.list.none") in (await said("--data", str(tmp_path / "nowhere")))[1]
    assert await said(*data, "--school", "north") == (3, say("en", "problem.trust.school", known="east, west") + "\n")
    assert (await said("--data", str(tmp_path / "nowhere"), "--school", "east"))[0] == 3

"""`/status/{list}`: whether a badge or an endorsement still counts, for whoever has an older file of it."""

import asyncio
import base64
import json
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from me.own_pages import doors_of, text_of
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from scenarios.shelf import FIRST
from scenarios.test_moving import agree
from scenarios.test_stopping import change
from scenarios.town import FLOWER, TOKYO, open_town, say, shares, studies
from scenarios.web import Web
from typer.testing import CliRunner

from bot import app
from bot.__main__ import cli
from bot.badges.jwt import opened
from bot.badges.reads import Read, Reads, Unread
from bot.badges.status import TTL
from bot.badges.verdict import Validity, Verdict
from bot.badges.verify import verify
from bot.domain.recognition import TargetKind
from bot.domain.status import POSITIONS
from bot.domain.stops import StopChange
from bot.services import credentials, entries
from bot.services.commands import ByPerson
from bot.services.ports import Fetch
from bot.services.privacy import forget
from bot.services.received import Hide, hide
from bot.services.verification import verify_reading
from storage import tables as t
from storage.admin import without_entry
from storage.locking import DatabaseLock
from web.site import BASE, NOBODY, Site, open_site


class Served:
    """A `Fetch` that has nothing but what the site serves, as a verifier elsewhere has it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.asked: list[str] = []

    async def get(self, url: str, accept: str) -> Read | Unread:
        if not url.startswith(BASE):
            return Unread("fetch.no_name")
        self.asked.append(url)
        found = await self._site.get(url.removeprefix(BASE), {"Accept": accept})
        return Read(url, found.status_code, found.headers["content-type"], found.content)


@pytest.fixture
async def site(town_folder: Path) -> AsyncIterator[Site]:
    """With an address from the start, and with the clock of now: the independent reader has no other."""
    async with open_town(town_folder, public_url=BASE, now=datetime.now(UTC)) as town:
        await studies(town.east["aoki"], "u-board")
        async with open_site(town) as opened:
            yield opened


async def verified(site: Site, text: str, fetch: Fetch | None = None) -> Verdict:
    now = site.town.room.now()

    async def check(data: bytes, reads: Reads) -> Verdict:
        return verify(data, now=now, reads=reads)

    return await verify_reading(text.encode(), check, fetch or Served(site))


def codes(verdict: Verdict, name: str = "status") -> list[str]:
    return [check.code for check in verdict.checks if check.name == name]


async def newest(site: Site, key: str = "aoki") -> str:
    award = await site.town.award(site.town.east, key, FIRST)
    return str((await site.town.editions(award.id))[-1].text)


def status_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)["credentialStatus"]
    return found


def path_of(text: str) -> str:
    url: str = status_of(text)["statusListCredential"]
    assert url.startswith(f"{BASE}/status/")
    return url.removeprefix(BASE)


async def test_an_older_file_reads_as_is_true_now(site: Site) -> None:
    town, text = site.town, await newest(site)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    assert (await verified(site, text)).validity is Validity.VALID
    for to, said in (
        (StopChange.SUSPEND, ["not_revoked", "suspended"]),
        (StopChange.REINSTATE, ["not_revoked", "not_suspended"]),
        (StopChange.SUSPEND, ["not_revoked", "suspended"]),
        (StopChange.REVOKE, ["revoked", "not_suspended"]),
    ):
        await change(town, award, to)
        found = await verified(site, text)
        assert codes(found) == said
        assert found.validity is (Validity.VALID if to is StopChange.REINSTATE else Validity.INVALID)
        assert codes(await verified(site, text, town.house.fetch)) == said
    assert site.web.asked == [], "nobody asks their own address over the network"
    town.check_database()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example{}", BASE + "{}?", BASE + "{}#x", BASE + "/x{}"])
async def test_only_the_address_that_stands_in_badges_is_answered_from_within(site: Site, elsewhere: str) -> None:
    """Another's badge may lead to an address that merely looks like one of ours."""
    path = path_of(await newest(site))
    fetch = site.town.house.fetch
    for each in (path, f"{path}/suspension"):
        assert isinstance(await fetch.get(BASE + each, "*/*"), Read)
        other = elsewhere.format(each)
        assert isinstance(await fetch.get(other, "*/*"), Unread)
        assert site.web.asked[-1] == other, "it was asked where it leads"


async def test_an_independent_reader_reads_the_served_list(site: Site) -> None:
    town, text = site.town, await newest(site)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    keys = f"/issuers/{(await town.rows(t.school))[0].public_id}/did.json"
    entry = status_of(text)

    async def served() -> dict[str, bytes]:
        return {BASE + path: (await site.get(path)).content for path in (keys, path_of(text))}

    OB3LdpVerifier().verify(text, download=(await served()).__getitem__, check_status=True, verify_status_list=False)
    await change(town, award, StopChange.REVOKE)
    now = await served()
    with pytest.raises(Exception, match=f"'revocation' is set at index {entry['statusListIndex']}"):
        OB3LdpVerifier().verify(text, download=now.__getitem__, check_status=True, verify_status_list=False)
    listing = now[BASE + path_of(text)]
    packed = json.loads(listing)["credentialSubject"]["encodedList"]
    bits = zlib.decompress(base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)), 31)
    assert len(bits) * 8 >= 131_072
    position = int(entry["statusListIndex"])
    assert [number for number, byte in enumerate(bits) if byte] == [position // 8]
    assert bits[position // 8] == 0x80 >> position % 8
    assert position < POSITIONS


async def test_an_independent_reader_verifies_the_list_itself_as_a_token(site: Site) -> None:
    """By default `openbadgeslib` wants a list that is a token, and asks for it without a word about kinds."""
    town, text = site.town, await newest(site)
    award = await town.award(town.east, "aoki", FIRST)
    token = str((await town.editions(award.id))[-1].token)
    keys = f"/issuers/{(await town.rows(t.school))[0].public_id}/did.json"

    async def served() -> dict[str, bytes]:
        request = site.client.build_request("GET", path_of(text))
        del request.headers["Accept"]
        silent = await site.client.send(request)
        assert silent.headers["content-type"] == "application/vc+jwt"
        return {BASE + keys: (await site.get(keys)).content, BASE + path_of(text): silent.content}

    found = await served()

    def read_token() -> None:
        verifier = OB3Verifier.for_issuer_did(json.loads(text)["issuer"]["id"], download=found.__getitem__)
        verifier.verify(token, check_status=True, download=found.__getitem__)

    OB3LdpVerifier().verify(text, download=found.__getitem__, check_status=True)
    read_token()
    await change(town, award.public_id, StopChange.REVOKE)
    found = await served()
    with pytest.raises(Exception, match="'revocation' is set at index"):
        OB3LdpVerifier().verify(text, download=found.__getitem__, check_status=True)
    with pytest.raises(Exception, match="'revocation' is set at index"):
        read_token()


async def test_the_kind_is_what_the_reader_asks_for_and_each_is_kept_apart(site: Site) -> None:
    path = path_of(await newest(site))
    listed = {}
    for accept, kind in (
        ("*/*", "application/vc+ld+json"),
        ("application/json", "application/vc+ld+json"),
        ("application/jwt;q=0.8, application/vc", "application/vc+ld+json"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("application/jwt", "application/jwt"),
    ):
        answer = await site.get(path, {"Accept": accept})
        assert (answer.headers["content-type"], answer.headers["vary"]) == (kind, "Accept")
        listed[kind] = answer
        same = await site.get(path, {"Accept": accept, "If-None-Match": answer.headers["etag"]})
        assert same.status_code == 304
    document, token = listed["application/vc+ld+json"], listed["application/vc+jwt"]
    assert token.headers["etag"] == listed["application/jwt"].headers["etag"] != document.headers["etag"]
    stated = opened(token.content).credential
    assert {**stated, "proof": document.json()["proof"]} == document.json()
    assert "proof" not in stated


class AsTokens(Served):
    """The same site, asked for tokens wherever it has them."""

    async def get(self, url: str, accept: str) -> Read | Unread:
        return await super().get(url, f"application/vc+jwt, {accept.replace('application/vc+ld+json, ', '')}")


async def test_lists_as_tokens_say_the_same(site: Site) -> None:
    town, text = site.town, await newest(site)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    assert codes(await verified(site, text, AsTokens(site))) == ["not_revoked", "not_suspended"]
    await change(town, award, StopChange.SUSPEND)
    assert codes(await verified(site, text, AsTokens(site))) == ["not_revoked", "suspended"]


async def test_it_is_kept_for_as_long_as_it_says_and_made_anew_when_it_says_something_new(site: Site) -> None:
    town, text = site.town, await newest(site)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    first = await site.get(path_of(text))
    assert first.headers["content-type"] == "application/vc+ld+json"
    assert first.headers["cache-control"] == f"public, max-age={TTL // 1000}"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    midnight = town.room.now().astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    for kind in ("application/vc", "application/vc+jwt"):
        content = (await site.get(path_of(text), {"Accept": kind})).content
        listed = opened(content).credential if kind.endswith("jwt") else json.loads(content)
        bounds = [datetime.fromisoformat(str(listed[name])) for name in ("validFrom", "validUntil")]
        assert bounds == [midnight, midnight + timedelta(days=2)]
    again = await site.get(path_of(text), {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await change(town, award, StopChange.REVOKE)
    newer = await site.get(path_of(text), {"If-None-Match": first.headers["etag"]})
    assert newer.status_code == 200
    assert award not in newer.text
    assert {"Aoki", "青木", (await town.person(town.east, "aoki")).public_id}.isdisjoint({newer.text})


async def test_the_page_says_that_the_file_names_the_list(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    page = (await site.get(f"/badges/{award}")).text
    assert say("ja", "web.badge.revoked.listed") in page
    assert say("ja", "web.badge.revoked.unknown") not in page


@pytest.fixture
async def early(town_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A badge and its endorsement that were signed under a web address before there were lists."""
    async with open_town(town_folder, public_url=BASE, now=datetime.now(UTC)) as town:
        with monkeypatch.context() as before:
            before.setattr(credentials, "has_lists", lambda did: False)
            await studies(town.east["aoki"], "u-board")
            await town.east["mori"].reacts(await shares(town.east["aoki"], FIRST), FLOWER)
            await town.settle()
        async with open_site(town) as opened:
            yield opened


async def test_what_was_signed_before_there_were_lists_gets_entries_by_night(early: Site) -> None:
    town, older = early.town, await newest(early)
    url = town.house.settings.database_url.get_secret_value()
    assert "statusListCredential" not in older
    assert without_entry(url) == (1, 1)
    await town.house._upkeep.catch_up()
    await town.settle()
    assert without_entry(url) == (0, 0)
    newer = json.loads(await newest(early))
    assert newer["credentialStatus"]["statusListCredential"].startswith(f"{BASE}/status/")
    assert newer["endorsement"][0]["credentialStatus"]["statusPurpose"] == "revocation"
    assert newer["endorsement"][0]["id"] == json.loads(older)["endorsement"][0]["id"]
    assert (await verified(early, json.dumps(newer))).validity is Validity.VALID
    editions = len(await town.rows(t.revision))
    await town.house._upkeep.catch_up()
    await town.settle()
    assert len(await town.rows(t.revision)) == editions, "once is enough"
    town.check_database()


async def test_endorsements_of_issuers_get_entries_too_and_hidden_ones_wait(
    early: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = early.town
    url = town.house.settings.database_url.get_secret_value()
    (given,) = await town.rows(t.endorsement)
    aoki = await town.person(town.east, "aoki")
    hidden = Hide(school_id=aoki.school_id, person_id=aoki.id, endorsement=given.public_id, hidden=True)
    with monkeypatch.context() as before:
        before.setattr(credentials, "has_lists", lambda did: False)
        await agree(town)
        school = (await town.rows(t.school, t.school.c.key == "east"))[0].public_id
        await town.press(town.west["sato"], town.token("endorse_issuer", school))
        await town.settle()
        assert without_entry(url) == (1, 2)
        await town.house.store.run(hide, hidden)
        await town.settle()
    assert without_entry(url) == (1, 1)
    await town.house._upkeep.catch_up()
    await town.settle()
    assert without_entry(url) == (0, 0)
    (of_issuer,) = await town.rows(t.endorsement, t.endorsement.c.target_kind == TargetKind.ISSUER)
    assert json.loads(of_issuer.document)["credentialStatus"]["statusListCredential"].startswith(f"{BASE}/status/")


async def test_a_night_signs_no_more_than_its_portion(early: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "A_NIGHT", 1)
    await early.town.house._upkeep.catch_up()
    await early.town.settle()
    assert "credentialStatus" in json.loads(await newest(early))
    url = early.town.house.settings.database_url.get_secret_value()
    assert without_entry(url) == (0, 1)


async def test_stopping_one_gives_it_an_entry_and_its_holder_is_told_that_older_files_stay_silent(early: Site) -> None:
    town, older = early.town, await newest(early)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await change(town, award, StopChange.REVOKE)
    assert codes(await verified(early, await newest(early))) == ["revoked", "not_suspended"]
    assert codes(await verified(early, older)) == ["none"], "of that nobody can learn it"
    async with doors_of(town).in_as(town.east, "aoki") as aoki:
        page = text_of(await aoki.get(f"/me/badges/{award}"))
    assert say("ja", "stop.files.unlisted") in page


async def test_where_every_file_names_the_list_its_holder_is_told_so(site: Site) -> None:
    town = site.town
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await change(town, award, StopChange.REVOKE)
    async with doors_of(town).in_as(town.east, "aoki") as aoki:
        assert say("ja", "stop.files.listed") in text_of(await aoki.get(f"/me/badges/{award}"))


@pytest.mark.parametrize("path", [f"/status/{NOBODY}", "/status/1", f"/status/{NOBODY}/suspension", "/status/x/y"])
async def test_there_are_no_other_lists(site: Site, path: str) -> None:
    assert (await site.get(path)).status_code == 404


async def test_a_new_edition_keeps_its_position_and_others_have_their_own(site: Site) -> None:
    town, before = site.town, await newest(site)
    mori = town.east["mori"]
    await studies(mori, "u-board")
    await mori.reacts(await shares(town.east["aoki"], FIRST), FLOWER)
    await town.settle()
    after = await newest(site)
    (endorsement,) = json.loads(after)["endorsement"]
    assert status_of(after) == status_of(before)
    entries = [status_of(before), status_of(await newest(site, "mori")), endorsement["credentialStatus"]]
    assert len({(entry["statusListCredential"], entry["statusListIndex"]) for entry in entries}) == 3
    assert "statusReference" not in entries[2], "an endorsement is withdrawn, never suspended"


async def test_a_withdrawn_endorsement_reads_so_in_older_files(site: Site) -> None:
    town, aoki, mori = site.town, site.town.east["aoki"], site.town.east["mori"]
    post = await shares(aoki, FIRST)
    await mori.reacts(post, FLOWER)
    await town.settle()
    endorsed = await newest(site)
    assert codes(await verified(site, endorsed), "endorsement") == ["good"]
    await mori.unreacts(post, FLOWER)
    await town.settle()
    assert codes(await verified(site, endorsed), "endorsement") == ["withdrawn"]
    assert (await verified(site, endorsed)).validity is Validity.VALID
    await mori.reacts(post, FLOWER)
    await town.settle()
    again = await newest(site)
    assert codes(await verified(site, again), "endorsement") == ["good"]
    assert codes(await verified(site, endorsed), "endorsement") == ["withdrawn"], "what was taken back stays so"


async def test_a_revoked_badge_stays_revoked_when_its_holder_is_forgotten(site: Site) -> None:
    """And of one that counted nobody says that it was taken back."""
    town = site.town
    mori = town.east["mori"]
    await studies(mori, "u-board")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.REVOKE)
    revoked, earned = await newest(site), await newest(site, "mori")
    for key in ("aoki", "mori"):
        person = await town.person(town.east, key)
        await town.house.store.run(forget, ByPerson(school_id=person.school_id, person_id=person.id))
    assert await town.rows(t.award) == []
    assert codes(await verified(site, revoked)) == ["revoked", "not_suspended"]
    assert (await verified(site, earned)).validity is Validity.VALID
    town.check_database()


def test_the_command_reads_its_own_database(town_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nobody else is at work in it; else the site answers, as it answers everybody."""
    web = Web()
    monkeypatch.setenv("SUKIMA_PUBLIC_URL", BASE)
    world = app.World(fetch=web)
    monkeypatch.setattr(app, "World", lambda: world)
    file = town_folder / "badge.json"
    award, text = asyncio.run(_earned(town_folder))
    file.write_text(text)

    def run(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(cli, [*words, "--data", str(town_folder), "--lang", "en"])
        return ran.exit_code, ran.output

    assert run("verify", str(file))[0] == 0
    assert run("badge", "revoke", award, "--reason", "By mistake")[0] == 0
    code, said = run("verify", str(file))
    assert (code, say("en", "verify.status.revoked") in said) == (1, True)
    assert web.asked == []
    with DatabaseLock(town_folder / "sukima.db"):
        assert run("verify", str(file))[0] == 3
    assert all(url.startswith(BASE) for url in web.asked)


async def _earned(folder: Path) -> tuple[str, str]:
    async with open_town(folder, public_url=BASE, now=datetime.now(UTC)) as town:
        await studies(town.east["aoki"], "u-board")
        award = await town.award(town.east, "aoki", FIRST)
        return str(award.public_id), str((await town.editions(award.id))[-1].text)

"""Issuers that are no schools: added, allowed, issued for, verified from outside, exchanged and taken back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from scenarios.shelf import CARE, FIRST, NAMES, WAY, pathway
from scenarios.test_bringing import brings, exported
from scenarios.test_moving import agree, moves
from scenarios.test_stopping import change
from scenarios.test_stopping_in_chat import finds
from scenarios.town import FLOWER, Town, found_town, label, open_town, say, shares, studies
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.pathways import All, Earned
from bot.domain.people import Role
from bot.domain.stops import StopChange
from bot.errors import Problem
from bot.services import mandates
from bot.services.bringing import Brought
from bot.services.commands import OfSchool
from bot.services.institutions import RenameInstitution, remove_institution, rename_institution
from bot.services.issuer_endorsements import EndorseIssuer, endorse_issuer
from bot.services.mandates import AddInstitution, AllowIssuing
from bot.services.ports import Work
from bot.services.preferences import GrantRoles, grant_roles
from bot.wording import Wording
from storage import admin
from storage import tables as t
from storage.locking import DatabaseLock
from web.site import BASE, Site, open_site, verdict_of

NAME = Bilingual("れい教育大学", "Rei University")
URL = "https://university.example"


async def add(town: Town, key: str = "press", *, rehearsal: bool = True) -> Any:
    """An institution of the town, with keys."""
    command = AddInstitution(key=key, name=NAME, url=URL, zone="Asia/Tokyo", lang="ja", rehearsal=rehearsal)
    made = await town.house.store.run(mandates.add_institution, command)
    await town.house.keys.ensure(made.id)
    return made


async def school_id(town: Town, key: str = "east") -> int:
    return int(next(row.id for row in await town.rows(t.school) if row.key == key))


async def allow(town: Town, institution: Any, course: str = "", school: str = "east") -> int:
    command = AllowIssuing(school_id=await school_id(town, school), institution=institution, course=course)
    return await town.house.store.run(mandates.allow_issuing, command)


async def newest(town: Town, key: str = "aoki", badge: str = FIRST, stage: Any = None) -> dict[str, Any]:
    award = await town.award(stage or town.east, key, badge)
    found: dict[str, Any] = json.loads((await town.editions(award.id))[-1].text)
    return found


@pytest.fixture
async def site(town_folder: Path) -> AsyncIterator[Site]:
    async with open_town(town_folder, public_url=BASE) as town, open_site(town) as opened:
        yield opened


def method(document: dict[str, Any]) -> str:
    return str(document["proof"][0]["verificationMethod"])


async def test_badges_come_in_its_name_where_a_school_may(site: Site) -> None:
    town = site.town
    university = await add(town)
    did = f"did:web:{BASE.removeprefix('https://')}:issuers:{university.public_id}"
    await studies(town.east["sato"], "u-board")
    assert await allow(town, university) == 2
    await studies(town.east["aoki"], "u-board", "u-breath")
    await studies(town.west["aoki"], "u-board")
    badge = await newest(town)
    assert (badge["issuer"]["id"], badge["issuer"]["url"]) == (did, URL)
    assert "Rei University (rehearsal)" in badge["issuer"]["name"]
    source = badge["credentialSubject"]["source"]
    assert source["type"] == ["Profile"]
    assert "East School" in source["name"]
    assert method(badge).startswith(f"{did}#")
    assert (await newest(town, badge=CARE))["issuer"]["id"] == did
    for other in (await newest(town, "sato"), await newest(town, stage=town.west)):
        assert other["issuer"]["id"] != did, "awarded before, or at a school that was not allowed"
        assert not method(other).startswith(did)
        assert "source" not in other["credentialSubject"]
    published = await site.publish(town.east, "aoki", FIRST)
    page = await site.get(f"/badges/{published}")
    assert "れい教育大学" in page.text
    assert "あさひ小学校" in page.text, "who awarded it"
    assert f"/issuers/{university.public_id}" in page.text
    assert URL in (await site.get(f"/issuers/{university.public_id}", {"Accept": "text/html"})).text
    document = (await site.get(f"/issuers/{university.public_id}/did.json")).json()
    assert method(badge) in document["assertionMethod"]
    for kind in ("json", "png", "svg", "jwt"):
        verdict = await verdict_of(site, (await site.get(f"/badges/{published}.{kind}")).content)
        assert verdict.validity is Validity.VALID, (kind, verdict)
        assert verdict.summary is not None
        assert verdict.summary.issuer_id == did
    listed = (await site.get("/.well-known/did.json")).json()["service"]
    assert f"{BASE}/issuers/{university.public_id}" in {each["serviceEndpoint"] for each in listed}


async def test_a_new_edition_keeps_its_issuer_whatever_is_allowed_now(site: Site) -> None:
    town = site.town
    university = await add(town)
    await allow(town, university)
    await studies(town.east["aoki"], "u-board")
    before = await newest(town)
    command = AllowIssuing(school_id=await school_id(town), institution=university, course="")
    await town.house.store.run(mandates.end_issuing, command)
    await studies(town.east["mori"], "u-board")
    assert "source" not in (await newest(town, "mori"))["credentialSubject"]
    await town.east["mori"].reacts(await shares(town.east["aoki"], FIRST), FLOWER)
    after = await newest(town)
    assert "endorsement" in after
    assert [after[each] for each in ("id", "issuer", "awardedDate")] == [
        before[each] for each in ("id", "issuer", "awardedDate")
    ]
    assert after["credentialSubject"] == before["credentialSubject"]
    verdict = await verdict_of(site, json.dumps(after).encode())
    assert verdict.validity is Validity.VALID
    (listed,) = {after["credentialStatus"]["statusListCredential"], before["credentialStatus"]["statusListCredential"]}
    status = (await site.get(listed.removeprefix(BASE))).json()
    assert status["issuer"] in (after["issuer"]["id"], {"id": after["issuer"]["id"]})
    with pytest.raises(Problem, match="not_allowed"):
        await town.house.store.run(mandates.end_issuing, command)


async def test_a_pathway_s_own_badge_comes_in_its_name_and_who_names_its_holder(site: Site) -> None:
    town = site.town
    university, board = await add(town), await add(town, "board")
    await allow(town, university)
    for course in ("ict", "care"):
        await allow(town, board, course, school="west")
    await town.reload(pathways=(pathway(All((Earned(FIRST), Earned(CARE)))),))
    for stage in (town.east, town.west):
        await studies(stage["aoki"], "u-board", "u-breath")
    way, part = await newest(town, badge=WAY), await newest(town)
    assert way["issuer"] == part["issuer"]
    assert method(way).startswith(f"{way['issuer']['id']}#")
    assert way["credentialSubject"]["source"] == part["credentialSubject"]["source"]
    assert way["credentialSubject"]["achievement"]["achievementType"] == "LearningProgram"
    assert (await verdict_of(site, json.dumps(way).encode())).validity is Validity.VALID
    there = await newest(town, badge=WAY, stage=town.west)
    assert "source" not in there["credentialSubject"], (
        "it is of no course: what was said of its parts is not said of it"
    )
    assert "source" in (await newest(town, stage=town.west))["credentialSubject"]
    aoki, hall = town.east["aoki"], town.east["hall"]
    await hall.commands(f"who {NAMES[WAY].en}")
    assert aoki.name not in hall.newest().card.text()
    award = await town.award(town.east, "aoki", WAY)
    await town.press(aoki, town.token("findable", award.public_id, "yes"))
    await hall.commands(f"who {NAMES[WAY].en}")
    hall.sees(aoki.name, last=1)
    town.check_database()


async def test_another_name_changes_nothing_that_is_signed(site: Site) -> None:
    town, renamed = site.town, Bilingual("あたらしい大学", "New University")
    university = await add(town)
    await allow(town, university)
    await studies(town.east["aoki"], "u-board")
    before = await newest(town)
    await town.house.store.run(rename_institution, RenameInstitution(school_id=university.id, name=renamed))
    await town.settle()
    assert await newest(town) == before
    published = await site.publish(town.east, "aoki", FIRST)
    assert (await site.get(f"/badges/{published}.json")).json()["issuer"]["name"] == before["issuer"]["name"]
    assert renamed.ja in (await site.get(f"/issuers/{university.public_id}", {"Accept": "text/html"})).text
    await town.east["mori"].reacts(await shares(town.east["aoki"], FIRST), FLOWER)
    after = await newest(town)
    assert renamed.en in after["issuer"]["name"]
    assert [after["id"], after["issuer"]["id"], method(after)] == [before["id"], before["issuer"]["id"], method(before)]
    for edition in (before, after):
        assert (await verdict_of(site, json.dumps(edition).encode())).validity is Validity.VALID
    with pytest.raises(Problem, match="is_allowed"):
        await town.house.store.run(remove_institution, OfSchool(school_id=university.id))
    end = AllowIssuing(school_id=await school_id(town), institution=university, course="")
    await town.house.store.run(mandates.end_issuing, end)
    with pytest.raises(Problem, match="has_issued"):
        await town.house.store.run(remove_institution, OfSchool(school_id=university.id))
    assert (await verdict_of(site, json.dumps(before).encode())).validity is Validity.VALID
    town.check_database()


async def test_one_that_was_endorsed_stays(site: Site) -> None:
    town = site.town
    university = await add(town)
    await allow(town, university)
    sato = await town.person(town.east, "sato")
    endorse = EndorseIssuer(school_id=sato.school_id, person_id=sato.id, school=university.public_id)
    assert not isinstance(await town.house.store.run(endorse_issuer, endorse), Refused)
    end = AllowIssuing(school_id=sato.school_id, institution=university, course="")
    await town.house.store.run(mandates.end_issuing, end)
    with pytest.raises(Problem, match="is_endorsed"):
        await town.house.store.run(remove_institution, OfSchool(school_id=university.id))


async def test_its_keys_are_its_own(site: Site) -> None:
    town = site.town
    university, board = await add(town), await add(town, "board")
    await allow(town, university)
    await allow(town, board, "care")
    await allow(town, university, "care", school="west")
    await studies(town.east["aoki"], "u-board", "u-breath")
    await studies(town.west["aoki"], "u-breath")
    first, care, west = await newest(town), await newest(town, badge=CARE), await newest(town, "aoki", CARE, town.west)
    assert [method(each).partition("#")[0] for each in (first, care, west)] == [
        first["issuer"]["id"],
        care["issuer"]["id"],
        first["issuer"]["id"],
    ]
    assert care["issuer"]["id"] != first["issuer"]["id"], "what was said of the course counts first"
    keys = await town.rows(t.issuer_key)
    assert len({key.name for key in keys}) == len(keys), "nobody has the key of another"
    name = method(first).partition("#")[2]
    done = await town.house.keys.revoke(university.id, name, "紛失")
    assert done.again == 3, "of both schools"
    await town.settle()
    again = await newest(town)
    assert again["id"] == first["id"]
    assert again["issuer"]["id"] == first["issuer"]["id"]
    assert method(again) != method(first)
    assert method(await newest(town, badge=CARE)) == method(care), "of another issuer"
    with pytest.raises(Problem, match="unknown"):
        await town.house.keys.revoke(board.id, method(again).partition("#")[2], "紛失")
    assert (await verdict_of(site, json.dumps(first).encode())).validity is not Validity.VALID
    assert (await verdict_of(site, json.dumps(again).encode())).validity is Validity.VALID


async def test_it_goes_along_with_its_holder_and_is_stopped(site: Site) -> None:
    town = site.town
    await allow(town, await add(town))
    await studies(town.east["aoki"], "u-board")
    before = await newest(town)
    award = await town.award(town.east, "aoki", FIRST)
    await agree(town)
    await moves(town, town.east["aoki"], town.west["aoki"])
    after = await newest(town, stage=town.west)
    assert (after["issuer"], after["credentialSubject"]) == (before["issuer"], before["credentialSubject"])
    await change(town, award.public_id, StopChange.REVOKE)
    verdict = await verdict_of(site, json.dumps(before).encode())
    assert verdict.validity is Validity.INVALID
    assert "revoked" in {check.code for check in verdict.checks}


async def test_the_school_that_awarded_it_stops_it_and_no_other(site: Site) -> None:
    town = site.town
    await allow(town, await add(town))
    for who in ("aoki", "hall"):
        await studies(town.east[who], "u-board")
    await agree(town)
    await moves(town, town.east["aoki"], town.west["aoki"])
    for stage, key, stopped in ((town.east, "hall", "revoked"), (town.west, "aoki", None)):
        owner = stage["mori"]
        row = await town.person(stage, "mori")
        command = GrantRoles(school_id=row.school_id, person_id=row.id, roles=frozenset({Role.OWNER}))
        await town.house.store.run(grant_roles, command)
        await finds(owner, (await town.award(stage, key, FIRST)).public_id)
        if stopped:
            await owner.presses(label(owner, "stop_revoke"))
            await owner.fills(reason="評価の記録の誤り")
        else:
            owner.sees(say("ja", "refused.stop_not_ours"), last=1)
        assert (await town.award(stage, key, FIRST)).stopped_as == stopped


async def test_what_was_not_given_is_refused(site: Site) -> None:
    town = site.town
    real = await add(town, "real", rehearsal=False)
    with pytest.raises(Problem, match="rehearsal"):
        await allow(town, real)
    university, board = await add(town), await add(town, "board")
    with pytest.raises(Problem, match="no_course"):
        await allow(town, board, "sewing")
    await allow(town, board, "care")
    for institution, course, why in ((university, "care", "course_taken"), (board, "care", "allowed")):
        with pytest.raises(Problem, match=why):
            await allow(town, institution, course)

    async def give(work: Work, command: OfSchool) -> bool:
        return await work.mandates.give(await school_id(town, "west"), "")

    with pytest.raises(LookupError):
        await town.house.store.run(give, OfSchool(school_id=await school_id(town)))
    for key in ("press", "east"):
        with pytest.raises(Problem, match="exists"):
            await add(town, key)
    assert {row.key for row in await town.rows(t.school, t.school.c.issues_only.is_(False))} == {"east", "west"}


async def test_without_an_address_it_goes_out_and_is_brought_elsewhere(town_folder: Path, tmp_path: Path) -> None:
    async with open_town(town_folder) as town:
        await allow(town, await add(town))
        await studies(town.east["aoki"], "u-board")
        badge = await newest(town)
        assert badge["issuer"]["id"].startswith("did:key:")
        text = json.dumps(badge)
        assert OB3LdpVerifier().verify(text).recipient_id, "a verifier that the project did not write"
        forged = json.dumps(badge | {"credentialSubject": badge["credentialSubject"] | {"source": badge["issuer"]}})
        assert verify(forged.encode(), now=town.room.now()).validity is Validity.INVALID
        assert verify(text.encode(), now=town.room.now()).validity is Validity.VALID
        data = await exported(town.east["aoki"])
    other = tmp_path / "other"
    await found_town(other)
    async with open_town(other, seed=7) as there:
        assert await brings(there, data) == Brought(1, 1)
        (kept,) = await there.rows(t.brought, t.brought.c.kind == "credential")
        assert kept.issuer == badge["issuer"]["id"]
        assert kept.issuer_en == badge["issuer"]["name"]


def typed(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--data", str(folder), "--lang", "en"])


async def test_typed_beside_a_sukima_at_work(town_folder: Path) -> None:
    await asyncio.to_thread(everything_typed, town_folder)
    async with open_town(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        assert "source" not in (await newest(town))["credentialSubject"]
        town.check_database()


def everything_typed(folder: Path) -> None:
    university = ("--name-ja", "れい教育大学", "--name-en", "Rei University")
    with DatabaseLock(folder / "sukima.db"):  # as Sukima at work holds it
        assert typed(folder, "issuer", "list").stdout.strip() == say("en", "cli.institution.none")
        added = typed(folder, "issuer", "add", "press", *university, "--url", URL, "--rehearsal")
        assert (added.exit_code, added.stderr) == (0, "")
        allowed = typed(folder, "issuer", "allow", "press", "--school", "east")
        assert (allowed.exit_code, allowed.stderr) == (0, "")
        assert Wording("en").say_n("cli.institution.courses", 2) in allowed.stdout
        listed = typed(folder, "issuer", "list").stdout
        assert "did:key:" in listed
        assert say("en", "cli.institution.for_all", school="east", name="East School") in listed
        schools = typed(folder, "school", "list").stdout
        assert ("east" in schools, "press" in schools) == (True, False), "listed beside a Sukima at work"
        keys = json.loads(typed(folder, "keys", "list", "--issuer", "press", "--json").stdout)
        assert [(each["issuer"], each["school"], len(each["keys"])) for each in keys] == [("press", None, 1)]
        rotated = typed(folder, "keys", "rotate", "--issuer", "press", "--yes")
        assert (rotated.exit_code, rotated.stderr) == (0, "")
        for words, why, params in (
            (("add", "a b", *university), "bad_key", {"typed": "a b"}),
            (("add", "b", *university, "--url", "http://b.example"), "bad_url", {"url": "http://b.example"}),
            (("add", "east", *university), "exists", {"typed": "east"}),
            (("allow", "board", "--school", "east"), "unknown", {"typed": "board", "known": "press"}),
            (("allow", "press", "--school", "east"), "allowed", {"institution": "press", "school": "east"}),
            (("allow", "press", "--school", "east", "--course", "sewing"), "no_course", {"course": "sewing"}),
            (("disallow", "press", "--school", "west"), "not_allowed", {"institution": "press", "school": "west"}),
        ):
            wrong = typed(folder, "issuer", *words)
            told = (wrong.exit_code, wrong.stdout, wrong.stderr.strip())
            assert told == (1, "", say("en", f"problem.institution.{why}", **params))
        both = typed(folder, "keys", "list", "--issuer", "press", "--school", "east")
        assert (both.exit_code, both.stderr.strip()) == (1, say("en", "problem.keys.whose"))
        new = ("--name-ja", "新大学", "--name-en", "New University")
        renamed = typed(folder, "issuer", "rename", "press", *new)
        told = Wording("en").say("cli.institution.renamed", key="press", name="New University")
        assert renamed.stdout.strip() == told
        stays = typed(folder, "issuer", "remove", "press")
        said = say("en", "problem.institution.is_allowed", institution="press", schools="east")
        assert (stays.exit_code, stays.stderr.strip()) == (1, said)
        assert typed(folder, "issuer", "allow", "press", "--school", "east", "--course", "care").exit_code == 0
        ended = typed(folder, "issuer", "disallow", "press", "--school", "east", "--course", "care").stdout
        assert ended.startswith(Wording("en").say("cli.institution.still", key="press", school="east"))
        assert "may issue the badges of its catalogues" in ended, "what still stands is said"
        ended = typed(folder, "issuer", "disallow", "press", "--school", "east").stdout.strip()
        assert ended == Wording("en").say("cli.institution.disallowed", key="press", school="east")
        gone = typed(folder, "issuer", "remove", "press")
        assert gone.stdout.strip() == Wording("en").say("cli.institution.removed", key="press", name="New University")
        assert typed(folder, "issuer", "list").stdout.strip() == say("en", "cli.institution.none")
        assert typed(folder, "issuer", "remove", "press").stderr.strip() == say("en", "problem.institution.none")
        keyed = admin.issuer_names(f"sqlite+aiosqlite:///{folder / 'sukima.db'}")
        assert {names.school for names in keyed} == {"east", "west"}, "nobody misses the keys of what was removed"
        assert typed(folder, "db", "check").exit_code == 0

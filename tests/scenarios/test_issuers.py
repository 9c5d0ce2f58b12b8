"""Who signs, and with which keys: design.md 4.10."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.badges import did, proof
from bot.badges.jsontext import JsonObject
from bot.badges.keys import DID_KEY, Ed25519Public
from bot.badges.statement import read_statement
from bot.domain.issuers import KeyKind, KeyState
from bot.errors import Problem
from bot.services.credentials import Draft
from bot.services.issuers import KeyTold, web_document
from bot.services.ports import PublicIssuer, Work
from bot.services.public import PublicThing
from scenarios.shelf import FIRST
from scenarios.town import FLOWER, Town, open_town, shares, studies
from storage import tables as t

BASE = "https://badges.example.ed.jp"
LEAKED = "ノートパソコンの紛失"


@asynccontextmanager
async def with_address(folder: Path) -> AsyncIterator[Town]:
    async with open_town(folder, public_url=BASE) as town:
        yield town


async def east(town: Town) -> Any:
    return next(row for row in await town.rows(t.school) if row.key == "east")


async def told(town: Town) -> tuple[KeyTold, ...]:
    return await town.house.keys.told((await east(town)).id)


async def signer(work: Work, command: PublicThing) -> PublicIssuer | None:
    return await work.public.signer(command.asked)


async def published(town: Town) -> JsonObject:
    """The did document, as anybody would read it."""
    seen = await town.house.store.look(signer, PublicThing(public_id=(await east(town)).public_id))
    assert seen is not None
    document = web_document(seen)
    assert document is not None
    return document


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


async def newest(town: Town, key: str, badge: str = FIRST) -> dict[str, Any]:
    award = await town.award(town.east, key, badge)
    return read((await town.editions(award.id))[-1].text)


def holds(document: JsonObject, issuer: JsonObject, now: datetime) -> bool:
    """Whether a key that the issuer publishes for it signed the document."""
    (signed,) = document["proof"]
    method = signed["verificationMethod"]
    found = did.public_keys(issuer, method, now=now)
    return any(
        isinstance(key, Ed25519Public) and proof.holds(proof.unsecure(document), signed, key.raw) for key in found
    )


def holds_alone(document: JsonObject) -> bool:
    """Whether a did:key's document names the one key that the did spells out."""
    (method,) = document["verificationMethod"]
    return bool(f"{DID_KEY}{method['publicKeyMultibase']}" == document["id"] == method["controller"])


# ---------------------------------------------------------------- with an address


async def test_a_school_with_an_address_issues_under_it(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        badge, school = await newest(town, "aoki"), await east(town)
        name = f"did:web:badges.example.ed.jp:issuers:{school.public_id}"
        assert badge["issuer"]["id"] == name
        assert badge["issuer"]["url"] == f"{BASE}/issuers/{school.public_id}"
        first = next(row for row in await town.rows(t.achievement) if row.key == FIRST)
        image = {"id": f"{BASE}/achievements/{first.public_id}.png", "type": "Image"}
        assert badge["credentialSubject"]["achievement"]["image"] == image
        assert did.did_web_url(name) == f"{BASE}/issuers/{school.public_id}/did.json"
        assert holds(badge, await published(town), town.room.now())
        kinds = {told.key.kind: told.key.state for told in await told_of(town, name)}
        assert kinds == {KeyKind.ED25519: KeyState.CURRENT, KeyKind.RSA: KeyState.CURRENT}


async def told_of(town: Town, name: str) -> list[KeyTold]:
    return [each for each in await told(town) if each.issuer.did == name]


async def test_an_address_that_comes_later_changes_no_id_that_was_issued(town_folder: Path) -> None:
    async with open_town(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        before = await newest(town, "aoki")
        assert before["issuer"]["id"].startswith(DID_KEY)
        assert "image" not in before["credentialSubject"]["achievement"]
    async with with_address(town_folder) as town:
        mori = town.east["mori"]
        await mori.reacts(await shares(town.east["aoki"], FIRST), FLOWER)
        again = await newest(town, "aoki")
        assert "endorsement" in again
        assert [again[name] for name in ("id", "awardedDate")] == [before[name] for name in ("id", "awardedDate")]
        assert again["issuer"] == before["issuer"], "re-issued under the issuer that it was first issued by"
        assert again["proof"][0]["verificationMethod"] == before["proof"][0]["verificationMethod"]
        await studies(mori, "u-board")
        new = await newest(town, "mori")
        assert new["issuer"]["id"].startswith("did:web:")
        document = await published(town)
        assert document["alsoKnownAs"] == [before["issuer"]["id"]]
        former = next(each.issuer for each in await told(town) if not each.issuer.is_web)
        assert former.succession is not None
        stated = read_statement(former.succession, now=town.room.now())
        assert stated is not None
        assert (stated["iss"], stated["succeededBy"]) == (before["issuer"]["id"], new["issuer"]["id"])
        assert stated["on"] == "2026-06-10"
        await town.house.keys.revoke((await east(town)).id, before["issuer"]["id"], LEAKED)
        assert "alsoKnownAs" not in await published(town), "whoever has its key would speak for the school"


async def test_keys_are_exchanged_and_old_badges_still_verify(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        before = await newest(town, "aoki")
        done = await town.house.keys.rotate((await east(town)).id)
        assert not done.is_new_issuer
        await studies(town.east["mori"], "u-board")
        after, document = await newest(town, "mori"), await published(town)
        assert after["issuer"]["id"] == before["issuer"]["id"]
        assert after["proof"][0]["verificationMethod"] != before["proof"][0]["verificationMethod"]
        for badge in (before, after):
            assert holds(badge, document, town.room.now())
        states = sorted(each.key.state for each in await told_of(town, before["issuer"]["id"]))
        assert states == [KeyState.CURRENT] * 2 + [KeyState.RETIRED] * 2
        badges = {each.key.name: each.badges for each in await told(town)}
        assert badges[before["proof"][0]["verificationMethod"].rpartition("#")[2]] == 1
        town.check_database()


async def test_after_a_leak_badges_are_signed_anew_and_forgeries_do_not_verify(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        before = await newest(town, "aoki")
        leaked = before["proof"][0]["verificationMethod"]
        await town.house.keys.rotate((await east(town)).id)
        done = await town.house.keys.revoke((await east(town)).id, leaked, LEAKED)
        assert (done.again, done.is_new_issuer, done.made) == (1, False, ())
        await town.settle()
        after, document = await newest(town, "aoki"), await published(town)
        assert not holds(before, document, town.room.now()), "nothing that the leaked key signed counts any more"
        assert holds(after, document, town.room.now())
        assert [after[name] for name in ("id", "awardedDate")] == [before[name] for name in ("id", "awardedDate")]
        assert after["issuer"]["id"] == before["issuer"]["id"]
        assert datetime.fromisoformat(after["validFrom"]) > datetime.fromisoformat(before["validFrom"])
        assert leaked not in document["assertionMethod"]
        audit = [(row.act, row.subject) for row in await town.rows(t.audit)]
        assert ("revoke-key", leaked) in audit


async def test_what_a_key_signs_while_it_is_revoked_is_not_kept(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        award, school = await town.award(town.east, "aoki", FIRST), await east(town)
        issuing, signing = town.house.issuing, town.house.issuing._sign
        revoked: list[str] = []

        def revoked_meanwhile(draft: Draft) -> Any:
            signed = signing(draft)
            if not revoked:
                revoked.append(draft.key.name)
                desk = town.house.keys.revoke(school.id, draft.key.name, LEAKED)
                asyncio.run_coroutine_threadsafe(desk, loop).result(20)
            return signed

        loop = asyncio.get_running_loop()
        issuing._sign = revoked_meanwhile  # type: ignore[method-assign]
        await town.east["mori"].reacts(await shares(town.east["aoki"], FIRST), FLOWER)
        assert revoked
        rows = await town.editions(award.id)
        assert not [row for row in rows if row.signed_with.endswith(revoked[0])]
        assert holds(read(rows[-1].text), await published(town), town.room.now())
        assert "endorsement" in read(rows[-1].text)


async def test_revoking_the_key_in_use_makes_another(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await studies(town.east["aoki"], "u-board")
        school = await east(town)
        current = next(each.key for each in await told(town) if each.key.state is KeyState.CURRENT)
        done = await town.house.keys.revoke(school.id, current.name[:8], LEAKED)
        assert len(done.made) == 1
        in_use = [each.key for each in await told(town) if each.key.state is KeyState.CURRENT]
        assert {key.kind for key in in_use} == set(KeyKind)
        with pytest.raises(Problem) as refused:
            await town.house.keys.revoke(school.id, current.name, LEAKED)
        assert refused.value.code == "keys.revoked_already"


# ---------------------------------------------------------------- without


async def test_without_an_address_a_new_key_is_a_new_issuer_and_the_old_one_says_so(town: Town) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await studies(aoki, "u-board")
    before = await newest(town, "aoki")
    done = await town.house.keys.rotate((await east(town)).id)
    assert done.is_new_issuer
    await mori.reacts(await shares(aoki, FIRST), FLOWER)
    again = await newest(town, "aoki")
    assert again["issuer"] == before["issuer"], "its own awards are re-issued by the old key"
    await studies(mori, "u-board")
    assert (await newest(town, "mori"))["issuer"]["id"] == done.issuer.did
    former = next(each.issuer for each in await told(town) if each.issuer.ended_at is not None)
    assert former.succession is not None
    stated = read_statement(former.succession, now=town.room.now())
    assert stated is not None
    assert (stated["iss"], stated["succeededBy"]) == (before["issuer"]["id"], done.issuer.did)
    document, (followed,) = await town.house.keys.published((await east(town)).id)
    assert (followed.former, followed.follower) == (before["issuer"]["id"], done.issuer.did)
    assert document["id"] == done.issuer.did
    assert holds_alone(document)
    await town.house.keys.revoke((await east(town)).id, before["issuer"]["id"], LEAKED)
    assert (await town.house.keys.published((await east(town)).id))[1] == (), "whoever has it could have stated this"


async def test_without_an_address_a_leak_strands_the_badges_and_nothing_is_stated(town: Town) -> None:
    await studies(town.east["aoki"], "u-board")
    before = await newest(town, "aoki")
    done = await town.house.keys.revoke((await east(town)).id, before["issuer"]["id"], LEAKED)
    assert (done.stranded, done.is_new_issuer, done.again) == (1, True, 0)
    former = next(each for each in await told(town) if each.issuer.ended_at is not None)
    assert former.issuer.succession is None, "whoever has the key could name a successor as well"
    assert former.key.state is KeyState.REVOKED
    await town.east["mori"].reacts(await shares(town.east["aoki"], FIRST), FLOWER)
    again = await newest(town, "aoki")
    assert again["issuer"] == before["issuer"], "so that what was taken back does not stay in it"


@pytest.mark.parametrize(
    ("typed", "code"), [("z6", "keys.short"), ("z6MkNobody", "keys.unknown"), ("z6Mkkkkkk", "keys.unknown")]
)
async def test_a_key_that_is_not_meant_is_left_alone(town: Town, typed: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        await town.house.keys.revoke((await east(town)).id, typed, LEAKED)
    assert refused.value.code == code


async def test_another_schools_keys_are_out_of_reach(town: Town) -> None:
    school = await east(town)
    foreign = next(row for row in await town.rows(t.issuer_key) if row.school_id != school.id)
    with pytest.raises(Problem) as refused:
        await town.house.keys.revoke(school.id, foreign.name, LEAKED)
    assert refused.value.code == "keys.unknown"

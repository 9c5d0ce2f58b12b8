"""`/badges/{id}.jwt`: the same credential as a compact JWT, under the conditions of its other files."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from scenarios.shelf import FIRST
from scenarios.town import Town, open_town, studies
from sqlalchemy import update

from bot.badges import did
from bot.badges.jwt import opened
from bot.badges.verdict import Validity
from bot.conversation.export import export_of
from bot.services.commands import ByPerson
from storage import tables as t
from web.site import BASE, Site, open_site, verdict_of


@pytest.fixture
async def addressed(town_folder: Path) -> AsyncIterator[Site]:
    async with open_town(town_folder, public_url=BASE) as town:
        await studies(town.east["aoki"], "u-board")
        async with open_site(town) as site:
            yield site


async def keys_of(site: Site, credential: dict[str, Any]) -> dict[str, Any]:
    """The did document that the badge's issuer publishes."""
    document: dict[str, Any] = (await site.get(did.did_web_url(credential["issuer"]["id"]))).json()
    return document


async def revision(town: Town) -> Any:
    return (await town.editions((await town.award(town.east, "aoki", FIRST)).id))[-1]


async def test_without_an_address_the_did_key_signs_it(site: Site) -> None:
    award = await site.publish(site.town.east, "aoki", FIRST)
    answer = await site.get(f"/badges/{award}.jwt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["access-control-allow-origin"] == "*"
    again = await site.get(f"/badges/{award}.jwt", {"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    token, credential = answer.text, (await site.get(f"/badges/{award}.json")).json()
    assert opened(token.encode()).header["alg"] == "EdDSA"
    assert opened(token.encode()).credential == credential, "the same credential, with its proof"
    assert (await verdict_of(site, token.encode())).validity is Validity.VALID
    assert OB3Verifier.for_issuer_did(credential["issuer"]["id"]).verify(token).issuer.id == credential["issuer"]["id"]
    assert f"/badges/{award}.jwt" in (await site.get(f"/badges/{award}")).text
    await site.unpublish(site.town.east, "aoki", FIRST)
    assert (await site.get(f"/badges/{award}.jwt")).status_code == 404
    _, path = await site.collect(site.town.east, "aoki", FIRST)
    assert (await site.get(f"{path}/{award}.jwt")).text == token


async def test_with_an_address_the_published_rsa_key_signs_it(addressed: Site) -> None:
    award = await addressed.publish(addressed.town.east, "aoki", FIRST)
    token = (await addressed.get(f"/badges/{award}.jwt")).text
    credential = (await addressed.get(f"/badges/{award}.json")).json()
    document = await keys_of(addressed, credential)
    assert (await verdict_of(addressed, token.encode())).validity is Validity.VALID
    kid = opened(token.encode()).header["kid"]
    (method,) = [each for each in document["verificationMethod"] if each["id"] == kid]
    key = pyjwt.PyJWK(method["publicKeyJwk"]).key
    claims = pyjwt.decode(token, key, algorithms=["RS256"], options={"verify_nbf": False, "verify_aud": False})
    assert claims["iss"] == credential["issuer"]["id"] == document["id"]
    assert claims["credentialSubject"] == credential["credentialSubject"]
    forged = token[:-8] + ("AAAAAAAA" if not token.endswith("AAAAAAAA") else "BBBBBBBB")
    with pytest.raises(pyjwt.InvalidSignatureError):
        pyjwt.decode(forged, key, algorithms=["RS256"], options={"verify_nbf": False})
    assert (await verdict_of(addressed, forged.encode())).validity is Validity.INVALID


async def test_after_its_key_leaked_the_token_is_made_anew_and_the_edition_stays(addressed: Site) -> None:
    town = addressed.town
    before = await revision(town)
    rsa = before.token_with.rpartition("#")[2]
    school = (await town.rows(t.school, t.school.c.key == "east"))[0]
    told = {each.key.name: each.badges for each in await town.house.keys.told(school.id)}
    assert told[rsa] == 1
    done = await town.house.keys.revoke(school.id, rsa, "leaked")
    assert done.again == 1
    between = await revision(town)
    assert between.token is None, "it is not handed out while there is no new one"
    await town.settle()
    after = await revision(town)
    assert (after.number, after.text) == (before.number, before.text)
    assert after.token not in (None, before.token)
    assert (await verdict_of(addressed, after.token.encode())).validity is Validity.VALID
    assert (await verdict_of(addressed, before.token.encode())).validity is Validity.INVALID
    town.check_database()


async def test_editions_of_before_get_their_token_with_the_next_start(town: Town) -> None:
    await studies(town.east["aoki"], "u-board")
    before = await revision(town)
    await town.house.store.write(lambda scope: scope.run(update(t.revision).values(token=None, token_with="")))
    await town.house._upkeep.catch_up()
    await town.settle()
    assert (await revision(town)) == before, "the same document, signed by the same key"


async def test_it_is_in_ones_own_export(town: Town) -> None:
    await studies(town.east["aoki"], "u-board")
    person, edition = await town.person(town.east, "aoki"), await revision(town)
    me = ByPerson(school_id=person.school_id, person_id=person.id)
    parts = town.house.router._parts
    data = await export_of(parts, me, town.room.now())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".jwt")]
        token = archive.read(name).decode()
    assert token == edition.token
    body = f"{token[:-6]}AAAAAA"
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(json.loads(edition.text)["issuer"]["id"]).verify(body)

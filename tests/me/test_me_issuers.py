"""Endorsing a school as an issuer: who may, what is signed, where it stands, and how it goes."""

import json
from typing import Any

from openbadgeslib.ob3.ldp import OB3LdpVerifier
from scenarios.shelf import FIRST
from scenarios.test_moving import agree
from scenarios.town import Town, say, studies

from bot.badges.verdict import Outcome, Validity
from bot.badges.verify import verify
from bot.domain.people import Consent
from bot.services.ports import PublicIssuer
from bot.services.public import PublicThing, look_at_signer
from me.own_pages import Doors, text_of
from me.test_me_showing import found_board, make_officer
from storage import tables as t

WORDS = "発行の手順を見せていただきました"


async def _school(town: Town) -> Any:
    return (await town.rows(t.school, t.school.c.key == "east"))[0]


async def _seen(town: Town) -> PublicIssuer:
    found = await town.house.store.look(look_at_signer, PublicThing(public_id=(await _school(town)).public_id))
    assert found is not None
    return found


async def _newest(town: Town, key: str = "aoki") -> dict[str, Any]:
    award = await town.award(town.east, key, FIRST)
    found: dict[str, Any] = json.loads((await town.editions(award.id))[-1].text)
    return found


async def test_a_leader_of_a_school_that_agreed_endorses_and_takes_back(doors: Doors) -> None:
    town = doors.town
    school = (await _school(town)).public_id
    async with doors.in_as(town.west, "sato") as sato:
        early = await sato.send("/me/settings", "/me/issuers", school=school)
        assert early.status_code == 404, "nothing crosses without an agreement"
        await agree(town)
        assert say("ja", "me.issuers.title") in text_of(await sato.get("/me/endorsements"))
        for _ in range(2):
            assert (await sato.send("/me/issuers", "/me/issuers", school=school)).status_code == 303
        await town.settle()
        (row,) = await town.rows(t.endorsement)
        assert (row.target_kind, row.role, row.withdrawn_at) == ("issuer", "leader", None)
        signed = json.loads(row.document)
        await studies(town.east["aoki"], "u-board")
        credential = await _newest(town)
        assert credential["issuer"]["endorsement"] == [signed]
        assert signed["credentialSubject"]["id"] == credential["issuer"]["id"]
        assert town.west["sato"].name not in json.dumps(signed, ensure_ascii=False)
        text = json.dumps(credential, ensure_ascii=False)
        verdict = verify(text.encode(), now=town.room.now())
        assert verdict.validity is Validity.VALID
        assert [(each.code, each.outcome) for each in verdict.checks if each.name == "endorsement"] == [
            ("of_issuer", Outcome.PASS)
        ]
        assert verdict.summary is not None
        assert verdict.summary.endorsements == (), "it says nothing of who earned the badge"
        OB3LdpVerifier().verify(text)
        form = {"endorsement": row.public_id, "words": WORDS}
        assert (await sato.send("/me/endorsements", "/me/endorsements/comment", **form)).status_code == 303
        await town.settle()
        (held,) = (await _newest(town))["issuer"]["endorsement"]
        assert held["credentialSubject"]["endorsementComment"] == WORDS
        (told,) = (await _seen(town)).endorsed
        assert (told.role, told.name, told.comment) == ("leader", None, WORDS)
        await sato.send("/me/endorsements", "/me/endorsements", endorsement=row.public_id)
        await town.settle()
    assert "endorsement" not in (await _newest(town))["issuer"]
    assert (await _seen(town)).endorsed == ()
    town.check_database()


async def test_teachers_and_ones_own_leaders_may_not_and_officers_speak_for_the_board(doors: Doors) -> None:
    town = doors.town
    school = (await _school(town)).public_id
    await agree(town)
    for stage, key in ((town.west, "mori"), (town.east, "sato")):
        async with doors.in_as(stage, key) as browser:
            assert (
                "あさひ小学校"
                not in (await browser.get("/me/issuers")).text.partition("<h1>")[2].partition("</main>")[0]
            )
            assert (await browser.send("/me/settings", "/me/issuers", school=school)).status_code == 404
    assert await town.rows(t.endorsement) == []
    await found_board(doors, "みどり", town.east, town.west)
    await make_officer(doors, town.west, "mori")
    await town.press(town.west["mori"], town.token("consent", Consent.NAMED, "on"))
    async with doors.in_as(town.west, "mori") as officer:
        assert (await officer.send("/me/issuers", "/me/issuers", school=school)).status_code == 303
    await town.settle()
    await studies(town.east["aoki"], "u-board")
    (held,) = (await _newest(town))["issuer"]["endorsement"]
    assert held["issuer"]["name"] == town.west["mori"].name
    assert held["issuer"]["otherIdentifier"][0]["identifier"] == "officer"
    (told,) = (await _seen(town)).endorsed
    assert told.board is not None
    assert (told.name, told.board.ja) == (town.west["mori"].name, "みどり教育委員会")
    await town.press(town.west["mori"], town.token("forget_yes"))
    editions = await town.editions((await town.award(town.east, "aoki", FIRST)).id)
    assert all(town.west["mori"].name not in each.text for each in editions)
    (held,) = (await _newest(town))["issuer"]["endorsement"]
    assert "みどり教育委員会" in held["issuer"]["name"]
    town.check_database()

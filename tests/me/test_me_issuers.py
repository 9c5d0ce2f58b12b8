"""Endorsing a school as an issuer: who may, what is signed, where it stands, and how it goes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from scenarios.shelf import FIRST
from scenarios.test_issuers import with_address
from scenarios.test_moving import agree
from scenarios.town import Town, say, studies

from bot.badges.jsontext import to_text
from bot.badges.verdict import Outcome, Validity
from bot.badges.verify import verify
from bot.domain.endorsing_limits import DAILY_MOST
from bot.domain.language import Bilingual
from bot.domain.people import Consent
from bot.domain.recognition import As, Target, TargetKind
from bot.services import issuer_endorsements
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.issuers import web_document
from bot.services.ports import PublicIssuer, Work
from bot.services.public import PublicThing, look_at_signer
from me.own_pages import Doors, doors_of, text_of
from me.test_me_showing import found_board, make_officer
from storage import tables as t
from storage.scope import Scope

EARLY = "研修でごいっしょしました"
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
            assert (await sato.send("/me/issuers", "/me/issuers", school=school, words=EARLY)).status_code == 303
        await town.settle()
        (row,) = await town.rows(t.endorsement)
        assert (row.target_kind, row.role, row.withdrawn_at, row.comment) == ("issuer", "leader", None, EARLY)
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


@dataclass(frozen=True, kw_only=True)
class EndorseMany(ByPerson):
    most: int


async def _endorse_many(work: Work, command: EndorseMany) -> None:
    for number in range(command.most):
        target = Target(TargetKind.ACHIEVEMENT, 10_000 + number)
        await work.endorsements.add(command.person_id, target, As.LEADER, by_button=True)


async def test_issuers_count_towards_the_limit_of_a_day_like_everything_else(doors: Doors) -> None:
    town = doors.town
    school = (await _school(town)).public_id
    await agree(town)
    person = await town.person(town.west, "sato")
    many = EndorseMany(school_id=person.school_id, person_id=person.id, most=DAILY_MOST)
    await town.house.store.run(_endorse_many, many)
    async with doors.in_as(town.west, "sato") as sato:
        refused = await sato.send("/me/settings", "/me/issuers", school=school)
        assert say("ja", "refused.endorsed_enough", most=DAILY_MOST) in text_of(refused)
        assert await town.rows(t.endorsement, t.endorsement.c.target_kind == "issuer") == []
    await town.clock("06-11 08:00")
    async with doors.in_as(town.west, "sato") as sato:
        assert (await sato.send("/me/settings", "/me/issuers", school=school)).status_code == 303
    (given,) = await town.rows(t.endorsement, t.endorsement.c.target_kind == "issuer")
    assert given.withdrawn_at is None


async def test_what_was_endorsed_of_an_issuer_is_kept_and_stays_when_its_keys_change(town_folder: Path) -> None:
    async with with_address(town_folder) as town:
        await agree(town)
        doors, school = doors_of(town), await _school(town)
        async with doors.in_as(town.west, "sato") as sato:
            await sato.send("/me/settings", "/me/issuers", school=school.public_id)
            document = web_document(await _seen(town))
            assert document is not None
            await town.house.keys.rotate(school.id)
            assert web_document(await _seen(town)) != document
            (given,) = await town.rows(t.endorsement)
            assert given.seen_version is None
            assert given.seen_words["ja"] == f"あさひ小学校\n{document['id']}"
            assert given.seen_digest == hashlib.sha256(to_text(document).encode()).hexdigest()
            page = text_of(await sato.get("/me/endorsements"))
            assert document["id"] in page
            assert given.seen_digest in page
            assert "None" not in page
        town.check_database()


async def test_without_a_document_the_did_alone_is_kept(doors: Doors) -> None:
    await agree(doors.town)
    async with doors.in_as(doors.town.west, "sato") as sato:
        await sato.send("/me/settings", "/me/issuers", school=(await _school(doors.town)).public_id)
    (given,) = await doors.town.rows(t.endorsement)
    assert (given.seen_version, given.seen_digest) == (None, None), "a did:key is its key"
    assert (await _seen(doors.town)).issuers[0].issuer.did in given.seen_words["en"]


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


async def test_a_deployment_of_many_schools_is_asked_no_more_than_one_of_few(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page wants to know of all schools is asked once, and more only of those that the person speaks of."""
    town, asked = doors.town, 0
    await found_board(doors, "shi", town.east, town.west)
    await make_officer(doors, town.east, "sato")
    person = await town.person(town.east, "sato")
    me = ByPerson(school_id=person.school_id, person_id=person.id)

    def counted(ask: Any) -> Any:
        async def counting(*query: Any, **values: Any) -> Any:
            nonlocal asked
            asked += 1
            return await ask(*query, **values)

        return counting

    async def questions() -> int:
        nonlocal asked
        asked = 0
        found = await town.house.store.look(issuer_endorsements.look_at_issuers, me)
        assert [each.school.key for each in found] == ["west"]
        assert await town.house.store.look(issuer_endorsements.may_endorse_issuers, me)
        return asked

    async def more(work: Work, command: OfNoSchool) -> None:
        for number in range(9):
            key, name = f"far-{number}", Bilingual("遠い学校", "Far School")
            await work.directory.add_school(
                key, name, zone="Asia/Tokyo", lang="ja", country="JP", period_times=(), rehearsal=True
            )

    for name in ("all", "one"):
        monkeypatch.setattr(Scope, name, counted(getattr(Scope, name)))
    few = await questions()
    await town.house.store.run(more, OfNoSchool())
    assert await questions() == few

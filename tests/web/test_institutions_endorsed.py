"""Endorsing an institution as an issuer: by whom, in which badges it stands and in which never, and how it goes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from me.own_pages import Doors, doors_of, text_of
from me.test_me_showing import found_board, make_officer
from scenarios.shelf import CARE, FIRST
from scenarios.test_moving import agree, moves
from scenarios.town import Town, label, open_town, say, studies

from bot.badges.verdict import Outcome, Validity
from bot.domain.people import Consent
from bot.domain.recognition import TargetKind
from bot.services import mandates
from bot.services.commands import OfSchool
from bot.services.mandates import AllowIssuing
from bot.services.ports import Work
from storage import tables as t
from web.site import BASE, Site, open_site, verdict_of
from web.test_issuers_added import NAME, add, allow, newest, school_id

WORDS = "教材をいっしょに見直してくださいました"
PAGE = "/me/issuers"


@pytest.fixture
async def site(town_folder: Path) -> AsyncIterator[Site]:
    async with open_town(town_folder, public_url=BASE) as town, open_site(town) as opened:
        yield opened


def held_by(badge: dict[str, Any]) -> list[str]:
    """Who endorses the issuer in a badge, by what their signed endorsement says."""
    return [each["issuer"]["name"] for each in badge["issuer"].get("endorsement", ())]


async def endorses(doors: Doors, stage: Any, key: str, institution: Any, words: str = "") -> int:
    """Press *Endorse* on the page of issuers. The answer's status."""
    async with doors.in_as(stage, key) as browser:
        answer = await browser.send("/me/settings", PAGE, school=institution.public_id, words=words)
    await doors.town.settle()
    return int(answer.status_code)


async def asked(town: Town, school: str, badge: dict[str, Any]) -> list[int]:
    """What a school is told of the endorsements for the western award."""
    award = await town.award(town.west, "aoki", FIRST)

    async def ask(work: Work, command: OfSchool) -> list[int]:
        return [one for one, _ in await work.credentials.of_institution(award.id, badge["issuer"]["id"], 3)]

    return await town.house.store.look(ask, OfSchool(school_id=await school_id(town, school)))


async def given(town: Town) -> list[Any]:
    return list(await town.rows(t.endorsement, t.endorsement.c.target_kind == TargetKind.ISSUER))


async def test_it_stands_in_badges_of_other_schools_and_never_in_those_of_ones_own(site: Site) -> None:
    town, doors = site.town, doors_of(site.town)
    university = await add(town)
    await allow(town, university)
    await agree(town)
    assert await endorses(doors, town.west, "sato", university) == 404, "it is not issued for at the western school"
    assert await endorses(doors, town.east, "mori", university) == 404, "a teacher"
    assert await given(town) == []
    async with doors.in_as(town.east, "sato") as sato:
        assert NAME.ja in text_of(await sato.get(PAGE))
    assert [await endorses(doors, town.east, "sato", university, WORDS) for _ in range(2)] == [303, 303]
    (row,) = await given(town)
    assert (row.school_id, row.role, row.comment, row.withdrawn_at) == (university.id, "leader", WORDS, None)
    assert row.seen_words["ja"].startswith(NAME.ja)
    assert row.seen_digest
    signed = json.loads(row.document)
    assert "east" not in signed["credentialStatus"]["statusListCredential"]
    await allow(town, university, school="west")
    await studies(town.east["aoki"], "u-board")
    await studies(town.west["aoki"], "u-board")
    assert held_by(await newest(town)) == [], "its own school's people praise nobody in whose name it awards"
    other = await newest(town, stage=town.west)
    assert other["issuer"]["endorsement"] == [signed]
    assert signed["credentialSubject"]["id"] == other["issuer"]["id"]
    assert await asked(town, "west", other) == [row.id]
    assert await asked(town, "east", other) == [], "another school's award"
    verdict = await verdict_of(site, json.dumps(other).encode())
    assert verdict.validity is Validity.VALID
    assert [each.outcome for each in verdict.checks if (each.name, each.code) == ("endorsement", "of_issuer")] == [
        Outcome.PASS
    ]
    await site.publish(town.west, "aoki", FIRST)
    page = (await site.get(f"/issuers/{university.public_id}", {"Accept": "text/html"})).text
    assert all(each in page for each in (WORDS, "あさひ小学校", say("ja", "web.issuer.endorsed_by_own")))
    assert await endorses(doors, town.west, "sato", university) == 303
    await studies(town.east["aoki"], "u-breath")
    (west,) = held_by(await newest(town, badge=CARE))
    assert "West School" in west
    async with doors.in_as(town.east, "sato") as sato:
        await sato.send("/me/endorsements", "/me/endorsements", endorsement=row.public_id)
    await town.settle()
    assert all("East School" not in each for each in held_by(await newest(town, stage=town.west)))
    late = await verdict_of(site, json.dumps(other).encode())
    assert "withdrawn" in {each.code for each in late.checks if each.name == "endorsement"}
    town.check_database()


async def test_officers_speak_for_their_board_and_who_left_still_praises_nothing_of_that_school(site: Site) -> None:
    town, doors = site.town, doors_of(site.town)
    university = await add(town)
    for school in ("east", "west"):
        await allow(town, university, school=school)
    await found_board(doors, "みどり", town.east)
    await make_officer(doors, town.east, "mori")
    await make_officer(doors, town.west, "mori")
    assert await endorses(doors, town.west, "mori", university) == 404, "an officer of no board, and no leader"
    for key in ("mori", "sato"):
        assert await endorses(doors, town.east, key, university) == 303
    assert sorted(row.role for row in await given(town)) == ["leader", "officer"]
    await studies(town.west["aoki"], "u-board")
    both = held_by(await newest(town, stage=town.west))
    assert len(both) == 2
    assert any("みどり教育委員会" in each for each in both)
    await agree(town)
    await moves(town, town.east["sato"], town.west["sato"])
    await studies(town.east["aoki"], "u-board")
    assert held_by(await newest(town)) == []
    await studies(town.west["aoki"], "u-breath")
    assert [each for each in held_by(await newest(town, "aoki", CARE, town.west)) if "教育委員会" not in each] == []
    town.check_database()


async def test_it_stays_when_the_mandate_ends_and_goes_when_it_is_taken_back_wherever_the_holder_is(site: Site) -> None:
    town, doors = site.town, doors_of(site.town)
    university = await add(town)
    for school in ("east", "west"):
        await allow(town, university, school=school)
    await endorses(doors, town.west, "sato", university)
    await studies(town.east["aoki"], "u-board")
    command = AllowIssuing(school_id=await school_id(town, "west"), institution=university, course="")
    await town.house.store.run(mandates.end_issuing, command)
    await agree(town)
    await moves(town, town.east["aoki"], town.west["aoki"])
    assert len(held_by(await newest(town, stage=town.west))) == 1
    (row,) = await given(town)
    async with doors.in_as(town.west, "sato") as sato:
        assert NAME.ja not in text_of(await sato.get(PAGE)), "it cannot be given any more"
        await sato.send("/me/endorsements", "/me/endorsements", endorsement=row.public_id)
    await town.settle()
    assert held_by(await newest(town, stage=town.west)) == []
    town.check_database()


async def test_who_is_forgotten_stands_in_no_badge_of_another_school(site: Site) -> None:
    town, doors = site.town, doors_of(site.town)
    university, sato = await add(town), town.east["sato"]
    for school in ("east", "west"):
        await allow(town, university, school=school)
    await town.press(sato, town.token("consent", Consent.NAMED, "on"))
    await endorses(doors, town.east, "sato", university)
    await studies(town.west["aoki"], "u-board")
    assert held_by(await newest(town, stage=town.west)) == [sato.name]
    await town.press(sato, town.token("forget_yes"))
    await town.settle()
    editions = await town.editions((await town.award(town.west, "aoki", FIRST)).id)
    assert all(sato.name not in each.text for each in editions)
    (said,) = held_by(await newest(town, stage=town.west))
    assert "East School" in said
    town.check_database()


async def test_in_chat(town: Town) -> None:
    university, sato = await add(town), town.east["sato"]
    await sato.commands("endorse")
    assert NAME.ja not in sato.newest().card.text()
    await allow(town, university)
    await sato.commands("endorse")
    await sato.presses(say("ja", "label.about", label=label(sato, "recommend"), name=NAME.ja))
    assert say("ja", "receipt.issuer.leader", name=NAME.ja) in sato.newest().card.text()
    await town.settle()
    (row,) = await given(town)
    assert (row.role, row.withdrawn_at, row.document is None) == ("leader", None, False)
    await sato.presses(label(sato, "undo"))
    await town.settle()
    (row,) = await given(town)
    assert (row.withdrawn_at is None, row.document) == (False, None)
    town.check_database()

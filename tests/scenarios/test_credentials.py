"""What leaves the house signed: design.md 4.10, 4.11, 4.15 and 4.18."""

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from bot.badges.bake import unbake
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.people import Consent
from bot.handlers.local.chairs import Place
from bot.handlers.local.stage import Actor
from bot.services.credentials import SignedEndorsement, Standing
from bot.services.preferences import SetConsent, set_consent
from scenarios.conftest import Shared
from scenarios.shelf import BOARD, FIRST, NAMES, WHOLE_CARE, choice, unit
from scenarios.town import EAST, FLOWER, GIVEN, PEOPLE, TOKYO, Town, button, is_offered, label, name_in, shares, studies
from storage import tables as t

NAMES_OF_PEOPLE = [name_in(EAST, family) for _, family, _, _ in PEOPLE] + [f"{GIVEN[EAST]}" + "さん"]


def picture(actor: Actor, badge: str) -> bytes:
    """The newest picture of a badge that the person was sent."""
    name = NAMES[badge].in_(actor.lang)
    message = next(
        one for one in reversed(actor.direct()) if one.attachments and name in one.card.text() + one.attachments[0].alt
    )
    return message.attachments[0].path.read_bytes()


def is_valid(town: Town, data: bytes) -> bool:
    verdict = verify(data, now=town.room.now())
    return verdict.validity is Validity.VALID


def read(text: str | bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


async def newest(town: Town, award_id: int) -> dict[str, Any]:
    return read((await town.editions(award_id))[-1].text)


async def test_every_picture_and_credential_verifies(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["sato"].reacts(shared_badge.post, FLOWER)
    await studies(town.east["hall"], "u-breath")
    assert is_valid(town, picture(shared_badge.holder, FIRST))
    assert is_valid(town, picture(town.east["hall"], WHOLE_CARE))
    for edition in await town.rows(t.revision):
        assert is_valid(town, edition.text.encode())


async def test_a_changed_credential_does_not_verify(town: Town) -> None:
    await studies(town.east["hall"], "u-breath")
    text = (await town.rows(t.revision))[0].text
    assert not is_valid(town, text.replace("2026-06-10", "2026-06-11").encode())


async def test_a_reissue_keeps_id_issuer_and_award_date_and_comes_later(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.clock("06-12 16:00")
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await town.clock("16:10")
    await town.east["sato"].reacts(shared_badge.post, FLOWER)
    first, second, third = [read(one.text) for one in await town.editions(await shared_badge.award())]
    for later in (second, third):
        assert later["id"] == first["id"]
        assert later["issuer"]["id"] == first["issuer"]["id"]
        assert later["awardedDate"] == first["awardedDate"]
        assert later["credentialSubject"]["id"] == first["credentialSubject"]["id"]
        assert later["credentialSubject"]["achievement"] == first["credentialSubject"]["achievement"]
    moments = [datetime.fromisoformat(one["validFrom"]) for one in (first, second, third)]
    assert moments == sorted(set(moments))


async def test_times_that_leave_the_house_are_dates(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.clock("06-12 16:23")
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    first, second = [read(one.text) for one in await town.editions(await shared_badge.award())]
    for document in (first, second, second["endorsement"][0]):
        proof = document["proof"][0] if isinstance(document["proof"], list) else document["proof"]
        for stamp in (document.get("awardedDate"), document["validFrom"], proof["created"]):
            if stamp is not None:
                moment = datetime.fromisoformat(stamp).astimezone(TOKYO)
                assert (moment.hour, moment.minute) == (0, 0), stamp
    assert "T16:" not in json.dumps(second)
    assert datetime.fromisoformat(second["validFrom"]).astimezone(TOKYO).day == 12


async def test_two_editions_on_one_day_differ_by_a_second(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await town.east["mori"].unreacts(shared_badge.post, FLOWER)
    moments = [
        datetime.fromisoformat(read(one.text)["validFrom"]) for one in await town.editions(await shared_badge.award())
    ]
    assert [(later - moments[0]).total_seconds() for later in moments] == [0, 1, 2]


async def test_an_older_edition_stays_intact(shared_badge: Shared) -> None:
    town = shared_badge.town
    before = picture(shared_badge.holder, FIRST)
    text = (await town.editions(await shared_badge.award()))[0].text
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    editions = await town.editions(await shared_badge.award())
    assert [one.number for one in editions] == [1, 2]
    assert editions[0].text == text
    assert unbake(before).decode() == text
    assert is_valid(town, before)


async def test_a_changed_course_takes_nothing_away(shared_badge: Shared) -> None:
    """A re-issue keeps the achievement's version that the award was given for."""
    town = shared_badge.town
    first = await newest(town, await shared_badge.award())
    await town.reload(summary="Other words", extra=(unit("u-new", choice("新しい", "the new")),))
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    second = await newest(town, await shared_badge.award())
    assert second["credentialSubject"]["achievement"] == first["credentialSubject"]["achievement"]
    await studies(town.east["mori"], "u-board")
    assert len(await town.rows(t.award)) == 1, "whoever begins now needs the new unit too"


async def test_a_withdrawn_unit_strands_nobody(town: Town) -> None:
    """Who did all that a module still holds earns its badge when the rest is taken from the shelf."""
    aoki = town.east["aoki"]
    await studies(aoki, "u-quiz")
    assert not await town.rows(t.award)
    await town.reload(without=("u-note",))
    (award,) = await town.rows(t.award)
    assert [part["key"] for part in award.evidence] == ["u-quiz"]
    await town.reload(without=("u-note",))
    assert len(await town.rows(t.award)) == 1
    assert is_valid(town, (await town.rows(t.revision))[0].text.encode())


async def test_the_same_catalogue_again_makes_no_new_version(town: Town) -> None:
    before = await town.rows(t.achievement)
    await town.reload()
    assert await town.rows(t.achievement) == before
    await town.reload(summary="Other words")
    assert {one.version for one in await town.rows(t.achievement)} == {1, 2}


async def test_evidence_names_completions_by_date(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    document = await newest(town, (await town.award(town.east, "aoki", FIRST)).id)
    (evidence,) = document["evidence"]
    assert BOARD.title.ja in json.dumps(evidence, ensure_ascii=False)
    assert "2026-06-10" in json.dumps(evidence, ensure_ascii=False)


async def test_a_rehearsal_says_so(town: Town) -> None:
    await studies(town.east["hall"], "u-breath")
    for edition in await town.rows(t.revision):
        issuer = read(edition.text)["issuer"]
        assert issuer["name"] != f"{GIVEN[EAST]}小学校"
        assert f"{GIVEN[EAST]}小学校" in issuer["name"]


async def test_no_credential_names_its_holder_or_an_endorser_who_did_not_agree(shared_badge: Shared) -> None:
    town = shared_badge.town
    for key in ("mori", "sato"):
        await town.east[key].reacts(shared_badge.post, FLOWER)
    for edition in await town.rows(t.revision):
        for _, family, _, _ in PEOPLE:
            assert name_in(EAST, family) not in edition.text
    data = picture(shared_badge.holder, FIRST)
    for _, family, _, _ in PEOPLE:
        assert name_in(EAST, family).encode() not in data
    person = await town.person(town.east, "aoki")
    assert all(person.public_id not in edition.text for edition in await town.rows(t.revision))


async def test_an_endorser_who_agreed_is_named_with_one_lasting_key(shared_badge: Shared) -> None:
    town, mori, hall = shared_badge.town, shared_badge.town.east["mori"], shared_badge.town.east["hall"]
    await studies(hall, "u-breath")
    await hall.presses(label(hall, "share"))
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(shared_badge.post, FLOWER)
    post = next(one for one in mori.staff() if hall.name in one.card.text())
    await mori.chair.at(Place.STAFF).press_action(button(post, label(mori, "endorse")) or "")
    await town.settle()
    endorsed = [read(one.document) for one in await town.rows(t.endorsement)]
    assert len(endorsed) == 2
    assert {one["issuer"]["name"] for one in endorsed} == {mori.name}
    assert len({one["issuer"]["id"] for one in endorsed}) == 1
    document = await newest(town, await shared_badge.award())
    assert document["endorsement"][0]["issuer"]["name"] == mori.name


async def test_others_sign_with_a_key_of_that_endorsement_alone(shared_badge: Shared) -> None:
    town, mori, hall = shared_badge.town, shared_badge.town.east["mori"], shared_badge.town.east["hall"]
    await studies(hall, "u-breath")
    await hall.presses(label(hall, "share"))
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.reacts(next(one for one in mori.staff() if hall.name in one.card.text()), FLOWER)
    endorsed = [read(one.document) for one in await town.rows(t.endorsement)]
    assert len({one["issuer"]["id"] for one in endorsed}) == 2
    assert all(mori.name not in one["issuer"]["name"] for one in endorsed)
    assert not await town.rows(t.signing_key)


async def test_a_name_taken_back_is_signed_away(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(shared_badge.post, FLOWER)
    named = await newest(town, await shared_badge.award())
    await town.press(mori, town.token("consent", Consent.NAMED, "off"))
    document = await newest(town, await shared_badge.award())
    assert mori.name in json.dumps(named, ensure_ascii=False)
    assert mori.name not in json.dumps(document, ensure_ascii=False)
    assert len(document["endorsement"]) == 1
    assert document["endorsement"][0]["id"] == named["endorsement"][0]["id"]
    assert is_valid(town, (await town.editions(await shared_badge.award()))[-1].text.encode())


async def test_the_newest_edition_embeds_exactly_what_stands(shared_badge: Shared) -> None:
    town, post = shared_badge.town, shared_badge.post
    for key in ("mori", "hall", "sato"):
        await town.east[key].reacts(post, FLOWER)
    await town.east["hall"].unreacts(post, FLOWER)
    document = await newest(town, await shared_badge.award())
    standing = {f"urn:uuid:{one.public_id}" for one in await town.standing(await shared_badge.award())}
    assert {one["id"] for one in document["endorsement"]} == standing
    assert len(standing) == 2


async def test_the_audit_chain_names_acts_and_nobody(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.unreacts(shared_badge.post, FLOWER)
    entries = await town.rows(t.audit)
    acts = [one.act for one in entries]
    for act in ("award", "issue", "display", "endorse", "withdraw", "re-issue", "key"):
        assert act in acts
    for entry in entries:
        for word in (entry.actor, entry.subject, str(entry.detail)):
            assert not any(name_in(EAST, family) in word for _, family, _, _ in PEOPLE)
            assert "aoki" not in word
    town.check_database()
    await town.house.store.write(lambda scope: scope.run(t.audit.update().where(t.audit.c.seq == 3).values(act="x")))
    assert _complains(town)


def _complains(town: Town) -> bool:
    try:
        town.check_database()
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("of", ["award", "content"])
async def test_what_is_signed_with_a_name_while_that_is_taken_back_is_not_kept(town: Town, of: str) -> None:
    aoki, mori, issuing = town.east["aoki"], town.east["mori"], town.house.issuing
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    person, loop, signing = await town.person(town.east, "mori"), asyncio.get_running_loop(), issuing._endorsement
    off = SetConsent(school_id=person.school_id, person_id=person.id, consent=Consent.NAMED, given=False)
    named: list[str] = []

    def taken_back_meanwhile(item: Standing, target_id: str) -> SignedEndorsement:
        signed = signing(item, target_id)
        if mori.name in signed.text and not named:
            named.append(signed.text)
            asyncio.run_coroutine_threadsafe(town.house.store.run(set_consent, off), loop).result(20)
        return signed

    issuing._endorsement = taken_back_meanwhile  # type: ignore[method-assign]
    if of == "award":
        await studies(aoki, "u-board")
        await mori.reacts(await shares(aoki, FIRST), FLOWER)
    else:
        message = await is_offered(mori, "u-board")
        await studies(mori, "u-board")
        await mori.reacts(message, FLOWER)
        await studies(aoki, "u-board")
    await town.settle()
    assert named
    (endorsement,) = await town.rows(t.endorsement)
    assert mori.name not in endorsement.document
    assert is_valid(town, endorsement.document.encode())
    newest_text = (await town.editions((await town.award(town.east, "aoki", FIRST)).id))[-1].text
    assert read(endorsement.document)["id"] in newest_text
    assert mori.name not in newest_text
    town.check_database()

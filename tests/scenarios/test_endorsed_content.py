"""Endorsements of what is to be learned stand in the badges that are issued afterwards, as long as they stand."""

import json
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from bot.badges.verdict import Outcome, Validity
from bot.badges.verify import verify
from bot.domain.people import Consent
from bot.handlers.local.room_types import Message
from bot.services import credentials, endorsements
from bot.services.credentials import MOST_BESIDE
from scenarios.shelf import FIRST
from scenarios.town import FLOWER, Town, is_offered, shares, studies
from storage import tables as t


async def _endorses(town: Town, key: str) -> Message:
    """Somebody does the unit and endorses its content; the message that carries the reaction."""
    actor = town.east[key]
    message = await is_offered(actor, "u-board")
    await studies(actor, "u-board")
    await actor.reacts(message, FLOWER)
    return message


async def _editions(town: Town) -> list[dict[str, Any]]:
    award = await town.award(town.east, "aoki", FIRST)
    return [json.loads(each.text) for each in await town.editions(award.id)]


def _held(credential: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = credential["credentialSubject"]["achievement"].get("endorsement", [])
    return found


@pytest.fixture
async def endorsed(town: Town) -> Message:
    """Mori, who agreed to be named, endorsed the content; Aoki earned the badge afterwards."""
    await town.press(town.east["mori"], town.token("consent", Consent.NAMED, "on"))
    message = await _endorses(town, "mori")
    await studies(town.east["aoki"], "u-board")
    return message


async def test_it_is_of_the_achievement_signed_and_verified_by_both_verifiers(town: Town, endorsed: Message) -> None:
    (credential,) = await _editions(town)
    (endorsement,) = _held(credential)
    achievement = credential["credentialSubject"]["achievement"]
    assert endorsement["credentialSubject"]["id"] == achievement["id"]
    assert endorsement["issuer"]["name"] == town.east["mori"].name
    text = json.dumps(credential, ensure_ascii=False).encode()
    verdict = verify(text, now=town.room.now())
    assert verdict.validity is Validity.VALID
    (check,) = [check for check in verdict.checks if check.name == "endorsement"]
    assert (check.code, check.outcome) == ("content", Outcome.NOTE)
    assert verdict.summary is not None
    assert verdict.summary.endorsements == (), "it says nothing of who earned the badge"
    OB3LdpVerifier().verify(text.decode())
    altered = json.loads(text)
    _held(altered)[0]["name"] = "x"
    assert verify(json.dumps(altered).encode(), now=town.room.now()).validity is Validity.INVALID


async def test_one_that_comes_later_waits_for_the_next_edition_and_the_last_ones_are_held(
    town: Town, endorsed: Message
) -> None:
    for key in ("hall", "sato"):
        await _endorses(town, key)
    await town.press(town.east["sato"], town.token("consent", Consent.NAMED, "on"))
    assert len(await _editions(town)) == 1, "badges are not issued again for it"
    post = await shares(town.east["aoki"], FIRST)
    await town.east["hall"].reacts(post, FLOWER)
    *_, last = await _editions(town)
    assert len(_held(last)) == MOST_BESIDE == 3
    assert len(last["endorsement"]) == 1
    assert verify(json.dumps(last).encode(), now=town.room.now()).validity is Validity.VALID


async def test_a_withdrawn_one_leaves_every_badge(town: Town, endorsed: Message) -> None:
    await town.east["mori"].unreacts(endorsed, FLOWER)
    first, second = await _editions(town)
    assert _held(first)
    assert not _held(second)
    assert second["id"] == first["id"]
    assert [each.beside for each in await town.rows(t.revision)][-1] == []
    town.check_database()


async def test_one_that_is_withdrawn_while_a_badge_is_signed_is_not_in_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a badge that is not kept yet a withdrawal knows nothing: whoever keeps it has to look once more."""
    await _endorses(town, "mori")
    (given,) = await town.rows(t.endorsement)
    mori, run = await town.person(town.east, "mori"), town.house.store.run
    undo = endorsements.Undo(school_id=mori.school_id, person_id=mori.id, endorsement=given.public_id)
    withdrawn: list[object] = []

    async def slowly(use_case: Any, command: Any) -> Any:
        if use_case is credentials.keep and not withdrawn:
            assert command.draft.content, "it was signed with it"
            withdrawn.append(await run(endorsements.undo_endorsement, undo))
        return await run(use_case, command)

    monkeypatch.setattr(town.house.store, "run", slowly)
    await studies(town.east["aoki"], "u-board")
    (edition,) = await _editions(town)
    assert withdrawn
    assert not _held(edition)
    town.check_database()


async def test_a_name_that_is_taken_out_is_in_no_new_edition(town: Town, endorsed: Message) -> None:
    mori = town.east["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "off"))
    *_, last = await _editions(town)
    (endorsement,) = _held(last)
    assert mori.name not in json.dumps(last, ensure_ascii=False)
    assert endorsement["credentialSubject"]["id"] == last["credentialSubject"]["achievement"]["id"]


async def test_an_endorser_who_is_forgotten_is_in_no_edition_at_all(town: Town, endorsed: Message) -> None:
    mori = town.east["mori"]
    await town.press(mori, town.token("forget_yes"))
    editions = await _editions(town)
    assert all(mori.name not in json.dumps(each, ensure_ascii=False) for each in editions)
    assert len(_held(editions[-1])) == 1, "anonymous, it still stands"
    town.check_database()

"""Moving to another school of the deployment: what is theirs comes along, and nothing else crosses (design.md 4.17)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.agreements import Purpose
from bot.domain.people import Consent
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.stage import Actor, Stage
from bot.services import given
from bot.services.commands import ByPerson
from bot.services.ports import MessageRef, RetryLater
from scenarios.conftest import Shared
from scenarios.shelf import FIRST
from scenarios.test_forgetting import is_forgotten
from scenarios.town import EAST, FLOWER, GIVEN, Town, counted, is_offered, label, say, shares, studies, texts
from storage import tables as t
from storage.scope import Scope


async def agree(town: Town, *, ended: bool = False) -> None:
    """The eastern school lets its people move to the western one."""
    giver, receiver = (await town.workspace(town.east)).school_id, (await town.workspace(town.west)).school_id

    async def record(scope: Scope) -> None:
        await scope.new(
            t.agreement,
            public_id=scope.new_id(),
            school_id=giver,
            receiver_id=receiver,
            purpose=Purpose.TRANSFER,
            offered_by=giver,
            offered_at=scope.now,
            accepted_at=scope.now,
            ended_at=scope.now if ended else None,
        )

    await town.house.store.write(record)


async def code_of(town: Town, actor: Actor) -> str:
    """`/sukima move` at the old school; the code as it is shown."""
    await actor.commands("move")
    prefix = say(actor.lang, "move.code", code="")
    line = next(one for one in actor.newest().card.lines if one.startswith(prefix))
    return line.removeprefix(prefix)


async def moves(town: Town, who: Actor, to: Actor) -> None:
    """From code to confirmation."""
    code = await code_of(town, who)
    await to.commands(f"move {code}")
    await to.presses(label(to, "move_yes"))
    to.sees(say(to.lang, "notice.moved", badges=1, completions=1)[:6], last=1)
    await town.settle()


@pytest.fixture
async def agreed(shared_badge: Shared) -> Shared:
    await agree(shared_badge.town)
    return shared_badge


async def newest(town: Town, award_id: int) -> Any:
    return json.loads((await town.editions(award_id))[-1].text)


async def _listed(town: Town, stage: Stage, key: str) -> list[tuple[str, str | None]]:
    """Public id and named holder of what somebody finds at `/me/endorsements`."""
    person = await town.person(stage, key)
    me = ByPerson(school_id=person.school_id, person_id=person.id)
    found = await town.house.store.look(given.look_at_given, me)
    return [(item.endorsement.public_id, item.holder) for item in found]


async def test_badges_records_and_endorsements_come_along(agreed: Shared) -> None:
    town, aoki, there = agreed.town, agreed.holder, agreed.town.west["aoki"]
    await town.east["mori"].reacts(agreed.post, FLOWER)
    await town.press(
        aoki, town.token("reflect", (await town.rows(t.completion))[0].public_id), {"reflection": "声を落とす"}
    )
    before = await town.award(town.east, "aoki", FIRST)
    was, text = await newest(town, before.id), (await town.editions(before.id))[-1].text
    await moves(town, aoki, there)
    after = await town.award(town.west, "aoki", FIRST)
    assert (after.id, after.public_id, after.awarded_at) == (before.id, before.public_id, before.awarded_at)
    assert (after.displayed_at, after.findable_at) == (None, None)
    assert (await town.editions(after.id))[-1].text == text, "nothing is signed anew by moving"
    (completion,) = await town.rows(t.completion)
    assert (completion.person_id, completion.reflection) == (after.person_id, "声を落とす")
    await there.commands("wallet")
    there.sees(counted("ja", colleagues=1)[0], last=1)
    assert was["issuer"]["name"] in (await newest(town, after.id))["issuer"]["name"]
    town.check_database()


async def test_the_old_school_keeps_a_row_without_a_name(agreed: Shared) -> None:
    town, aoki = agreed.town, agreed.holder
    person = await town.person(town.east, "aoki")
    await town.press(aoki, town.token("consent", Consent.NAMED, "on"))
    await moves(town, aoki, town.west["aoki"])
    (left,) = await town.rows(t.person, t.person.c.id == person.id)
    assert (left.name, left.roles, left.consents) == ("", frozenset(), frozenset())
    assert left.left_at is not None
    assert not [one for one in town.east["mori"].staff() if aoki.name in one.card.text()], "the post is gone"
    for table in t.metadata.tables.values():
        if "person_id" not in table.c or table in (t.person_key, t.rhythm, t.move):
            continue
        assert not await town.rows(table, table.c.person_id == person.id), table.name
    school = (await town.workspace(town.east)).school_id
    (move,) = await town.rows(t.move)
    assert (move.school_id, move.mark) == (school, None)
    assert move.moved_at is not None
    assert not await town.rows(t.message, t.message.c.about == "share")
    town.check_database()


async def test_consents_and_roles_begin_anew_while_times_come_along(agreed: Shared) -> None:
    town, aoki, there = agreed.town, agreed.holder, agreed.town.west["aoki"]
    await town.press(aoki, town.token("consent", Consent.NAMED, "on"))
    await town.press(aoki, town.token("windows"), {"words": "火曜 10:00-11:00 空き"})
    await moves(town, aoki, there)
    assert (await town.person(town.west, "aoki")).consents == frozenset()
    await there.commands("settings")
    there.sees("10:00", last=1)


async def test_a_colleague_of_the_old_school_withdraws_by_undo(agreed: Shared) -> None:
    town, mori = agreed.town, agreed.town.east["mori"]
    await mori.reacts(agreed.post, FLOWER)
    receipt = mori.direct()[-1]
    await moves(town, agreed.holder, town.west["aoki"])
    award = await town.award(town.west, "aoki", FIRST)
    assert len((await newest(town, award.id))["endorsement"]) == 1
    assert await _listed(town, town.east, "mori") == [((await town.standing(award.id))[0].public_id, None)]
    issuer = (await newest(town, award.id))["issuer"]["id"]
    await mori.presses(label(mori, "undo"))
    assert not await town.standing(award.id)
    again = await newest(town, award.id)
    assert "endorsement" not in again
    assert again["issuer"]["id"] == issuer, "signed by the school that issued it"
    assert verify(json.dumps(again).encode(), now=town.room.now()).validity is Validity.VALID
    west = [key.did for key in await town.rows(t.issuer) if key.school_id == award.school_id]
    assert issuer not in west
    edited = next(one for one in mori.direct() if one.ref == receipt.ref)
    name = edited.card.text()
    assert agreed.holder.name not in name


async def test_taking_the_emoji_off_reaches_a_badge_that_went_away(
    agreed: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the old post cannot be taken off its platform yet."""
    town, mori = agreed.town, agreed.town.east["mori"]
    await mori.reacts(agreed.post, FLOWER)

    async def not_now(ref: MessageRef) -> None:
        raise RetryLater(timedelta(hours=1))

    monkeypatch.setattr(town.house.senders[PLATFORM], "delete", not_now)
    await moves(town, agreed.holder, town.west["aoki"])
    await mori.unreacts(agreed.post, FLOWER)
    award = await town.award(town.west, "aoki", FIRST)
    assert not await town.standing(award.id)
    assert "endorsement" not in await newest(town, award.id)


async def test_an_endorser_left_behind_is_forgotten_in_the_moved_credential(agreed: Shared) -> None:
    town, mori = agreed.town, agreed.town.east["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    await mori.reacts(agreed.post, FLOWER)
    await moves(town, agreed.holder, town.west["aoki"])
    award = await town.award(town.west, "aoki", FIRST)
    assert mori.name in (await town.editions(award.id))[-1].text
    await is_forgotten(mori)
    await town.settle()
    editions = await town.editions(award.id)
    assert all(mori.name not in one.text for one in editions)
    assert len(json.loads(editions[-1].text)["endorsement"]) == 1, "it counts on, anonymous"
    assert GIVEN[EAST] in json.loads(editions[-1].text)["endorsement"][0]["issuer"]["name"], "as one of the old school"
    assert verify(editions[-1].text.encode(), now=town.room.now()).validity is Validity.VALID
    town.check_database()


async def test_what_they_gave_stays_theirs_to_withdraw(agreed: Shared) -> None:
    town, mori, there = agreed.town, agreed.town.east["mori"], agreed.town.west["mori"]
    await mori.reacts(agreed.post, FLOWER)
    (mine,) = await town.standing(await agreed.award())
    code = await code_of(town, mori)
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    (kept,) = await town.standing(await agreed.award())
    assert kept.id == mine.id
    assert counted("ja", colleagues=1)[0] in agreed.text()
    assert await _listed(town, town.west, "mori") == [(mine.public_id, None)], "they find it where they are now"
    await town.press(there, town.token("undo", mine.public_id))
    assert await agreed.standing() == 0
    assert await _listed(town, town.west, "mori") == []
    assert counted("ja")[0] in agreed.text()
    assert not (await newest(town, await agreed.award())).get("endorsement")


async def test_who_left_may_take_the_emoji_off_and_counts_once(agreed: Shared) -> None:
    town, mori, there = agreed.town, agreed.town.east["mori"], agreed.town.west["mori"]
    await mori.reacts(agreed.post, FLOWER)
    code = await code_of(town, mori)
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    await town.house.reconcile()
    assert await agreed.standing() == 1
    await mori.reacts(agreed.post, "✅")
    assert await agreed.standing() == 1
    await mori.unreacts(agreed.post, "✅")
    await mori.unreacts(agreed.post, FLOWER)
    assert await agreed.standing() == 0


async def test_forgotten_at_the_new_school_is_forgotten_at_the_old(agreed: Shared) -> None:
    town, mori, there = agreed.town, agreed.town.east["mori"], agreed.town.west["mori"]
    await mori.reacts(agreed.post, FLOWER)
    code = await code_of(town, mori)
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    await is_forgotten(there)
    await town.settle()
    assert await agreed.standing() == 1, "others' counts stay right"
    people = await town.rows(t.person, t.person.c.left_at.is_not(None))
    assert people[0].forgotten_at is not None
    await town.house.reconcile()
    assert await agreed.standing() == 1
    await mori.unreacts(agreed.post, FLOWER)
    await mori.reacts(agreed.post, FLOWER)
    assert await agreed.standing() == 1
    town.check_database()


async def test_both_earned_the_same_badge(agreed: Shared) -> None:
    """The earlier credential stays as it is; the later one is kept as a document, its endorsements go over."""
    town, there = agreed.town, agreed.town.west["aoki"]
    first = await town.award(town.east, "aoki", FIRST)
    await town.clock("09:10")
    await studies(there, "u-board")
    post = await shares(there, FIRST)
    await town.west["mori"].reacts(post, FLOWER)
    await town.east["mori"].reacts(agreed.post, FLOWER)
    later = await town.award(town.west, "aoki", FIRST)
    await moves_with_double(town, agreed.holder, there)
    kept = await town.award(town.west, "aoki", FIRST)
    assert kept.public_id == first.public_id
    assert len(await town.standing(kept.id)) == 2
    (document,) = await town.rows(t.brought)
    assert json.loads(document.text)["id"] == f"urn:uuid:{later.public_id}"
    assert verify(document.text.encode(), now=town.room.now()).validity is Validity.VALID
    edition = await newest(town, kept.id)
    assert len(edition["endorsement"]) == 2
    assert verify(json.dumps(edition).encode(), now=town.room.now()).validity is Validity.VALID
    assert len(await town.rows(t.completion)) == 1
    assert not texts(town.west["hall"].staff())
    town.check_database()


async def test_who_endorsed_the_content_is_named_in_no_kept_document(agreed: Shared) -> None:
    """A document that is kept is not signed anew, so nobody who may be forgotten stands in it."""
    town, there, mori = agreed.town, agreed.town.west["aoki"], agreed.town.west["mori"]
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    message = await is_offered(mori, "u-board")
    await studies(mori, "u-board")
    await mori.reacts(message, FLOWER)
    await town.clock("09:10")
    await studies(there, "u-board")
    await town.settle()
    assert mori.name in (await town.editions((await town.award(town.west, "aoki", FIRST)).id))[-1].text
    await moves_with_double(town, agreed.holder, there)
    await is_forgotten(mori)
    await town.settle()
    for table in (t.brought, t.revision, t.endorsement):
        assert not [row for row in await town.rows(table) if mori.name in str(tuple(row))], table.name
    town.check_database()


async def test_who_endorsed_under_two_names_is_forgotten_in_what_held_either(agreed: Shared) -> None:
    """One of the two goes with the move; what holds it would be found by nothing afterwards."""
    town, there, hall = agreed.town, agreed.town.west["mori"], agreed.town.west["hall"]
    for mori in (town.east["mori"], there):
        await town.press(mori, town.token("consent", Consent.NAMED, "on"))
        message = await is_offered(mori, "u-board")
        await studies(mori, "u-board")
        await mori.reacts(message, FLOWER)
        await town.clock("09:10")
    await studies(hall, "u-board")
    await town.settle()
    hers = await town.award(town.west, "hall", FIRST)
    assert there.name in (await town.editions(hers.id))[-1].text
    await moves_with_double(town, town.east["mori"], there)
    assert not (await town.editions(hers.id))[-1].outdated, "it is signed anew at once"
    await is_forgotten(there)
    await town.settle()
    for name in (there.name, town.east["mori"].name):
        assert not [row for row in await town.rows(t.revision) if name in row.text]
    assert (await newest(town, hers.id))["id"] == f"urn:uuid:{hers.public_id}"
    town.check_database()


async def moves_with_double(town: Town, who: Actor, to: Actor) -> None:
    code = await code_of(town, who)
    await to.commands(f"move {code}")
    to.sees("1", last=1)
    await to.presses(label(to, "move_yes"))
    await town.settle()


async def test_without_an_agreement_nothing_crosses(shared_badge: Shared) -> None:
    town, there = shared_badge.town, shared_badge.town.west["aoki"]
    await agree(town, ended=True)
    await there.commands(f"move {await code_of(town, shared_badge.holder)}")
    there.sees(say("ja", "refused.move_no_agreement"), last=1)
    assert (await town.award(town.east, "aoki", FIRST)).school_id


async def test_a_code_works_once_in_time_and_not_at_home(agreed: Shared) -> None:
    town, aoki, there = agreed.town, agreed.holder, agreed.town.west["aoki"]
    old = await code_of(town, aoki)
    code = await code_of(town, aoki)
    refused = say("ja", "refused.move_code")
    await there.commands(f"move {old}")
    there.sees(refused, last=1)
    await aoki.commands(f"move {code}")
    aoki.sees(say("ja", "refused.move_same_school"), last=1)
    await there.commands(f"move {code.lower().replace('-', ' ')}")
    await there.presses(label(there, "move_yes"))
    await there.commands(f"move {code}")
    there.sees(refused, last=1)
    code = await code_of(town, town.east["mori"])
    await town.clock("06-25 08:00")
    await town.west["mori"].commands(f"move {code}")
    town.west["mori"].sees(refused, last=1)
    assert all(code.replace("-", "") not in str(row) for row in await town.rows(t.move))


async def test_only_who_gave_the_code_confirms(agreed: Shared) -> None:
    town, there = agreed.town, agreed.town.west["aoki"]
    await there.commands(f"move {await code_of(town, agreed.holder)}")
    move = (await town.rows(t.move))[0].public_id
    for stranger in (town.west["mori"], town.east["mori"], agreed.holder):
        answer = await town.press(stranger, town.token("move_yes", move))
        assert town.said(answer) == say("ja", "refused.move_code")
    assert await town.award(town.east, "aoki", FIRST)


async def test_who_comes_back_finds_everything(agreed: Shared) -> None:
    """From east to west and home again: the award is the eastern school's own as before."""
    town, aoki, there = agreed.town, agreed.holder, agreed.town.west["aoki"]
    before = await town.award(town.east, "aoki", FIRST)
    await moves(town, aoki, there)
    giver, receiver = (await town.workspace(town.west)).school_id, (await town.workspace(town.east)).school_id

    async def record(scope: Scope) -> None:
        await scope.new(
            t.agreement, public_id=scope.new_id(), school_id=giver, receiver_id=receiver, purpose=Purpose.TRANSFER,
            offered_by=giver, offered_at=scope.now, accepted_at=scope.now,
        )  # fmt: skip

    await town.house.store.write(record)
    code = await code_of(town, there)
    await aoki.commands(f"move {code}")
    await aoki.presses(label(aoki, "move_yes"))
    after = await town.award(town.east, "aoki", FIRST)
    assert (after.id, after.issuer_school_id, after.school_id) == (before.id, None, before.school_id)
    town.check_database()

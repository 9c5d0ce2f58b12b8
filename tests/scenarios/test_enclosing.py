"""Badges inside a badge: the holder puts each in and takes it out, and every edition says what is true by then."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.badges.enclosing import enclosed
from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain import enclosing as limits
from bot.domain.people import Consent
from bot.domain.stops import StopChange
from bot.services import credentials, enclosing
from bot.wording import Wording
from scenarios.conftest import Shared
from scenarios.shelf import CARE, FIRST, NAMES, WAY, WHOLE_CARE, pathway
from scenarios.test_bringing import exported
from scenarios.test_credentials import is_valid
from scenarios.test_forgetting import is_forgotten
from scenarios.test_issuers import east, with_address
from scenarios.test_moving import agree, code_of, moves_with_double
from scenarios.test_pathways import BOTH
from scenarios.test_stopping import change
from scenarios.town import FLOWER, TOKYO, Town, label, say, shares, studies
from storage import tables as t
from storage.scope import Scope

ENDED = datetime(2027, 6, 10, 0, 5, tzinfo=TOKYO)


async def newest(town: Town, badge: str) -> Any:
    person = await town.person(town.east, "aoki")
    (award,) = await town.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == badge)
    return (await town.editions(award.id))[-1]


async def inside(town: Town, badge: str) -> list[str]:
    """The files inside the newest edition."""
    document = json.loads((await newest(town, badge)).text)
    return [file.decode() for file in enclosed(document)]


async def put(town: Town, part: str, around: str, way: str = "in") -> str:
    """Put one badge inside another, or take it out; what is said."""
    aoki = town.east["aoki"]
    outer, inner = [(await town.award(town.east, "aoki", badge)).public_id for badge in (around, part)]
    return town.said(await town.press(aoki, town.token("enclose", outer, f"{way}.{inner}")))


@pytest.fixture
async def way(town: Town) -> Town:
    """Aoki has a pathway's badge, made of a knowledge badge and a competence badge, which is made of another one."""
    await town.reload(pathways=(pathway(BOTH),), terms={FIRST: 12})
    await studies(town.east["aoki"], "u-board", "u-breath")
    return town


async def test_in_chat_it_is_put_inside_by_a_press_and_taken_out_by_another(way: Town) -> None:
    aoki, first = way.east["aoki"], await newest(way, WAY)
    assert await inside(way, WAY) == []
    await aoki.commands("wallet")
    award = (await way.award(way.east, "aoki", WAY)).public_id
    details = await way.press(aoki, way.token("badge", award))
    assert label(aoki, "parts") in str(way.house.cards.draw(details.views[0], "ja"))
    listed = way.said(await way.press(aoki, way.token("parts", award)))
    for sentence in ("parts.means", "parts.undo", "parts.state.out"):
        assert say("ja", sentence) in listed
    assert say("ja", "parts.holds", date="2026年6月10日") in listed
    assert (await newest(way, WAY)).number == first.number, "looking changes nothing"

    told = await put(way, FIRST, WAY)
    assert say("ja", "notice.enclosed", name=NAMES[FIRST].ja) in told
    assert say("ja", "parts.state.waiting") in told, "how it stands now, with the way back"
    assert await inside(way, WAY) == [(await newest(way, FIRST)).text]
    document = json.loads((await newest(way, WAY)).text)
    assert [evidence["genre"] for evidence in document["evidence"]] == ["part", "part"]
    verdict = verify((await newest(way, WAY)).text.encode(), now=way.room.now())
    assert verdict.validity is Validity.VALID
    assert [check.code for check in verdict.checks if check.name == "part"] == ["good"]
    assert is_valid(way, (await newest(way, WAY)).token.encode())
    assert say("ja", "parts.state.inside") in way.said(await way.press(aoki, way.token("parts", award)))
    assert json.loads(first.text)["id"] == document["id"]

    await put(way, FIRST, WAY, "out")
    assert await inside(way, WAY) == []
    acts = [row.act for row in await way.rows(t.audit, t.audit.c.subject == award)]
    assert [act for act in acts if act in ("enclose", "take_out")] == ["enclose", "take_out"]
    way.check_database()


async def test_what_changes_inside_changes_it_to_the_outermost_and_nobody_who_left_stays(way: Town) -> None:
    aoki, mori = way.east["aoki"], way.east["mori"]
    await put(way, WHOLE_CARE, WAY)
    await put(way, CARE, WHOLE_CARE)
    assert await inside(way, WAY) == [(await newest(way, WHOLE_CARE)).text]
    post = await shares(aoki, CARE)
    await way.press(mori, way.token("consent", Consent.NAMED, "on"))
    await mori.reacts(post, FLOWER)
    (whole,) = await inside(way, WAY)
    (care,) = enclosed(json.loads(whole))
    assert json.loads(care)["endorsement"][0]["issuer"]["name"] == mori.name
    seen = await way.press(aoki, way.token("parts", (await way.award(way.east, "aoki", WHOLE_CARE)).public_id))
    assert mori.name in way.said(seen), "whose name goes along is said"
    seen = await way.press(aoki, way.token("parts", (await way.award(way.east, "aoki", WAY)).public_id))
    assert "同封されている1個のバッジも" in way.said(seen), "and what stands inside a part"

    await is_forgotten(mori)
    await way.settle()
    for row in await way.rows(t.revision):
        assert mori.name not in "".join(_everything_in(row.text)), "in no edition, at whatever level"
    (whole,) = await inside(way, WAY)
    assert whole == (await newest(way, WHOLE_CARE)).text
    assert is_valid(way, (await newest(way, WAY)).text.encode())
    way.check_database()


async def test_who_is_forgotten_leaves_what_held_an_edition_that_is_gone(town_folder: Path) -> None:
    """The part's edition went when its key was revoked; what held it was signed with another key."""
    async with with_address(town_folder) as town:
        aoki, mori = town.east["aoki"], town.east["mori"]
        await town.reload(pathways=(pathway(BOTH),), terms={FIRST: 12})
        await studies(aoki, "u-board", "u-breath")
        await town.press(mori, town.token("consent", Consent.NAMED, "on"))
        await mori.reacts(await shares(aoki, FIRST), FLOWER)
        leaked, school = (await newest(town, FIRST)).signed_with, await east(town)
        await town.house.keys.rotate(school.id)
        await put(town, FIRST, WAY)
        assert (await newest(town, WAY)).signed_with != leaked
        await town.house.keys.revoke(school.id, leaked.partition("#")[2], "lost")
        await town.settle()
        assert await inside(town, WAY) == [(await newest(town, FIRST)).text]
        await is_forgotten(mori)
        await town.settle()
        assert not await _held_with(town, mori.name)
        town.check_database()


async def test_who_is_forgotten_leaves_what_held_a_badge_that_gave_way_in_a_move(way: Town) -> None:
    aoki, mori, there = way.east["aoki"], way.east["mori"], way.west["aoki"]
    await way.press(mori, way.token("consent", Consent.NAMED, "on"))
    await mori.reacts(await shares(aoki, CARE), FLOWER)
    await put(way, CARE, WHOLE_CARE)
    await put(way, WHOLE_CARE, WAY)
    assert len(await _held_with(way, mori.name)) > 2
    await studies(there, "u-breath")
    earlier = (await way.award(way.west, "aoki", CARE)).awarded_at - timedelta(days=2)
    of_west = update(t.award).where(t.award.c.id == (await way.award(way.west, "aoki", CARE)).id)
    await way.house.store.write(lambda scope: scope.run(of_west.values(awarded_at=earlier)))
    await agree(way)
    await there.commands(f"move {await code_of(way, aoki)}")
    await there.presses(label(there, "move_yes"))
    await way.settle()
    around = (await way.editions((await way.award(way.west, "aoki", WHOLE_CARE)).id))[-1]
    assert (around.enclosed, around.outdated) == ([], False), "signed anew, without"
    await is_forgotten(mori)
    await way.settle()
    assert not await _held_with(way, mori.name)
    way.check_database()


async def _held_with(town: Town, name: str) -> list[tuple[int, int]]:
    """The editions that hold a name, at whatever level."""
    rows = await town.rows(t.revision)
    return [(row.award_id, row.number) for row in rows if name in "".join(_everything_in(row.text))]


def _everything_in(text: str) -> list[str]:
    """A credential, and those inside it."""
    return [text, *(each for file in enclosed(json.loads(text)) for each in _everything_in(file.decode()))]


async def test_a_stopped_part_is_in_no_new_edition_and_comes_back_when_it_counts_again(way: Town) -> None:
    award = (await way.award(way.east, "aoki", FIRST)).public_id
    await put(way, FIRST, WAY)
    await change(way, award, StopChange.SUSPEND)
    assert await inside(way, WAY) == []
    assert await put(way, FIRST, WAY) == say("ja", "refused.enclose_ended")
    await change(way, award, StopChange.REINSTATE, "")
    assert await inside(way, WAY) == [(await newest(way, FIRST)).text]
    await change(way, award, StopChange.REVOKE)
    await way.east["sato"].reacts(await shares(way.east["aoki"], WAY), FLOWER)
    assert await inside(way, WAY) == []
    around = (await way.award(way.east, "aoki", WAY)).public_id
    await change(way, around, StopChange.SUSPEND)
    assert await put(way, WHOLE_CARE, WAY) == say("ja", "refused.enclose_around_stopped")


async def test_an_expired_part_leaves_by_itself(way: Town) -> None:
    await put(way, FIRST, WAY)
    way.room.put_clock(ENDED - timedelta(minutes=10))
    await way.settle()
    assert len(await inside(way, WAY)) == 1
    assert await way.house.coming() == ENDED - timedelta(minutes=5)
    way.room.put_clock(ENDED)
    await way.house.tick()
    await way.settle()
    assert await inside(way, WAY) == []
    await way.house.tick()
    assert (await newest(way, WAY)).number == 3, "once"


async def test_only_ones_own_parts_of_that_very_badge_and_as_many_as_fit(
    way: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mori, aoki = way.east["mori"], way.east["aoki"]
    await studies(mori, "u-board")
    ours, theirs = [(await way.award(way.east, key, FIRST)).public_id for key in ("aoki", "mori")]
    outer = (await way.award(way.east, "aoki", WAY)).public_id
    nobodys = say("ja", "refused.not_yours")
    assert way.said(await way.press(aoki, way.token("enclose", outer, f"in.{theirs}"))) == nobodys
    assert way.said(await way.press(mori, way.token("enclose", outer, f"in.{ours}"))) == nobodys
    assert await put(way, CARE, WAY) == nobodys, "a part of a part"
    assert await put(way, WAY, FIRST) == nobodys
    assert way.said(await way.press(aoki, way.token("parts", ours))).count(say("ja", "parts.none")) == 1
    monkeypatch.setattr(limits, "MOST_KIBIBYTES", len((await newest(way, FIRST)).text.encode()) // 1024 + 1)
    assert say("ja", "notice.enclosed", name=NAMES[FIRST].ja) in await put(way, FIRST, WAY)
    too_large = say("ja", "refused.enclose_too_large", most=limits.MOST_PARTS, limit=192)
    assert await put(way, WHOLE_CARE, WAY) == too_large
    monkeypatch.setattr(limits, "MOST_KIBIBYTES", 1)
    await way.east["sato"].reacts(await shares(aoki, WAY), FLOWER)
    assert await inside(way, WAY) == []
    assert say("ja", "parts.state.too_large") in way.said(await way.press(aoki, way.token("parts", outer)))
    assert not [row for row in await way.rows(t.enclosure) if row.inside]


async def test_it_moves_along_is_in_the_export_and_goes_with_its_holder(way: Town) -> None:
    aoki, there = way.east["aoki"], way.west["aoki"]
    await put(way, FIRST, WAY)
    text, part = (await newest(way, WAY)).text, (await way.award(way.east, "aoki", FIRST)).public_id
    wallet = json.loads(zipfile.ZipFile(io.BytesIO(await exported(aoki))).read("wallet.json"))
    assert {each["badge"]: each["badges_inside"] for each in wallet}[WAY] == [part]
    await agree(way)
    await there.commands(f"move {await code_of(way, aoki)}")
    await there.presses(label(there, "move_yes"))
    await way.settle()
    (row,) = await way.rows(t.enclosure)
    assert (row.school_id, row.inside) == ((await way.workspace(way.west)).school_id, True)
    award = await way.award(way.west, "aoki", WAY)
    assert (await way.editions(award.id))[-1].text == text, "nothing is signed anew by moving"
    way.check_database()
    await is_forgotten(there)
    await way.settle()
    assert not await way.rows(t.enclosure)
    assert not await way.rows(t.revision)


async def test_an_endorsement_of_an_outer_badge_keeps_what_is_inside(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.reload(pathways=(pathway(BOTH),))
    await studies(town.east["aoki"], "u-breath")
    await put(town, FIRST, WAY)
    await town.east["sato"].reacts(await shares(town.east["aoki"], WAY), FLOWER)
    document = json.loads((await newest(town, WAY)).text)
    assert len(document["endorsement"]) == 1
    assert [file.decode() for file in enclosed(document)] == [(await newest(town, FIRST)).text]


async def test_one_that_is_taken_out_while_the_badge_around_it_is_signed_is_in_no_edition(
    way: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    aoki, run = await way.person(way.east, "aoki"), way.house.store.run
    outer, part = [(await way.award(way.east, "aoki", badge)).public_id for badge in (WAY, FIRST)]
    out = enclosing.Enclose(school_id=aoki.school_id, person_id=aoki.id, award=outer, part=part, inside=False)
    taken_out: list[object] = []

    async def slowly(use_case: Any, command: Any) -> Any:
        if use_case is credentials.keep and command.draft.inside and not taken_out:
            taken_out.append(await run(enclosing.enclose, out))
        return await run(use_case, command)

    monkeypatch.setattr(way.house.store, "run", slowly)
    await put(way, FIRST, WAY)
    assert taken_out == [NAMES[FIRST]]
    assert not [row for row in await way.rows(t.revision) if row.enclosed or list(enclosed(json.loads(row.text)))]


async def test_a_part_that_is_being_signed_anew_waits(way: Town) -> None:
    part = (await newest(way, FIRST)).award_id

    async def outdate(scope: Scope) -> None:
        await scope.run(update(t.revision).where(t.revision.c.award_id == part).values(outdated=True))

    await way.house.store.write(outdate)
    assert await put(way, FIRST, WAY) == say("ja", "refused.enclose_unsigned")
    assert not await way.rows(t.enclosure)


async def test_what_held_a_badge_that_gave_way_is_signed_anew_without_it(town: Town) -> None:
    """Both earned the part; the earlier one, which comes along, stays."""
    here, there = town.east["aoki"], town.west["aoki"]
    await agree(town)
    await town.reload(pathways=(pathway(BOTH),))
    await studies(here, "u-board")
    await town.clock("09:10")
    await studies(there, "u-board", "u-breath")
    later, around = [await town.award(town.west, "aoki", badge) for badge in (FIRST, WAY)]
    await town.press(there, town.token("enclose", around.public_id, f"in.{later.public_id}"))
    assert later.public_id in _inside((await town.editions(around.id))[-1])
    await moves_with_double(town, here, there)
    assert (await town.award(town.west, "aoki", FIRST)).public_id != later.public_id
    assert later.public_id not in _inside((await town.editions(around.id))[-1])


def _inside(edition: Any) -> str:
    return "".join(_everything_in(edition.text)[1:])


async def test_of_many_each_is_a_press_away_and_seen_where_it_was_pressed(
    way: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.cards.enclosing.MOST_SHOWN", 1)
    aoki, award = way.east["aoki"], (await way.award(way.east, "aoki", WAY)).public_id
    seen = [way.said(await way.press(aoki, way.token("parts", award, at))) for at in ("", "1", "9")]
    for said, shown, hidden in ((seen[0], FIRST, WHOLE_CARE), (seen[1], WHOLE_CARE, FIRST)):
        assert NAMES[shown].ja in said
        assert NAMES[hidden].ja not in said
        assert Wording("ja").say_n("parts.others", 1) in said
    assert seen[2] == seen[1], "behind the last there is the last"
    told = await put(way, WHOLE_CARE, WAY)
    assert say("ja", "parts.state.waiting") in told
    assert NAMES[FIRST].ja not in told

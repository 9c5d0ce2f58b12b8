"""A badge is suspended, reinstated, revoked: what its holder hears, what colleagues see, and what follows."""

import io
import json
import zipfile

import pytest

from bot.domain.stops import StopChange
from bot.errors import Problem
from bot.services import stops
from scenarios.conftest import Shared
from scenarios.shelf import FIRST, NAMES, SECOND, WHOLE
from scenarios.test_bringing import exported
from scenarios.town import FLOWER, Town, label, posts_of, say, studies, texts
from storage import tables as t

REASON = "評価の記録に誤りがありました <!channel>"


async def change(town: Town, public_id: str, to: StopChange, reason: str = REASON) -> None:
    store = town.house.store
    school = await store.look(stops.find_school_of_award, stops.FindAward(award=public_id))
    await store.run(stops.stop_award, stops.ChangeStop(school_id=school.id, award=public_id, change=to, reason=reason))
    await town.settle()


async def public_id(shared: Shared) -> str:
    return str((await shared.town.award(shared.town.east, "aoki", FIRST)).public_id)


async def test_the_holder_is_told_why_and_nobody_else_reads_it(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await change(town, await public_id(shared_badge), StopChange.SUSPEND)
    told = aoki.sees(say("ja", "stop.news.suspended", name=NAMES[FIRST].ja), say("ja", "stop.means.suspended"))
    assert "評価の記録に誤りがありました" in told.card.text()
    assert posts_of(aoki, aoki, FIRST) == []
    assert "評価の記録" not in texts(town.east["mori"].staff()) + texts(town.east["mori"].direct())
    await aoki.commands("wallet")
    aoki.sees("評価の記録に誤りがありました", last=1)
    town.check_database()


async def test_what_was_chosen_for_it_is_told_as_it_is_now(shared_badge: Shared) -> None:
    town, aoki, award = shared_badge.town, shared_badge.holder, await public_id(shared_badge)
    yes = town.token("findable", award, "yes")
    await town.press(aoki, yes)
    for to in (StopChange.SUSPEND, StopChange.REVOKE):
        await change(town, award, to)
        stop = (await town.award(town.east, "aoki", FIRST)).stopped_as
        aoki.sees(say("ja", f"stop.means.{stop}"), last=1)
        await aoki.commands("wallet")
        aoki.sees(say("ja", "wallet.unseen"), say("ja", "wallet.unnamed"), last=1)
        await aoki.presses(label(aoki, "view_badge"))
        aoki.sees(say("ja", f"badge.unseen.{stop}"), say("ja", f"badge.unnamed.{stop}"), last=1)
    with zipfile.ZipFile(io.BytesIO(await exported(aoki))) as archive:
        page = archive.read("index.html").decode()
    for chosen, now in (("displayed", "unseen"), ("findable", "unnamed")):
        assert say("ja", f"me.chip.{now}") in page
        assert say("ja", f"me.chip.{chosen}") not in page
    await town.press(aoki, town.token("findable", award, "no"))
    assert town.said(await town.press(aoki, yes)) == say("ja", "refused.stopped_named")


async def test_reinstated_it_is_where_it_was(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    award = await public_id(shared_badge)
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await change(town, award, StopChange.SUSPEND)
    await change(town, award, StopChange.REINSTATE, "")
    aoki.sees(say("ja", "stop.news.reinstated", name=NAMES[FIRST].ja))
    assert len(posts_of(aoki, aoki, FIRST)) == 1
    assert await shared_badge.standing() == 1
    acts = [row.act for row in await town.rows(t.audit, t.audit.c.subject == award)]
    assert [act for act in acts if act in set(StopChange)] == ["suspend", "reinstate"]
    town.check_database()


async def test_a_stopped_badge_is_not_endorsed_and_not_shared(shared_badge: Shared) -> None:
    town, award = shared_badge.town, await public_id(shared_badge)
    await change(town, award, StopChange.SUSPEND)
    answer = await town.press(town.east["mori"], town.token("endorse", award))
    assert town.said(answer) == say("ja", "refused.stopped")
    assert await shared_badge.standing() == 0
    again = await town.press(shared_badge.holder, town.token("share", award))
    assert town.said(again) == say("ja", "refused.stopped_show")
    assert posts_of(shared_badge.holder, shared_badge.holder, FIRST) == []


async def test_who_names_nobody_for_it(shared_badge: Shared) -> None:
    town, aoki, hall = shared_badge.town, shared_badge.holder, shared_badge.town.east["hall"]
    award = await public_id(shared_badge)
    await town.press(aoki, town.token("findable", award, "yes"))
    await hall.commands(f"who {NAMES[FIRST].en}")
    hall.sees(aoki.name, last=1)
    await change(town, award, StopChange.REVOKE)
    await hall.commands(f"who {NAMES[FIRST].en}")
    assert aoki.name not in hall.newest().card.text()


async def test_no_new_edition_brings_a_revoked_badge_back(shared_badge: Shared) -> None:
    """An endorsement withdrawn afterwards is still taken out of the credential; the badge stays revoked."""
    town, mori, award = shared_badge.town, shared_badge.town.east["mori"], await public_id(shared_badge)
    await town.press(mori, town.token("endorse", award))
    assert await shared_badge.standing() == 1
    before = len(await town.editions(await shared_badge.award()))
    await change(town, award, StopChange.REVOKE)
    (given,) = await town.standing(await shared_badge.award())
    await town.press(mori, town.token("undo", given.public_id))
    await town.clock("16:00")
    assert await shared_badge.standing() == 0
    assert len(await town.editions(await shared_badge.award())) == before + 1
    row = await town.award(town.east, "aoki", FIRST)
    assert (row.stopped_as, row.stop_reason) == ("revoked", REASON)
    assert posts_of(mori, shared_badge.holder, FIRST) == []
    for to in StopChange:
        with pytest.raises(Problem):
            await change(town, award, to)


async def test_a_stopped_badge_is_no_part_of_a_larger_one(town: Town) -> None:
    """Once it counts again, what it completes is awarded."""
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await change(town, award, StopChange.SUSPEND)
    await studies(aoki, "u-note", "u-quiz")
    person = await town.person(town.east, "aoki")
    held = {row.achievement_key for row in await town.rows(t.award, t.award.c.person_id == person.id)}
    assert SECOND in held
    assert WHOLE not in held
    await change(town, award, StopChange.REINSTATE)
    assert await town.award(town.east, "aoki", WHOLE)


async def test_the_export_says_so(shared_badge: Shared) -> None:
    town = shared_badge.town
    await change(town, await public_id(shared_badge), StopChange.REVOKE)
    with zipfile.ZipFile(io.BytesIO(await exported(shared_badge.holder))) as archive:
        (one,) = json.loads(archive.read("wallet.json"))
        assert one["stopped"] == {"as": "revoked", "since": "2026-06-10", "reason": REASON}
        (row,) = json.loads(archive.read("everything.json"))["award"]
    assert (row["stopped_as"], row["stop_reason"]) == ("revoked", REASON)


async def test_an_unknown_badge_is_said_so(town: Town) -> None:
    with pytest.raises(Problem) as unknown:
        await change(town, "00000000-0000-4000-8000-000000000000", StopChange.REVOKE)
    assert unknown.value.code == "badge.unknown"

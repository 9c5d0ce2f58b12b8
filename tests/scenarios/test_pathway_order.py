"""A pathway is reached when all that it needs was valid together, on whatever day each part became known."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported
from bot.domain.stops import StopChange
from bot.services import trust
from scenarios.lms import Lms, lms_of
from scenarios.shelf import CARE, FIRST, NAMES, WAY, pathway
from scenarios.test_credentials import is_valid
from scenarios.test_stopping import change
from scenarios.test_taking_in import holds, school_of, trusts
from scenarios.town import FLOWER, TOKYO, Town, answers, button, label, say, shares, studies
from storage import tables as t

TRAINING = Imported(Bilingual("見取りの研修", "A training"), (), ("lms.example",))


async def way(town: Town) -> Any:
    """The row of aoki's pathway badge."""
    person = await town.person(town.east, "aoki")
    (row,) = await town.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == WAY)
    return row


async def reached_on(town: Town) -> date:
    reached: datetime = (await way(town)).reached_at
    return reached.astimezone(TOKYO).date()


async def takes_in(town: Town, lms: Lms) -> None:
    lms.publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    await town.settle()


async def at(town: Town, moment: datetime) -> None:
    town.room.put_clock(moment)
    await town.settle()


@pytest.mark.parametrize("taken_in", [0, 2, 4, 6])
async def test_the_order_in_which_it_becomes_known_changes_nothing(town: Town, taken_in: int) -> None:
    """The badge was endorsed, and that withdrawn; suspended and revoked; the one from elsewhere expired meanwhile."""
    lms, aoki = lms_of(town), town.east["aoki"]
    lms.more = {"expires": "2026-06-18T00:00:00+09:00"}
    await town.reload(pathways=(pathway(All((Earned(FIRST), Endorsed((FIRST,), 1), TRAINING))),))
    await trusts(town, lms.host)
    await studies(aoki, "u-board")
    post = await shares(aoki, FIRST)
    badge = (await town.award(town.east, "aoki", FIRST)).public_id
    for number, day in enumerate(("06-11", "06-12", "06-13", "06-15", "06-19", "06-20", "06-21")):
        await town.clock(f"{day} 10:00")
        if number == taken_in:
            await takes_in(town, lms)
        await town.clock(f"{day} 11:00")
        match number:
            case 1:
                await town.east["sato"].reacts(post, FLOWER)
            case 2:
                await town.east["sato"].unreacts(post, FLOWER)
            case 3:
                await change(town, badge, StopChange.SUSPEND)
            case 5:
                await change(town, badge, StopChange.REVOKE)
        assert await holds(town, WAY) == (number >= max(taken_in, 1))
    found = await way(town)
    assert found.reached_at == datetime(2026, 6, 12, 11, tzinfo=TOKYO)
    assert [(part["key"], part["on"]) for part in found.evidence] == [(FIRST, "2026-06-10")]
    town.check_database()


async def test_a_renewal_leaves_the_days_between_out(town: Town) -> None:
    """Aoki's badge held for a year from June 2026, and again since July 2027."""
    lms, aoki = lms_of(town), town.east["aoki"]
    await town.reload(terms={FIRST: 12}, pathways=(pathway(All((Earned(FIRST), TRAINING))),))
    await trusts(town, lms.host)
    await studies(aoki, "u-board")
    await at(town, datetime(2027, 6, 16, 10, tzinfo=TOKYO))
    await aoki.commands("map")
    shown = aoki.newest()
    expired = say("ja", "pathway.halted.expired", badge=NAMES[FIRST].ja, date="2027年6月9日")
    assert expired in shown.card.text()
    lms.issued, lms.more = "2027-06-15T10:00:00+09:00", {"expires": "2027-06-20T00:00:00+09:00"}
    await takes_in(town, lms)
    await at(town, datetime(2027, 7, 1, 10, tzinfo=TOKYO))
    await aoki.commands("map")
    over = say("ja", "pathway.over", name=lms.name, host=lms.host, date="2027年6月19日")
    assert over in aoki.newest().card.text()
    renew = say("ja", "label.about", label=label(aoki, "renew"), name=NAMES[FIRST])
    await aoki.chair.press_action(button(aoki.newest(), renew) or "")
    await aoki.presses(label(aoki, "done"))
    await answers(aoki, "u-board")
    await at(town, datetime(2027, 8, 1, 10, tzinfo=TOKYO))
    assert not await holds(town, WAY), "they never held together"
    lms.number, lms.issued, lms.more = 8, "2027-06-25T10:00:00+09:00", {}
    await takes_in(town, lms)
    assert await reached_on(town) == date(2027, 7, 1)
    lms.number, lms.issued, lms.more = 9, "2026-03-01T10:00:00+09:00", {"expires": "2026-07-01T00:00:00+09:00"}
    await takes_in(town, lms)
    assert await reached_on(town) == date(2026, 6, 10)
    await aoki.commands("map")
    assert say("ja", "pathway.reached", date="2026年6月10日") in aoki.newest().card.text()
    town.check_database()


async def test_an_earlier_day_that_becomes_known_changes_what_it_rests_on_and_not_the_award(town: Town) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    await town.reload(pathways=(pathway(All((Earned(FIRST), AnyOf((Earned(CARE), TRAINING), 1)))),))
    await trusts(town, lms.host)
    await studies(aoki, "u-board")
    await town.clock("06-12 10:00")
    await studies(aoki, "u-breath")
    first = await way(town)
    assert [part["key"] for part in first.evidence] == [FIRST, CARE]
    await town.clock("06-13 10:00")
    await takes_in(town, lms)
    later = await way(town)
    assert (later.public_id, later.awarded_at) == (first.public_id, first.awarded_at)
    assert later.reached_at < first.reached_at
    assert [part["key"] for part in later.evidence] == [FIRST]
    newest = (await town.editions(later.id))[-1].text
    documents = [json.loads(row.text) for row in await town.editions(later.id)]
    assert len(documents) == 2
    assert documents[0]["awardedDate"] == documents[1]["awardedDate"]
    assert is_valid(town, newest.encode())


async def test_what_was_taken_in_while_its_issuer_was_trusted_keeps_its_days(town: Town) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    await town.reload(pathways=(pathway(All((Earned(FIRST), TRAINING))),))
    await trusts(town, lms.host)
    await takes_in(town, lms)
    await town.clock("06-11 10:00")
    await untrusts(town, lms.host)
    await studies(aoki, "u-board")
    assert not await holds(town, WAY), "it was trusted no longer"
    await aoki.commands("map")
    over = say("ja", "pathway.over", name=lms.name, host=lms.host, date="2026年6月11日")
    assert over in aoki.newest().card.text()
    await town.clock("06-12 10:00")
    await trusts(town, lms.host)
    assert await reached_on(town) == date(2026, 6, 11)


async def untrusts(town: Town, issuer: str) -> None:
    of = await school_of(town)
    await town.house.store.run(trust.untrust, trust.UntrustIssuer(school_id=of.school_id, issuer=issuer))

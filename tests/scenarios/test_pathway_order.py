"""A pathway is reached when all that it needs was valid together, on whatever day each part became known."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.catalogue import BadgeSpec, Pathway
from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported
from bot.domain.stops import StopChange
from bot.services import catalogue, trust
from scenarios.lms import Lms, lms_of
from scenarios.shelf import CARE, FIRST, NAMES, WAY, pathway
from scenarios.test_credentials import is_valid
from scenarios.test_moving import agree, moves
from scenarios.test_stopping import change
from scenarios.test_taking_in import holds, school_of, trusts
from scenarios.town import FLOWER, TOKYO, Town, answers, button, label, say, shares, studies
from storage import tables as t
from storage.repositories.shelves import ShelfRows

TRAINING = Imported(Bilingual("見取りの研修", "A training"), (), ("lms.example",))
INNER = Pathway(
    "inner", Bilingual("研修の道", "A way of training"), BadgeSpec("pb-inner", Bilingual("研修済", "Trained")), TRAINING
)
TRAINED = Earned(INNER.badge.key)


async def way(town: Town) -> Any:
    """The row of aoki's pathway badge."""
    person = await town.person(town.east, "aoki")
    (row,) = await town.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == WAY)
    return row


async def reached_on(town: Town) -> date:
    reached: datetime = (await way(town)).reached_at
    return reached.astimezone(TOKYO).date()


async def rests_on(town: Town) -> list[tuple[str, str]]:
    """The parts of aoki's pathway badge with their days; its file says the same."""
    row = await way(town)
    document = json.loads((await town.editions(row.id))[-1].text)
    assert [part["description"] for part in document["evidence"]] == [part["on"] for part in row.evidence]
    return [(part["key"], part["on"]) for part in row.evidence]


async def takes_in(town: Town, lms: Lms) -> None:
    lms.publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    await town.settle()


async def at(town: Town, moment: datetime) -> None:
    town.room.put_clock(moment)
    await town.settle()


@pytest.mark.parametrize("taken_in", [0, 2, 4, 6])
async def test_the_order_in_which_it_becomes_known_changes_nothing(town: Town, taken_in: int) -> None:
    """The badge was endorsed, and that withdrawn; suspended and reinstated; the one from elsewhere expired meanwhile.

    While a badge is suspended nothing new rests on it.
    """
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
                await change(town, badge, StopChange.REINSTATE, "")
        assert await holds(town, WAY) == (number >= {4: 5}.get(taken_in, max(taken_in, 1)))
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


async def test_what_is_said_of_a_badge_counts_in_each_of_its_terms(town: Town) -> None:
    """Aoki's badge held for a year from June 2026, and again since July 2027, when a leader recommends it."""
    aoki, renewed = town.east["aoki"], datetime(2027, 7, 1, 10, tzinfo=TOKYO)
    await town.reload(terms={FIRST: 12}, pathways=(pathway(Endorsed((FIRST,), 1)),))
    await studies(aoki, "u-board")
    await at(town, renewed)
    await town.press(aoki, town.token("renew", (await town.award(town.east, "aoki", FIRST)).public_id))
    await studies(aoki, "u-board")
    await town.east["sato"].reacts(await shares(aoki, FIRST), FLOWER)
    assert await reached_on(town) == renewed.date()


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


@pytest.mark.parametrize("late", [False, True])
async def test_what_it_rests_on_is_the_same_though_its_moment_is_not_moved_by_what_comes_late(
    town: Town, late: bool
) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    rule = All((Earned(FIRST), AnyOf((Earned(CARE), TRAINED), 1), Earned(CARE)))
    await town.reload(pathways=(INNER, pathway(rule)))
    await trusts(town, lms.host)
    if not late:
        await takes_in(town, lms)
    await studies(aoki, "u-board")
    await studies(aoki, "u-breath")
    await town.clock("06-11 10:00")
    if late:
        await takes_in(town, lms)
    first, inner = [(FIRST, "2026-06-10"), (CARE, "2026-06-10")], INNER.badge.key
    assert await rests_on(town) == [*first, (inner, "2026-03-01")]
    lms.number, lms.issued = 8, "2026-02-01T10:00:00+09:00"
    await takes_in(town, lms)
    assert await rests_on(town) == [*first, (inner, "2026-02-01")], "a part's day moves, too"
    assert await reached_on(town) == date(2026, 6, 10)


async def test_nothing_new_rests_on_a_revoked_badge(town: Town) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    await town.reload(pathways=(INNER, pathway(All((Earned(FIRST), TRAINED, Endorsed((FIRST,), 1))))))
    await trusts(town, lms.host)
    await studies(aoki, "u-board")
    await town.east["sato"].reacts(await shares(aoki, FIRST), FLOWER)
    await town.clock("06-11 10:00")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.REVOKE)
    await town.clock("06-12 10:00")
    await takes_in(town, lms)
    assert await holds(town, INNER.badge.key)
    assert not await holds(town, WAY), "though all was good together for a day"
    await aoki.commands("map")
    revoked = say("ja", "pathway.halted.revoked", badge=NAMES[FIRST].ja, date="2026年6月11日")
    assert revoked in aoki.newest().card.text()


async def test_what_a_badge_gave_before_it_was_revoked_stands_as_it_was_given(town: Town) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    await town.reload(pathways=(INNER, pathway(All((AnyOf((Earned(FIRST), TRAINED), 1), Earned(CARE))))))
    await trusts(town, lms.host)
    await takes_in(town, lms)
    await studies(aoki, "u-board")
    await studies(aoki, "u-breath")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.REVOKE)
    given, editions = await way(town), len(await town.editions((await way(town)).id))
    assert [part["key"] for part in given.evidence] == [FIRST, INNER.badge.key, CARE]
    lms.number, lms.issued = 8, "2026-02-01T10:00:00+09:00"
    await takes_in(town, lms)
    assert await way(town) == given
    assert len(await town.editions(given.id)) == editions, "nothing is signed anew that names it"


@pytest.mark.parametrize("why", ["stopped", "another_rule", "another_school"])
async def test_a_moment_becomes_known_only_by_the_rule_and_the_school_that_gave_it(town: Town, why: str) -> None:
    lms, aoki = lms_of(town), town.east["aoki"]
    learned = All((Earned(FIRST), AnyOf((Earned(CARE), TRAINING), 1)))
    await town.reload(pathways=(pathway(All((Earned(FIRST), Earned(CARE))) if why == "another_rule" else learned),))
    await studies(aoki, "u-board")
    await town.clock("06-12 10:00")
    await studies(aoki, "u-breath")
    given = await way(town)
    match why:
        case "stopped":
            await trusts(town, lms.host)
            await change(town, given.public_id, StopChange.SUSPEND)
            await takes_in(town, lms)
        case "another_rule":
            await trusts(town, lms.host)
            await town.reload(pathways=(pathway(learned),))
            await takes_in(town, lms)
        case "another_school":
            await takes_in(town, lms)
            there = (await town.workspace(town.west)).school_id
            listed = trust.TrustIssuer(school_id=there, issuer=lms.host, name="例示大学")
            await town.house.store.run(trust.trust, listed)
            await agree(town)
            await moves(town, aoki, town.west["aoki"])
    (now,) = await town.rows(t.award, t.award.c.public_id == given.public_id)
    assert (now.reached_at, now.evidence) == (given.reached_at, given.evidence)
    assert (now.school_id != given.school_id) == (why == "another_school")


async def test_a_loaded_pathway_is_looked_up_once_and_not_for_each_person(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.reload(pathways=(INNER, pathway(TRAINED)))
    of, newest = await school_of(town), ShelfRows.newest
    asked: list[str] = []

    async def counting(self: ShelfRows, key: str) -> Any:
        asked.append(key)
        return await newest(self, key)

    monkeypatch.setattr(ShelfRows, "newest", counting)
    await town.house.store.run(catalogue.settle, of)
    assert len(await town.rows(t.person, t.person.c.school_id == of.school_id)) > 1
    assert asked == [INNER.badge.key, WAY]


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

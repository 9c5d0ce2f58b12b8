"""A badge that is valid for a term: what its credential says, and what is so once it has expired."""

import json
from datetime import datetime

from bot.domain.pathways import All, Earned
from scenarios.shelf import CARE, FIRST, NAMES, SECOND, WAY, WHOLE, pathway
from scenarios.test_credentials import is_valid
from scenarios.town import TOKYO, Town, button, label, posts_of, say, shares, studies
from storage import tables as t

YEAR = {FIRST: 12}
LAST_DAY, ENDED = datetime(2027, 6, 9, 12, tzinfo=TOKYO), datetime(2027, 6, 10, 0, 0, 1, tzinfo=TOKYO)


async def at(town: Town, moment: datetime) -> None:
    town.room.put_clock(moment)
    await town.settle()


async def test_a_term_is_said_and_expires_at_midnight(town: Town) -> None:
    await town.reload(terms=YEAR)
    aoki, hall = town.east["aoki"], town.east["hall"]
    await studies(aoki, "u-board", "u-breath")
    award = await town.award(town.east, "aoki", FIRST)
    (edition,) = await town.editions(award.id)
    document = json.loads(edition.text)
    assert document["validUntil"] == "2027-06-10T00:00:00+09:00"
    assert "12か月" in document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    (care,) = await town.editions((await town.award(town.east, "aoki", CARE)).id)
    assert "validUntil" not in json.loads(care.text)
    assert is_valid(town, edition.text.encode())
    assert say("ja", "validity.until", date="2027年6月9日") in (await shares(aoki, FIRST)).card.text()
    await town.press(aoki, town.token("findable", award.public_id, "yes"))

    await at(town, LAST_DAY)
    await hall.commands(f"who {NAMES[FIRST].en}")
    hall.sees(aoki.name, last=1)
    await aoki.commands("wallet")
    aoki.sees(say("ja", "validity.until", date="2027年6月9日"), last=1)

    await at(town, ENDED)
    assert not is_valid(town, edition.text.encode())
    await aoki.commands("wallet")
    aoki.sees(say("ja", "validity.expired", date="2027年6月9日"), last=1)
    await aoki.commands("map")
    aoki.sees(say("ja", "validity.on_map", line=say("ja", "map.module_earned", name=NAMES[FIRST].ja)), last=1)
    await hall.commands(f"who {NAMES[FIRST].en}")
    assert aoki.name not in hall.newest().card.text()
    await town.press(aoki, town.token("private", award.public_id))
    await town.press(aoki, town.token("share", award.public_id))
    assert len(posts_of(hall, aoki, FIRST)) == 1, "it can still be shown"
    answer = await town.press(aoki, town.token("share", award.public_id))
    assert say("ja", "notice.shared") in town.said(answer)
    town.check_database()


async def test_an_expired_badge_counts_for_nothing_new_and_takes_nothing(town: Town) -> None:
    both = pathway(All((Earned(FIRST), Earned(CARE))))
    await town.reload(terms=YEAR, pathways=(both,))
    aoki, mori = town.east["aoki"], town.east["mori"]
    await studies(aoki, "u-board")
    await studies(mori, "u-board", "u-breath", "u-note", "u-quiz")
    await at(town, ENDED)
    await studies(aoki, "u-breath", "u-note", "u-quiz")

    async def held(key: str) -> set[str]:
        person = await town.person(town.east, key)
        return {row.achievement_key for row in await town.rows(t.award, t.award.c.person_id == person.id)}

    assert SECOND in await held("aoki")
    assert not {WHOLE, WAY} & await held("aoki")
    assert {WHOLE, WAY} <= await held("mori")


async def test_a_term_that_changes_later_is_for_later_awards(town: Town) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await studies(aoki, "u-board")
    await town.reload(terms=YEAR)
    await studies(mori, "u-board")
    assert (await town.award(town.east, "aoki", FIRST)).valid_until is None
    assert (await town.award(town.east, "mori", FIRST)).valid_until is not None


async def test_what_was_chosen_for_an_expired_badge_is_told_as_it_is_now(town: Town) -> None:
    await town.reload(terms=YEAR)
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    yes = town.token("findable", award, "yes")
    await town.press(aoki, yes)
    await at(town, ENDED)
    await aoki.commands("wallet")
    aoki.sees(say("ja", "wallet.unnamed"), last=1)
    await aoki.presses(label(aoki, "view_badge"))
    aoki.sees(say("ja", "badge.unnamed.expired"), last=1)
    assert say("ja", "notice.findable_off") in town.said(await town.press(aoki, town.token("findable", award, "no")))
    await aoki.commands("wallet")
    await aoki.presses(label(aoki, "view_badge"))
    assert button(aoki.newest(), label(aoki, "share"))
    assert not button(aoki.newest(), label(aoki, "findable_on")), "what would be refused is not offered"
    assert town.said(await town.press(aoki, yes)) == say("ja", "refused.expired_named")
    assert (await town.award(town.east, "aoki", FIRST)).findable_at is None

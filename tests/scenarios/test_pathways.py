"""Pathways in a real house: what completes one, what its badge says, and that nothing is taken back."""

import json
from typing import Any

from bot.domain.pathways import All, AnyOf, Earned, Endorsed, InOrder
from bot.domain.recognition import As
from bot.services import received
from scenarios.conftest import Shared
from scenarios.shelf import BREATH, CARE, FIRST, NAMES, SECOND, WAY, WHOLE_CARE, pathway
from scenarios.test_credentials import is_valid, picture
from scenarios.town import CHECK, FLOWER, Town, button, label, say, shares, studies
from storage import tables as t

BOTH = All((Earned(FIRST), Earned(WHOLE_CARE)))


async def held(town: Town, key: str, badge: str) -> bool:
    person = await town.person(town.east, key)
    return bool(await town.rows(t.award, t.award.c.person_id == person.id, t.award.c.achievement_key == badge))


async def credential(town: Town, key: str) -> dict[str, Any]:
    award = await town.award(town.east, key, WAY)
    found: dict[str, Any] = json.loads((await town.editions(award.id))[-1].text)
    return found


async def test_the_last_badge_earns_the_pathway_s_and_its_credential_names_the_parts(town: Town) -> None:
    await town.reload(pathways=(pathway(BOTH),))
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    assert not await held(town, "aoki", WAY)
    await town.clock("06-11 16:00")
    await studies(aoki, "u-breath")
    document = await credential(town, "aoki")
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "LearningProgram"
    assert all(NAMES[badge].ja in achievement["criteria"]["narrative"] for badge in (FIRST, WHOLE_CARE))
    parts = [(part["name"].split(" / ")[0], part["description"], part["genre"]) for part in document["evidence"]]
    assert parts == [(NAMES[FIRST].ja, "2026-06-10", "part"), (NAMES[WHOLE_CARE].ja, "2026-06-11", "part")]
    assert is_valid(town, picture(aoki, WAY))
    assert is_valid(town, json.dumps(document).encode())
    post = await shares(aoki, WAY)
    await town.east["sato"].reacts(post, FLOWER)
    assert len((await credential(town, "aoki"))["endorsement"]) == 1
    town.check_database()


async def test_an_endorsement_of_the_right_kind_completes_a_pathway_and_its_end_takes_nothing(
    shared_badge: Shared,
) -> None:
    town = shared_badge.town
    await town.reload(pathways=(pathway(All((Earned(FIRST), Endorsed((FIRST,), 1, role=As.LEADER)))),))
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    assert not await held(town, "aoki", WAY), "a colleague is no leader"
    await town.east["sato"].reacts(shared_badge.post, CHECK)
    assert await held(town, "aoki", WAY)
    await town.east["sato"].unreacts(shared_badge.post, CHECK)
    await town.reload(pathways=(pathway(All((Earned(FIRST), Endorsed((FIRST,), 1, role=As.LEADER)))),))
    assert await held(town, "aoki", WAY)


async def test_a_withdrawn_endorsement_and_one_person_twice_do_not_count(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await studies(aoki, "u-breath")
    second = await shares(aoki, CARE)
    await town.reload(pathways=(pathway(All((Earned(FIRST), Endorsed((FIRST, CARE), 2)))),))
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await town.east["mori"].reacts(second, FLOWER)
    assert not await held(town, "aoki", WAY)
    for post in (shared_badge.post, second):
        await town.east["mori"].unreacts(post, FLOWER)
    await town.east["sato"].reacts(shared_badge.post, FLOWER)
    assert not await held(town, "aoki", WAY), "what was withdrawn does not stand"
    await town.east["mori"].reacts(second, FLOWER)
    assert await held(town, "aoki", WAY)


async def test_what_the_holder_hides_counts_when_it_is_shown_again(shared_badge: Shared) -> None:
    town, holder = shared_badge.town, await shared_badge.town.person(shared_badge.town.east, "aoki")
    await town.east["sato"].reacts(shared_badge.post, FLOWER)
    [given] = await town.standing(await shared_badge.award())
    me = {"school_id": holder.school_id, "person_id": holder.id, "endorsement": given.public_id}
    await town.house.store.run(received.hide, received.Hide(**me, hidden=True))
    await town.reload(pathways=(pathway(Endorsed((FIRST,), 1)),))
    assert not await held(town, "aoki", WAY)
    await town.house.store.run(received.hide, received.Hide(**me, hidden=False))
    assert await held(town, "aoki", WAY)


async def test_a_pathway_that_comes_later_finds_who_has_met_it_already_in_the_order_of_days(town: Town) -> None:
    for key, first in (("aoki", "u-board"), ("mori", "u-breath")):
        await studies(town.east[key], first)
    await town.clock("06-11 16:00")
    for key, second in (("aoki", "u-breath"), ("mori", "u-board")):
        await studies(town.east[key], second)
    await town.reload(pathways=(pathway(InOrder((Earned(FIRST), Earned(WHOLE_CARE)))),))
    assert await held(town, "aoki", WAY)
    assert not await held(town, "mori", WAY), "by the days on which they were earned"
    await town.reload(pathways=(pathway(BOTH),))
    assert await held(town, "mori", WAY)


async def test_the_map_says_what_is_there_what_is_missing_and_what_is_next(town: Town) -> None:
    rule = All((Earned(FIRST), AnyOf((Earned(SECOND), Earned(WHOLE_CARE)), 1), Endorsed((FIRST,), 2)))
    await town.reload(pathways=(pathway(rule),))
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    await town.east["mori"].reacts(await shares(aoki, FIRST), FLOWER)
    await aoki.commands("map")
    shown = aoki.newest()
    first, second, whole = (f"「{NAMES[badge].ja}」" for badge in (FIRST, SECOND, WHOLE_CARE))
    endorsed = say("ja", "pathway.endorsed.award_anyone", count=1, badges=first)
    for line in (
        say("ja", "pathway.has", parts=first),
        say("ja", "pathway.missing", part=say("ja", "pathway.any", count=1, parts=f"{second}、{whole}")),
        say("ja", "pathway.missing", part=endorsed),
        say("ja", "pathway.next", unit=BREATH.title, badge=whole),
    ):
        assert line in shown.card.text()
    wanted = say("ja", "label.about", label=label(aoki, "learn_this"), name=BREATH.title)
    await aoki.chair.press_action(button(shown, wanted) or "")
    assert aoki.newest().card.title == BREATH.title.ja
    await town.east["mori"].commands("map")
    assert say("ja", "pathway.has", parts=first) not in town.east["mori"].newest().card.text(), "one's own only"


async def test_a_badge_that_came_too_early_and_a_pathway_that_is_done_are_said_so(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-breath")
    await town.clock("06-11 16:00")
    await studies(aoki, "u-board")
    await town.reload(pathways=(pathway(InOrder((Earned(FIRST), Earned(WHOLE_CARE)))),))
    await aoki.commands("map")
    assert say("ja", "pathway.early", parts=f"「{NAMES[WHOLE_CARE].ja}」") in aoki.newest().card.text()
    await town.reload(pathways=(pathway(BOTH),))
    await aoki.commands("map")
    assert say("ja", "pathway.earned", badge=NAMES[WAY]) in aoki.newest().card.text()

"""Two schools with equal keys never see each other: design.md 4.17."""

import json

import pytest

from bot.conversation.intents import Commanded, Origin, ReactionAdded
from bot.domain.people import Consent
from bot.handlers.local.chairs import Place
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.stage import Stage
from scenarios.conftest import Shared
from scenarios.shelf import FIRST
from scenarios.town import EAST, FLOWER, GIVEN, WEST, Town, counted, label, say, shares, studies, texts
from storage import tables as t


def everything_seen(stage: Stage) -> str:
    """All that anybody in one school can read."""
    seen = []
    for user in stage.chairs.users():
        actor = stage[user.key]
        for message in (*actor.direct(), *actor.staff()):
            seen.append(message.card.text())
            seen += [file.alt for file in message.attachments]
    return "\n".join(seen)


async def a_full_day(town: Town, stage: Stage) -> None:
    aoki, mori = stage["aoki"], stage["mori"]
    await studies(aoki, "u-board")
    post = await shares(aoki, FIRST)
    await aoki.presses(label(aoki, "findable_yes"))
    await mori.reacts(post, FLOWER)
    await mori.says("ICTの入口に詳しい人は？")
    await mori.presses(label(mori, "introduce"))
    await aoki.presses(label(aoki, "reply_yes"))


async def test_a_day_in_one_school_leaves_the_other_as_it_was(town: Town) -> None:
    before = everything_seen(town.west)
    await a_full_day(town, town.east)
    assert everything_seen(town.west) == before
    school = (await town.workspace(town.west)).school_id
    for table in (
        t.completion,
        t.award,
        t.revision,
        t.endorsement,
        t.offer,
        t.message,
        t.reaction,
        t.introduction,
        t.question,
    ):
        assert not await town.rows(table, table.c.school_id == school), table.name


async def test_the_same_day_in_both_schools_stays_apart(town: Town) -> None:
    for stage in (town.east, town.west):
        await a_full_day(town, stage)
    assert GIVEN[WEST] not in everything_seen(town.east)
    assert GIVEN[EAST] not in everything_seen(town.west)
    for stage in (town.east, town.west):
        assert counted("ja", colleagues=1)[0] in texts(stage["hall"].staff())
        await stage["aoki"].commands("wallet")
        stage["aoki"].sees(counted("ja", colleagues=1)[0], last=1)
    keys = await town.rows(t.issuer)
    assert len({key.did for key in keys}) == 2
    issuers = {json.loads(one.text)["issuer"]["id"] for one in await town.rows(t.revision)}
    assert issuers == {key.did for key in keys}
    town.check_database()


async def test_who_names_colleagues_of_ones_own_school_only(town: Town) -> None:
    await studies(town.west["aoki"], "u-board")
    await shares(town.west["aoki"], FIRST)
    await town.west["aoki"].presses(label(town.west["aoki"], "findable_yes"))
    await town.east["mori"].says("ICTの入口に詳しい人は？")
    assert GIVEN[WEST] not in everything_seen(town.east)
    town.east["mori"].sees(say("ja", "nobody.title"), last=1)


@pytest.mark.parametrize("verb", ["endorse", "share", "private", "badge", "findable", "intro"])
async def test_buttons_about_a_badge_do_nothing_in_the_other_school(shared_badge: Shared, verb: str) -> None:
    town, stranger = shared_badge.town, shared_badge.town.west["aoki"]
    award = await town.award(town.east, "aoki", FIRST)
    answer = await town.press(stranger, town.token(verb, award.public_id, "yes"))
    assert len(answer.views) == 1
    assert town.said(answer).strip()
    assert GIVEN[EAST] not in town.said(answer)
    assert await town.award(town.east, "aoki", FIRST) == award
    assert not await town.rows(t.endorsement)


async def test_buttons_of_units_and_receipts_do_nothing_in_the_other_school(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    await town.east["mori"].commands("learn 3")
    endorsement = (await town.rows(t.endorsement))[0].public_id
    offer = (await town.rows(t.offer))[-1].public_id
    completion = (await town.rows(t.completion))[0].public_id
    attempt = (await town.rows(t.attempt))[0].public_id
    stranger = town.west["mori"]
    presses = [("undo", endorsement, ""), ("choose", attempt, "1")]
    presses += [(verb, offer, "") for verb in ("open", "done", "know", "another")] + [("later_at", offer, "in20")]
    for verb, subject, argument in presses:
        answer = await town.press(stranger, town.token(verb, subject, argument))
        assert town.said(answer) == say("ja", "refused.not_yours"), verb
    forms = [("reflect", completion, "reflection"), ("write", attempt, "text"), ("date", offer, "date")]
    for verb, subject, name in forms:
        answer = await town.press(stranger, town.token(verb, subject), {name: "6/12 これは長めの一文です"})
        assert len(answer.views) >= 1
    assert (await town.rows(t.endorsement))[0].withdrawn_at is None
    assert (await town.rows(t.completion))[0].reflection is None
    west = (await town.workspace(town.west)).school_id
    assert not await town.rows(t.offer, t.offer.c.school_id == west)


async def test_a_reaction_from_the_other_school_does_not_count(shared_badge: Shared) -> None:
    """Even one whose origin claims the other workspace."""
    town = shared_badge.town
    await town.house.router.handle(ReactionAdded(town.west["mori"].chair.origin, shared_badge.post.ref, "white_flower"))
    await town.settle()
    assert not await town.rows(t.endorsement)
    assert not await town.rows(t.reaction)


async def test_roles_and_consents_of_equal_keys_are_apart(town: Town) -> None:
    await town.press(town.east["mori"], town.token("consent", Consent.NAMED, "on"))
    assert "named" in (await town.person(town.east, "mori")).consents
    assert "named" not in (await town.person(town.west, "mori")).consents
    await town.east["mori"].commands("settings")
    await town.east["mori"].presses(label(town.east["mori"], "forget"))
    await town.east["mori"].presses(label(town.east["mori"], "forget_yes"))
    assert await town.person(town.west, "mori")


async def test_an_event_id_of_one_school_says_nothing_about_the_other(town: Town) -> None:
    posts = []
    for stage in (town.east, town.west):
        await studies(stage["aoki"], "u-board")
        posts.append(await shares(stage["aoki"], FIRST))
    for stage, post in zip((town.east, town.west), posts, strict=True):
        origin = stage["mori"].chair.at(Place.DIRECT).origin
        same = Origin(**{**origin.__dict__, "event_id": "event-1"})
        await town.house.router.handle(ReactionAdded(same, post.ref, "white_flower"))
    await town.settle()
    assert len(await town.rows(t.endorsement)) == 2


async def test_a_workspace_that_no_school_uses_gets_one_sentence(town: Town) -> None:
    origin = Origin(PLATFORM, "nowhere", "aoki", "Aoki", "staff", False, locale="en")
    answer = await town.house.router.handle(Commanded(origin, "wallet"))
    assert town.said(answer) == say("en", "refused.unknown_workspace")

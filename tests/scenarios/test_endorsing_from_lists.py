"""What is endorsed from a list in chat: content that one learned from, and schools as issuers; and how it goes."""

import pytest

from bot.domain.endorsing_limits import DAILY_MOST
from bot.domain.outcomes import Refused
from bot.domain.recognition import As, Target, TargetKind
from bot.handlers.local.brought import Uploaded
from bot.handlers.local.cardbox import buttons_of
from bot.handlers.local.stage import Actor
from bot.services.commands import ByPerson
from bot.services.content_endorsements import EndorseContent, endorse_content
from bot.services.ports import Work
from scenarios.shelf import FIRST, NAMES, WAY, WHOLE, pathway
from scenarios.test_moving import agree
from scenarios.test_pathways import BOTH
from scenarios.town import FLOWER, Town, button, is_offered, label, say, studies
from storage import tables as t

WORDS = "一つずつ短く示すところが、すぐ使えました"


def about(actor: Actor, name: str, thing: str) -> str:
    """The words of one button among many alike."""
    return say(actor.lang, "label.about", label=label(actor, name), name=thing)


def offered(actor: Actor) -> list[str]:
    """The buttons of the newest answer."""
    return [each.label for each in buttons_of(actor.newest().card)]


async def standing(town: Town, kind: TargetKind) -> list[tuple[str, bool]]:
    rows = await town.rows(t.endorsement, t.endorsement.c.target_kind == kind)
    return [(row.role, row.withdrawn_at is None) for row in rows]


@pytest.mark.parametrize("words", ["endorse", "裏書"])
async def test_content_is_endorsed_by_whoever_did_a_part_of_it(town: Town, words: str) -> None:
    mori, name = town.east["mori"], NAMES[FIRST].ja
    await mori.commands(words)
    assert say("ja", "endorsable.none") in mori.newest().card.text()
    await studies(mori, "u-board")
    await mori.commands(words)
    wanted = about(mori, "endorse_this", name)
    await mori.presses(wanted)
    assert await standing(town, TargetKind.ACHIEVEMENT) == [("colleague", True)]
    (row,) = await town.rows(t.endorsement)
    assert (row.held_by_button, row.seen_version) == (True, 1)
    assert say("ja", "receipt.content.colleague", name=name) in mori.newest().card.text()
    await mori.commands(words)
    assert wanted not in offered(mori)
    assert say("ja", "endorsable.given.colleague") in mori.newest().card.text()
    await mori.presses(about(mori, "comment", name))
    assert say("ja", "comment.seen.unnamed.achievement") in mori.newest().card.text()
    await mori.fills(words=WORDS)
    assert (await town.rows(t.endorsement))[0].comment == WORDS
    await mori.commands(words)
    assert WORDS in mori.newest().card.text()
    await mori.presses(about(mori, "undo", name))
    assert await standing(town, TargetKind.ACHIEVEMENT) == [("colleague", False)]
    assert (await town.rows(t.endorsement))[0].document is None
    await mori.commands(words)
    assert wanted in offered(mori)
    town.check_database()


async def test_the_course_is_endorsed_apart_from_its_modules_and_no_reaction_takes_it_back(town: Town) -> None:
    mori = town.east["mori"]
    message = await is_offered(mori, "u-board")
    await studies(mori, "u-board")
    await mori.reacts(message, FLOWER)
    await mori.commands("endorse")
    await mori.presses(about(mori, "endorse_this", NAMES[WHOLE].ja))
    assert await standing(town, TargetKind.ACHIEVEMENT) == [("colleague", True), ("colleague", True)]
    await mori.unreacts(message, FLOWER)
    assert await standing(town, TargetKind.ACHIEVEMENT) == [("colleague", False), ("colleague", True)]
    town.check_database()


async def test_the_card_of_a_finished_unit_offers_it_and_a_stranger_to_it_is_told_why_not(town: Town) -> None:
    mori, aoki = town.east["mori"], town.east["aoki"]
    await studies(mori, "u-board")
    (token,) = filter(None, (button(each, label(mori, "endorse_content")) for each in mori.direct()))
    assert say("ja", "refused.complete_first") in town.said(await town.press(aoki, token))
    assert await standing(town, TargetKind.ACHIEVEMENT) == []
    assert (await town.press(mori, token)).views == (), "the receipt says it"
    assert say("ja", "receipt.content.colleague", name=NAMES[FIRST].ja) in mori.newest().card.text()
    assert say("ja", "notice.endorsed_already") in town.said(await town.press(mori, token))
    await mori.reacts(mori.direct()[0], FLOWER)
    assert say("ja", "notice.endorsed_stays") in town.said(await town.press(mori, token))
    assert await standing(town, TargetKind.ACHIEVEMENT) == [("colleague", True)]


async def test_a_leader_endorses_a_school_that_agreed_and_nobody_else_is_offered_one(town: Town) -> None:
    sato, name = town.west["sato"], "あさひ小学校"
    school = (await town.rows(t.school, t.school.c.key == "east"))[0].public_id
    token = town.token("endorse_issuer", school)
    assert say("ja", "refused.unknown_thing") in town.said(await town.press(sato, token))
    await agree(town)
    for stage, key in ((town.west, "mori"), (town.east, "sato")):
        assert say("ja", "refused.unknown_thing") in town.said(await town.press(stage[key], token))
        await stage[key].commands("学校に裏書")
        assert name not in stage[key].newest().card.text()
    assert await standing(town, TargetKind.ISSUER) == []
    await sato.commands("学校に裏書")
    await sato.presses(about(sato, "recommend", name))
    assert say("ja", "receipt.issuer.leader", name=name) in sato.newest().card.text()
    assert await standing(town, TargetKind.ISSUER) == [("leader", True)]
    await sato.presses(label(sato, "comment"))
    assert say("ja", "comment.seen.unnamed.issuer") in sato.newest().card.text()
    await sato.fills(words=WORDS)
    await town.settle()
    assert (await town.rows(t.endorsement))[0].comment == WORDS
    assert any(WORDS in each.card.text() for each in sato.direct())
    await sato.presses(label(sato, "undo"))
    assert await standing(town, TargetKind.ISSUER) == [("leader", False)]
    assert say("ja", "receipt.withdrawn.issuer.leader", name=name) in "\n".join(
        each.card.text() for each in sato.direct()
    )
    town.check_database()


async def _endorse_many(work: Work, command: ByPerson) -> None:
    for number in range(DAILY_MOST):
        target = Target(TargetKind.ACHIEVEMENT, 10_000 + number)
        await work.endorsements.add(command.person_id, target, As.LEADER, by_button=True)


async def test_the_limit_of_a_day_holds_for_both_and_is_explained_in_place(town: Town) -> None:
    sato = town.west["sato"]
    await agree(town)
    await studies(sato, "u-board")
    person = await town.person(town.west, "sato")
    await town.house.store.run(_endorse_many, ByPerson(school_id=person.school_id, person_id=person.id))
    await sato.commands("endorse")
    for thing in (NAMES[FIRST].ja, "あさひ小学校"):
        token = next(
            each.action for each in buttons_of(sato.newest().card) if each.label == about(sato, "recommend", thing)
        )
        said = town.said(await town.press(sato, token))
        assert say("ja", "refused.endorsed_enough", most=DAILY_MOST) in said
    assert await standing(town, TargetKind.ISSUER) == []


async def test_the_issuer_of_a_verified_badge_is_endorsed_from_where_it_is_shown(town: Town) -> None:
    sato, name = town.west["sato"], "あさひ小学校"
    await studies(town.east["aoki"], "u-board")
    award = await town.award(town.east, "aoki", FIRST)
    text = (await town.editions(award.id))[-1].text
    altered = text.replace('"urn:uuid:', '"urn:uuid:0', 1)
    wanted = about(sato, "recommend", name)
    await sato.sends(Uploaded("badge.json", text.encode()), words="確かめて")
    assert wanted not in offered(sato), "nothing crosses without an agreement"
    await agree(town)
    await sato.sends(Uploaded("badge.json", altered.encode()), words="確かめて")
    assert wanted not in offered(sato), "who knows who made that"
    await sato.sends(Uploaded("badge.json", text.encode()), words="確かめて")
    await sato.presses(wanted)
    assert await standing(town, TargetKind.ISSUER) == [("leader", True)]
    await sato.sends(Uploaded("badge.json", text.encode()), words="確かめて")
    assert wanted not in offered(sato)


async def test_a_pathway_is_no_content_even_for_whoever_walked_it(town: Town) -> None:
    await town.reload(pathways=(pathway(BOTH),))
    await studies(town.east["aoki"], "u-board", "u-breath")
    aoki = await town.person(town.east, "aoki")
    (way,) = await town.rows(t.achievement, t.achievement.c.key == WAY)
    command = EndorseContent(school_id=aoki.school_id, person_id=aoki.id, content=way.public_id)
    assert await town.house.store.run(endorse_content, command) == Refused("unknown_thing")
    assert await standing(town, TargetKind.ACHIEVEMENT) == []

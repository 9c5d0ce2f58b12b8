"""Every button and form, pressed as it should not be: one clear sentence, nothing lost, nothing doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.acts import ACTS
from bot.conversation.intents import Commanded, Intent, Pressed
from bot.handlers.local.chairs import Place
from bot.handlers.local.stage import Actor
from scenarios.conftest import Shared
from scenarios.shelf import FIRST
from scenarios.town import FLOWER, Town, asks_to_be_checked, button, label, leaks, offers, say, shares, studies, texts
from storage import tables as t

FACTS = (
    t.completion,
    t.award,
    t.revision,
    t.endorsement,
    t.invitation,
    t.offer,
    t.introduction,
    t.reaction,
    t.progress,
)
NONSENSE = "0123456789abcdef0123456789abcdef"
UNHARMED = {"wallet", "map", "record", "settings", "help", "cancel", "skip", "later", "not_meant", "export", "forget"}
"""What only shows something of one's own: pressed with any subject, it does just that."""


async def facts(town: Town) -> dict[str, list[Any]]:
    return {table.name: await town.rows(table) for table in FACTS}


def one_sentence(town: Town, answer: Any) -> str:
    said = town.said(answer)
    assert len(answer.views) == 1, said
    assert said.strip()
    assert not leaks(said), said
    return said


@pytest.mark.parametrize("spoil", ["forged", "cut", "longer", "empty", "strange", "half", "huge"])
async def test_a_token_that_is_not_ours(town: Town, spoil: str) -> None:
    aoki = town.east["aoki"]
    await aoki.commands("learn 3")
    token = button(offers(aoki)[0], label(aoki, "open")) or ""
    spoilt = {
        "forged": f"done{token[4:]}",
        "cut": token[:-3],
        "longer": token + "A",
        "empty": "",
        "strange": "花:🌸::~\u202e\x00",
        "half": "open:\ud800::~x",
        "huge": "open:" + "x" * 10_000,
    }[spoil]
    before = await facts(town)
    answer = await town.press(aoki, spoilt)
    assert one_sentence(town, answer) == say("ja", "problem.action.unknown")
    assert await facts(town) == before


async def test_a_form_after_its_time(town: Town) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-note")
    form = aoki.newest().card.form
    assert form is not None
    await town.clock("06-11 09:00")
    answer = await town.press(aoki, form.action, {"text": "明日の朝の会で一つずつ短く伝えます"})
    assert one_sentence(town, answer) == say("ja", "problem.action.expired")
    assert not await town.rows(t.completion)


@pytest.mark.parametrize("verb", sorted(set(ACTS) - UNHARMED - {"forget_yes"}))
async def test_a_genuine_token_about_nothing(town: Town, verb: str) -> None:
    """Every verb answers with something to read, whatever its subject is, and never fails."""
    hall = town.east["hall"]
    values = {"words": "??", "text": "", "date": "", "reflection": ""}
    for subject in ("", NONSENSE, "01234567-89ab-4def-8123-456789abcdef", "word", "1"):
        before = await facts(town)
        for answer in (
            await town.press(hall, town.token(verb, subject, "nothing")),
            await town.press(hall, town.token(verb, subject, "nothing"), values),
        ):
            assert answer.views
            assert town.said(answer).strip()
            assert not leaks(town.said(answer))
        if verb != "deliver":
            assert await facts(town) == before


@pytest.mark.parametrize("place", sorted(UNHARMED - {"export", "map"}))
async def test_a_place_with_a_strange_subject_is_only_shown(town: Town, place: str) -> None:
    before = await facts(town)
    answer = await town.press(town.east["hall"], town.token(place, "x", "y"))
    one_sentence(town, answer)
    assert await facts(town) == before


async def test_an_unknown_verb(town: Town) -> None:
    answer = await town.press(town.east["hall"], town.token("explode", NONSENSE))
    assert one_sentence(town, answer) == say("en", "problem.action.unknown")


async def test_presses_of_another_person(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await town.east["sato"].reacts(shared_badge.post, FLOWER)
    await asks_to_be_checked(aoki, "u-quiz")
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    offer = (await town.rows(t.offer))[-1].public_id
    attempt = (await town.rows(t.attempt))[-1].public_id
    endorsement = (await town.rows(t.endorsement))[0].public_id
    presses = [("share", award, ""), ("private", award, ""), ("findable", award, "yes"), ("badge", award, "")]
    presses += [(verb, offer, "") for verb in ("open", "done", "know", "another")] + [("later_at", offer, "in20")]
    presses += [("choose", attempt, "1"), ("undo", endorsement, "")]
    before = await facts(town)
    for verb, subject, argument in presses:
        answer = await town.press(mori, town.token(verb, subject, argument))
        assert one_sentence(town, answer) == say("ja", "refused.not_yours"), verb
    assert await facts(town) == before


async def test_presses_of_a_withdrawn_unit(town: Town) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-quiz")
    await aoki.presses(label(aoki, "later"))
    offer, attempt = (await town.rows(t.offer))[-1].public_id, (await town.rows(t.attempt))[-1].public_id
    await town.reload(without=("u-quiz",))
    before = await facts(town)
    for verb in ("open", "done", "know", "another"):
        answer = await town.press(aoki, town.token(verb, offer))
        assert one_sentence(town, answer) == say("ja", "refused.gone"), verb
    for verb, subject, argument in (("later_at", offer, "in20"), ("choose", attempt, "1"), ("learn", "u-quiz", "")):
        answer = await town.press(aoki, town.token(verb, subject, argument))
        assert one_sentence(town, answer) == say("ja", "refused.gone"), verb
    assert await facts(town) == before


async def test_a_later_of_a_withdrawn_unit_lapses(town: Town) -> None:
    hall = town.east["hall"]
    await town.clock("10:00")
    await hall.commands(f"learn {'One calm breath'}")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "in20"))
    await town.reload(without=("u-breath",))
    await town.clock("10:30")
    assert len(offers(hall)) == 1
    assert (await town.rows(t.offer))[-1].state == "lapsed"


@pytest.mark.parametrize("together", [False, True])
async def test_buttons_pressed_twice(shared_badge: Shared, together: bool) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    award = (await town.award(town.east, "aoki", FIRST)).public_id

    async def twice(actor: Actor, token: str, values: dict[str, str] | None = None) -> list[str]:
        if together:
            answers = await asyncio.gather(*(town.press(actor, token, values) for _ in range(4)))
        else:
            answers = [await town.press(actor, token, values) for _ in range(4)]
        assert not any(leaks(town.said(answer)) for answer in answers)
        return [town.said(answer) for answer in answers]

    await twice(mori, town.token("endorse", award))
    assert len(await town.rows(t.endorsement)) == 1
    assert len([one for one in mori.direct() if button(one, label(mori, "undo"))]) == 1
    await twice(aoki, town.token("findable", award, "yes"))
    await mori.says("ICTの入口に詳しい人は？")
    token = button(mori.newest(), label(mori, "introduce"))
    if token is None:  # the answer is shown in sections
        token = next(one.action for section in mori.newest().card.sections for one in section.buttons)
    said = await twice(mori, token)
    assert said.count(say("ja", "refused.already_asked")) == 3
    assert len(await town.rows(t.introduction)) == 1
    said = await twice(aoki, button(aoki.newest(), label(aoki, "reply_yes")) or "")
    assert said.count(say("ja", "refused.already_answered")) == 3
    title = say("ja", "asked.title", asker=mori.name)
    (asked,) = [each for each in aoki.direct() if each.card.title == title]
    assert not asked.card.buttons, "what is answered offers nothing more"
    assert label(aoki, "reply_yes") in asked.card.text()
    assert len([one for one in mori.direct() if one.card.title == say("ja", "answered.title")]) == 1
    await mori.commands("learn 3")
    before = len(offers(mori))
    said = await twice(mori, button(offers(mori)[-1], label(mori, "another")) or "")
    assert len(offers(mori)) == before + 1
    assert said.count(say("ja", "refused.already_swapped")) == 3
    await twice(mori, town.token("undo", (await town.rows(t.endorsement))[0].public_id))
    assert (await town.rows(t.endorsement))[0].withdrawn_at is not None
    await twice(aoki, town.token("private", award))
    assert not [one for one in mori.staff() if aoki.name in one.card.text()]
    town.check_database()


async def test_forget_pressed_twice_at_once(town: Town) -> None:
    hall = town.east["hall"]
    token = town.token("forget_yes")
    origin = hall.chair.at(Place.DIRECT).origin
    answers = await asyncio.gather(*(town.house.router.handle(Pressed(origin, token)) for _ in range(4)))
    for answer in answers:
        assert len(answer.views) <= 1
        assert not leaks(town.said(answer))
    await town.settle()
    assert texts(hall.direct()).count(say("en", "notice.forgotten")) == 1, "one goodbye"
    assert town.said(await town.house.router.home(origin)) == say("en", "home.forgotten"), "no word of a button"
    town.check_database()


async def test_anything_at_once_while_being_forgotten(town: Town) -> None:
    """A press on its way while its person is forgotten ends in a sentence, not in a trace."""
    hall = town.east["hall"]
    await studies(hall, "u-breath")
    await shares(hall, "kb-care-1")
    offer = (await town.rows(t.offer))[-1].public_id
    award = (await town.rows(t.award))[0].public_id
    origin = hall.chair.at(Place.DIRECT).origin
    presses: list[Intent] = [Pressed(origin, town.token(verb, offer)) for verb in ("open", "done", "another", "know")]
    presses += [Pressed(origin, town.token(verb, award)) for verb in ("share", "private", "badge")]
    presses += [Pressed(origin, town.token(verb)) for verb in ("wallet", "record", "settings")]
    presses.insert(3, Pressed(origin, town.token("forget_yes")))
    presses += [Commanded(origin, "learn 3"), Commanded(origin, "who ICT")]
    answers = await asyncio.gather(*(town.house.router.handle(each) for each in presses), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    await town.settle()
    assert not await town.rows(t.award)
    town.check_database()


@pytest.mark.parametrize(
    "words",
    [
        "lern",
        "explode",
        "/",
        "wallet please",
        "🌸",
        "learn learn",
        "who",
        "who ?",
        "learn -3",
        "learn 0",
        "learn ten",
        "learn 1e9",
        "learn 99999999999999999999",
        "learn 3.5",
        "学ぶ 三分",
        "誰",
    ],
)
async def test_words_that_are_no_command(town: Town, words: str) -> None:
    hall = town.east["hall"]
    before = len(hall.direct())
    await hall.commands(words)
    assert len(hall.direct()) == before + 1, "one answer"
    assert not leaks(hall.newest().card.text())


async def test_a_button_in_the_channel_is_answered_privately(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    before = len(shared_badge.holder.staff())
    await mori.presses(label(mori, "endorse"), Place.STAFF)
    assert len(shared_badge.holder.staff()) == before
    assert mori.staff()[-1].ephemeral
    assert say("ja", "notice.endorsed.colleague") in texts(mori.staff())


async def test_forms_live_a_day_and_no_longer(town: Town) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-note")
    form = aoki.newest().card.form
    assert form is not None
    town.room.put_clock(town.room.now() + timedelta(hours=23))
    await town.press(aoki, form.action, {"text": "明日の朝の会で一つずつ短く伝えます"})
    assert len(await town.rows(t.completion)) == 1

"""Learning and earning: design.md 4.1, 4.3, 4.4 and 4.20."""

import asyncio

import pytest

from bot.domain.catalogue import ChoiceCheck
from bot.handlers.local.chairs import Place
from scenarios.shelf import CARE, FIRST, NAMES, SECOND, UNITS, WHOLE, WHOLE_CARE
from scenarios.town import (
    Town,
    answer_token,
    answers,
    asks_to_be_checked,
    button,
    is_offered,
    label,
    offers,
    say,
    shares,
    studies,
    texts,
)
from storage import tables as t


def badge_messages(actor, badge: str) -> list:  # type: ignore[no-untyped-def,type-arg]
    name, wanted = NAMES[badge].in_(actor.lang), label(actor, "share")
    return [one for one in actor.direct() if button(one, wanted) and name in one.card.text()]


async def test_a_newcomer_learns_without_an_administrator(town: Town) -> None:
    nishi = town.east["nishi"]
    await nishi.says("こんにちは")
    for press in ("日本語", label(nishi, "quiet_ok"), label(nishi, "deliver_yes")):
        await nishi.presses(press)
    assert offers(nishi), "the first unit comes with the third press"


async def test_two_badges_come_at_the_same_moment_once_each(town: Town) -> None:
    hall = town.east["hall"]
    await studies(hall, "u-breath")
    for badge in (CARE, WHOLE_CARE):
        (message,) = badge_messages(hall, badge)
        assert len(message.attachments) == 1
        assert NAMES[badge].en in message.attachments[0].alt
        assert len(await town.editions((await town.award(town.east, "hall", badge)).id)) == 1


async def test_a_right_answer_pressed_many_times_at_once_earns_once(town: Town) -> None:
    hall = town.east["hall"]
    await asks_to_be_checked(hall, "u-breath")
    token = answer_token(hall, "u-breath", right=True)
    said = await asyncio.gather(*(town.press(hall, token) for _ in range(6)))
    assert sum(say("en", "completed.already") in town.said(one) for one in said) == 5
    assert len(await town.rows(t.completion)) == 1
    assert len(await town.rows(t.award)) == 2
    assert len(badge_messages(hall, CARE)) == len(badge_messages(hall, WHOLE_CARE)) == 1
    town.check_database()


async def test_two_questions_answered_at_once_earn_once(town: Town) -> None:
    hall = town.east["hall"]
    await asks_to_be_checked(hall, "u-breath")
    first = answer_token(hall, "u-breath", right=True)
    await hall.presses(label(hall, "done"))
    second = answer_token(hall, "u-breath", right=True)
    assert first != second
    await asyncio.gather(town.press(hall, first), town.press(hall, second))
    assert len(await town.rows(t.completion)) == 1
    assert len(await town.rows(t.award)) == 2


async def test_earning_leads_to_no_display(town: Town) -> None:
    aoki = town.east["aoki"]
    before = {key: len(town.east[key].direct()) for key in ("mori", "sato", "hall")}
    await studies(aoki, "u-board", "u-quiz", "u-note")
    for award in await town.rows(t.award):
        assert award.displayed_at is None
        assert award.findable_at is None
    assert not aoki.staff()
    assert {key: len(town.east[key].direct()) for key in before} == before
    await town.east["mori"].says("電子黒板に詳しい人は？")
    assert aoki.name not in texts(town.east["mori"].direct())


async def test_sharing_does_not_make_findable(town: Town) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await studies(aoki, "u-board")
    await shares(aoki, FIRST)
    award = await town.award(town.east, "aoki", FIRST)
    assert award.displayed_at is not None
    assert award.findable_at is None
    await mori.says("ICTの入口に詳しい人は？")
    assert aoki.name not in texts(mori.direct())
    await aoki.presses(label(aoki, "findable_yes"))
    await mori.says("ICTの入口に詳しい人は？")
    assert aoki.name in texts(mori.direct())


async def test_findable_does_not_display(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    award = await town.award(town.east, "aoki", FIRST)
    await town.press(aoki, town.token("findable", award.public_id, "yes"))
    assert (await town.award(town.east, "aoki", FIRST)).displayed_at is None
    assert not aoki.staff()


async def test_findable_is_asked_once(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board", "u-quiz", "u-note")
    asked = NAMES[FIRST].ja, NAMES[SECOND].ja
    await shares(aoki, FIRST)
    await shares(aoki, SECOND)
    questions = [one for one in aoki.direct() if button(one, label(aoki, "findable_yes"))]
    assert len(questions) == 1
    assert asked[0] in questions[0].card.text()


async def test_a_wrong_answer_is_explained_and_counts_for_nothing(town: Town) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-board")
    await answers(aoki, "u-board", right=False)
    check = UNITS["u-board"].check
    assert isinstance(check, ChoiceCheck)
    assert check.why is not None
    aoki.sees(check.why.ja, last=1)
    assert not await town.rows(t.completion)


async def test_after_two_wrong_tries_the_unit_is_opened_again(town: Town) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-board")
    first = answer_token(aoki, "u-board", right=False)
    right = answer_token(aoki, "u-board", right=True)
    await town.press(aoki, first)
    assert not await town.rows(t.completion)
    told = town.said(await town.press(aoki, right))
    assert not await town.rows(t.completion), "the same question is not answered a second time"
    assert say("ja", "wrong.over") in told, "a right answer is not called wrong"
    assert say("ja", "wrong.title") not in told
    await aoki.presses(label(aoki, "done"))
    unused = answer_token(aoki, "u-board", right=True)
    await aoki.presses(label(aoki, "done"))
    await answers(aoki, "u-board", right=False)
    await aoki.presses(label(aoki, "done"))
    aoki.sees(say("ja", "refused.open_again"), last=1)
    await town.press(aoki, unused)
    assert not await town.rows(t.completion), "a question kept in reserve is no third try"
    await aoki.presses(label(aoki, "open"))
    await aoki.presses(label(aoki, "done"))
    await answers(aoki, "u-board")
    assert len(await town.rows(t.completion)) == 1


async def test_parallel_guesses_are_no_way_round(town: Town) -> None:
    """Every choice of several questions pressed at once: at most the two tries count."""
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-board")
    for _ in range(3):
        await aoki.presses(label(aoki, "done"))
    questions = [one for one in aoki.direct() if button(one, "A") and button(one, "B")]
    check = UNITS["u-board"].check
    assert isinstance(check, ChoiceCheck)
    wrong = check.choices[0].ja
    tokens = []
    for question in questions:
        letter = next(line[0] for line in question.card.lines if wrong in line)
        tokens.append(button(question, letter) or "")
    assert len(tokens) == 4
    await asyncio.gather(*(town.press(aoki, token) for token in tokens))
    await aoki.presses(label(aoki, "done"))
    aoki.sees(say("ja", "refused.open_again"), last=1)
    assert (await town.rows(t.progress))[0].wrong_tries == 2


async def test_a_check_needs_an_opening(town: Town) -> None:
    aoki = town.east["aoki"]
    await is_offered(aoki, "u-board")
    await aoki.presses(label(aoki, "done"))
    aoki.sees(say("ja", "refused.open_first"), last=1)


async def test_one_test_out_a_day(town: Town) -> None:
    aoki = town.east["aoki"]
    await is_offered(aoki, "u-board")
    await aoki.presses(label(aoki, "know"))
    reserve = answer_token(aoki, "u-board", right=True)
    await aoki.presses(label(aoki, "know"))
    await answers(aoki, "u-board", right=False)
    await aoki.presses(label(aoki, "know"))
    aoki.sees(say("ja", "refused.tested_out_today"), last=1)
    await town.press(aoki, reserve)
    assert not await town.rows(t.completion), "a question kept in reserve is no second try"
    await town.clock("23:59")
    await aoki.presses(label(aoki, "know"))
    aoki.sees(say("ja", "refused.tested_out_today"), last=1)
    await town.clock("06-11 08:00")
    await aoki.presses(label(aoki, "know"))
    await answers(aoki, "u-board")
    (done,) = await town.rows(t.completion)
    assert done.route == "prior"
    await aoki.commands("記録")
    aoki.sees(say("ja", "badge.prior"), last=1)


async def test_a_text_never_completes_a_module_alone(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-note")
    (done,) = await town.rows(t.completion)
    assert done.self_assessed
    assert not await town.rows(t.award)
    await studies(aoki, "u-quiz")
    award = await town.award(town.east, "aoki", SECOND)
    assert [(part["key"], part["self_assessed"]) for part in award.evidence] == [("u-note", True), ("u-quiz", False)]
    answer = await town.press(aoki, town.token("badge", award.public_id))
    assert say("ja", "badge.self_assessed") in town.said(answer)


@pytest.mark.parametrize("typed", ["短い", "", "   " * 20])
async def test_a_text_that_says_nothing_is_asked_for_again(town: Town, typed: str) -> None:
    aoki = town.east["aoki"]
    await asks_to_be_checked(aoki, "u-note")
    await aoki.fills(text=typed)
    assert not await town.rows(t.completion)
    await aoki.fills(text="明日の朝の会で一つずつ短く伝えます")
    assert len(await town.rows(t.completion)) == 1


async def test_what_is_done_is_not_done_again(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    await aoki.presses(label(aoki, "done"))
    aoki.sees(say("ja", "completed.already"), last=2)
    await aoki.presses(label(aoki, "know"))
    assert len(await town.rows(t.completion)) == 1
    await aoki.commands("learn 3")
    assert UNITS["u-board"].title.ja != offers(aoki)[-1].card.title


async def test_a_line_of_reflection_is_kept_for_oneself(town: Town) -> None:
    aoki, sato = town.east["aoki"], town.east["sato"]
    await studies(aoki, "u-board")
    await aoki.fills(reflection="  声を  落とす\nと伝わる ")
    assert (await town.rows(t.completion))[0].reflection == "声を 落とす と伝わる"
    await shares(aoki, FIRST)
    for other in (sato, town.east["mori"]):
        await other.commands("record")
        assert "声を 落とす" not in texts(other.direct()) + texts(other.staff())


async def test_nobody_is_assigned_a_unit_by_somebody_else(town: Town) -> None:
    """A press on another person's offer opens nothing for anybody."""
    aoki, mori = town.east["aoki"], town.east["mori"]
    message = await is_offered(aoki, "u-board")
    before = len(aoki.direct())
    for name in ("open", "done", "later", "another", "know"):
        await mori.chair.at(Place.DIRECT).press_action(button(message, label(aoki, name)) or "")
    assert len(aoki.direct()) == before
    assert not offers(mori)
    assert not await town.rows(t.progress)


async def test_a_course_done_brings_the_whole_badge_with_its_parts(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board", "u-note", "u-quiz")
    award = await town.award(town.east, "aoki", WHOLE)
    assert [part["key"] for part in award.evidence] == [FIRST, SECOND]

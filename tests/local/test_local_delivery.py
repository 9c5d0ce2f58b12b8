"""Events reach Sukima at least once: not acknowledged before it is done, brought again after a restart, in order."""

import asyncio
import os
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from local_stage import SCHOOL, Answered, FakeRouter, open_room, set_stage

from bot.conversation.card import Card
from bot.conversation.intents import Commanded, Intent, ReactionAdded, ReactionRemoved, Said
from bot.errors import Problem
from bot.handlers.local.adapter import ATTEMPTS
from bot.handlers.local.chairs import Place
from bot.handlers.local.room_types import SUKIMA
from tests.warm import PATIENCE, WARM


def ask_and_die(folder: Path, moment: str) -> None:
    """In a process of its own."""

    def die(*_: object) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("it is dead")

    class Dies(FakeRouter):
        async def handle(self, intent: Intent) -> Answered:
            answer = await super().handle(intent)
            return die() if moment == "in the router" else answer

    stage = set_stage(folder, router=Dies())
    if moment == "before the acknowledgement":
        stage.room.acknowledge = die  # type: ignore[method-assign]
    asyncio.run(stage.chairs.of("lee").say("who can teach fractions?"))


def texts(*intents: Intent) -> list[str]:
    return [intent.text for intent in intents if isinstance(intent, Said)]


@pytest.mark.parametrize("moment", ["in the router", "before the acknowledgement"])
async def test_an_event_comes_again_after_a_kill(tmp_path: Path, moment: str) -> None:
    process = WARM.Process(target=ask_and_die, args=(tmp_path, moment))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL

    stage = set_stage(tmp_path)
    assert await stage.adapter.deliver() == 1
    assert texts(*stage.router.heard) == ["who can teach fractions?"]
    assert await stage.adapter.deliver() == 0
    stage.room.close()
    once_more = set_stage(tmp_path)
    assert await once_more.adapter.deliver() == 0


async def test_an_answer_that_was_shown_is_not_shown_twice(tmp_path: Path) -> None:
    """The process died after the answer, before the room knew: the router's inbox knows, and the token does."""
    stage = set_stage(tmp_path)
    stage.room.say(SCHOOL, "dm-lee", "lee", "hello", to_sukima="hello")
    (event,) = stage.room.waiting()
    stage.room.post(SCHOOL, "dm-lee", SUKIMA, Card("answer"), token=f"{event.id}/0")
    await stage.adapter.deliver()
    answers = [each for each in stage.room.messages(SCHOOL, "dm-lee", "lee") if each.author == SUKIMA]
    assert [answer.card.title for answer in answers] == ["answer"]


async def test_a_failing_event_is_tried_again_with_growing_distance(tmp_path: Path) -> None:
    router = FakeRouter(fail=lambda intent: RuntimeError("no"))
    stage = set_stage(tmp_path, router=router)
    await stage.chairs.of("lee").say("hello")
    tried_at = [0]
    for tick in range(1, 200):
        before = len(router.heard)
        await stage.adapter.tick()
        await stage.adapter.deliver()
        if len(router.heard) > before:
            tried_at.append(tick)
    assert tried_at == [0, 1, 3, 7, 15, 31, 63]
    assert len(router.heard) == ATTEMPTS
    assert len(stage.room.waiting()) == 1

    stage.room.close()
    after = set_stage(tmp_path)
    assert await after.adapter.deliver() == 1


async def test_what_follows_a_failing_event_on_the_same_message_waits_its_turn(tmp_path: Path) -> None:
    failing = [True]

    def fail(intent: Intent) -> Exception | None:
        return RuntimeError("no") if failing[0] and isinstance(intent, ReactionAdded) else None

    router = FakeRouter(fail=fail)
    stage = set_stage(tmp_path, router=router)
    ref = stage.room.post(SCHOOL, "staff", SUKIMA, Card("post"))
    lee = stage.chairs.of("lee").at(Place.STAFF)
    await lee.react(ref, "💮")
    await lee.unreact(ref, "💮")
    await stage.chairs.of("aoki").say("hello")
    assert not [intent for intent in router.heard if isinstance(intent, ReactionRemoved)]
    assert texts(*router.heard) == ["hello"]

    failing[0] = False
    router.heard.clear()
    await stage.adapter.tick()
    assert [type(intent) for intent in router.heard] == [ReactionAdded, ReactionRemoved]


async def test_acts_at_the_same_time_are_delivered_once_each(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    ref = stage.room.post(SCHOOL, "staff", SUKIMA, Card("post"))
    keys = ("lee", "aoki", "aoyama")
    chairs = [stage.chairs.of(key).at(Place.STAFF) for key in keys]
    await asyncio.gather(*(chair.react(ref, "💮") for chair in chairs))
    assert [intent.origin.user_key for intent in stage.router.heard] == list(keys)


async def test_an_interaction_that_fails_is_answered_kindly_and_not_repeated(tmp_path: Path) -> None:
    router = FakeRouter(fail=lambda intent: RuntimeError("a secret detail"))
    stage = set_stage(tmp_path, router=router)
    lee = stage.chairs.of("lee").at(Place.STAFF)
    await lee.command("wallet")
    (sorry,) = lee.read()
    assert sorry.card.lines == ("[en] room.trouble",)
    assert sorry.ephemeral
    assert await stage.adapter.deliver() == 0
    assert router.heard == [Commanded(lee.origin, "wallet")]


async def test_an_expected_trouble_is_said_in_its_own_words(tmp_path: Path) -> None:
    stage = set_stage(tmp_path, router=FakeRouter(fail=lambda intent: Problem("busy", limit=3)))
    lee = stage.chairs.of("lee")
    await lee.command("wallet")
    assert lee.read()[0].card.lines == ("[en] problem.busy limit=3",)


async def test_answers_in_a_channel_are_for_one_pair_of_eyes(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    lee, aoki = stage.chairs.of("lee").at(Place.STAFF), stage.chairs.of("aoki").at(Place.STAFF)
    await lee.say("@Sukima who can teach fractions?")
    assert [message.ephemeral for message in lee.read()] == [False, True]
    assert [message.card.lines for message in aoki.read()] == [("@Sukima who can teach fractions?",)]
    await aoki.say("thank you")
    assert texts(*stage.router.heard) == ["who can teach fractions?"]


async def test_a_chair_presses_submits_and_finds_nothing_that_is_not_there(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    lee = stage.chairs.of("lee")
    with pytest.raises(Problem) as nothing:
        await lee.submit({})
    assert nothing.value.code == "room.no_such_form"
    await lee.command("offer")
    await lee.press("Done")
    await lee.submit({"reflection": "a thought"})
    await lee.press("Skip")
    said = [message.card.lines for message in lee.read() if message.author == SUKIMA][2:]
    assert said == [
        ("[en] submitted action=reflect:c1, reflection=a thought",),
        ("[en] pressed action=skip:c1",),
    ]
    with pytest.raises(Problem) as unknown:
        await lee.press("No such label")
    assert unknown.value.code == "room.no_such_button"


def test_chairs_are_found_by_number_key_name_and_part(tmp_path: Path) -> None:
    chairs = set_stage(tmp_path, room=open_room(tmp_path)).chairs
    found = [chairs.find(words).user.key for words in ("1", "２", "aoyama", "LEE", "ｌｅｅ carter", "青木美咲", "健")]
    assert found == ["lee", "aoki", "aoyama", "lee", "lee", "aoki", "aoyama"]
    for words, code in (("青", "room.several_users"), ("9", "room.no_such_user"), ("", "room.no_such_user")):
        with pytest.raises(Problem) as caught:
            chairs.find(words)
        assert caught.value.code == code

"""What outlives a process, what stays apart, and what never gets out: into the log, or into what others read."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from scenarios.shelf import FIRST, NAMES
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.conversation.intents import Attached, Origin
from bot.conversation.tasks import Tasks
from bot.conversation.views import View
from bot.domain.language import Lang
from bot.handlers.slack.hearing import Hearing
from bot.handlers.slack.inbound import Sent, Way
from bot.handlers.slack.keys import Payload, team_of
from bot.handlers.slack.listening import Listening
from bot.handlers.slack.people import People
from bot.handlers.slack.taking import Taking
from bot.handlers.slack.timing import Timing
from bot.log import configure
from slack.alone import Heard, alone
from slack.at_work import Transport, at_work
from slack.first_steps import SCHOOL, founded, learned, welcomed
from slack.server import SlackLike, Team, interactions
from slack.server.world import Json, Message

TRANSPORTS = pytest.mark.parametrize("transport", ["socket", "http"])


# ---------------------------------------------------------------------- a new process


@TRANSPORTS
async def test_a_form_whose_window_came_too_late_stands_in_the_message_and_outlives_a_restart(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    sato = slack.person("sato")
    async with at_work(slack, school, tmp_path, transport) as before:
        slack.faults.refuses("views.open", "expired_trigger_id")
        await sato.commands(f"claim {before.code}", where="general")
        assert sato.modals.top is None
        await sato.fills(SCHOOL, where="general")
    async with at_work(slack, school, tmp_path, transport, tokens=before.tokens):
        assert await sato.completes(SCHOOL, where="general") == {}
        # What was typed came through, and the form's token with it: its code was the former process's.
        await sato.sees("引き受けコードが違います", where="general")


async def test_nothing_is_done_or_said_again_by_a_new_process(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    """The first one died before Slack heard that it had taken the reaction, and while the post was on its way."""
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    aoki, hall = slack.person("aoki"), slack.person("hall")

    def posts() -> list[Message]:
        return [each for each in hall.messages("general") if "青木 あさひ" in hall.words(each)]

    async with at_work(slack, school, tmp_path, "http") as first:
        await founded(first)
        told = await learned(aoki)
        broken = slack.faults.resets("chat.postMessage", effect=True, channel=general.id)
        aoki.waits = False
        await aoki.presses("同僚に見せる", on=told)
        await broken.met.wait()
    assert len(posts()) == 1
    aoki.waits = True
    async with at_work(slack, school, tmp_path, "http", tokens=first.tokens) as second:
        slack.clock.move(600)
        await second.settle()
        (post,) = posts()
        await hall.reacts(post, "white_flower")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        (event,) = slack.deliveries.events("reaction_added")
    heard = [hall.words(each) for each in hall.messages()]
    async with at_work(slack, school, tmp_path, "http", tokens=first.tokens) as third:
        again = slack.deliveries.again(event)
        await third.settle()
        assert again.acknowledged
        assert [hall.words(each) for each in hall.messages()] == heard
        assert len(posts()) == 1
        await hall.unreacts(post, "white_flower")
        assert not [each for each in aoki.messages("general") if "裏書：同僚 1" in aoki.words(each)]


# ---------------------------------------------------------------------- two workspaces


class Shown:
    def __init__(self) -> None:
        self.to: list[tuple[str, str | None]] = []

    async def show(self, origin: Origin, way: Way, views: tuple[View, ...], lang: Lang) -> None:
        self.to.append((origin.workspace_key, way.response_url))

    def in_window(self, window: Payload, views: tuple[View, ...], lang: Lang) -> dict[str, Any] | None:
        return None


async def test_workspaces_with_equal_ids_are_two() -> None:
    """Of users, channels, messages and even events: also where one of them belongs to an organisation."""

    async def ask(home: str, user: str) -> Json:
        return {"id": user, "team_id": team_of(home), "real_name": f"{user} of {home}", "deleted": home == "T0GONE"}

    def fetched(home: str, sent: Sent) -> Attached:
        raise AssertionError

    async def left(home: str) -> None:
        raise AssertionError

    router, shown, tasks = Heard(), Shown(), Tasks()
    people = People(ask, lambda: datetime(2026, 6, 10, tzinfo=UTC))
    nobody = cast(Any, SimpleNamespace())
    hearing = Hearing(router, people, shown, nobody, nobody, nobody, tasks, nobody, nobody)
    taking = Taking(tasks, Timing(), lambda home: False)
    listening = Listening(hearing, tasks, taking, fetched, left, nobody, lambda body: None)
    context = AsyncBoltContext({"bot_user_id": "U0SUKIMA"})
    first = AsyncBoltRequest(body="{}", mode="socket_mode")
    item = {"type": "message", "channel": "C0GENERAL", "ts": "1.000000"}
    acts: tuple[Json, ...] = (
        {"type": "message", "channel_type": "im", "user": "U0AOKI", "text": "こんにちは", "channel": "D0AOKI"},
        {"type": "reaction_added", "user": "U0AOKI", "reaction": "white_flower", "item": item, "event_ts": "2.000000"},
        {
            "type": "reaction_removed",
            "user": "U0AOKI",
            "reaction": "white_flower",
            "item": item,
            "event_ts": "1.500000",
        },
    )
    homes = [("T0ASAHI", None), ("T0YUHI", None), ("T0ASAHI", "E0BOARD"), ("T0GONE", None)]
    for team, enterprise in homes[:2]:
        assert (await listening.event(_event(team, enterprise, acts[0]), context, first)).status == 200
    for team, enterprise in homes:
        assert (await listening.event(_event(team, enterprise, acts[1]), context, first)).status == 200
    assert (await listening.event(_event("T0YUHI", None, acts[2]), context, first)).status == 200
    for team in ("T0ASAHI", "T0YUHI"):
        await listening.command({"team_id": team, "user_id": "U0AOKI", "channel_id": "C0GENERAL", "response_url": team})
    await tasks.quiet()
    heard = [(type(each).__name__, each.origin.workspace_key, each.origin.user_name) for each in router.heard]
    assert sorted(heard) == sorted(
        [
            *(("Said", home, f"U0AOKI of {home}") for home in ("T0ASAHI", "T0YUHI")),
            *(("ReactionAdded", home, f"U0AOKI of {home}") for home in ("T0ASAHI", "T0YUHI", "E0BOARD/T0ASAHI")),
            *(("Commanded", home, f"U0AOKI of {home}") for home in ("T0ASAHI", "T0YUHI")),
        ]
    )
    assert {("T0ASAHI", "T0ASAHI"), ("T0YUHI", "T0YUHI")} <= set(shown.to)


def _event(team: str, enterprise: str | None, event: Json) -> Json:
    given = {"enterprise_id": enterprise, "team_id": team, "user_id": "U0SUKIMA", "is_bot": True}
    known = {"type": "event_callback", "team_id": team, "authorizations": [given]}
    return {**known, "event_id": f"Ev0{event['type']}", "event": event}


# ---------------------------------------------------------------------- hostile words


HOSTILE = (
    "<!channel> <!here> <@U0HALL> <https://evil.example|あさひ>",
    "あ" * 39_000,
    "\u202e逆さま\u2066 \u200f右から",
    "半分\ud83d と \ud800",
    "無\x00と\x07",
    "&lt;!channel&gt; `*_~> ```",
)


async def test_hostile_words_are_answered_and_nothing_in_them_works(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    aoki, hall = slack.person("aoki"), slack.person("hall")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        await welcomed(aoki)
        hall.user.real_name = "<!channel>\u202e \ud800\x00Emma & <b>"
        await hall.says("hello")
        for words in HOSTILE:
            before = len(_said(school))
            await aoki.says(words)
            await aoki.commands(f"who {words[:3000].encode(errors='replace').decode()}", where="general")
            assert len(_said(school)) >= before + 2, words[:20]
        action = {"type": "button", "action_id": "act0", "block_id": "b", "value": "of an older edition"}
        told = aoki.messages()[-1]
        await aoki.interact(interactions.press(slack, school, aoki.id, aoki.dm, told, action))
        await aoki.sees("確かめられなかった")
    assert all(each.acknowledged for each in slack.deliveries.sent)
    for message in _said(school):
        raw = message.text + json.dumps(message.blocks, ensure_ascii=False)
        marks = ("<!channel", "<!here", "<@U0HALL", "<https://evil.example|", "\x00", "\ud800")
        assert [mark for mark in marks if mark in raw] == [], raw[:500]
        assert "\u202e" not in aoki.words(message)


def _said(team: Team) -> list[Message]:
    return [each for place in team.channels.values() for each in place.messages.values() if each.user == "U0SUKIMA"]


# ---------------------------------------------------------------------- the log


@pytest.fixture
def log() -> Iterator[StringIO]:
    """As the product writes it."""
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    stream = StringIO()
    configure("debug", json=True, stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for room in ("bot", "storage"):
        logging.getLogger(room).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@TRANSPORTS
async def test_the_log_holds_ids_and_codes_only(
    slack: SlackLike, school: Team, transport: Transport, log: StringIO
) -> None:
    """Whatever goes wrong, in the kit's own lines too."""
    slack.faults.fails("auth.test", 500)
    aoki, hall = slack.person("aoki"), slack.person("hall")
    async with alone(slack, school, transport) as here:
        here.router.fails = 1
        await aoki.commands("who ひみつの算数", where="general")
        slack.faults.fails("chat.postMessage", 500, times=9)
        await aoki.says("ひみつの国語")
        slack.faults.resets("response_url", effect=False)
        await aoki.commands("who ひみつの理科", where="general")
        await aoki.uses_shortcut("of_an_older_edition")
        here.router.fails, hall.waits = 1, False
        here.router.trying.clear()
        await hall.says("secret words of Emma")
        await here.router.trying.wait()
        if transport == "socket":
            slack.clock.move(3.5)
        await here.settle()
        if transport == "http":
            await slack.requests.post('{"text": "ひみつ"}', secret="forged")
            await slack.requests.post("ひみつ")
            await slack.deliveries.quiet()
        for grant in slack.app.grants.values():
            grant.revoked = True
        await here.server.person("sato").commands("ひみつ", where="general")
        tokens = [*slack.app.grants]
    lines = log.getvalue()
    events = {json.loads(line)["event"] for line in lines.splitlines()}
    assert {"slack.unreachable", "slack.interaction_failed", "slack.answer_failed", "slack.token_refused"} <= events
    assert {"slack.unknown_callback", "slack.hook_broke", "slack.event_failed"} <= events
    said = ["ひみつ", "secret words", "Emma", "青木", "佐藤", "aoki@", "xoxb", "xapp", "/commands/", "こんにちは"]
    for word in (*tokens, slack.app.signing_secret, slack.app.verification_token, *said):
        assert word not in lines
        assert json.dumps(word)[1:-1] not in lines

"""What reaches Sukima from Slack, and from those who say that they are Slack: refused, done once, or let go."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import Commanded, ReactionAdded, ReactionRemoved, Said
from slack.alone import PATIENT, Alone, alone
from slack.at_work import Transport, at_work
from slack.server import SlackLike, Team
from slack.server.delivery import EVENTS, INTERACTIVE, Delivery
from slack.server.requests import FORM, JSON
from slack.server.world import Json, Message


@pytest.fixture(params=["socket", "http"])
async def here(request: pytest.FixtureRequest, slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    transport: Transport = request.param
    async with alone(slack, school, transport) as opened:
        yield opened


@pytest.fixture
async def http(slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    async with alone(slack, school, "http") as opened:
        yield opened


def words(here: Alone) -> list[str]:
    return [each.text for each in here.router.heard if isinstance(each, Said | Commanded)]


def sent_by_aoki(here: Alone) -> int:
    """The number of the last request that tells what 青木 did."""
    requests = here.server.requests.sent
    return max(number for number, (body, _) in enumerate(requests) if "U0AOKI" in body and "bot_id" not in body)


# ---------------------------------------------------------------------- signatures


@pytest.mark.parametrize(
    "signed",
    [
        {"secret": "somebody else's"},
        {"age": 301},
        {"age": -400},
        {"headers": {"X-Slack-Signature": ""}},
        {"headers": {"X-Slack-Signature": "v0=\u00e9"}},
        {"headers": {"X-Slack-Request-Timestamp": "yesterday"}},
        {"headers": {"X-Slack-Request-Timestamp": "9" * 5000}},
        {"headers": {"X-Slack-Request-Timestamp": "٣"}},
    ],
    ids=("secret", "old", "coming", "unsigned", "letters", "word", "digits", "arabic"),
)
@pytest.mark.parametrize("kind", [JSON, FORM])
async def test_what_slack_did_not_sign_just_now_is_refused(http: Alone, signed: Json, kind: str) -> None:
    aoki = http.server.person("aoki")
    await (aoki.says("覚えて") if kind == JSON else aoki.commands("who 算数"))
    (body, _) = http.server.requests.sent[sent_by_aoki(http)]
    changed = body.replace("U0AOKI", "U0HALL").replace("Ev0", "Ev9")
    before = list(http.router.heard)
    assert (await http.server.requests.post(changed, kind, **signed))[0] == 401
    await http.settle()
    assert http.router.heard == before
    assert (await http.server.requests.post(changed, kind))[0] == 200, "signed, it is heard"
    await http.settle()
    assert len(http.router.heard) == 2


@pytest.mark.parametrize("body", ["", "{", "payload=%7B", "payload=1", "[]", "null", "ssl_check=0", "\x00"])
async def test_what_cannot_be_read_is_refused_unread(http: Alone, body: str) -> None:
    for kind in (JSON, FORM):
        assert (await http.server.requests.post(body, kind, secret="forged"))[0] == 401
        assert (await http.server.requests.post(body, kind))[0] < 500
    assert http.router.heard == []


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # as whoever means ill would
async def test_what_is_longer_than_anything_of_slacks_is_not_read(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    """It comes from anybody: who sent it is known only once it is read."""
    async with at_work(slack, school, tmp_path, "http"):
        assert (await slack.requests.post("x" * 2**21, JSON))[0] == 413


async def test_a_command_or_a_press_that_is_sent_again_is_somebody_elses(http: Alone) -> None:
    await http.server.person("aoki").commands("who 算数")
    assert (await http.server.requests.replay(sent_by_aoki(http)))[0] == 401
    await http.settle()
    assert words(http) == ["who 算数"]
    await http.server.person("aoki").says("こんにちは")
    assert (await http.server.requests.replay(sent_by_aoki(http)))[0] == 200, (
        "an event may come again, with the same signature"
    )
    await http.settle()
    assert words(http) == ["who 算数", "こんにちは"]


async def test_as_long_as_a_signature_counts_it_counts_once(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "http", timing=replace(PATIENT, seconds=slack.clock.now)) as here:
        await slack.person("aoki").commands("who 算数")
        number = sent_by_aoki(here)
        slack.clock.move(290)
        await slack.person("hall").commands("who 国語")
        assert (await slack.requests.replay(number))[0] == 401
        await here.settle()
        assert words(here) == ["who 算数", "who 国語"]


@pytest.mark.parametrize("kind", ["Application/JSON", JSON, f"{JSON} ; charset=utf-8"])
async def test_what_a_request_is_comes_from_what_is_signed(http: Alone, kind: str) -> None:
    """Its headers are anybody's: a command does not become an event by another name of its form."""
    await http.server.person("aoki").commands("who 算数")
    number = sent_by_aoki(http)
    body, headers = http.server.requests.sent[number]
    http.server.requests.sent[number] = body, {**headers, "Content-Type": kind}
    assert (await http.server.requests.replay(number))[0] == 401
    await http.settle()
    assert words(http) == ["who 算数"]


@pytest.mark.parametrize(
    "odd",
    [
        {"event": 5},
        {"event": []},
        {"event": None},
        {"event": {"type": 5, "user": "U0AOKI"}},
        {"event": {"type": ["message"]}},
        {"event": {"type": "app_mention", "user": 5}},
        {"authorizations": {"team_id": "T0ASAHI"}},
        {"type": "view_submission", "view": 5},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": ["act0"]}]},
        {"type": "block_actions", "actions": [5]},
        {"type": "shortcut", "callback_id": 5},
        {"type": "shortcut"},
        {"type": "block_actions", "user": 5},
    ],
    ids=str,
)
async def test_what_has_no_shape_of_slacks_is_refused_with_one_line(here: Alone, odd: Json) -> None:
    """Brought again it would be no better: over Socket Mode, where nothing can be refused, it is acknowledged."""
    kind = EVENTS if "event" in odd or "authorizations" in odd else INTERACTIVE
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U0AOKI", "text": "x", "ts": "1.000000"}
    told = {"type": "event_callback", "team_id": here.team.id, "event_id": "Ev1", "event": event}
    with capture_logs() as lines:
        sent = here.server.deliveries.send(kind, {**(told if kind == EVENTS else _common(here)), **odd})
        await here.server.deliveries.over(sent)
    assert sent.acknowledged is here.server.app.socket_mode
    assert {each.status for each in sent.attempts} <= ({0, None, 200} if sent.acknowledged else {400})
    assert {line["event"] for line in lines if line["log_level"] in ("warning", "error")} == {"slack.unreadable"}
    assert here.router.heard == []


async def test_events_without_an_id_are_each_heard(here: Alone) -> None:
    await here.server.person("aoki").says("こんにちは")
    first = here.server.deliveries.events("message")[0]
    without = {name: value for name, value in first.payload.items() if name != "event_id"}
    for text in ("やあ", "またね"):
        told = {**first.payload["event"], "text": text}
        here.server.deliveries.send(EVENTS, {**without, "event": told})
        await here.settle()
    heard = [each for each in here.router.heard if isinstance(each, Said)]
    assert [each.text for each in heard] == ["こんにちは", "やあ", "またね"]
    assert [each.origin.event_id for each in heard[1:]] == [None, None], "no id: it is nobody's repetition"


async def test_slack_may_check_the_address(http: Alone) -> None:
    assert await http.server.requests.verify_url()
    assert await http.server.requests.check_ssl()


# ---------------------------------------------------------------------- deliveries


async def test_an_event_that_comes_again_is_done_once_and_answered_once(here: Alone) -> None:
    aoki = here.server.person("aoki")
    gate, aoki.waits = here.router.hold(), False
    await aoki.says("こんにちは")
    (first,) = here.server.deliveries.events("message")
    await here.router.trying.wait()
    second = here.server.deliveries.again(first)
    gate.set()
    await here.settle()
    third = here.server.deliveries.again(first)
    await here.settle()
    assert all(each.acknowledged for each in (first, second, third))
    assert here.router.tried == 1
    assert len(here.said()) == 1


async def test_an_event_whose_work_failed_is_brought_again_and_done(here: Alone) -> None:
    aoki = here.server.person("aoki")
    here.router.fails, aoki.waits = 1, False
    await aoki.says("こんにちは")
    (event,) = here.server.deliveries.events("message")
    if here.server.app.socket_mode:
        await here.router.trying.wait()
        here.server.clock.move(3.5)
    await here.settle()
    assert [each.acknowledged for each in event.attempts] == [False, True]
    assert (words(here), len(here.said())) == (["こんにちは"], 1)


async def test_work_that_is_slower_than_slacks_patience_is_not_done_again(here: Alone) -> None:
    aoki = here.server.person("aoki")
    held, aoki.waits = here.server.faults.holds("users.info"), False
    await aoki.says("こんにちは")
    (event,) = here.server.deliveries.events("message")
    await held.met.wait()
    here.server.clock.move(3.5)
    await here.server.until(lambda: event.attempts or None)
    assert held.gate is not None
    held.gate.set()
    await here.settle()
    assert [each.acknowledged for each in event.attempts] == [False, True]
    assert (here.router.tried, len(here.said())) == (1, 1)


async def test_an_event_at_work_is_not_acknowledged_for_it(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "http", timing=replace(PATIENT, acknowledged_within=0.01)) as here:
        aoki = slack.person("aoki")
        gate, aoki.waits = here.router.hold(), False
        await aoki.says("こんにちは")
        (event,) = slack.deliveries.events("message")
        await slack.deliveries.over(event)
        assert [each.status for each in event.attempts] == [503, 503]
        gate.set()
        await here.slack.quiet()
        slack.clock.move(60)
        await here.settle()
        assert event.acknowledged
        assert (here.router.tried, len(here.said())) == (1, 1)


def reaction(here: Alone, kind: str, at: str, emoji: str = "white_flower", user: str = "U0AOKI") -> Delivery:
    item = {"type": "message", "channel": "C0GENERAL", "ts": "1700000000.000100"}
    event = {"type": kind, "user": user, "reaction": emoji, "item": item, "item_user": "U0SUKIMA", "event_ts": at}
    here.server.tell(here.team, event)
    return here.server.deliveries.sent[-1]


@pytest.mark.parametrize("last", ["reaction_added", "reaction_removed"])
@pytest.mark.parametrize("in_order", [True, False])
async def test_of_a_reaction_put_on_and_taken_off_what_happened_last_counts(
    here: Alone, last: str, in_order: bool
) -> None:
    """Slack may bring the two in any order: one that was not acknowledged comes a minute later."""
    first = "reaction_removed" if last == "reaction_added" else "reaction_added"
    brought = [(first, "1781046000.000100"), (last, "1781046000.000200")]
    held = here.server.faults.holds("users.info")
    sent = [reaction(here, *each) for each in (brought if in_order else reversed(brought))]
    reaction(here, "reaction_added", "1781046000.000150", "white_check_mark")
    await held.met.wait()
    assert held.gate is not None
    held.gate.set()
    await here.settle()
    assert all(each.acknowledged for each in sent)
    heard = [each for each in here.router.heard if isinstance(each, ReactionAdded | ReactionRemoved)]
    flowers = [type(each) for each in heard if each.emoji == "white_flower"]
    kinds = {"reaction_added": ReactionAdded, "reaction_removed": ReactionRemoved}
    assert flowers == ([kinds[first], kinds[last]] if in_order else [kinds[last]])
    assert len(heard) == len(flowers) + 1, "another emoji is a matter of its own"


# ---------------------------------------------------------------------- who is not of the school


async def test_strangers_are_told_one_sentence_and_nothing_they_do_counts(here: Alone) -> None:
    here.server.add_team("T0FOREIGN")
    here.server.add_user(here.team, "U0FREMD", "fremd", team_id="T0FOREIGN", email="fremd@foreign.example")
    here.team.channels["C0GENERAL"].members.append("U0FREMD")
    fremd = here.server.person("fremd")
    await fremd.mentions("who 算数")
    (told,) = here.said()
    assert told.reader == "U0FREMD"
    await fremd.commands("wallet", where="general")
    assert len(here.said()) == 2
    reaction(here, "reaction_added", "1781046000.000100", user="U0FREMD")
    await here.settle()
    assert here.router.heard == []
    assert len(here.said()) == 2


async def test_bots_are_never_answered(here: Alone) -> None:
    """Two that answer each other would never end."""
    here.server.add_user(here.team, "U0ROBOT", "robot", is_bot=True)
    here.server.add_user(here.team, "U0FAR", "far", is_bot=True, team_id="T0FOREIGN")
    here.server.add_user(here.team, "USLACKBOT", "slackbot")
    here.team.channels["C0GENERAL"].members += ["U0ROBOT", "U0FAR", "USLACKBOT"]
    here.router.views = ()
    for name in ("robot", "far", "slackbot"):
        await here.server.person(name).mentions("who 算数")
        reaction(here, "reaction_added", "1781046000.000100", user=here.team.user(name).id)
        await here.settle()
    assert [each.origin.user_key for each in here.router.heard if not each.origin.is_bot] == []
    assert {each.origin.user_key for each in here.router.heard} == {"U0ROBOT", "USLACKBOT"}
    assert here.said() == []


async def test_who_left_or_is_unknown_here_is_let_go(here: Alone) -> None:
    aoki = here.server.person("aoki")
    await here.server.admin().deactivates("U0AOKI")
    await aoki.commands("wallet", where="general")
    event = reaction(here, "reaction_added", "1781046000.000100", user="U0NOBODY")
    await here.settle()
    assert event.acknowledged
    assert (here.router.heard, here.said()) == ([], [])


# ---------------------------------------------------------------------- what is none of ours


async def test_what_is_none_of_ours_is_acknowledged_and_let_go(here: Alone) -> None:
    aoki = here.server.person("aoki")
    await aoki.uses_shortcut("of_an_older_edition")
    place = here.team.channels["C0GENERAL"]
    old = Message(ts=place.new_ts(here.server.clock.now()), user="U0SUKIMA", text="?", team_id=here.team.id)
    place.messages[old.ts] = old
    for action in (
        {"type": "button", "action_id": "go", "block_id": "b", "url": "https://asahi.example"},
        {"type": "button", "action_id": "go", "block_id": "b"},
        {"type": "button", "action_id": "go", "block_id": "b", "value": None},
        {"type": "static_select", "action_id": "go", "block_id": "b", "selected_option": {"value": "x"}},
        {"type": "users_select", "action_id": "act0", "block_id": "b", "selected_user": "U0HALL"},
    ):
        assert (await aoki.interact(_press(here, place.id, action))).acknowledged
    for kept in ("", "{}", "[1,2,3,4]", '["a","b",true,7]', "null", "\ud800"):
        known = {"id": "V1", "type": "modal", "callback_id": "of_an_older_edition", "private_metadata": kept}
        view = {**known, "state": {"values": {"a": {"b": None}}}}
        sent = {**_common(here), "type": "view_submission", "view": view, "trigger_id": "1.2"}
        assert (await aoki.interact(sent)).acknowledged
    assert here.router.heard == []
    odd = {"type": "message", "channel": place.id, "channel_type": "channel", "event_ts": "1.000000"}
    for event in (
        {**odd, "subtype": "message_deleted", "hidden": True, "deleted_ts": old.ts, "ts": "1.000000"},
        {**odd, "subtype": "bot_message", "bot_id": "B0OTHER", "text": "x", "ts": "1.000000"},
        {**odd, "subtype": "of_next_year", "user": "U0AOKI", "text": "x", "ts": "1.000000"},
        {**odd, "text": "x", "ts": "1.000000"},
    ):
        here.server.tell(here.team, event)
    await here.settle()
    assert all(each.acknowledged for each in here.server.deliveries.sent)
    assert here.router.heard == []


async def test_a_value_that_is_none_of_ours_reaches_the_router_as_it_is(here: Alone) -> None:
    """The router says that the button is of no use any more."""
    action = {"type": "button", "action_id": "act0", "block_id": "b", "value": "x" * 2000}
    await here.server.person("aoki").interact(_press(here, "C0GENERAL", action))
    assert len(here.router.heard) == 1
    assert len(here.said()) == 1


def _common(here: Alone) -> Json:
    return {"team": {"id": here.team.id}, "user": {"id": "U0AOKI", "team_id": here.team.id}, "api_app_id": "A0"}


def _press(here: Alone, channel: str, action: Json) -> Json:
    place = {"type": "message", "message_ts": "1700000000.000100", "channel_id": channel}
    known = {"type": "block_actions", "container": place, "channel": {"id": channel, "name": "general"}}
    return {**_common(here), **known, "trigger_id": "1.2.3", "actions": [action], "state": {"values": {}}}

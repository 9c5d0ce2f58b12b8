"""Slack is away, breaks off, refuses: the house goes on, what was acknowledged is answered, nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import Said
from slack.alone import PATIENT, Alone, alone
from slack.at_work import Transport
from slack.server import SlackLike, Team
from slack.server.delivery import Delivery
from slack.server.faults import Faults

TRANSPORTS = pytest.mark.parametrize("transport", ["socket", "http"])


@pytest.fixture(params=["socket", "http"])
async def here(request: pytest.FixtureRequest, slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    async with alone(slack, school, request.param) as opened:
        yield opened


@pytest.fixture
async def http(slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    async with alone(slack, school, "http") as opened:
        yield opened


async def brought(here: Alone, delivery: Delivery) -> None:
    """Slack brings it until it is taken."""
    while not delivery.acknowledged:
        await here.server.deliveries.over(delivery)
        assert not delivery.over or delivery.acknowledged, "given up"
        if delivery.waiting:
            if here.server.app.socket_mode:
                await here.server.sockets.connected()
            here.server.clock.move(300)
    await here.settle()


def said_by(here: Alone) -> list[tuple[str, str]]:
    return [(each.origin.user_key, each.text) for each in here.router.heard if isinstance(each, Said)]


# ---------------------------------------------------------------------- Slack is away


@TRANSPORTS
async def test_slack_is_away_at_the_start_and_comes_by_itself(
    slack: SlackLike, school: Team, transport: Transport
) -> None:
    slack.faults.fails("auth.test", 503, times=2)
    slack.faults.resets("auth.test", effect=False)
    held = slack.faults.holds("auth.test")
    with capture_logs() as lines:
        async with alone(slack, school, transport, reached=False) as here:
            await held.met.wait()
            assert await here.slack.trouble() == "slack.no_answer"
            aoki = slack.person("aoki")
            aoki.waits = False
            await aoki.says("こんにちは")
            (event,) = slack.deliveries.events("message")
            await slack.deliveries.over(event)
            assert event.waiting, "not acknowledged by who cannot know yet whose it is"
            assert held.gate is not None
            held.gate.set()
            await here.slack.quiet()
            await brought(here, event)
            assert (said_by(here), len(here.said())) == ([("U0AOKI", "こんにちは")], 1)
            assert await here.slack.trouble() is None
    begun = [line["event"] for line in lines if line["event"].startswith("slack.")]
    assert begun == ["slack.unreachable", "slack.unreachable", "slack.begun"], "each reason is said once"


async def test_a_bot_token_that_slack_refuses_is_said_once(slack: SlackLike, school: Team) -> None:
    held = slack.faults.refuses("auth.test", "invalid_auth", times=4)
    with capture_logs() as lines:
        async with alone(slack, school, "http", reached=False) as here:
            await here.slack.quiet()
    assert held.times == 0
    assert [line for line in lines if line["event"] == "slack.token_refused"] == [
        {"event": "slack.token_refused", "log_level": "error", "code": "invalid_auth"}
    ]


async def test_an_app_token_that_slack_refuses_is_said_once_and_connects_when_it_is_good(
    slack: SlackLike, school: Team
) -> None:
    token = slack.app_token()
    grant = slack.app.grants.pop(token)
    timing = replace(PATIENT, again_every=0.001)
    with capture_logs() as lines:
        async with alone(slack, school, "socket", timing=timing, app_token=token, reached=False) as here:
            await slack.until(lambda: len(slack.called("apps.connections.open")) > 2)
            assert await here.slack.trouble() == "slack.not_connected"
            slack.app.grants[token] = grant
            await slack.sockets.connected()
            slack.settle = here.settle
            await slack.person("aoki").says("こんにちは")
            assert said_by(here) == [("U0AOKI", "こんにちは")]
            assert await here.slack.trouble() is None
    assert [(line["code"], line["log_level"]) for line in lines if line["event"] == "slack.app_token_refused"] == [
        ("invalid_auth", "error")
    ]
    assert token not in str(lines)


@pytest.mark.parametrize("trouble", ["warn", "refresh", "cut", "away"])
async def test_a_connection_that_ends_is_replaced(slack: SlackLike, school: Team, trouble: str) -> None:
    timing = replace(PATIENT, ping_every=0.3)
    async with alone(slack, school, "socket", timing=timing) as here:
        if trouble == "away":
            slack.faults.fails("apps.connections.open", 503)
            slack.faults.fails("socket", 500)
        ends = getattr(slack.sockets, {"away": "cut"}.get(trouble, trouble))()
        if ends is not None:
            await ends
        aoki = slack.person("aoki")
        aoki.waits = False
        await slack.until(lambda: slack.sockets.opened > 1)
        await aoki.says("まだいる？")
        await brought(here, slack.deliveries.events("message")[0])
        assert (said_by(here), len(here.said())) == ([("U0AOKI", "まだいる？")], 1)


async def test_who_is_known_stays_known_while_slack_cannot_say_who_they_are(here: Alone) -> None:
    aoki = here.server.person("aoki")
    await aoki.says("こんにちは")
    here.server.clock.move(3 * 3600)
    here.server.faults.fails("users.info", 500)
    await aoki.says("もう一度")
    here.server.faults.limits("users.info", 30)
    await aoki.says("そしてまた")
    assert [each.origin.user_name for each in here.router.heard] == ["青木 あさひ"] * 3
    assert len(here.server.called("users.info")) == 3, "asked anew each time"


# ---------------------------------------------------------------------- answers


TROUBLES: dict[str, Callable[[Faults], object]] = {
    "broken before": lambda faults: faults.resets("chat.postMessage", effect=False, times=2),
    "broken after": lambda faults: faults.resets("chat.postMessage", effect=True),
    "500 before": lambda faults: faults.fails("chat.postMessage", 500, times=2),
    "500 after": lambda faults: faults.fails("chat.postMessage", 502, effect=True),
    "internal": lambda faults: faults.refuses("chat.postMessage", "internal_error"),
    "limited": lambda faults: faults.limits("chat.postMessage", 30),
    "not found either": lambda faults: (
        faults.resets("chat.postMessage", effect=True),
        faults.limits("conversations.history", 5),
        faults.limits("conversations.replies", 5),
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("in_thread", [False, True])
async def test_an_answer_outlasts_slacks_troubles_and_is_not_doubled(
    http: Alone, trouble: str, in_thread: bool
) -> None:
    aoki = http.server.person("aoki")
    first = await aoki.says("こんにちは")
    TROUBLES[trouble](http.server.faults)
    await aoki.says("もう一度", thread=first if in_thread else None)
    assert len(http.said()) == 2
    assert (http.said()[-1].thread_ts == first.ts) == in_thread
    assert len(http.router.shown_as) == 2


async def test_an_answer_that_slack_never_takes_is_given_up_and_holds_up_nothing(http: Alone) -> None:
    aoki = http.server.person("aoki")
    http.server.faults.fails("chat.postMessage", 500, times=6)
    with capture_logs() as lines:
        await aoki.says("こんにちは")
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["slack.answer_failed"]
    assert http.said() == []
    await aoki.says("もう一度")
    assert len(http.said()) == 1


@pytest.mark.parametrize("how", ["old", "used up", "broken", "500", "limited"])
async def test_an_answer_finds_its_way_when_its_address_is_of_no_use(here: Alone, how: str) -> None:
    aoki = here.server.person("aoki")
    gate, aoki.waits = here.router.hold(), False
    delivery = await aoki.commands("who 算数", where="general")
    await here.server.deliveries.over(delivery)
    await here.router.trying.wait()
    faults: dict[str, Callable[[], object]] = {
        "old": lambda: here.server.clock.move(1801),
        "used up": lambda: [setattr(place, "uses", 5) for place in here.server.places.values()],
        "broken": lambda: here.server.faults.resets("response_url", effect=False),
        "500": lambda: here.server.faults.fails("response_url", 500),
        "limited": lambda: here.server.faults.limits("response_url", 7),
    }
    faults[how]()
    gate.set()
    await here.settle()
    (told,) = here.said()
    assert told.reader == "U0AOKI"
    assert here.team.channels["C0GENERAL"].messages[told.ts] is told
    assert len(here.server.called("response_url")) == 1, "an address that is of no use is tried once"


@pytest.mark.parametrize("how", ["archived", "removed"])
async def test_who_asked_where_nothing_can_be_said_hears_it_directly(here: Alone, how: str) -> None:
    aoki, general = here.server.person("aoki"), here.team.channels["C0GENERAL"]
    gate, aoki.waits = here.router.hold(), False
    await aoki.mentions("who 算数")
    await here.router.trying.wait()
    if how == "archived":
        general.archived = True
    else:
        general.members.remove("U0SUKIMA")
    gate.set()
    await here.settle()
    assert [here.server.teams["T0ASAHI"].direct("U0SUKIMA", "U0AOKI")] == [
        channel for channel in here.team.channels.values() if here.said(channel)
    ]


async def test_what_an_administrator_does_is_taken_in(here: Alone) -> None:
    admin = here.server.admin()
    await admin.invites("bot", "general")
    await admin.removes("bot", "general")
    await admin.renames("general", "everybody")
    await admin.archives("everybody")
    await admin.deletes_channel("everybody")
    await admin.deactivates("U0HALL")
    assert here.server.deliveries.sent
    assert all(each.acknowledged for each in here.server.deliveries.sent)
    assert here.router.heard == []


async def test_a_token_that_stops_working_is_said_once_and_nothing_is_lost(http: Alone) -> None:
    (grant,) = [each for each in http.server.app.grants.values() if each.kind == "bot"]
    aoki, hall = http.server.person("aoki"), http.server.person("hall")
    grant.revoked, hall.waits = True, False
    with capture_logs() as lines:
        await aoki.commands("wallet", where="general")
        (told,) = http.said()
        assert told.reader == "U0AOKI", "the way back needs no token: somebody waits for an answer"
        assert await http.slack.trouble() == "slack.token_refused"
        await hall.says("hello")
        (event,) = [each for each in http.server.deliveries.events("message") if "bot_id" not in each.payload["event"]]
        await http.server.deliveries.over(event)
        assert event.waiting
        grant.revoked = False
        await brought(http, event)
    assert said_by(http) == [("U0HALL", "hello")]
    assert await http.slack.trouble() is None
    refused = [line for line in lines if line["event"] == "slack.token_refused"]
    assert [(line["code"], line["workspace"]) for line in refused] == [("token_revoked", "T0ASAHI")]


# ---------------------------------------------------------------------- the end


async def test_what_was_acknowledged_is_answered_before_the_end(here: Alone) -> None:
    aoki, hall = here.server.person("aoki"), here.server.person("hall")
    gate, aoki.waits, hall.waits = here.router.hold(), False, False
    command = await aoki.commands("wallet", where="general")
    await here.server.deliveries.over(command)
    await here.router.trying.wait()
    here.router.trying.clear()
    await hall.says("hello")
    await here.router.trying.wait()
    stopping = asyncio.ensure_future(here.slack.stop())
    await asyncio.sleep(0)
    late = await hall.commands("wallet", where="general")
    gate.set()
    await stopping
    here.server.clock.move(3.5)
    await here.server.deliveries.over(late)
    assert not late.acknowledged
    heard = {each.origin.user_key for each in here.router.heard}
    assert heard == {"U0AOKI", "U0HALL"}
    assert len(here.said()) == 2, "the answer to what was still at work, too"


async def test_what_does_not_end_is_broken_off(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "http", timing=replace(PATIENT, drain=0.001)) as here:
        aoki = slack.person("aoki")
        here.router.hold()
        aoki.waits = False
        await aoki.commands("wallet", where="general")
        await here.router.trying.wait()
        with capture_logs() as lines:
            await here.slack.stop()
        assert [line["event"] for line in lines] == ["slack.broken_off"]

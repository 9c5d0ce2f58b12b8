"""Slack is away, breaks off, refuses: the house goes on, what was acknowledged is answered, nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import Said
from bot.conversation.tasks import Tasks
from bot.handlers.slack.platform import LIMIT_IS_OVER
from bot.handlers.slack.taking import Taking
from bot.handlers.slack.timing import Timing
from slack.alone import PATIENT, Alone, alone
from slack.at_work import Transport
from slack.server import SlackLike, Team
from slack.server.delivery import EVENTS, Delivery
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


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (lambda faults: faults.fails("chat.postMessage", 500, times=6), "http_500"),
        (lambda faults: faults.limits("chat.postMessage", 121), "RetryLater"),
        (lambda faults: faults.refuses("chat.postMessage", "restricted_action", times=2), "restricted_action"),
    ],
    ids=["fails", "limits", "refuses"],
)
async def test_an_answer_that_slack_never_takes_is_given_up_and_holds_up_nothing(
    http: Alone, order: Callable[[Faults], object], reason: str
) -> None:
    aoki = http.server.person("aoki")
    order(http.server.faults)
    with capture_logs() as lines:
        await aoki.says("こんにちは")
    assert [line for line in lines if line["log_level"] in ("warning", "error")] == [
        {
            "event": "slack.answer_failed",
            "log_level": "warning",
            "act": "Said",
            "workspace": "T0ASAHI",
            "reason": reason,
        }
    ], "one line, and no traceback"
    http.server.clock.move(121)
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


async def test_a_token_that_stops_working_is_said_once_and_nothing_is_lost(slack: SlackLike, school: Team) -> None:
    """Presses are answered without it; words wait for it, those of whom we know and those of whom we do not."""
    timing = replace(PATIENT, acknowledged_within=0.2, answered_within=0.2, token_every=0.01)
    aoki, hall = slack.person("aoki"), slack.person("hall")
    with capture_logs() as lines:
        async with alone(slack, school, "http", timing=timing) as here:
            await aoki.says("こんにちは")
            (grant,) = [each for each in slack.app.grants.values() if each.kind == "bot"]
            grant.revoked, aoki.waits, hall.waits = True, False, False
            slack.settle = None
            await slack.deliveries.over(await hall.commands("wallet", where="general"))
            told = await slack.until(lambda: [each for each in here.said() if each.reader])
            assert told[0].reader == "U0HALL", "the way back needs no token: somebody waits for an answer"
            assert await here.slack.trouble() == "slack.token_refused"
            await aoki.says("もう一度")
            await hall.says("hello")
            events = [each for each in slack.deliveries.events("message") if "bot_id" not in each.payload["event"]][1:]
            for event in events:
                await slack.deliveries.over(event)
                assert event.waiting, "Slack may bring it to whoever comes after us"
            assert not [each for each in here.said() if not each.reader][1:]
            grant.revoked = False
            await here.slack.quiet()
            assert sorted(said_by(here)) == [("U0AOKI", "こんにちは"), ("U0AOKI", "もう一度"), ("U0HALL", "hello")]
            assert len(here.said()) == 4, "said as soon as the token works"
            for event in events:
                await brought(here, event)
            assert len(here.said()) == 4
            assert await here.slack.trouble() is None
    refused = [line for line in lines if line["event"] in ("slack.token_refused", "slack.token_taken")]
    assert [(line["event"], line.get("code"), line["workspace"]) for line in refused] == [
        ("slack.token_refused", "token_revoked", "T0ASAHI"),
        ("slack.token_taken", None, "T0ASAHI"),
    ]
    assert [line for line in lines if line["log_level"] == "error" and line["event"] != "slack.token_refused"] == []


@pytest.mark.parametrize("is_known", [True, False], ids=("the answer", "who said it"))
async def test_what_waits_for_a_token_ends_when_the_app_is_taken_out(
    slack: SlackLike, school: Team, is_known: bool
) -> None:
    timing = replace(PATIENT, acknowledged_within=0.2, answered_within=0.2, token_every=0.01)
    async with alone(slack, school, "http", timing=timing) as here:
        aoki = slack.person("aoki")
        if is_known:
            await aoki.says("こんにちは")
        (grant,) = [each for each in slack.app.grants.values() if each.kind == "bot"]
        grant.revoked, aoki.waits, slack.settle = True, False, None
        await aoki.mentions("もう一度")
        waiting = "chat.postEphemeral" if is_known else "users.info"
        await slack.until(lambda: slack.called(waiting), "it waits")
        slack.uninstall(school)
        async with asyncio.timeout(10):
            await here.slack.quiet()
        assert await here.slack.trouble() == "slack.uninstalled"
        assert {call.token for call in slack.called(waiting)} == {grant.token}, "without a token nothing is asked"


async def test_the_acknowledgement_waits_once_for_what_is_done_and_its_answer() -> None:
    """Slack's patience is the same whatever is waited for."""
    said: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> asyncio.Future[None]:
        return said

    taking = Taking(Tasks(), Timing(acknowledged_within=0.05, answered_within=60), lambda _: False)
    async with asyncio.timeout(10):
        assert await taking.is_taken(("T0ASAHI", "Ev1"), "aoki", work)
        assert await taking.is_taken(("T0ASAHI", "Ev1"), "aoki", work), "of a retry too"


@TRANSPORTS
@pytest.mark.parametrize("answered_within", [60.0, 0.01])
async def test_words_are_acknowledged_when_they_are_answered_or_a_moment_has_passed(
    slack: SlackLike, school: Team, transport: Transport, answered_within: float
) -> None:
    """Until then Slack would bring them to whoever comes after us."""
    async with alone(slack, school, transport, timing=replace(PATIENT, answered_within=answered_within)) as here:
        aoki = slack.person("aoki")
        aoki.waits = False
        held = slack.faults.holds("chat.postMessage")
        await aoki.says("こんにちは")
        await held.met.wait()
        (event,) = slack.deliveries.events("message")
        if answered_within < 1:
            await slack.deliveries.over(event)
        talk = {**event.payload, "event_id": "Ev0TALK", "event": {"type": "message", "subtype": "channel_join"}}
        await slack.deliveries.over(slack.deliveries.send(EVENTS, talk))
        assert event.acknowledged is (answered_within < 1), "other events pass it by meanwhile"
        assert here.said() == []
        assert held.gate is not None
        held.gate.set()
        await slack.deliveries.over(event)
        await here.settle()
        assert (event.acknowledged, len(event.attempts), len(here.said())) == (True, 1, 1)


@TRANSPORTS
async def test_events_that_slack_keeps_back_are_said_and_what_can_be_read_is_compared(
    slack: SlackLike, school: Team, transport: Transport
) -> None:
    async with alone(slack, school, transport) as here:
        assert len(here.begun) == 1
        minute = int(slack.clock.now()) // 60 * 60
        told = {
            "type": "app_rate_limited",
            "team_id": "T0ASAHI",
            "minute_rate_limited": minute,
            "api_app_id": "A0SUKIMA",
        }
        with capture_logs() as lines:
            deliveries = [slack.deliveries.send(EVENTS, told), slack.deliveries.send(EVENTS, told)]
            before = slack.clock.now()
            await here.settle()
        assert all(each.acknowledged for each in deliveries)
        assert here.begun[1:] == [before + LIMIT_IS_OVER], "once, when it is over"
        assert [line["minute"] for line in lines if line["event"] == "slack.events_limited"] == [minute]
        assert here.slack.state()["events_kept_back_at"] == minute


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
        assert [line["event"] for line in lines] == ["tasks.broken_off"]

"""Socket Mode, whatever becomes of a connection: another is there at once; nothing is lost, and nothing done twice."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import Commanded, Said
from bot.handlers.slack.socket_mode import Socket
from slack.alone import PATIENT, Alone, alone
from slack.server import SlackLike, Team, sockets

SWIFT = replace(PATIENT, ping_every=1000.0, again_every=0.01, again_at_most=0.05, watch_every=0.01)
PROMPTLY = 3.0
"""Seconds, on a busy machine."""


async def is_heard(here: Alone, words: str = "まだいる？") -> None:
    """Somebody says something once, and is answered once, without Slack's having to wait a minute."""
    aoki = here.server.person("aoki")
    aoki.waits = False
    before = len(here.said())
    await aoki.says(words)
    event = here.server.deliveries.sent[-1]
    await here.server.deliveries.over(event)
    await here.settle()
    assert event.acknowledged
    assert [each.text for each in here.router.heard if isinstance(each, Said)].count(words) == 1
    assert len(here.said()) == before + 1


async def soon(holds: Callable[[], object]) -> None:
    """Wait for something on our side, of which the server is not told."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.005)


def state(here: Alone) -> dict[str, str | int]:
    return dict(here.slack.state())


@pytest.mark.parametrize("how", ["silent", "drops", "closes", "warning", "refresh_requested"])
async def test_a_connection_is_replaced_promptly(slack: SlackLike, school: Team, how: str) -> None:
    async with alone(
        slack, school, "socket", timing=replace(SWIFT, ping_every=0.2) if how == "silent" else SWIFT
    ) as here:
        await soon(lambda: state(here) == {"connection": "open", "restarts": 0, "seconds_since_last_sign": 0})
        (old,) = slack.sockets.open
        begun = time.monotonic()
        match how:
            case "silent":
                slack.sockets.silence()
            case "drops":
                slack.sockets.cut()
            case "closes":
                await old.socket.close()
            case "warning":
                await slack.sockets.warn()
            case "refresh_requested":
                await slack.sockets.refresh()
        await slack.until(lambda: [each for each in slack.sockets.open if each is not old], "another connection")
        assert time.monotonic() - begun < PROMPTLY
        await slack.until(
            lambda: slack.sockets.open != [old] and old not in slack.sockets.open, "the old one is closed"
        )
        await soon(lambda: here.slack.state()["restarts"])
        assert await here.slack.trouble() is None
        await is_heard(here)
        assert slack.sockets.opened == 2 or how == "silent", "one takes its place, not several"


async def test_a_silent_connection_is_found_by_the_clock_too(slack: SlackLike, school: Team) -> None:
    """A machine that slept knows by the clock on the wall alone how long nothing was heard."""
    timing = replace(SWIFT, seconds=slack.clock.now)
    async with alone(slack, school, "socket", timing=timing) as here:
        await is_heard(here, "やあ")
        slack.clock.move(timing.silent_after - 1)
        assert await here.slack.trouble() is None
        assert state(here)["seconds_since_last_sign"] == timing.silent_after - 1
        slack.sockets.silence()
        (old,) = slack.sockets.open
        with capture_logs() as lines:
            begun = time.monotonic()
            slack.clock.move(2)
            assert await here.slack.trouble() == "slack.not_connected"
            await slack.until(lambda: slack.sockets.open and old not in slack.sockets.open)
            assert time.monotonic() - begun < PROMPTLY
            await soon(lambda: here.slack.state()["restarts"] == 1)
        silent = [line for line in lines if line["event"] == "slack.socket_silent"]
        assert [(line["seconds"], line["restarts"]) for line in silent] == [(31, 1)]
        assert await here.slack.trouble() is None
        await is_heard(here)


async def test_the_new_connection_is_there_before_the_old_one_closes(slack: SlackLike, school: Team) -> None:
    """What came through the old one is acknowledged through it, however long Slack takes to give us another."""
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        (old,) = slack.sockets.open
        gate, aoki = here.router.hold(), slack.person("aoki")
        aoki.waits = False
        await aoki.says("こんにちは")
        await here.router.trying.wait()
        held = slack.faults.holds("apps.connections.open")
        await slack.sockets.warn()
        await held.met.wait()
        assert slack.sockets.open == [old]
        assert await here.slack.trouble() is None, "the old one still serves"
        assert held.gate is not None
        held.gate.set()
        await slack.sockets.connected(2)
        gate.set()
        (event,) = slack.deliveries.events("message")[:1]
        await slack.deliveries.over(event)
        assert [each.reason for each in event.attempts] == [""], "acknowledged at the first try"
        await slack.until(lambda: old not in slack.sockets.open)


@pytest.mark.parametrize("what", ["event", "command"])
async def test_what_comes_through_both_connections_is_done_once(slack: SlackLike, school: Team, what: str) -> None:
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        held = here.router.hold()
        aoki, hall = slack.person("aoki"), slack.person("hall")
        aoki.waits = hall.waits = False
        await hall.says("hello")
        await here.router.trying.wait()
        await slack.sockets.warn()
        await slack.sockets.connected(2)
        slack.sockets.twice = True
        await (aoki.says("こんにちは") if what == "event" else aoki.commands("wallet"))
        (sent,) = slack.deliveries.sent[-1:]
        if what == "command":
            await slack.deliveries.over(sent)
        held.set()
        await here.settle()
        assert sent.acknowledged
        mine = [each for each in here.router.heard if each.origin.user_key == "U0AOKI"]
        assert [type(each) for each in mine] == [Said if what == "event" else Commanded]
        assert len(here.said()) == 2


REFUSALS: dict[str, tuple[str, Callable[[SlackLike], object]]] = {
    "down": ("SlackApiError", lambda slack: slack.faults.fails("apps.connections.open", 503, times=3)),
    "refused": (
        "internal_error",
        lambda slack: slack.faults.refuses("apps.connections.open", "internal_error", times=3),
    ),
    "broken": ("ServerDisconnectedError", lambda slack: slack.faults.resets("apps.connections.open", effect=False)),
    "no entrance": ("WSServerHandshakeError", lambda slack: slack.faults.fails("socket", 500, times=3)),
}


@pytest.mark.parametrize("how", REFUSALS)
async def test_slack_gives_no_connection_for_a_while(slack: SlackLike, school: Team, how: str) -> None:
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        REFUSALS[how][1](slack)
        with capture_logs() as lines:
            slack.sockets.cut()
            await slack.until(lambda: slack.sockets.opened == 2)
            await soon(lambda: here.slack.state()["restarts"] == 1)
        said = [line for line in lines if line["event"] == "slack.not_connected"]
        assert len(said) == 1, "once, however often it is tried"
        assert "ticket" not in str(lines)
        await is_heard(here)


async def test_socket_mode_that_is_switched_off_is_said_and_tried_for_at_growing_intervals(
    slack: SlackLike, school: Team
) -> None:
    timing = replace(SWIFT, again_every=0.05, again_at_most=0.4)
    async with alone(slack, school, "socket", timing=timing) as here:
        with capture_logs() as lines:
            await slack.sockets.disable()
            await slack.until(lambda: len(slack.called("apps.connections.open")) >= 4)
            assert await here.slack.trouble() == "slack.not_connected"
            assert state(here)["why"] == "link_disabled"
            calls = [each.at for each in slack.called("apps.connections.open")]
            assert len(calls) < 20
            slack.app.socket_mode = True
            await slack.sockets.connected()
            await soon(lambda: here.slack.state()["connection"] == "open")
        assert [line["code"] for line in lines if line["event"] == "slack.not_connected"] == ["link_disabled"]
        await is_heard(here)


async def test_what_was_not_taken_through_one_connection_is_taken_through_another(
    slack: SlackLike, school: Team
) -> None:
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        await is_heard(here, "やあ")
        payload = {**slack.deliveries.events("message")[0].payload, "event_id": "Ev0TWICE"}
        (line,) = slack.sockets.open
        envelope = {"envelope_id": "one", "type": "events_api", "payload": payload, "accepts_response_payload": False}
        here.router.fails = 1
        for tried in (2, 3, 3):
            await line.send(envelope)
            await soon(lambda tried=tried: here.router.tried == tried)  # type: ignore[misc]
            await here.settle()
        assert len(here.router.heard) == 2


async def test_where_there_are_too_many_connections_the_old_one_makes_room(
    slack: SlackLike, school: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST", 1)
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        (old,) = slack.sockets.open
        await slack.sockets.warn()
        await slack.until(lambda: slack.sockets.open and old not in slack.sockets.open)
        await soon(lambda: here.slack.state()["restarts"] == 1)
        await is_heard(here)


async def test_connections_that_do_not_last_are_replaced_at_growing_intervals(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "socket", timing=replace(SWIFT, again_every=0.05, again_at_most=0.4)) as here:
        begun = time.monotonic()
        for number in range(1, 6):
            slack.sockets.cut()
            await soon(lambda number=number: here.slack.state()["restarts"] == number)  # type: ignore[misc]
        assert time.monotonic() - begun >= 0.05 * (1 + 2 + 4 + 8)
        await is_heard(here)


ODD = [
    '{"type": "events_api", "envelope_id": "x", "payload": [1]}',
    '{"type": "events_api", "envelope_id": "x", "payload": null}',
    '{"type": "events_api", "envelope_id": ["x"], "payload": {}}',
    "[" * 100_000,
    "[]",
    "x",
]


@pytest.mark.parametrize("odd", ODD, ids=("list", "null", "key", "deep", "no object", "no json"))
async def test_what_cannot_be_read_is_said_once_and_ends_nothing(slack: SlackLike, school: Team, odd: str) -> None:
    """On a connection that is there, and before its hello."""
    slack.sockets.first_words = odd
    with capture_logs() as lines:
        async with alone(slack, school, "socket", timing=SWIFT) as here:
            (connection,) = slack.sockets.open
            await connection.socket.send_str(odd)
            await is_heard(here)
            assert slack.sockets.open == [connection]
    assert [line["event"] for line in lines if line["log_level"] != "info"] == ["slack.unreadable"] * 2


async def test_the_connection_is_kept_up_whatever_breaks(
    slack: SlackLike, school: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        with monkeypatch.context() as patched, capture_logs() as lines:
            patched.setattr(Socket, "_rest", lambda _: 1 / 0)
            slack.sockets.cut()
            await soon(lambda: [line for line in lines if line["event"] == "slack.socket_failed"])
        await slack.sockets.connected()
        await soon(lambda: here.slack.state()["connection"] == "open")
        await is_heard(here)


async def test_a_connection_that_is_being_made_is_closed_at_the_end(slack: SlackLike, school: Team) -> None:
    slack.sockets.greets = False
    async with alone(slack, school, "socket", timing=SWIFT, reached=False) as here:
        await slack.sockets.connected()
        await soon(lambda: "slack socket reading" in {task.get_name() for task in asyncio.all_tasks()})
        await here.slack.stop()
        await slack.until(lambda: not slack.sockets.open, "it is closed")
    await asyncio.sleep(0)
    assert [task for task in asyncio.all_tasks() if "slack" in task.get_name() or "Event.wait" in repr(task)] == []


async def test_nothing_is_left_open_at_the_end(slack: SlackLike, school: Team) -> None:
    """Of a connection that fell silent, too: it cannot be closed as others are."""
    async with alone(slack, school, "socket", timing=SWIFT) as here:
        slack.sockets.silence()
        begun = time.monotonic()
        await here.slack.stop()
        assert time.monotonic() - begun < PROMPTLY
    await asyncio.sleep(0)
    left = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("slack")]
    assert left == []

"""`sukima run` with Slack, a process of its own: killed in the middle, started again, ended; and without any Slack."""

import asyncio
import json
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from slack.at_work import SECRET, Transport, at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team
from slack.server.delivery import Delivery
from slack.server.world import Message
from tests.web.running import Running, opened

RUN = ("run", "--port", "0", "--lang", "en")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


async def started(stack: ExitStack, slack: SlackLike, folder: Path, settings: dict[str, str]) -> Running:
    """A process that Slack reaches."""
    greeted = len(slack.called("auth.test"))
    running = await asyncio.to_thread(stack.enter_context, opened(folder, *RUN, **settings))
    if slack.app.socket_mode:
        await slack.sockets.connected()
    else:
        slack.app.request_url = f"{running.address.rstrip('/')}/slack/events"
        await slack.until(lambda: len(slack.called("auth.test")) > greeted)
    return running


async def taken(slack: SlackLike, delivery: Delivery) -> None:
    """Slack brings it until it is taken."""
    while not delivery.acknowledged:
        await slack.deliveries.over(delivery)
        assert not delivery.over or delivery.acknowledged, "given up"
        if delivery.waiting:
            slack.clock.move(300)


def unready(running: Running) -> object:
    """What health says as soon as it says no."""
    while (answer := running.ask("/readyz"))[0] != 503:
        pass
    return json.loads(answer[1])


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_killed_in_the_middle_and_ended_in_peace(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    slack.clock.put(time.time())
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    aoki, hall, sato = (slack.person(name) for name in ("aoki", "hall", "sato"))
    async with at_work(slack, school, tmp_path, transport) as before:
        await founded(before)
        told = await learned(aoki)
    settings = {"SUKIMA_DATA_DIR": str(tmp_path), "SLACK_API_URL": slack.api_url, **before.tokens}
    settings |= {"SLACK_APP_TOKEN": slack.app_token()} if transport == "socket" else {"SLACK_SIGNING_SECRET": SECRET}
    for person in (aoki, hall, sato):
        person.waits = False

    def posts() -> list[Message]:
        return [each for each in hall.messages("general") if "青木 あさひ" in hall.words(each)]

    def heard(user: str) -> list[Message]:
        return [each for each in slack.person(user).messages() if each.user == "U0SUKIMA"]

    with ExitStack() as stack:
        first = await started(stack, slack, tmp_path, settings)
        # The post of the relay and the answer to hall arrive at Slack, which nobody is told; that to sato does not.
        said = {user: len(heard(user)) for user in ("hall", "sato")}
        direct = {user: slack.open_direct(school, "U0SUKIMA", f"U0{user.upper()}").id for user in said}
        lost = [
            slack.faults.resets("chat.postMessage", effect=True, channel=general.id),
            slack.faults.resets("chat.postMessage", effect=True, channel=direct["hall"]),
            slack.faults.resets("chat.postMessage", effect=False, times=99, channel=direct["sato"]),
        ]
        for channel in (general.id, direct["hall"]):
            slack.faults.holds("conversations.history", times=99, channel=channel)
        await aoki.presses("同僚に見せる", on=told)
        await hall.says("hello")
        await sato.says("ヘルプ")
        words = [each for each in slack.deliveries.events("message") if "bot_id" not in each.payload["event"]][-2:]
        for fault in lost:
            await fault.met.wait()
        first.process.kill()
        await asyncio.to_thread(first.close)
        for each in words:
            await slack.deliveries.over(each)
        slack.faults.clear()
        assert (len(posts()), len(heard("hall")), len(heard("sato"))) == (1, said["hall"] + 1, said["sato"])

        second = await started(stack, slack, tmp_path, settings)
        for each in words:  # the former process may have acknowledged them, and Slack may not have heard it
            await taken(slack, slack.deliveries.late(each.kind, each.payload))
        await slack.until(lambda: len(heard("sato")) > said["sato"], "sato is answered")
        (post,) = posts()
        await hall.reacts(post, "white_flower")
        await slack.until(lambda: "裏書：同僚 1" in aoki.words(post), "what was posted is known as the badge's post")
        assert len(posts()) == 1
        assert len(heard("sato")) == said["sato"] + 1
        texts = [each.text for each in heard("hall")]
        assert len(texts) == len(set(texts)), "greeted once; then comes the receipt"

        held = slack.faults.holds("chat.postMessage", channel=direct["sato"])
        await sato.says("ウォレット")
        await held.met.wait()
        second.process.send_signal(signal.SIGTERM)
        told_closing = {"ready": False, "checks": {"house": "house.closing"}}
        assert await asyncio.to_thread(unready, second) == told_closing, "health says it before anything is let go"
        assert held.gate is not None
        held.gate.set()
        assert await asyncio.to_thread(second.process.wait, 30) == 0
        assert len(heard("sato")) == said["sato"] + 2, "what was under way is finished"
    assert "Traceback" not in "".join(second.log)


def test_what_is_not_slack_goes_on_without_it(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/api/"
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1-1-x", "SLACK_APP_TOKEN": "xapp-1-A0SUKIMA-1-x", "SLACK_SIGNING_SECRET": SECRET}
    with opened(tmp_path, *RUN, SLACK_API_URL=nowhere, **tokens) as running:
        running.until_logged("slack.unreachable")
        assert running.ask("/healthz")[0] == 200
        assert running.ask("/")[0] == 200
        assert running.ask("/slack/events", "POST", "{}")[0] in (401, 503)
        status, body, _ = running.ask("/readyz")
        told = json.loads(body)
        assert (status, told["checks"]) == (
            503,
            {"database": "ok", "clock": "ok", "keys": "ok", "slack": "slack.no_answer"},
        )
        assert told["state"]["slack"] == {"connection": "connecting", "restarts": 0}
        begun = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - begun < 10
    assert len([line for line in running.log if "slack.unreachable" in line]) == 1

"""`sukima run` with Discord, a process of its own: killed in the middle, started again, ended; and without Discord."""

import asyncio
import json
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from on_discord.at_work import at_work
from on_discord.first_steps import founded, learned
from on_discord.server import DiscordLike, Message
from tests.web.running import Running, opened

RUN = ("run", "--port", "0", "--lang", "en")
FLOWER = "💮"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


async def started(stack: ExitStack, discord: DiscordLike, settings: dict[str, str]) -> Running:
    """A process that Discord reaches."""
    folder = Path(settings["SUKIMA_DATA_DIR"])
    identified = len(discord.gateway.identified)
    running = await asyncio.to_thread(stack.enter_context, opened(folder, *RUN, **settings))
    await discord.until(lambda: len(discord.gateway.identified) > identified, "it is connected")
    return running


def unready(running: Running) -> object:
    """What health says as soon as it says no."""
    while (answer := running.ask("/readyz"))[0] != 503:
        pass
    return json.loads(answer[1])


async def test_killed_in_the_middle_and_ended_in_peace(discord: DiscordLike, tmp_path: Path) -> None:
    discord.clock.put(time.time())
    aoki, hall = discord.person("aoki"), discord.person("hall")
    async with at_work(discord, tmp_path) as before:
        await founded(before)
        told = await learned(aoki)
    settings = {
        "SUKIMA_DATA_DIR": str(tmp_path),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_CDN_BASE": discord.cdn_url,
    }
    for person in (aoki, hall):
        person.waits = False

    def posts() -> list[Message]:
        return [each for each in hall.messages("general") if "青木 あさひ" in hall.words(each)]

    post_route = "POST /channels/{channel}/messages"
    with ExitStack() as stack:
        first = await started(stack, discord, settings)
        lost = discord.faults.resets(post_route, effect=True, channel=hall.guild.channel("general").id)
        held = discord.faults.holds("GET /channels/{channel}/messages", times=99)
        await aoki.presses("同僚に見せる", on=told)
        await lost.met.wait()
        first.process.kill()
        await asyncio.to_thread(first.close)
        assert held.gate is not None
        discord.faults.clear()
        (post,) = posts()
        await hall.reacts(post, FLOWER)  # while nobody is there to hear it

        second = await started(stack, discord, settings)
        await discord.until(lambda: "裏書：同僚 1" in aoki.words(posts()[0]), "what happened meanwhile is looked at")
        assert len(posts()) == 1, "what was in doubt is found again, and not said twice"
        status, body, _ = second.ask("/readyz")
        assert (status, json.loads(body)["checks"]["discord"]) == (200, "ok")

        answer = discord.faults.holds("POST /interactions/{interaction}/{token}/callback")
        await aoki.commands("wallet")
        await answer.met.wait()
        second.process.send_signal(signal.SIGTERM)
        told_closing = {"ready": False, "checks": {"house": "house.closing"}}
        assert await asyncio.to_thread(unready, second) == told_closing, "health says it before anything is let go"
        assert answer.gate is not None
        answer.gate.set()
        assert await asyncio.to_thread(second.process.wait, 30) == 0
        await aoki.sees("ウォレット")
    assert "Traceback" not in "".join(second.log)


def test_what_is_not_discord_goes_on_without_it(tmp_path: Path) -> None:
    nowhere = {"DISCORD_API_BASE": "http://127.0.0.1:9/api/v10", "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9"}
    with opened(tmp_path, *RUN, DISCORD_TOKEN="token", **nowhere) as running:
        running.until_logged("discord.unreachable")
        assert running.ask("/healthz")[0] == 200
        status, body, _ = running.ask("/readyz")
        told = json.loads(body)
        assert (status, told["checks"]["discord"]) == (503, "discord.no_answer")
        begun = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - begun < 10
    assert len([line for line in running.log if "discord.unreachable" in line]) == 1

"""The line to Discord: away, refused, lost and found again; and what each says to those who look after it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.handlers.discord.client import Client, Places
from bot.handlers.discord.line import Line
from bot.handlers.discord.timing import Timing
from on_discord.server import DiscordLike

QUICK = Timing(guilds_within=0.02, first_wait=0.01, longest_wait=0.02, looks_every=0.02, farewell=1.0)


class Called:
    """A line, and how often it was told that a new session began."""

    def __init__(self, server: DiscordLike, timing: Timing, *, message_content: bool = False) -> None:
        places = Places(server.api_url, server.gateway_url, server.cdn_url)
        self.client = Client(places, message_content=message_content, guilds_within=timing.guilds_within)
        self.begun = 0
        self._server = server
        self.line = Line(self.client, server.token, timing, self._count)

    def _count(self) -> None:
        self.begun += 1
        self._server.changed()

    async def until(self, holds: Callable[[], bool]) -> None:
        await self._server.until(holds)


@asynccontextmanager
async def calling(
    server: DiscordLike, timing: Timing = QUICK, *, message_content: bool = False
) -> AsyncIterator[Called]:
    called = Called(server, timing, message_content=message_content)
    called.line.start()
    try:
        yield called
    finally:
        await called.line.hang_up()
        await called.line.close()


async def test_discord_is_away_at_the_start_and_comes_by_itself(discord: DiscordLike) -> None:
    discord.faults.breaks("GET /users/@me", 503, times=2)
    discord.faults.resets("GET /users/@me")
    held = discord.faults.holds("GET /users/@me")
    with capture_logs() as lines:
        async with calling(discord) as called:
            await held.met.wait()
            assert called.line.trouble() == "discord.no_answer"
            assert held.gate is not None
            held.gate.set()
            await called.until(lambda: called.begun == 1)
            assert called.line.trouble() is None
            assert called.line.state()["shards_connected"] == 1
    told = [line["event"] for line in lines if line["event"] == "discord.unreachable"]
    assert len(told) <= 2, "each reason is said once"
    assert not [line for line in lines if line["log_level"] == "error"]


async def test_a_token_that_is_refused_is_said_once_and_connects_when_it_is_good(discord: DiscordLike) -> None:
    good, discord.app.token = discord.app.token, "another"
    called = Called(discord, QUICK)
    discord.app.token, refused = good, called
    with capture_logs() as lines:
        refused.line.start()
        try:
            await discord.until(lambda: len(discord.called("GET /users/@me")) > 3)
            assert refused.line.trouble() == "discord.token_refused"
            discord.app.token = "another"
            await refused.until(lambda: refused.begun == 1)
            assert refused.line.trouble() is None
        finally:
            await refused.line.hang_up()
            await refused.line.close()
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["discord.token_refused"]


async def test_an_intent_that_was_not_granted_is_said_once(discord: DiscordLike) -> None:
    with capture_logs() as lines:
        async with calling(discord, message_content=True) as called:
            await discord.until(lambda: len(discord.called("GET /users/@me")) > 2)
            assert called.line.trouble() == "discord.intents_refused"
            discord.app.allow_all_intents()
            await called.until(lambda: called.begun == 1)
            assert called.line.trouble() is None
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["discord.intents_refused"]


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_dropped_connection_is_resumed_or_begun_anew(discord: DiscordLike, *, resumable: bool) -> None:
    async with calling(discord) as called:
        await called.until(lambda: called.begun == 1)
        await discord.gateway.invalidate(resumable=resumable)
        await discord.until(lambda: bool(discord.gateway.connections) and called.line.trouble() is None)
        if resumable:
            assert (called.begun, called.line.state()["sessions"]) == (1, 1)
        else:
            await called.until(lambda: called.begun == 2)


def test_with_several_shards_what_any_of_them_missed_is_asked_for_once_all_are_there() -> None:
    told: dict[str, Callable[[int], None]] = {}
    client = SimpleNamespace(shard_count=2, hear=told.__setitem__)
    begun: list[str | None] = []
    line = Line(cast(Client, client), "token", QUICK, lambda: begun.append(line.trouble()))
    for event, shard in (("connect", 0), ("connect", 1), ("ready", 0)):
        told[f"shard_{event}"](shard)
    assert (begun, line.trouble()) == ([], "discord.no_answer"), "the guilds of the other are not there yet"
    told["shard_ready"](1)
    assert begun == [None]
    for event, shard in (("disconnect", 0), ("disconnect", 1), ("connect", 0), ("ready", 0)):
        told[f"shard_{event}"](shard)
    assert (begun, line.trouble()) == ([None], "discord.not_connected")
    told["shard_resumed"](1)
    assert begun == [None, None], "one missed what was said meanwhile, whichever comes last"
    told["shard_disconnect"](1)
    told["shard_resumed"](1)
    assert begun == [None, None], "nothing was missed"


async def test_what_is_lost_for_long_is_begun_anew_from_the_login(discord: DiscordLike) -> None:
    async with calling(discord, replace(QUICK, lost_for=0.05)) as called:
        await called.until(lambda: called.begun == 1)
        discord.gateway.is_away = True
        await discord.gateway.drop()
        await discord.until(lambda: len(discord.called("GET /users/@me")) > 1)
        assert called.line.trouble() == "discord.not_connected"
        discord.gateway.is_away = False
        await called.until(lambda: called.begun == 2)


async def test_hung_up_before_it_was_there(discord: DiscordLike) -> None:
    held = discord.faults.holds("GET /users/@me")
    async with calling(discord):
        await held.met.wait()
    called = Called(discord, QUICK)
    await called.line.hang_up()
    await called.line.close()


async def test_what_cannot_be_read_ends_no_connection(discord: DiscordLike) -> None:
    with capture_logs() as lines:
        async with calling(discord) as called:
            await called.until(lambda: called.begun == 1)
            (session,) = discord.gateway.sessions.values()
            for event in (
                "MESSAGE_CREATE",
                "INTERACTION_CREATE",
                "MESSAGE_REACTION_ADD",
                "GUILD_CREATE",
                "NOBODY_KNOWS",
            ):
                discord.gateway.tell(session, event, {"id": "no id"})
            await discord.quiet()
            assert (called.line.trouble(), called.begun) == (None, 1)
            assert len(discord.gateway.identified) == 1
    unread = [line["event_type"] for line in lines if line["event"] == "discord.event_unreadable"]
    assert unread == ["message_create", "interaction_create", "message_reaction_add", "guild_create"]


async def test_a_gateway_that_does_not_say_how_many_connections(discord: DiscordLike) -> None:
    discord.faults.refuses("GET /gateway/bot", 0, 404)
    async with calling(discord) as called:
        await called.until(lambda: called.begun == 1)
        assert called.line.state()["shards"] == 1

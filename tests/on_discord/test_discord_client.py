"""What the client asks Discord to tell, what it keeps, and what one event that cannot be read does."""

import discord
import pytest
from structlog.testing import capture_logs

from bot.handlers.discord.client import Client, Places, intents


def test_nothing_privileged_is_asked_for() -> None:
    asked = {name for name, is_asked in intents() if is_asked}
    assert asked == {"guilds", "guild_messages", "dm_messages", "guild_reactions", "dm_reactions"}
    assert {name for name, is_asked in intents(message_content=True) if is_asked} - asked == {"message_content"}


def test_places_are_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.Asset, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", None)
    Places("http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9", "http://127.0.0.1:9/cdn").use()
    assert discord.http.Route("GET", "/users/@me").url == "http://127.0.0.1:9/api/v10/users/@me"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:9"
    assert discord.Asset.BASE == "http://127.0.0.1:9/cdn"


async def test_one_unreadable_event_ends_nothing() -> None:
    client = Client(Places())
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == {"parse": []}
    heard: list[int] = []

    def read(number: int) -> None:
        heard.append(1 // number)

    client.hear("message", read)
    with capture_logs() as lines:
        client.dispatch("message", 0)
        client.dispatch("message", 1)
        client.dispatch("typing", 1)
    assert heard == [1]
    assert [line["event"] for line in lines] == ["discord.event_failed"]

"""The Discord-like server is held to what Discord does, by the real library over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import discord
import pytest
from discord import ui

from on_discord.server import DiscordLike, Guild, NotAnswered, open_discord
from on_discord.visitor import INTENTS, Visitor, visiting

AOKI, HALL, SATO = "300000000000000001", "300000000000000002", "300000000000000003"
ASAHI, GENERAL, STAFF = "100000000000000000", "100000000000000001", "100000000000000009"


@pytest.fixture
async def server() -> AsyncIterator[DiscordLike]:
    """Serving, with one guild: 青木, Hall and 佐藤, the channels general and staff, and the app."""
    async with open_discord(DiscordLike()) as serving:
        guild = serving.add_guild(ASAHI)
        serving.add_channel(guild, STAFF, "staff")
        serving.add_member(guild, AOKI, "aoki", "青木 あさひ")
        serving.add_member(guild, HALL, "hall", "Emma Hall", locale="en-GB")
        serving.add_member(guild, SATO, "sato", nick="佐藤")
        serving.install(guild)
        yield serving


@pytest.fixture
def guild(server: DiscordLike) -> Guild:
    return server.guilds[ASAHI]


@pytest.fixture
async def client(server: DiscordLike) -> AsyncIterator[Visitor]:
    async with visiting(server) as visitor:
        yield visitor


async def refused(call: Awaitable[Any]) -> tuple[int, int]:
    """Status and code of a refused request."""
    with pytest.raises(discord.HTTPException) as caught:
        await call
    return caught.value.status, caught.value.code


def place(client: Visitor, key: str = GENERAL) -> discord.PartialMessageable:
    return client.get_partial_messageable(int(key))


def button(label: str = "開く", custom_id: str = "a:1") -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=label, custom_id=custom_id))
    view.stop()
    return view


# ---------------------------------------------------------------------- coming in


async def test_the_library_logs_in_and_finds_only_itself_as_a_member(server: DiscordLike, client: Visitor) -> None:
    assert client.user is not None
    assert client.user.name == "sukima"
    assert client.application_id == int(server.app.id)
    here = client.get_guild(int(ASAHI))
    assert here is not None
    assert [each.id for each in here.members] == [client.user.id]
    assert {each.name for each in here.text_channels} == {"general", "staff"}
    assert server.gateway.identified[0]["intents"] == INTENTS.value


async def test_a_token_that_does_not_work(server: DiscordLike) -> None:
    fault = server.faults.refuses("GET /users/@me", 0, 401)
    with pytest.raises(discord.LoginFailure):
        async with visiting(server):
            pass
    assert fault.met.is_set()
    server.faults.refuses("GET /gateway/bot", 0, 401)
    with pytest.raises(discord.GatewayNotFound):
        async with visiting(server):
            pass


async def test_intents_that_nobody_switched_on_close_the_door(server: DiscordLike) -> None:
    asked = discord.Intents(guilds=True, message_content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with visiting(server, asked):
            pass
    server.app.allow_all_intents()
    async with visiting(server, asked) as client:
        assert client.is_ready()


# ---------------------------------------------------------------------- words and reactions


async def test_a_direct_message_is_read_answered_and_reacted_to(server: DiscordLike, client: Visitor) -> None:
    aoki = server.person("aoki")
    await aoki.says("こんにちは")
    heard: discord.Message = client.events("message")[0]
    assert (heard.content, heard.guild, str(heard.author.id)) == ("こんにちは", None, AOKI)
    answer = await heard.channel.send("はい", nonce="n-1", view=button())
    assert (answer.nonce, server.calls[-1].args["enforce_nonce"]) == ("n-1", True)
    again = await heard.channel.send("はい", nonce="n-1", view=button())
    assert again.id == answer.id, "the same nonce posts once"
    said = await aoki.sees("はい")
    await aoki.reacts(said, "👍")
    event: discord.RawReactionActionEvent = client.events("raw_reaction_add")[0]
    assert (str(event.user_id), event.emoji.name, event.member) == (AOKI, "👍", None)
    await aoki.unreacts(said, "👍")
    assert client.events("raw_reaction_remove")


async def test_what_others_say_in_a_channel_is_hidden_unless_it_is_for_the_bot(
    server: DiscordLike, client: Visitor
) -> None:
    aoki = server.person("aoki")
    said = await aoki.says("ひみつ", where="general", files=(("a.txt", b"a"),))
    await aoki.mentions("これは聞いて")
    hidden, told = client.events("message")
    assert (hidden.content, hidden.attachments) == ("", [])
    assert told.content.endswith("これは聞いて")
    assert (await place(client).fetch_message(int(said.id))).content == ""


async def test_everybody_who_reacted_is_found_page_by_page(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    posted = await place(client).send("みんなで")
    message = guild.channel("general").messages[str(posted.id)]
    for number in range(130):
        key = str(400000000000000000 + number)
        server.add_member(guild, key, f"p{number}")
        message.reactions.setdefault("🎉", []).append(key)
    fetched = await place(client).fetch_message(posted.id)
    assert [(str(each.emoji), each.count) for each in fetched.reactions] == [("🎉", 130)]
    assert len([user async for user in fetched.reactions[0].users()]) == 130
    pages = server.called("GET /channels/{channel}/messages/{message}/reactions/{emoji}")
    assert len(pages) == 2


# ---------------------------------------------------------------------- interactions


async def test_a_press_is_answered_for_one_alone(server: DiscordLike, client: Visitor) -> None:
    await place(client).send("どうぞ", view=button())
    aoki, hall = server.person("aoki"), server.person("hall")

    async def on(interaction: discord.Interaction[Any]) -> None:
        assert interaction.data is not None
        assert interaction.data["custom_id"] == "a:1"
        await interaction.response.send_message("あなただけに", ephemeral=True)
        assert await refused(interaction.client.http.request(_callback(interaction), json={"type": 5})) == (400, 40060)

    client.on = on
    await aoki.presses("開く", where="general")
    seen = await aoki.sees("あなただけに", where="general")
    assert server.readers(seen) == [AOKI]
    assert seen not in hall.messages("general")
    assert (await refused(place(client).fetch_message(int(seen.id)))) == (404, 10008)


def _callback(interaction: discord.Interaction[Any]) -> Any:
    path = "/interactions/{id}/{token}/callback"
    return discord.http.Route("POST", path, id=interaction.id, token=interaction.token)


async def test_who_waits_more_than_three_seconds_sees_an_error(server: DiscordLike, client: Visitor) -> None:
    await place(client).send("どうぞ", view=button())
    aoki, codes, asked = server.person("aoki"), [], asyncio.Event()

    async def on(interaction: discord.Interaction[Any]) -> None:
        server.clock.move(3)
        codes.append(await refused(interaction.response.defer()))
        asked.set()

    client.on = on
    with pytest.raises(NotAnswered):
        await aoki.presses("開く", where="general")
    await asyncio.wait_for(asked.wait(), 10)
    assert codes == [(404, 10062)]


async def test_a_deferred_answer_takes_the_place_of_thinking_for_fifteen_minutes(
    server: DiscordLike, client: Visitor
) -> None:
    await place(client).send("どうぞ", view=button())
    aoki, kept = server.person("aoki"), []

    async def on(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept.append(interaction)

    client.on = on
    await aoki.presses("開く", where="general")
    loading = aoki.messages("general")[-1]
    assert loading.is_loading
    await kept[0].followup.send("できました", ephemeral=False)
    assert aoki.messages("general")[-1] is loading
    assert (loading.is_loading, loading.content, loading.reader) == (False, "できました", AOKI)
    await kept[0].followup.send("みんなに")
    assert aoki.messages("general")[-1].reader is None
    server.clock.move(900)
    assert await refused(kept[0].followup.send("おそい")) == (401, 50027)


async def test_a_window_is_filled_and_sent(server: DiscordLike, client: Visitor) -> None:
    class Form(ui.Modal, title="名前"):
        name: ui.Label[Any] = ui.Label(text="バッジの名前", component=ui.TextInput(custom_id="name", max_length=10))
        kind: ui.Label[Any] = ui.Label(
            text="種類",
            component=ui.Select(custom_id="kind", options=[discord.SelectOption(label="小", value="s")]),
        )

    await place(client).send("どうぞ", view=button())
    got: list[Any] = []

    async def on(interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            got.append(interaction.data)
            await interaction.response.send_message("ありがとう", ephemeral=True)
        else:
            await interaction.response.send_modal(Form())

    client.on = on
    aoki = server.person("aoki")
    await aoki.presses("開く", where="general")
    assert aoki.modals.top is not None
    assert aoki.modals.top.title == "名前"
    wrong = await aoki.completes({"バッジの名前": "あ" * 11, "種類": "小"})
    assert list(wrong) == ["バッジの名前"]
    assert await aoki.completes({"name": "みつけた"}) == {}
    assert aoki.modals.top is None
    values = [each["component"].get("value") or each["component"].get("values") for each in got[0]["components"]]
    assert values == ["みつけた", ["s"]]
    assert await aoki.sees("ありがとう", where="general")

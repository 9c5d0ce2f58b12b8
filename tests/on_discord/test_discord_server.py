"""The Discord-like server is held to what Discord does, by the real library over real sockets."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from on_discord.server import DiscordLike, Guild, LiveClock, NotAnswered, open_discord
from on_discord.server import permissions as may
from on_discord.server.limits import Limits
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
        assert dict(interaction.data or {})["custom_id"] == "a:1"
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


# ---------------------------------------------------------------------- the gateway


async def test_a_connection_that_breaks_is_resumed_and_nothing_is_missed(server: DiscordLike, client: Visitor) -> None:
    await server.gateway.drop(1006)
    await server.until(lambda: not server.gateway.connections)
    aoki = server.person("aoki")
    await aoki.says("いない間に")
    with pytest.raises(NotAnswered):
        await aoki.interact(server.interactions.press(aoki.user, aoki.dm, aoki.messages()[-1], _OLD))
    await server.gateway.connected()
    await server.settled()
    assert [each.content for each in client.events("message")] == ["いない間に"]
    assert len(client.events("interaction")) == 1, "it comes, but too late"
    assert (len(server.gateway.identified), len(server.gateway.resumed)) == (1, 1)
    assert len(client.events("resumed")) == 1


_OLD = {"component_type": 2, "custom_id": "x", "id": 1}


async def test_a_gateway_that_asks_for_it_or_forgets(server: DiscordLike, client: Visitor) -> None:
    await server.gateway.reconnect()
    await server.until(lambda: server.gateway.resumed)
    await server.gateway.connected()
    server.gateway.forget()
    await server.gateway.drop(4000)
    await server.person("aoki").says("消えた")
    await server.until(lambda: len(server.gateway.identified) == 2)
    await server.gateway.connected()
    await server.settled()
    assert client.events("message") == [], "what was forgotten is never brought"
    await server.gateway.invalidate()
    await server.until(lambda: len(server.gateway.identified) == 3)


async def test_what_was_not_asked_for_is_not_told(server: DiscordLike) -> None:
    asked = discord.Intents(guilds=True, dm_messages=True)
    async with visiting(server, asked) as client:
        aoki = server.person("aoki")
        said = await aoki.says("みんな", where="general")
        await aoki.reacts(said, "👍")
        server.leave(server.guilds[ASAHI], HALL)
        await server.settled()
        assert client.events("message") == []
        assert client.events("raw_reaction_add") == client.events("raw_member_remove") == []
        await aoki.says("わたし")
        assert len(client.events("message")) == 1


async def test_guilds_are_dealt_out_to_shards(server: DiscordLike) -> None:
    other = str(((int(ASAHI) >> 22) + 1) << 22)
    ours = server.guilds[ASAHI]
    server.install(server.add_guild(other, "ゆうひ小学校"))
    server.app.shards = 2
    async with visiting(server) as client:
        assert client.shard_count == 2
        shards = {each.id: each.shard_id for each in client.guilds}
        assert shards == {int(each): (int(each) >> 22) % 2 for each in (ours.id, other)}
        assert set(shards.values()) == {0, 1}
        await server.person("aoki").says("shard 0 へ")
        assert len(client.events("message")) == 1


async def test_a_heartbeat_is_answered(server: DiscordLike, client: Visitor) -> None:
    await server.until(lambda: server.gateway.heartbeats)
    await server.settled()
    assert client.latency < 30


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "body",
    [
        {"content": "あ" * 2001},
        {"content": "a", "nonce": "n" * 26},
        {"content": "a", "flags": 1 << 15, "components": [{"type": 10, "content": "b"}]},
        {"components": [{"type": 10, "content": "no flag"}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "あ" * 4001}]},
        {"flags": 1 << 15, "components": [{"type": 10, "content": "a"}] * 41},
        {"content": "a", "components": [{"type": 1, "components": []}]},
        {"content": "a", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "a"}]}]},
        {"content": "a", "allowed_mentions": {"parse": ["users"], "users": [AOKI]}},
        {"content": "a", "attachments": [{"id": 0}]},
        {"content": "a", "message_reference": {"message_id": 1}},
    ],
)
async def test_a_form_that_discord_refuses(server: DiscordLike, client: Visitor, body: dict[str, Any]) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(GENERAL))
    assert await refused(client.http.request(route, json=body)) == (400, 50035)
    assert not server.guilds[ASAHI].channel("general").messages


@pytest.mark.parametrize(
    "item",
    [
        ui.Button(label="a" * 81, custom_id="a"),
        ui.Button(custom_id="a"),
        ui.Button(label="a", url="javascript:a"),
        ui.Select(options=[discord.SelectOption(label="a", value="a")] * 2),
    ],
)
async def test_components_that_discord_refuses(client: Visitor, item: ui.Item[Any]) -> None:
    view = ui.View(timeout=None)
    view.add_item(item)
    view.stop()
    assert await refused(place(client).send("a", view=view)) == (400, 50035)
    twice = button()
    twice.add_item(ui.Button(label="b", custom_id="a:1"))
    assert await refused(place(client).send("a", view=twice)) == (400, 50035)


async def test_what_is_not_there_and_what_is_not_allowed(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    assert await refused(place(client, "1").send("a")) == (404, 10003)
    assert await refused(place(client).fetch_message(1)) == (404, 10008)
    assert await refused(place(client).send("")) == (400, 50006)
    assert await refused(client.fetch_guild(1)) == (404, 10004)
    here = client.get_guild(int(ASAHI))
    assert here is not None
    server.leave(guild, HALL)
    assert await refused(here.fetch_member(int(HALL))) == (404, 10007)
    assert await refused(here.fetch_member(5)) == (404, 10013)
    said = await server.person("aoki").says("わたしの", where="general")
    assert await refused(place(client).get_partial_message(int(said.id)).edit(content="b")) == (403, 50005)
    assert await refused(place(client).get_partial_message(int(said.id)).delete()) == (403, 50013)
    closed = server.add_private_channel(guild, "100000000000000020", "closed", [AOKI])
    server.overwrite(closed, server.bot.id, deny=may.VIEW_CHANNEL)
    assert await refused(place(client, closed.id).send("a")) == (403, 50001)
    server.overwrite(closed, server.bot.id, allow=may.VIEW_CHANNEL, deny=may.SEND_MESSAGES)
    assert await refused(place(client, closed.id).send("a")) == (403, 50013)
    assert server.person("aoki").reads(closed)
    assert not server.person("sato").reads(closed)


async def test_closed_direct_messages(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    server.users[AOKI].accepts_direct = False
    direct = await client.create_dm(discord.Object(int(AOKI)))
    assert await refused(direct.send("a")) == (403, 50007)
    hall = await client.create_dm(discord.Object(int(HALL)))
    server.leave(guild, HALL)
    assert await refused(hall.send("a")) == (403, 50278)
    assert not server.person("aoki").messages()


async def test_a_limit_says_how_long_and_carries_via(server: DiscordLike, client: Visitor) -> None:
    server.faults.limits("POST /channels/{channel}/messages", 0.01)
    assert (await place(client).send("a")).content == "a"
    assert [call.status for call in server.called("POST /channels/{channel}/messages")] == [429, 200]
    server.faults.limits("POST /channels/{channel}/messages", 0.01, via=False)
    assert (await refused(place(client).send("b")))[0] == 429
    server.faults.breaks("POST /channels/{channel}/messages", 503, effect=True)
    assert (await refused(place(client).send("c", nonce="c")))[0] == 503
    assert (await place(client).send("c", nonce="c")).content == "c"
    said = [each.content for each in server.guilds[ASAHI].channel("general").messages.values()]
    assert said == ["a", "c"], "the answer was lost, the message was not doubled"


async def test_buckets_fill_where_time_runs() -> None:
    async with open_discord(DiscordLike(LiveClock())) as server:
        server.install(server.add_guild(ASAHI))
        async with visiting(server) as client:
            server.limits.buckets["POST /channels/{channel}/messages"] = (2, 0.1)
            begun = asyncio.get_running_loop().time()
            for number in range(5):
                await place(client).send(str(number))
            assert asyncio.get_running_loop().time() - begun > 0.15
            assert not server.limits.refused, "the library waits before it is told to"
            server.limits = Limits(on=True, buckets={"POST /channels/{channel}/messages": (1, 60.0)})
            posts = [_post(server) for _ in range(3)]
            assert sorted(await asyncio.gather(*posts)) == [200, 429, 429]


async def _post(server: DiscordLike) -> int:
    """Somebody who does not look at what is left."""
    headers = {"Authorization": f"Bot {server.token}"}
    address = f"{server.api_url}/channels/{GENERAL}/messages"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json={"content": "a"}, headers=headers) as said,
    ):
        assert said.status == 200 or (await said.json())["retry_after"] > 0
        return said.status


# ---------------------------------------------------------------------- files, layouts, threads


async def test_a_file_is_kept_replaced_and_found_by_its_address(server: DiscordLike, client: Visitor) -> None:
    sent = await place(client).send(file=discord.File(io.BytesIO(b"one"), "a b.png", description="絵"))
    (kept,) = sent.attachments
    assert (kept.filename, kept.description, await kept.read()) == ("a_b.png", "絵", b"one")
    changed = await sent.edit(attachments=[discord.File(io.BytesIO(b"two"), "b.png")])
    assert [each.filename for each in changed.attachments] == ["b.png"]
    assert await changed.attachments[0].read() == b"two"
    assert [each.description for each in (await sent.edit(content="c")).attachments] == [None]
    server.clock.move(2 * 86_400)
    assert (await refused(changed.attachments[0].read()))[0] == 404


async def test_a_layout_says_all_in_components(server: DiscordLike, client: Visitor) -> None:
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container(ui.TextDisplay("# ようこそ"), id=77)
    box.add_item(ui.Section(ui.TextDisplay("**電子黒板** の\\*話"), accessory=ui.Button(label="開く", custom_id="o:1")))
    box.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://b.png", description="バッジ")))
    view.add_item(box)
    view.stop()
    sent = await place(client).send(view=view, file=discord.File(io.BytesIO(b"p"), "b.png"))
    assert (sent.content, sent.components[0].to_dict().get("id")) == ("", 77)
    aoki = server.person("aoki")
    seen = await aoki.sees("ようこそ", "電子黒板 の*話", "バッジ", where="general")
    assert aoki.buttons(seen) == ["開く"]
    client.on = _thanks
    await aoki.presses("開く", beside="電子黒板", where="general")
    assert await refused(sent.edit(content="b")) == (400, 50035)


async def _thanks(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.edit_message(view=None)


async def test_a_private_thread_is_read_by_who_is_in_it(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    channel = client.get_channel(int(STAFF))
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="ふたりで", invitable=False)
    await thread.add_user(discord.Object(int(AOKI)))
    await thread.send("あなたに")
    aoki, hall = server.person("aoki"), server.person("hall")
    assert [each.name for each in aoki.threads()] == ["ふたりで"]
    assert hall.threads() == []
    seen = await aoki.sees("あなたに", where=aoki.threads()[0])
    assert set(server.readers(seen)) == {AOKI, guild.owner_id}, "who runs the server reads private threads"
    assert guild.channel("staff").messages == {}
    await aoki.says("はい", where=aoki.threads()[0])
    assert client.events("message")[-1].channel.id == thread.id
    server.overwrite(guild.channel("staff"), server.bot.id, deny=may.CREATE_PRIVATE_THREADS)
    assert await refused(channel.create_thread(name="もうひとつ")) == (403, 50013)
    await thread.edit(archived=True)
    assert await refused(thread.get_partial_message(int(seen.id)).edit(content="x")) == (400, 50083)
    await thread.send("また")
    assert not aoki.threads()[0].archived, "who writes opens it again"


# ---------------------------------------------------------------------- commands


def commands() -> list[dict[str, Any]]:
    text = {"type": 3, "name": "text", "description": "words", "required": True, "autocomplete": True}
    return [
        {
            "name": "sukima", "type": 1, "description": "Sukima", "contexts": [0, 1], "integration_types": [0],
            "options": [
                {"type": 1, "name": "say", "name_localizations": {"ja": "話す"}, "description": "s", "options": [text]},
                {"type": 1, "name": "wallet", "name_localizations": {"ja": "さいふ"}, "description": "wallet"},
            ],
        },
        {"name": "Endorse", "type": 3, "name_localizations": {"ja": "裏書する"}, "contexts": [0]},
        {"name": "Badges", "type": 2},
    ]  # fmt: skip


async def _registered(client: Visitor, given: list[dict[str, Any]]) -> Any:
    assert client.application_id is not None
    return await client.http.bulk_upsert_global_commands(client.application_id, given)


async def test_commands_are_registered_found_completed_and_used(server: DiscordLike, client: Visitor) -> None:
    first = await _registered(client, commands())
    again = await _registered(client, commands())
    assert [each["id"] for each in first] == [each["id"] for each in again]
    assert server.app.created_today == 3
    got: list[Any] = []

    async def on(interaction: discord.Interaction[Any]) -> None:
        got.append(interaction.data)
        if interaction.type is discord.InteractionType.autocomplete:
            choices: list[Any] = [discord.app_commands.Choice(name="電子黒板", value="learn 電子黒板")]
            await interaction.response.autocomplete(choices)
        else:
            await interaction.response.send_message("はい", ephemeral=True)

    client.on = on
    aoki, hall = server.person("aoki"), server.person("hall")
    assert await aoki.completes_option("sukima 話す", "text", "電") == ["電子黒板"]
    await aoki.commands("learn 電子黒板")
    await aoki.commands("さいふ", where="general")
    await hall.uses("sukima wallet")
    said = await hall.says("Thank you", where="general")
    await aoki.uses_menu("裏書する", said)
    await aoki.uses_menu("Badges", hall)
    parts = [each.get("options") for each in got[1:4]]
    assert [(each[0]["name"], [one["value"] for one in each[0]["options"]]) for each in parts] == [
        ("say", ["learn 電子黒板"]), ("wallet", []), ("wallet", []),
    ]  # fmt: skip
    assert got[4]["resolved"]["messages"][said.id]["content"] == "Thank you"
    assert got[5]["target_id"] == HALL
    with pytest.raises(AssertionError, match="no command"):
        await aoki.uses_menu("裏書する", await aoki.says("だれも"))


def _too_large() -> list[dict[str, Any]]:
    options = [{"type": 3, "name": f"o{n}", "description": "あ" * 100, "choices": [
        {"name": "c" * 100, "value": f"{m}" * 50} for m in range(9)
    ]} for n in range(6)]  # fmt: skip
    return [{"name": "a", "description": "a", "options": options}]


@pytest.mark.parametrize(
    "given",
    [
        [{"name": "Big", "description": "a"}],
        [{"name": "a b", "description": "a"}],
        [{"name": "a"}],
        [{"name": "a", "description": "あ" * 101}],
        [{"name": "a", "description": "a"}] * 2,
        [{"name": "a", "description": "a", "name_localizations": {"jp": "あ"}}],
        [{"name": "a", "type": 3, "description": "a"}],
        [{"name": f"m{n}", "type": 3} for n in range(16)],
        _too_large(),
    ],
)
async def test_commands_that_discord_refuses(client: Visitor, given: list[dict[str, Any]]) -> None:
    assert await refused(_registered(client, given)) == (400, 50035)


# ---------------------------------------------------------------------- people


async def test_nobody_is_pinged_who_may_not_be(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    role = server.add_role(guild, "100000000000000030", "先生")
    server.set_role(guild, HALL, role.id)
    words = f"@everyone <@{AOKI}> <@&{role.id}>"
    await place(client).send(words, allowed_mentions=discord.AllowedMentions.none())
    assert server.pings == []
    await place(client).send(words)
    assert [who for _, who in server.pings] == [AOKI], "everyone and roles need a permission"
    server.install(guild, granted=may.MENTION_EVERYONE)
    await place(client).send(words)
    assert {who for _, who in server.pings} == {AOKI, HALL, SATO, guild.owner_id}


async def test_standing_roles_and_leaving_are_seen(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    role = server.add_role(guild, "100000000000000031", "管理", may.MANAGE_GUILD)
    server.set_role(guild, SATO, role.id)
    await place(client).send("どうぞ", view=button())
    granted: list[Any] = []

    async def on(interaction: discord.Interaction[Any]) -> None:
        granted.append((interaction.permissions.manage_guild, str(interaction.locale), interaction.user.display_name))
        await interaction.response.defer()

    client.on = on
    await server.person("sato").presses("開く", where="general")
    await server.person("hall").presses("開く", where="general")
    assert granted == [(True, "ja", "佐藤"), (False, "en-GB", "Emma Hall")]
    server.remove_app(guild)
    await server.settled()
    assert list(client.guilds) == []
    assert await refused(place(client).send("a")) == (403, 50001)


async def test_a_file_is_given_to_a_command_and_read_by_the_app(server: DiscordLike, client: Visitor) -> None:
    option = {"type": 11, "name": "file", "description": "a badge", "required": True}
    await _registered(client, [{"name": "verify", "type": 1, "description": "verify", "options": [option]}])
    read: list[bytes] = []

    async def on(interaction: discord.Interaction[Any]) -> None:
        data: Any = interaction.data
        (given,) = data["resolved"]["attachments"].values()
        attachment = discord.Attachment(data=given, state=interaction._state)
        read.append(await attachment.read())
        await interaction.response.defer(ephemeral=True)

    client.on = on
    await server.person("aoki").uses("verify", file=("バッジ.png", b"png"))
    assert read == [b"png"]


async def test_a_window_that_discord_refuses_can_be_said_otherwise(server: DiscordLike, client: Visitor) -> None:
    await place(client).send("どうぞ", view=button())
    codes: list[Any] = []

    async def on(interaction: discord.Interaction[Any]) -> None:
        form = ui.Modal(title="t" * 46)
        form.add_item(ui.Label(text="l", component=ui.TextInput(custom_id="a")))
        codes.append(await refused(interaction.response.send_modal(form)))
        await interaction.response.send_message("ことばで", ephemeral=True)
        codes.append(await refused(_raw(interaction, {"type": 9, "data": {"custom_id": "a", "title": "t"}})))

    client.on = on
    await server.person("aoki").presses("開く", where="general")
    assert codes == [(400, 50035), (400, 40060)]


async def _raw(interaction: discord.Interaction[Any], body: dict[str, Any]) -> Any:
    return await interaction.client.http.request(_callback(interaction), json=body)


async def test_history_goes_back_and_forth_and_shows_nobody_elses_words(
    server: DiscordLike, guild: Guild, client: Visitor
) -> None:
    aoki = server.person("aoki")
    ids = [int((await aoki.says(str(number), where="general")).id) for number in range(5)]
    before = [each.id async for each in place(client).history(before=discord.Object(ids[2]))]
    after = [each.id async for each in place(client).history(after=discord.Object(ids[2]))]
    assert (before, after) == ([ids[1], ids[0]], [ids[3], ids[4]])
    assert [each.content async for each in place(client).history()] == [""] * 5
    server.overwrite(guild.channel("general"), server.bot.id, deny=may.READ_MESSAGE_HISTORY)
    assert [each async for each in place(client).history()] == []


async def test_pins_need_a_permission_of_their_own(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    sent = await place(client).send("大事")
    server.overwrite(guild.channel("general"), server.bot.id, allow=may.MANAGE_MESSAGES)
    assert await refused(sent.pin()) == (403, 50013)
    server.overwrite(guild.channel("general"), server.bot.id, allow=may.PIN_MESSAGES)
    await sent.pin()
    assert guild.channel("general").messages[str(sent.id)].pinned


async def test_a_guild_that_is_away_for_a_while(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    server.outage(guild)
    await server.settled()
    assert client.events("guild_unavailable")
    server.outage(guild, over=True)
    await server.settled()
    assert [each.id for each in client.events("guild_available")][-1:] == [int(ASAHI)]


async def test_what_is_deleted_is_gone_for_everybody(server: DiscordLike, guild: Guild, client: Visitor) -> None:
    said = await place(client).send("どうぞ", view=button())
    old = guild.channel("general").messages[str(said.id)]
    await said.delete()
    assert await refused(said.add_reaction("👍")) == (404, 10008)
    aoki, answered = server.person("aoki"), []

    async def on(interaction: discord.Interaction[Any]) -> None:
        answered.append(interaction.data)
        await interaction.response.send_message("もうありません", ephemeral=True)

    client.on = on
    await aoki.presses_component(guild.channel("general"), old, old.components[0]["components"][0])
    assert len(answered) == 1, "who had it still open presses it"
    server.remove_channel(guild.channel("staff"))
    assert await refused(place(client, STAFF).send("a")) == (404, 10003)

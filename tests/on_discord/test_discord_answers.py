"""Answers on Discord: seen by whoever asked and by nobody else, whatever becomes of the way back to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from bot.conversation.intents import Pressed, Submitted
from bot.conversation.views import ExportReady, LaterView, Notice, PickDate, TextQuestion, UnitCompleted, View
from bot.domain.language import Bilingual
from bot.handlers.discord.components import OPENS, drawn
from bot.handlers.discord.inbound import Interaction
from bot.services.ports import MessageRef
from on_discord.answering_house import ASAHI, CARDS, DONE, House
from on_discord.connected import connected
from on_discord.server import DiscordLike, NotAnswered, open_discord
from tests.conversation.test_cards import ID

STAFF = "100000000000000009"
AOKI, SATO = "300000000000000001", "300000000000000003"
NAME = Bilingual("考えの共有", "Sharing thinking")
CALLBACK = "POST /interactions/{interaction}/{token}/callback"
FOLLOW_UP = "POST /webhooks/{application}/{token}"
POST = "POST /channels/{channel}/messages"
SAID = CARDS.draw(DONE, "ja").lines[0] or CARDS.draw(DONE, "ja").title
QUESTION = TextQuestion(ID, Bilingual("何が変わりましたか。", "What changed?"), 20)


@pytest.fixture
async def server() -> AsyncIterator[DiscordLike]:
    async with open_discord(DiscordLike()) as serving:
        guild = serving.add_guild(ASAHI)
        serving.add_channel(guild, STAFF, "staff")
        serving.add_member(guild, AOKI, "aoki", "青木 あさひ")
        serving.add_member(guild, SATO, "sato", nick="佐藤")
        serving.install(guild)
        yield serving


@pytest.fixture
async def house(server: DiscordLike) -> AsyncIterator[House]:
    async with connected(server) as client:
        house = House(client)
        yield house
        await house.quiet()


async def post(house: House, view: View, where: str = STAFF) -> discord.Message:
    """Something that Sukima said before."""
    message = drawn(CARDS.draw(view, "ja"), "ja")
    more: dict[str, Any] = {} if message.view is None else {"view": message.view}
    return await house.client.get_partial_messageable(int(where)).send(message.content, **more)


LATER = LaterView(ID)
IN20 = CARDS.draw(LATER, "ja").buttons[0]
TOKEN = IN20.action


async def test_a_press_is_answered_for_who_pressed_alone(server: DiscordLike, house: House) -> None:
    aoki, sato = server.person("aoki"), server.person("sato")
    await post(house, LATER)
    await aoki.presses(IN20.label, where="staff")
    told = await aoki.sees(SAID, where="staff")
    assert told.reader == AOKI
    assert told not in sato.messages("staff")
    (pressed,) = house.heard
    assert isinstance(pressed, Pressed)
    assert (pressed.action, pressed.origin.user_key, pressed.origin.channel) == (TOKEN, AOKI, STAFF)
    assert house.shown == []


async def test_in_a_direct_conversation_the_answer_lasts(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER, aoki.dm.id)
    await aoki.presses(IN20.label)
    told = await aoki.sees(SAID)
    assert told.reader is None
    await house.quiet()
    assert house.shown == [(DONE, MessageRef("discord", ASAHI, aoki.dm.id, told.id))]


async def test_what_takes_long_is_put_off_and_follows(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.gate.clear()
    pressed = await aoki.presses(IN20.label, where="staff")
    assert pressed.answered_as == 5
    house.views = (DONE, LATER)
    house.gate.set()
    await house.quiet()
    first, second = aoki.messages("staff")[-2:]
    assert (first.reader, second.reader) == (AOKI, AOKI)
    assert (SAID in aoki.words(first), aoki.buttons(second)[0]) == (True, IN20.label)


async def test_an_answer_of_nothing_leaves_nobody_waiting(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    house.views = ()
    await post(house, LATER)
    before = len(aoki.messages("staff"))
    await aoki.presses(IN20.label, where="staff")
    house.gate.clear()
    await aoki.presses(IN20.label, where="staff")
    house.gate.set()
    await server.until(lambda: server.called("DELETE /webhooks/{application}/{token}/messages/{message}"))
    assert len(aoki.messages("staff")) == before
    assert aoki.failed == []


# ---------------------------------------------------------------- forms


async def test_a_form_opens_as_a_window_and_what_is_wrong_is_said_with_what_was_typed(
    server: DiscordLike, house: House
) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.views = (QUESTION,)
    await aoki.presses(IN20.label, where="staff")
    await server.until(lambda: aoki.modals.top)
    form = CARDS.draw(QUESTION, "ja").form
    assert form is not None
    house.views = (TextQuestion(QUESTION.attempt, QUESTION.question, 20, too_short=True, typed="短い"),)
    await aoki.completes({"text": "短い"})
    sent = house.heard[-1]
    assert isinstance(sent, Submitted)
    assert (sent.action, sent.values) == (form.action, {"text": "短い"})
    told = await aoki.sees("20", where="staff")
    assert told.reader == AOKI
    await aoki.presses(form.title, where="staff", on=told)
    await server.until(lambda: aoki.modals.top)
    window = aoki.modals.top
    assert window is not None
    assert window.current(window.fields[0]) == "短い"
    house.views = (Notice("refused.unknown_workspace"),)
    await aoki.completes({"text": "もう少し長い"})
    told = await aoki.sees(CARDS.draw(house.views[0], "ja").lines[0], where="staff")
    await aoki.presses(form.title, where="staff", on=told)
    await server.until(lambda: aoki.modals.top)
    window = aoki.modals.top
    assert window is not None
    assert window.current(window.fields[0]) == "もう少し長い"


async def test_a_form_that_comes_too_late_is_a_button_that_opens_it_also_after_a_restart(
    server: DiscordLike, house: House
) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.gate.clear()
    house.views = (PickDate(ID),)
    await aoki.presses(IN20.label, where="staff")
    house.gate.set()
    form = CARDS.draw(house.views[0], "ja").form
    assert form is not None
    told = await aoki.sees(form.fields[0].hint, where="staff")
    house.begin_anew()
    heard = len(house.heard)
    await aoki.presses(form.title, where="staff", on=told)
    await server.until(lambda: aoki.modals.top)
    assert len(house.heard) == heard, "opening a form is nobody's act"
    house.views = (DONE,)
    await aoki.completes({"date": "あした"})
    assert house.heard[-1] == Submitted(house.heard[-1].origin, form.action, {"date": "あした"})


async def test_a_form_that_nobody_remembers_opens_in_the_language_of_who_reads_it_and_is_called_as_it_was(
    server: DiscordLike, house: House
) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.views = (UnitCompleted(ID, NAME, NAME, 2),)
    await aoki.presses(IN20.label, where="staff")
    told = await aoki.sees("考えの共有", where="staff")
    house.begin_anew()
    house.lang = "en"
    await aoki.presses("気づきを一言", where="staff", on=told)
    await server.until(lambda: aoki.modals.top)
    window = aoki.modals.top
    assert window is not None
    assert window.title == "A note to yourself"


async def test_a_form_that_can_be_skipped_stands_in_the_message(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.views = (UnitCompleted(ID, NAME, NAME, 2),)
    await aoki.presses(IN20.label, where="staff")
    told = await aoki.sees("考えの共有", where="staff")
    form = CARDS.draw(house.views[0], "ja").form
    assert form is not None
    assert aoki.modals.top is None
    assert {form.title, form.cancel} <= set(aoki.buttons(told))


async def test_a_form_whose_button_lies_is_never_sent_empty(server: DiscordLike, house: House) -> None:
    """A token that opens nothing is the router's to explain; one that opens a form is no act, even if Discord balks."""
    aoki = server.person("aoki")
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="古い", custom_id=f"{OPENS}forged~token"))
    form = CARDS.draw(QUESTION, "ja").form
    assert form is not None
    view.add_item(discord.ui.Button(label="書く", custom_id=OPENS + form.action))
    view.stop()
    await house.client.get_partial_messageable(int(STAFF)).send("x", view=view)
    await aoki.presses("古い", where="staff")
    assert house.heard == [Pressed(house.heard[0].origin, "forged~token")]
    server.faults.refuses(CALLBACK, 10062, 404)
    pressing = asyncio.ensure_future(aoki.presses("書く", where="staff"))
    await server.until(lambda: len(server.called(CALLBACK)) == 2)
    await house.quiet()
    server.clock.move(4)
    with pytest.raises(NotAnswered):
        await pressing
    assert len(house.heard) == 1


async def test_foreign_and_strange_things_that_are_pressed_are_asked_of_the_router(
    server: DiscordLike, house: House
) -> None:
    aoki = server.person("aoki")
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="他", custom_id="other-bot:\n1"))
    options = [discord.SelectOption(label="これ", value=TOKEN), discord.SelectOption(label="x", value="x")]
    view.add_item(discord.ui.Select(custom_id="pick:0", placeholder="選ぶ", options=options))
    view.add_item(discord.ui.UserSelect(custom_id="who", placeholder="だれ"))
    view.stop()
    await house.client.get_partial_messageable(int(STAFF)).send("x", view=view)
    await aoki.presses("他", where="staff")
    await aoki.chooses("選ぶ", "これ", where="staff")
    await aoki.chooses("だれ", SATO, where="staff")
    assert [each.action for each in house.heard if isinstance(each, Pressed)] == ["other-bot:\n1", TOKEN, SATO]


async def test_a_press_of_what_its_message_holds_no_more_is_answered_once(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    place = server.channels[STAFF]
    said = place.messages[str((await post(house, LATER)).id)]
    component = said.components[0]["components"][0]
    await aoki.presses_component(place, said, component)
    said.components = []
    await aoki.presses_component(place, said, component)
    await house.quiet()
    assert [each.action for each in house.heard if isinstance(each, Pressed)] == [TOKEN, TOKEN]


# ---------------------------------------------------------------- files


async def test_files_of_an_answer_are_attached_to_it_as_they_are(server: DiscordLike, house: House) -> None:
    aoki, sato = server.person("aoki"), server.person("sato")
    await post(house, LATER)
    house.views = (ExportReady("sukima.zip", b"PK\r\n all \x00"),)
    await aoki.presses(IN20.label, where="staff")
    told = await server.until(lambda: next((each for each in aoki.messages("staff") if each.attachments), None))
    assert told.reader == AOKI
    assert told.attachments[0].data == b"PK\r\n all \x00"
    assert told not in sato.messages("staff")


# ---------------------------------------------------------------- what goes wrong on the way


async def test_an_answer_that_is_too_late_is_said_directly_or_beside_the_next(
    server: DiscordLike, house: House
) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    for direct in (aoki.dm.id, None):
        house.direct = direct
        server.faults.refuses(CALLBACK, 10062, 404)
        called = len(server.called(CALLBACK))
        pressing = asyncio.ensure_future(aoki.presses(IN20.label, where="staff"))
        await server.until(lambda called=called: len(server.called(CALLBACK)) > called)
        await house.quiet()
        server.clock.move(4)
        with pytest.raises(NotAnswered):
            await pressing
    assert len([each for each in aoki.messages() if SAID in aoki.words(each)]) == 1
    assert not [each for each in aoki.messages("staff") if SAID in aoki.words(each)]
    house.views = (LATER,)
    await aoki.presses(IN20.label, where="staff")
    assert (await aoki.sees(SAID, where="staff")).reader == AOKI


async def test_a_token_that_is_over_is_no_trouble_of_ours(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    house.direct = aoki.dm.id
    house.gate.clear()
    await aoki.presses(IN20.label, where="staff")
    server.clock.move(901)
    house.gate.set()
    await aoki.sees(SAID)


async def test_where_another_answered_already_the_answer_follows(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)

    async def another(asked: Interaction) -> None:
        address = f"{server.api_url}/interactions/{asked.id}/{asked.token}/callback"
        async with aiohttp.ClientSession() as session:
            await session.post(address, json={"type": 5, "data": {"flags": 64}})

    house.before = another
    await aoki.presses(IN20.label, where="staff")
    assert (await aoki.sees(SAID, where="staff")).reader == AOKI


async def test_an_answer_whose_receipt_was_lost_is_not_said_twice(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    await post(house, LATER)
    server.faults.breaks(CALLBACK, effect=True)
    await aoki.presses(IN20.label, where="staff")
    await house.quiet()
    assert len([each for each in aoki.messages("staff") if SAID in aoki.words(each)]) == 1


async def test_an_answer_that_meets_troubles_is_not_lost(server: DiscordLike, house: House) -> None:
    """At first, once more; and what follows after Discord showed that it comes."""
    aoki = server.person("aoki")
    await post(house, LATER)
    house.gate.clear()
    await aoki.presses(IN20.label, where="staff")
    server.faults.breaks(FOLLOW_UP)
    house.gate.set()
    await house.quiet()
    assert [each.reader for each in aoki.messages("staff") if SAID in aoki.words(each)] == [AOKI]
    house.gate.clear()
    await aoki.presses(IN20.label, where="staff")
    server.faults.resets(FOLLOW_UP, times=2)
    house.gate.set()
    await house.quiet()
    house.views = (LATER,)
    await aoki.presses(IN20.label, where="staff", on=aoki.messages("staff")[0])
    await house.quiet()
    assert [each.reader for each in aoki.messages("staff") if SAID in aoki.words(each)] == [AOKI, AOKI]


async def test_an_answer_to_words_is_said_once_through_troubles(server: DiscordLike, house: House) -> None:
    aoki = server.person("aoki")
    server.faults.breaks(POST, effect=True)
    await aoki.says("こんにちは")
    await house.quiet()
    assert [aoki.words(each) for each in aoki.messages() if each.author.bot].count(SAID) == 1
    assert house.slept == [1.0]


# ---------------------------------------------------------------- words in a channel


async def test_what_is_asked_in_a_channel_is_answered_behind_a_button(server: DiscordLike, house: House) -> None:
    aoki, sato = server.person("aoki"), server.person("sato")
    asked = await aoki.mentions("ウォレット", where="staff")
    offered = await sato.sees("ボタンを押す", where="staff")
    assert SAID not in "\n".join(sato.words(each) for each in sato.messages("staff"))
    assert (offered.reference or {}).get("message_id") == asked.id
    assert all(message.author.id == AOKI for message, _ in server.pings)
    await sato.presses("返事を見る", where="staff")
    assert (await sato.sees("別の方", where="staff")).reader == SATO
    await aoki.presses("返事を見る", where="staff")
    told = await aoki.sees(SAID, where="staff")
    assert told.reader == AOKI
    await house.quiet()
    assert offered.id not in {each.id for each in sato.messages("staff")}, "the button has served"
    assert SAID not in "\n".join(sato.words(each) for each in sato.messages("staff"))


async def test_in_a_guild_of_no_school_everybody_gets_one_sentence_and_nothing_to_press(
    server: DiscordLike, house: House
) -> None:
    aoki, sato = server.person("aoki"), server.person("sato")
    house.views = (Notice("refused.unknown_workspace"),)
    asked = await aoki.mentions("ウォレット", where="staff")
    told = await sato.sees("準備がまだ済んでいません", where="staff")
    assert (told.reference or {}).get("message_id") == asked.id
    assert told.components == []
    assert all(message.author.id == AOKI for message, _ in server.pings)
    server.faults.refuses(POST, 50013, 403)
    await aoki.mentions("ウォレット", where="staff")
    await house.quiet()
    assert not aoki.messages(), "where it may not be said, nothing is"


@pytest.mark.parametrize("is_new", [False, True])
async def test_an_answer_that_is_over_is_asked_for_once_more(server: DiscordLike, house: House, is_new: bool) -> None:
    """After an hour, or where another process began."""
    aoki, sato = server.person("aoki"), server.person("sato")
    await aoki.mentions("ウォレット", where="staff")
    offered = await sato.sees("ボタンを押す", where="staff")
    if is_new:
        house.begin_anew()
    else:
        house.now += 3601
    await aoki.presses("返事を見る", where="staff", on=offered)
    assert (await aoki.sees("もう一度", where="staff")).reader == AOKI
    await house.quiet()
    assert offered.id not in {each.id for each in sato.messages("staff")}

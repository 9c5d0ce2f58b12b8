"""What is pressed, chosen and filled in, as simcord plays it: the library's own views, windows and clocks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord

from bot.conversation.card import Button, Card, Section
from bot.conversation.intents import Pressed, Submitted
from bot.conversation.views import View, WindowsForm
from bot.handlers.discord.components import drawn
from on_discord.answering_house import CARDS, DONE, House


class Bot(discord.Client):
    """As the library is used; each event goes to one listener."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))

    def hear(self, event: str, listener: Any) -> None:
        async def on(*told: Any) -> None:
            listener(*told)

        setattr(self, f"on_{event}", on)


@dataclass
class Room:
    """A channel with one person in it, and the house behind."""

    env: Any
    channel: Any
    aoki: Any
    house: House

    async def post(self, card: Card) -> discord.Message:
        message = drawn(card, "ja")
        more: dict[str, Any] = {} if message.view is None else {"view": message.view}
        return await self.house.client.get_channel(self.channel.id).send(message.content, **more)

    async def answers(self, message: discord.Message, view: View, **which: str) -> Any:
        """What a press is answered with."""
        self.house.views = (view,)
        return await self.aoki.click(message, **which)


@asynccontextmanager
async def open_room() -> AsyncIterator[Room]:
    """Begun and ended within a test: simcord's clock belongs to one task."""
    bot = Bot()
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("staff")
        aoki = guild.add_member(env.create_user("aoki"))
        yield Room(env, channel, aoki, House(bot))


BUTTONS = Card("題", ("言葉",), buttons=(Button("開く", "open~1", "primary"), Button("あとで", "later~1")))


async def test_a_button_of_any_age_says_what_it_does() -> None:
    async with open_room() as room:
        message = await room.post(BUTTONS)
        for _ in range(2):
            told = await room.answers(message, DONE, label="開く")
            assert (told.response.ephemeral, told.response.content) == (True, CARDS.draw(DONE, "ja").text())
            room.house.begin_anew()
        assert [each.action for each in room.house.heard if isinstance(each, Pressed)] == ["open~1", "open~1"]


async def test_buttons_of_a_layout_and_choices_of_its_lists_do_the_same() -> None:
    async with open_room() as room:
        people = tuple(Section(f"人{n}", ("理由",), (Button("頼む", f"ask~{n}"),)) for n in range(40))
        few, many = await room.post(Card("人", sections=people[:3])), await room.post(Card("人", sections=people))
        await room.answers(few, DONE, custom_id="ask~1")
        await room.aoki.select(many, ["ask~39"], custom_id="pick:1")
        assert [each.action for each in room.house.heard if isinstance(each, Pressed)] == ["ask~1", "ask~39"]


async def test_a_window_is_opened_sent_refused_and_opened_again() -> None:
    async with open_room() as room:
        shown = await room.answers(await room.post(BUTTONS), WindowsForm(()), label="あとで")
        form = CARDS.draw(WindowsForm(()), "ja").form
        assert form is not None
        assert (shown.modal["title"], shown.modal["custom_id"]) == (form.title, form.action)
        room.house.views = (WindowsForm((), "つき 9時", "windows.empty"),)
        refused = await room.aoki.submit_modal(shown, {"words": "つき 9時"})
        sent = room.house.heard[-1]
        assert isinstance(sent, Submitted)
        assert (sent.action, sent.values) == (form.action, {"words": "つき 9時"})
        assert refused.response.ephemeral
        assert f"{form.fields[0].label}: " in refused.response.content
        again = await room.aoki.click(refused.response.message, label=form.title)
        (asked,) = [each["component"] for each in again.modal["components"] if each["type"] == 18]
        assert asked["value"] == "つき 9時"

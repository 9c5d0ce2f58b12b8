"""Every command becomes what its words ask for, in both languages; what Discord is told of commands is lawful."""

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
import simcord

from bot.app.catalogues import demo_catalogue
from bot.conversation.intents import Answerable, BadgesOf, Commanded, EndorseMessage, Said
from bot.conversation.role_words import RoleRequest
from bot.conversation.understanding import (
    AddressRequest,
    ClaimRequest,
    LearnRequest,
    LinkRequest,
    Look,
    MoveRequest,
    Place,
    Request,
    TakeInRequest,
    Unknown,
    VerifyRequest,
    WhoRequest,
    understand,
    understand_command,
)
from bot.domain.catalogue import Shelf
from bot.domain.language import LANGS, Lang
from bot.domain.people import Role
from bot.handlers.discord.autocomplete import LONGEST_CHOICE, MOST_CHOICES, lengths, shortened, subjects, titles
from bot.handlers.discord.commands import tree_of, words_of
from bot.handlers.discord.sync import fingerprint_of, payload_of, sync, sync_at_start

NAME = re.compile(r"[-_'\w]{1,32}")
SHELF = Shelf((demo_catalogue()[0],))


@dataclass
class Heard:
    """Notes what it is told, and answers, since Discord waits. Implements `Hears`."""

    intents: list[Answerable] = field(default_factory=list)
    shelf_for: tuple[Shelf, Lang] | None = None
    fails: bool = False

    async def interaction(self, asked: discord.Interaction[Any], intent: Answerable) -> None:
        self.intents.append(intent)
        await asked.response.send_message("…", ephemeral=True)

    async def shelf(self, asked: discord.Interaction[Any]) -> tuple[Shelf, Lang] | None:
        if self.fails:
            raise ConnectionError
        return self.shelf_for


@dataclass
class Told:
    """What Discord was told, as it is kept. Implements `KeepsTold`."""

    by_application: dict[str, str] = field(default_factory=dict)

    async def told(self, application: str) -> str | None:
        return self.by_application.get(application)

    async def keep(self, application: str, fingerprint: str) -> None:
        self.by_application[application] = fingerprint


class Bot(discord.Client):
    """As the library is used, with our commands; `extra` is one that we had before."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(intents=discord.Intents.none() | discord.Intents(guilds=True))
        self.tree = tree_of(self, heard)

    async def setup_hook(self) -> None:
        @self.tree.command(name="sukima-quiz", description="old")
        async def quiz(asked: discord.Interaction[Any], about: str) -> None:
            raise AssertionError

        @self.tree.context_menu(name="Applaud")
        async def applaud(asked: discord.Interaction[Any], message: discord.Message) -> None:
            raise AssertionError

        await self.tree.sync()
        self.tree.remove_command("sukima-quiz")
        self.tree.remove_command("Applaud", type=discord.AppCommandType.message)


@dataclass
class Room:
    """A channel with two people in it."""

    channel: Any
    aoki: Any
    hall: Any
    heard: Heard
    env: Any

    async def asks(self, command: str, **options: Any) -> Answerable:
        await self.aoki.slash(self.channel, command, **options)
        return self.heard.intents[-1]


@asynccontextmanager
async def open_room() -> AsyncIterator[Room]:
    """Begun and ended within a test: simcord's clock belongs to one task."""
    heard = Heard(shelf_for=(SHELF, "ja"))
    async with simcord.run(Bot(heard)) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("staff")
        aoki, hall = (guild.add_member(env.create_user(name)) for name in ("aoki", "hall"))
        yield Room(channel, aoki, hall, heard, env)


EVERY_WORD: tuple[tuple[str, dict[str, Any], Request], ...] = (
    ("learn", {}, LearnRequest()),
    ("learn", {"minutes": 10}, LearnRequest(10)),
    ("learn", {"topic": "分数"}, LearnRequest(None, "分数")),
    ("learn", {"minutes": 5, "topic": "5分で分かる days of old"}, LearnRequest(5, "5分で分かる days of old")),
    ("learn", {"topic": "「10分」の授業 on 2024"}, LearnRequest(None, "10分 の授業 on 2024")),
    ("who", {"question": "who can teach fractions?"}, WhoRequest("who can teach fractions?")),
    ("wallet", {}, Look(Place.WALLET)),
    ("badges", {}, Look(Place.WALLET)),
    ("map", {}, Look(Place.MAP)),
    ("record", {}, Look(Place.RECORD)),
    ("submit", {}, Look(Place.ME)),
    ("me", {}, Look(Place.ME)),
    ("endorse", {}, Look(Place.ENDORSING)),
    ("settings", {}, Look(Place.SETTINGS)),
    ("accounts", {}, Look(Place.ACCOUNTS)),
    ("link", {}, LinkRequest()),
    ("link", {"code": "abcd-2345"}, LinkRequest("abcd-2345")),
    ("roles", {}, Look(Place.ROLES)),
    ("export", {}, Look(Place.EXPORT)),
    ("forget", {}, Look(Place.FORGET)),
    ("help", {}, Look(Place.HELP)),
    ("verify", {}, VerifyRequest()),
    ("verify", {"link": "https://b.example/1"}, VerifyRequest("https://b.example/1")),
    ("import", {}, TakeInRequest()),
    ("import", {"link": "https://b.example/1"}, TakeInRequest("https://b.example/1")),
    ("address", {}, AddressRequest()),
    ("address", {"address": "a@asahi.example"}, AddressRequest(address="a@asahi.example")),
    ("code", {"code": "1234 5678"}, AddressRequest(code="1234 5678")),
    ("move", {}, MoveRequest()),
    ("move", {"code": "abcd efgh ijkl mnop"}, MoveRequest("abcd efgh ijkl mnop")),
    ("claim", {"code": "one-time-code"}, ClaimRequest("one-time-code")),
)


async def test_every_command_is_its_words() -> None:
    async with open_room() as room:
        for command, options, wanted in EVERY_WORD:
            asked = await room.asks(f"sukima {command}", **options)
            assert isinstance(asked, Commanded)
            assert understand_command(asked.text) == wanted
            assert (asked.origin.user_key, asked.origin.direct) == (str(room.aoki.id), False)


async def test_no_command_is_left_out_here() -> None:
    tried = {command for command, _, _ in EVERY_WORD} | {"say", "grant", "revoke"}
    assert tried == {each["name"] for each in (await told())[0]["options"]}


async def test_what_is_said_is_taken_as_said() -> None:
    async with open_room() as room:
        asked = await room.asks("sukima say", words="火曜の15時から16時は空いています")
        assert asked == Said(asked.origin, "火曜の15時から16時は空いています")


async def test_a_file_to_verify_comes_along() -> None:
    async with open_room() as room:
        asked = await room.asks("sukima verify", file=("badge.png", b"png"))
        assert isinstance(asked, Said)
        assert (asked.text, [file.name for file in asked.files]) == ("verify", ["badge.png"])


async def test_roles_are_given_and_taken_by_the_key_of_whom_they_are_of() -> None:
    async with open_room() as room:
        for (command, given), role in itertools.product((("grant", True), ("revoke", False)), Role):
            asked = await room.asks(f"sukima {command}", role=str(role), person=room.hall)
            assert isinstance(asked, Commanded)
            assert understand_command(asked.text) == RoleRequest(given, f"@{room.hall.id}", role)


async def test_badges_are_asked_of_a_person_by_command_and_by_menu() -> None:
    async with open_room() as room:
        asked = await room.asks("sukima badges", person=room.hall)
        assert asked == BadgesOf(asked.origin, str(room.hall.id))
        await room.aoki.context_menu(room.channel, "Badges", room.hall)
        assert room.heard.intents[-1] == asked


async def test_a_message_is_endorsed_where_it_stands() -> None:
    async with open_room() as room:
        message = await room.hall.send(room.channel, "here")
        await room.aoki.context_menu(room.channel, "Endorse", message)
        asked = room.heard.intents[-1]
        assert isinstance(asked, EndorseMessage)
        assert (asked.message.channel, asked.message.key) == (str(room.channel.id), str(message.id))


async def test_commands_of_yesterday_are_words_of_today() -> None:
    async with open_room() as room:
        asked = await room.asks("sukima-quiz", about="fractions")
        assert isinstance(asked, Commanded)
        assert asked.text == "sukima-quiz fractions"
        message = await room.hall.send(room.channel, "here")
        await room.aoki.context_menu(room.channel, "Applaud", message)
        assert room.heard.intents[-1] == Commanded(room.heard.intents[-1].origin, "help")
        with pytest.raises(ExceptionGroup, match="2 error"):
            room.env.raise_errors()  # what the library raised, and we answered


def test_an_old_subcommand_is_said_with_what_was_typed() -> None:
    told = {"name": "sukima", "type": 1}
    inner = {"name": "quiz", "type": 1, "options": [{"name": "about", "type": 3, "value": "fractions"}]}
    assert words_of({**told, "options": [inner]}) == "quiz fractions"
    assert words_of({**told, "options": [{"name": "old", "type": 2, "options": [inner]}]}) == "old quiz fractions"
    assert isinstance(understand_command("quiz fractions"), Unknown)
    assert words_of(told) == "help"


# ---------------------------------------------------------------- what Discord is told


async def told() -> list[dict[str, Any]]:
    client = discord.Client(intents=discord.Intents.none())
    return await payload_of(tree_of(client, Heard()))


def named_parts(part: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [deep for each in part.get("options", ()) for deep in named_parts(each)]
    return [part, *inner, *part.get("choices", ())]


async def test_discord_may_be_told_so() -> None:
    payload = await told()
    assert [(each["name"], each["type"]) for each in payload] == [("sukima", 1), ("Endorse", 3), ("Badges", 2)]
    for each in payload:
        assert (each["contexts"], each["integration_types"]) == ([0, 1], [0])
        assert each["default_member_permissions"] is None
    parts = named_parts(payload[0])
    for part in parts:
        assert len(part.get("options", ())) <= 25
        assert all(0 < len(said) <= 100 for said in described(part))
        if "value" not in part:
            assert all(NAME.fullmatch(name) and name == name.lower() for name in names(part))
    assert sum(len(said) for part in parts for said in (*names(part), *described(part))) <= 8000


async def test_japanese_readers_find_everything_in_japanese() -> None:
    payload = await told()
    parts = [part for each in payload for part in named_parts(each) if part["name"] != "sukima"]
    assert all(re.search(r"[\u3040-\u9fff]", part["name_localizations"]["ja"]) for part in parts)
    assert all("ja" in part["description_localizations"] for part in parts if "description" in part)
    assert not payload[0]["name_localizations"]


async def test_a_japanese_name_typed_as_words_is_the_same_command() -> None:
    """Who sees 「/sukima 学ぶ」 and writes 「学ぶ」 to Sukima gets the same."""
    payload = await told()
    by_name = {each["name"]: each["name_localizations"]["ja"] for each in payload[0]["options"]}
    for command, options, request_ in EVERY_WORD:
        if not options and command != "help":
            assert understand(by_name[command]) == request_ == understand_command(by_name[command])
    assert understand_command(f"{by_name['who']} 分数") == WhoRequest("分数")
    assert understand_command(f"{by_name['claim']} abc") == ClaimRequest("abc")
    assert understand_command(f"{by_name['code']} 1234 5678") == AddressRequest(code="1234 5678")
    for name, given in (("grant", True), ("revoke", False)):
        assert understand_command(f"{by_name[name]} 管理職 青木") == RoleRequest(given, "青木", Role.LEADER)


# ---------------------------------------------------------------- told once


async def test_discord_is_told_once_and_again_after_a_change() -> None:
    told, bot = Told(), Bot(Heard())
    async with simcord.run(bot):
        assert await sync(bot.tree, told)
        assert not await sync(bot.tree, told)
        assert await sync(bot.tree, told, anew=True)
        bot.tree.remove_command("Badges", type=discord.AppCommandType.user)
        assert await sync(bot.tree, told)
        assert fingerprint_of(await payload_of(bot.tree)) == told.by_application[str(bot.application_id)]


async def test_what_was_taken_away_by_hand_is_told_again() -> None:
    told, bot = Told(), Bot(Heard())
    async with simcord.run(bot):
        assert await sync(bot.tree, told)
        badges = bot.tree.remove_command("Badges", type=discord.AppCommandType.user)
        assert badges is not None
        await bot.tree.sync()
        bot.tree.add_command(badges)
        assert await sync(bot.tree, told)
        assert "Badges" in {each.name for each in await bot.tree.fetch_commands()}
        assert not await sync(bot.tree, told)


async def test_what_discord_does_not_take_is_told_at_the_next_start() -> None:
    told, bot = Told(), Bot(Heard())
    async with simcord.run(bot) as env:
        env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)
        await sync_at_start(bot.tree, told)
        assert not told.by_application
        await sync_at_start(bot.tree, told)
        assert told.by_application


# ---------------------------------------------------------------- suggestions


async def test_suggestions_come_from_the_catalogue_in_the_readers_language() -> None:
    async with open_room() as room:
        offered = await room.aoki.autocomplete(room.channel, "sukima learn", "topic", "")
        titles_ja = {course.title.ja for course in SHELF.courses} | {
            unit.title.ja for course in SHELF.courses for unit in course.units()
        }
        assert offered
        assert {each["value"] for each in offered} <= titles_ja
        there = await room.aoki.autocomplete(room.channel, "sukima learn", "minutes", "")
        assert [each["value"] for each in there] == sorted({unit.minutes for c in SHELF.courses for unit in c.units()})
        assert await room.aoki.autocomplete(room.channel, "sukima who", "question", "ICT")


async def test_nothing_is_suggested_to_whom_nothing_is_shown_nor_in_trouble() -> None:
    async with open_room() as room:
        room.heard.shelf_for = None
        assert await room.aoki.autocomplete(room.channel, "sukima learn", "topic", "") == []
        room.heard.fails = True
        assert await room.aoki.autocomplete(room.channel, "sukima learn", "topic", "") == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_title_finds_itself_and_is_what_discord_takes(lang: Lang) -> None:
    for course in SHELF.courses:
        for unit in course.units():
            offered = titles(SHELF, lang, unit.title.in_(lang))
            assert shortened(unit.title.in_(lang)) in [choice.value for choice in offered]
    for offered in (titles(SHELF, lang, ""), subjects(SHELF, lang, ""), titles(SHELF, lang, "授業")):
        assert 0 < len(offered) <= MOST_CHOICES
        assert all(0 < len(choice.name) <= LONGEST_CHOICE for choice in offered)
    assert [choice.value for choice in lengths(SHELF, lang, "３")] in ([3], [])


def names(part: dict[str, Any]) -> list[str]:
    return [part["name"], *part.get("name_localizations", {}).values()]


def described(part: dict[str, Any]) -> list[str]:
    return [part["description"], *part["description_localizations"].values()] if "description" in part else []

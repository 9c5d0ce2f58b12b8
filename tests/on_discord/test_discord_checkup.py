"""`sukima check` finds each usual mistake on Discord and says the remedy; where all is well it says nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from scenarios.town import short_rsa
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import Patient, World, discord_invitation, sync_discord
from bot.app.doctor import LOOKS
from bot.app.house import open_house
from bot.domain.language import LANGS, Bilingual
from bot.errors import Complaint, Problem
from bot.handlers.discord import checkup
from bot.handlers.discord.permissions import PERMISSIONS, asked_for, invite_url
from bot.handlers.discord.setting_up import own_commands
from bot.services.directory import AddSchool, BindWorkspace, add_school, bind_workspace
from bot.settings import Settings
from bot.wording import Wording
from on_discord.server import DiscordLike, Guild, open_discord
from tests.prepared import prepare

ASAHI, GENERAL, STAFF = "100000000000000000", "100000000000000001", "100000000000000009"
HIGASHI = "200000000000000000"
ADMINISTRATOR = discord.Permissions(administrator=True).value
Given = dict[str, str]


async def _founded(folder: Path) -> None:
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    async with open_house(prepare(settings), World(new_rsa=short_rsa)) as house:
        name = Bilingual("あさひ小学校", "Asahi School")
        opened = AddSchool(key="asahi", name=name, zone="Asia/Tokyo", lang="ja", country="JP")
        bound = BindWorkspace(school="asahi", platform="discord", workspace=ASAHI, channel=STAFF, lang=None, emoji=())
        school = await house.store.run(add_school, opened)
        await house.keys.ensure(school.id)
        await house.store.run(bind_workspace, bound)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a school whose staff channel is in the server."""
    folder = tmp_path_factory.mktemp("discord checkup") / "data"
    asyncio.run(_founded(folder))
    return folder


@pytest.fixture
async def server() -> AsyncIterator[DiscordLike]:
    async with open_discord(DiscordLike()) as serving:
        guild = serving.add_guild(ASAHI)
        guild.roles[ASAHI].permissions = 0  # nothing but what Sukima asks for
        serving.add_channel(guild, STAFF, "staff")
        serving.install(guild, granted=asked_for().value)
        yield serving


@pytest.fixture
def guild(server: DiscordLike) -> Guild:
    return server.guilds[ASAHI]


@pytest.fixture
def given(server: DiscordLike, founded: Path, tmp_path: Path) -> Given:
    """A sound set-up."""
    shutil.copytree(founded, tmp_path / "data")
    return {
        "SUKIMA_DATA_DIR": str(tmp_path / "data"),
        "DISCORD_API_BASE": server.api_url,
        "DISCORD_TOKEN": server.token,
    }


def settings(given: Given) -> Settings:
    return Settings.from_env(given, env_file=None)


async def found(given: Given) -> list[tuple[Complaint, bool]]:
    """What is said of Discord, each a sentence in both languages; and whether it is a problem."""
    patient = Patient(settings(given), datetime.now(UTC), 0)
    told = await asyncio.to_thread(lambda: list(LOOKS["discord"](patient)))
    said = [(wrong, not is_advice) for wrong, is_advice in told if isinstance(wrong, Complaint)]
    assert all(Wording(lang).complaint(wrong) for lang in LANGS for wrong, _ in said)
    return said


async def codes(given: Given) -> list[str]:
    """Problems by their codes, and advice with a mark before it."""
    return [
        ("" if is_problem else "~") + wrong.code.removeprefix("check.discord_")
        for wrong, is_problem in await found(given)
    ]


async def test_a_sound_set_up_has_nothing_to_mend_and_is_not_changed(server: DiscordLike, given: Given) -> None:
    await sync_discord(settings(given), anew=False)
    server.calls.clear()
    assert await codes(given) == []
    assert {call.route.split()[0] for call in server.calls} == {"GET"}


async def test_commands_are_told_by_hand_once_and_missed_before(server: DiscordLike, given: Given) -> None:
    assert await codes(given) == ["~no_commands"]
    assert await sync_discord(settings(given), anew=False)
    assert not await sync_discord(settings(given), anew=False)
    assert await sync_discord(settings(given), anew=True)
    told = [call for call in server.calls if call.route.startswith("PUT")]
    assert [call.ok for call in told] == [True, True]
    assert {each["name"] for each in server.app.commands.values()} == {"sukima", "Endorse", "Badges"}


async def test_commands_of_another_version_are_named(server: DiscordLike, given: Given, tmp_path: Path) -> None:
    await sync_discord(settings(given), anew=False)
    other = given | {"SUKIMA_DATA_DIR": str(tmp_path / "other")}
    shutil.copytree(tmp_path / "data", tmp_path / "other")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.handlers.discord.commands.PLACES", {"help": "help"})
        assert await codes(other) == ["~old_commands"]
    assert await codes(other) == []


def no_token(server: DiscordLike, guild: Guild, given: Given) -> None:
    del given["DISCORD_TOKEN"]


def refuse(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.revoke()


def away(server: DiscordLike, guild: Guild, given: Given) -> None:
    given["DISCORD_API_BASE"] = "http://127.0.0.1:9/api/v10"


def broken(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.faults.breaks("GET /users/@me", times=9)


def content(server: DiscordLike, guild: Guild, given: Given) -> None:
    given["DISCORD_MESSAGE_CONTENT"] = "yes"


def intents(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.app.allow_all_intents()


def worn_out(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.app.identifies_left = 0


def thrown_out(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.remove_app(guild)


def elsewhere_too(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.install(server.add_guild(HIGASHI))


def no_channel(server: DiscordLike, guild: Guild, given: Given) -> None:
    server.remove_channel(guild.channels[STAFF])


def forum(server: DiscordLike, guild: Guild, given: Given) -> None:
    guild.channels[STAFF].kind = discord.ChannelType.forum.value


def administrator(server: DiscordLike, guild: Guild, given: Given) -> None:
    guild.roles[guild.members[server.bot.id].roles[0]].permissions = ADMINISTRATOR


MISTAKES: tuple[tuple[Callable[[DiscordLike, Guild, Given], None], list[str]], ...] = (
    (no_token, ["~none"]),
    (refuse, ["token"]),
    (away, ["unreachable"]),
    (broken, ["unreachable"]),
    (content, ["content"]),
    (intents, ["~content_unused", "~intents_unused"]),
    (worn_out, ["starts"]),
    (thrown_out, ["not_joined"]),
    (elsewhere_too, ["~unbound"]),
    (no_channel, ["channel_gone"]),
    (forum, ["channel_kind"]),
    (administrator, ["~administrator"]),
)


@pytest.mark.parametrize(("mistake", "said"), MISTAKES, ids=lambda each: getattr(each, "__name__", ""))
async def test_each_mistake_is_named(
    mistake: Callable[[DiscordLike, Guild, Given], None],
    said: list[str],
    server: DiscordLike,
    guild: Guild,
    given: Given,
) -> None:
    await sync_discord(settings(given), anew=False)
    mistake(server, guild, given)
    assert await codes(given) == said


async def test_each_permission_that_lacks_is_named_with_its_reason(
    server: DiscordLike, guild: Guild, given: Given
) -> None:
    await sync_discord(settings(given), anew=False)
    channel = guild.channels[STAFF]
    for each in PERMISSIONS:
        lacking = discord.Permissions(**{each.name: True}).value
        server.overwrite(channel, guild.id, deny=lacking)
        server.overwrite(channel, server.bot.id)
        assert f"lacks_{each.name}" in {code.removeprefix("~") for code in await codes(given)}
        server.overwrite(channel, server.bot.id, allow=lacking)
        assert await codes(given) == []


async def test_who_asks_too_often_waits_and_is_answered(server: DiscordLike, given: Given) -> None:
    await sync_discord(settings(given), anew=False)
    server.faults.limits("GET /users/@me", 0.01)
    assert await codes(given) == []


async def test_nobodys_server_is_told_how_to_invite(server: DiscordLike, given: Given, tmp_path: Path) -> None:
    await sync_discord(settings(given), anew=False)
    fresh = given | {"SUKIMA_DATA_DIR": str(tmp_path / "fresh")}
    told = {wrong.code: wrong.params for wrong, _ in await found(fresh)}
    url = await discord_invitation(settings(given))
    assert told["check.discord_nobody"] == {"url": url}
    assert f"permissions={asked_for().value}" in url
    assert f"client_id={server.app.id}" in url
    assert "scope=bot+applications.commands" in url


async def test_roles_that_are_followed_are_there_and_close_the_channel(
    server: DiscordLike, guild: Guild, given: Given
) -> None:
    """By the roles of the server: teachers, parents, and one that was deleted."""
    await sync_discord(settings(given), anew=False)
    teachers, parents, gone = "100000000000000021", "100000000000000022", "100000000000000023"
    for role, name in ((teachers, "teachers"), (parents, "parents")):
        server.add_role(guild, role, name)
    await follow(settings(given), teachers, gone)
    assert await codes(given) == ["role_gone"]
    await follow(settings(given), teachers, "")
    assert await codes(given) == []
    server.overwrite(guild.channels[STAFF], parents, allow=discord.Permissions(view_channel=True).value)
    assert await codes(given) == ["channel_open"]
    server.overwrite(guild.channels[STAFF], parents)
    server.overwrite(guild.channels[STAFF], teachers, allow=discord.Permissions(view_channel=True).value)
    assert await codes(given) == []


async def follow(here: Settings, teachers: str, leaders: str) -> None:
    async with open_house(here, World(new_rsa=short_rsa)) as house:
        bound = BindWorkspace(
            school="asahi",
            platform="discord",
            workspace=ASAHI,
            channel=STAFF,
            lang=None,
            emoji=(),
            teacher_role=teachers,
            leader_role=leaders,
        )
        await house.store.run(bind_workspace, bound)


APPLICATION: dict[str, Any] = {"flags": 0, "integration_types_config": {"0": {}}}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"interactions_endpoint_url": "https://a.example"}, "discord_endpoint"),
        ({"bot_require_code_grant": True}, "discord_code_grant"),
        ({"integration_types_config": {"1": {}, "0": {}}}, "discord_user_install"),
        ({"integration_types_config": {"2": {}}}, "discord_no_servers"),
    ],
)
def test_what_the_portal_was_told_wrongly_is_named(told: dict[str, Any], code: str) -> None:
    here = checkup.Deployment("https://discord.example", "token", False, (), lambda _: None, own_commands)
    assert [seen.wrong.code for seen in checkup.of_application(APPLICATION | told, here)] == [f"check.{code}"]
    assert not checkup.of_application(APPLICATION, here)


async def test_without_a_token_or_with_a_wrong_one_nothing_is_told(server: DiscordLike, given: Given) -> None:
    server.revoke()
    with pytest.raises(Problem, match="token_refused"):
        await sync_discord(settings(given), anew=False)
    with pytest.raises(Problem, match="no_token"):
        await sync_discord(settings({**given, "DISCORD_TOKEN": ""}), anew=False)
    with pytest.raises(Problem, match="unreachable"):
        await sync_discord(settings({**given, "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10"}), anew=False)


async def test_on_the_command_line(server: DiscordLike, given: Given) -> None:
    async def sukima(*words: str, **more: str) -> tuple[int, str]:
        ran = await asyncio.to_thread(CliRunner().invoke, cli, ["discord", *words, "--lang", "en"], env=given | more)
        return ran.exit_code, ran.output.strip()

    say = Wording("en").say
    assert await sukima("sync") == (0, say("cli.discord.told"))
    assert await sukima("sync") == (0, say("cli.discord.known"))
    assert await sukima("sync", "--anew") == (0, say("cli.discord.told"))
    assert await sukima("invite") == (0, invite_url(server.app.id))
    assert await sukima("invite", DISCORD_TOKEN="") == (1, say("problem.discord.no_token"))
    server.faults.refuses("PUT /applications/{application}/commands", 30034)
    assert await sukima("sync", "--anew") == (1, say("problem.discord.refused", status=400, number=30034))

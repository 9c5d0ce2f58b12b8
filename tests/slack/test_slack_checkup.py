"""`sukima check` finds each usual mistake on Slack and says the remedy; where all is well it says nothing."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scenarios.town import short_rsa

from bot.app import Patient, World, examine
from bot.app.house import open_house
from bot.domain.installs import InstallKey, Tokens
from bot.domain.language import LANGS, Bilingual
from bot.errors import Complaint
from bot.handlers.slack.scopes import EVENTS, OPTIONAL, scopes
from bot.services.directory import AddSchool, BindWorkspace, add_school, bind_workspace
from bot.services.installs import InstallDesk
from bot.settings import Settings
from bot.wording import Wording
from slack.server import SlackLike, Team
from tests.prepared import prepare

HERE, STAFF = "T0ASAHI", "C0GENERAL"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Given = dict[str, str]


async def _founded(folder: Path) -> None:
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    async with open_house(prepare(settings), World(new_rsa=short_rsa)) as house:
        name = Bilingual("あさひ小学校", "Asahi School")
        opened = AddSchool(key="asahi", name=name, zone="Asia/Tokyo", lang="ja", country="JP")
        bound = BindWorkspace(school="asahi", platform="slack", workspace=HERE, channel=STAFF, lang=None, emoji=())
        school = await house.store.run(add_school, opened)
        await house.keys.ensure(school.id)
        await house.store.run(bind_workspace, bound)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a school whose staff channel is in the workspace; looking changes nothing in it."""
    folder = tmp_path_factory.mktemp("checkup") / "data"
    asyncio.run(_founded(folder))
    return folder


@pytest.fixture
def given(slack: SlackLike, school: Team, data: Path) -> Given:
    """A sound set-up: the app has what it asks for and is in the staff channel."""
    slack.app.scopes = scopes()
    school.channels[STAFF].members.append("U0SUKIMA")
    return {
        "SUKIMA_DATA_DIR": str(data),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.install(school).token,
        "SLACK_APP_TOKEN": slack.app_token(),
    }


async def found(given: Given, *, ahead: timedelta = timedelta(0)) -> list[Complaint]:
    """What is said of Slack, with the clock here put `ahead`; which events to compare is always said, and left out."""
    patient = Patient(Settings.from_env(given, env_file=None), datetime.now(UTC) + ahead, 0)
    told = [each.wrong for each in await asyncio.to_thread(lambda: list(examine(patient))) if each.name == "slack"]
    return [wrong for wrong in told if isinstance(wrong, Complaint) and wrong.code != "check.slack_events"]


async def codes(given: Given, *, ahead: timedelta = timedelta(0)) -> list[str]:
    """The codes of what is said, each a sentence in both languages."""
    told = await found(given, ahead=ahead)
    assert all(Wording(lang).complaint(wrong) for lang in LANGS for wrong in told)
    return [wrong.code.removeprefix("check.slack_") for wrong in told]


async def test_a_sound_set_up_has_nothing_to_mend_and_is_not_changed(slack: SlackLike, given: Given) -> None:
    assert await codes(given) == []
    looks = {"auth.test", "conversations.info", "users.info", "apps.connections.open"}
    assert {call.method for call in slack.calls} == looks
    assert not slack.sockets.open


def refuse_bot(slack: SlackLike, team: Team, given: Given) -> None:
    given["SLACK_BOT_TOKEN"] = "xoxb-not-ours"


def revoke(slack: SlackLike, team: Team, given: Given) -> None:
    slack.revoke(slack.app.grants[given["SLACK_BOT_TOKEN"]])


def swap_kind(slack: SlackLike, team: Team, given: Given) -> None:
    grant = slack.app.grants[given["SLACK_BOT_TOKEN"]]
    slack.app.grants["xapp-1-of-a-bot"] = grant
    given["SLACK_APP_TOKEN"] = "xapp-1-of-a-bot"


def refuse_app(slack: SlackLike, team: Team, given: Given) -> None:
    given["SLACK_APP_TOKEN"] = "xapp-1-not-ours"


def narrow_app(slack: SlackLike, team: Team, given: Given) -> None:
    given["SLACK_APP_TOKEN"] = slack.app_token(scopes=("authorizations:read",))


def close_sockets(slack: SlackLike, team: Team, given: Given) -> None:
    slack.faults.refuses("apps.connections.open", "access_denied")


def mix_apps(slack: SlackLike, team: Team, given: Given) -> None:
    given["SLACK_APP_TOKEN"] = "xapp-1-A0ANOTHER-123-abc"


def no_address(slack: SlackLike, team: Team, given: Given) -> None:
    del given["SLACK_APP_TOKEN"]
    given["SLACK_SIGNING_SECRET"] = SECRET


def archive(slack: SlackLike, team: Team, given: Given) -> None:
    team.channels[STAFF].archived = True


def leave(slack: SlackLike, team: Team, given: Given) -> None:
    team.channels[STAFF].members.remove("U0SUKIMA")


def hide(slack: SlackLike, team: Team, given: Given) -> None:
    del team.channels[STAFF]


def share(slack: SlackLike, team: Team, given: Given) -> None:
    team.channels[STAFF].shared_with = {"T0FOREIGN"}


def trouble(slack: SlackLike, team: Team, given: Given) -> None:
    slack.faults.refuses("auth.test", "internal_error")


def break_down(slack: SlackLike, team: Team, given: Given) -> None:
    slack.faults.fails("auth.test", 503)


def cut_off(slack: SlackLike, team: Team, given: Given) -> None:
    slack.faults.resets("auth.test", effect=False)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (refuse_bot, ["token"]),
        (revoke, ["token"]),
        (swap_kind, ["token_kind"]),
        (refuse_app, ["app_token"]),
        (narrow_app, ["app_scope"]),
        (close_sockets, ["no_socket"]),
        (mix_apps, ["two_apps"]),
        (no_address, ["no_address"]),
        (archive, ["channel_archived"]),
        (leave, ["channel_closed"]),
        (hide, ["channel_gone"]),
        (share, ["channel_outsiders"]),
        (trouble, ["refused"]),
        (break_down, ["unreachable"]),
        (cut_off, ["unreachable"]),
    ],
)
async def test_each_mistake_is_found(
    slack: SlackLike, school: Team, given: Given, harm: Callable[[SlackLike, Team, Given], None], said: list[str]
) -> None:
    harm(slack, school, given)
    assert await codes(given) == said


async def test_the_events_to_compare_are_named_as_advice(given: Given) -> None:
    patient = Patient(Settings.from_env(given, env_file=None), datetime.now(UTC), 0)
    (told,) = await asyncio.to_thread(lambda: [each for each in examine(patient) if each.name == "slack"])
    assert told.is_advice
    assert isinstance(told.wrong, Complaint)
    assert told.wrong.params["events"] == ", ".join(EVENTS)


async def test_scopes_that_lack_are_named(slack: SlackLike, school: Team, given: Given) -> None:
    narrow = set(scopes()) - {"commands", "channels:read", "groups:read", *OPTIONAL}
    given["SLACK_BOT_TOKEN"] = slack.install(school, scopes=narrow).token
    told = await found(given)
    assert [wrong.code for wrong in told] == ["check.slack_scopes", "check.slack_optional"]
    assert [wrong.params["scopes"] for wrong in told] == ["channels:read, commands, groups:read", ", ".join(OPTIONAL)]


async def test_a_token_of_another_workspace(slack: SlackLike, given: Given) -> None:
    given["SLACK_BOT_TOKEN"] = slack.install(slack.add_team("T0OTHER")).token
    (told,) = await found(given)
    assert (told.code, told.params) == (
        "check.slack_elsewhere",
        {"school": "asahi", "bound": "T0ASAHI", "home": "T0OTHER"},
    )


@pytest.mark.parametrize("minutes", [-2, 2])
async def test_clocks_that_differ(given: Given, minutes: int) -> None:
    assert await codes(given, ahead=timedelta(minutes=minutes)) == ["clock"]


async def test_where_nobody_uses_the_workspace_yet_it_says_how_to_begin(given: Given, tmp_path: Path) -> None:
    given["SUKIMA_DATA_DIR"] = str(tmp_path / "data")
    assert await codes(given) == ["nobody"]


async def test_of_schools_that_cannot_be_read_nothing_is_said(given: Given, data: Path, tmp_path: Path) -> None:
    given["SUKIMA_DATA_DIR"] = str(shutil.copytree(data, tmp_path / "data"))
    with closing(sqlite3.connect(tmp_path / "data" / "sukima.db")) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '0001'")
    assert await codes(given) == []
    (tmp_path / "data" / "sukima.db").write_bytes(b"nothing of ours" * 100)
    assert await codes(given) == []


async def test_offline_is_one_sentence(given: Given) -> None:
    given["SLACK_API_URL"] = "http://127.0.0.1:9/api/"
    before = time.monotonic()
    assert await codes(given) == ["unreachable"]
    assert time.monotonic() - before < 5, "and soon"


# ---------------------------------------------------------------------- many workspaces

URL = "https://badges.example.ed.jp"


async def _installs(folder: Path, *kept: tuple[str, str | Tokens]) -> None:
    """The app is kept as installed in these workspaces, with these tokens."""
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(folder)}, env_file=None)
    async with open_house(settings, World(new_rsa=short_rsa)) as house:
        desk = InstallDesk(house.store, house.vault, "slack")
        for team, token in kept:
            tokens = Tokens(token) if isinstance(token, str) else token
            await desk.keep(InstallKey("slack", "", team), "U0SUKIMA", frozenset(), tokens)


@pytest.fixture
def many(slack: SlackLike, given: Given, data: Path, tmp_path: Path) -> Given:
    """A sound set-up of an app that workspaces install by themselves."""
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    app = {"SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret}
    rest = {name: value for name, value in given.items() if name != "SLACK_BOT_TOKEN"}
    return rest | app | {"SUKIMA_DATA_DIR": str(folder), "SUKIMA_PUBLIC_URL": URL}


async def test_every_installation_is_spoken_for(slack: SlackLike, school: Team, many: Given) -> None:
    folder = Path(many["SUKIMA_DATA_DIR"])
    assert [each.params for each in await found(many)] == [
        {"school": "asahi", "workspace": HERE, "url": f"{URL}/slack/install"}
    ], "where a school is, and the app is not"
    assert await codes(many) == ["install_missing"]
    nowhere = await found({name: many[name] for name in many if name != "SUKIMA_PUBLIC_URL"})
    assert [each.code.removeprefix("check.slack_") for each in nowhere] == ["no_install_address", "install_missing"]
    assert nowhere[-1].params["url"] == "https://…/slack/install"
    token = slack.install(school).token
    await _installs(folder, (HERE, token))
    assert await codes(many) == []
    refused, narrow = slack.add_team("T0REFUSED"), slack.add_team("T0NARROW")
    revoked = slack.install(refused)
    few = slack.install(narrow, scopes=set(scopes()) - {"commands"})
    await _installs(folder, ("T0REFUSED", revoked.token), ("T0NARROW", few.token))
    revoked.revoked = True
    told = await found(many)
    assert [(each.code.removeprefix("check.slack_"), each.params["workspace"]) for each in told] == [
        ("install_refused", "T0REFUSED"),
        ("install_scopes", "T0NARROW"),
        ("install_nobody", "T0NARROW"),
    ]
    assert few.install is not None
    over = Tokens(slack.grant(few.install, expires=1.0).token, "refresh", datetime.now(UTC) - timedelta(hours=1))
    await _installs(folder, ("T0NARROW", over))
    assert "install_over" in await codes(many), "it is exchanged when Sukima starts"
    assert slack.called("oauth.v2.access")
    assert not slack.app.installs[0].gone, "looking changes nothing"


async def test_what_hinders_installing_is_named(slack: SlackLike, school: Team, many: Given) -> None:
    folder = Path(many["SUKIMA_DATA_DIR"])
    await _installs(folder, (HERE, slack.install(school).token))
    assert await codes(many | {"SLACK_CLIENT_SECRET": "of-another-app"}) == ["client"]
    assert await codes({name: many[name] for name in many if name != "SUKIMA_PUBLIC_URL"}) == ["no_install_address"]
    assert await codes(many | {"SUKIMA_SECRET": "5a" * 32}) == ["shut"]

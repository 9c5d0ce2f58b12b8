"""Workspaces install the app by themselves: each apart from the others, its token sealed, renewed, dropped."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.domain.language import Bilingual
from bot.handlers.slack import oauth, rotation
from bot.handlers.slack.access import Client
from bot.handlers.slack.client import web_client
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.rotation import Rotation
from bot.services.commands import OfNoSchool
from bot.services.directory import AddSchool, BindWorkspace, add_school, bind_workspace, list_schools
from bot.services.installs import InstallDesk, Installed
from bot.services.offers import Learn, learn
from bot.wording import Wording
from slack.at_work import AtWork, Transport, at_work
from slack.first_steps import SCHOOL, welcomed
from slack.server import SlackLike, Team, interactions, subscriptions
from slack.server.delivery import COMMANDS, EVENTS
from slack.visitor import PUBLIC, Visitor, state_of
from storage import tables as t

TRANSPORTS = pytest.mark.parametrize("transport", ["socket", "http"])
REDIRECT = f"{PUBLIC}/slack/oauth_redirect"


@asynccontextmanager
async def at_many(
    slack: SlackLike, folder: Path, transport: Transport = "socket", *, rotates: bool = False
) -> AsyncIterator[AtWork]:
    """Sukima at work in no workspace yet; the app is what its manifest says."""
    url = f"{PUBLIC}/slack/events" if transport == "http" else None
    slack.app.follow(manifest(Wording("ja"), url, REDIRECT, rotates=rotates))
    tokens = {
        "SLACK_CLIENT_ID": slack.app.client_id,
        "SLACK_CLIENT_SECRET": slack.app.client_secret,
        "SUKIMA_PUBLIC_URL": PUBLIC,
        "SUKIMA_TRUSTED_PROXIES": "127.0.0.1",
    }
    async with at_work(slack, slack.teams["T0ASAHI"], folder, transport, tokens=tokens) as sukima:
        yield sukima


@pytest.fixture
def other(slack: SlackLike) -> Team:
    """Another school's workspace, with the same ids in it."""
    team = slack.add_team("T0YUHI", "ゆうひ小学校")
    slack.add_user(team, "U0AOKI", "aoki", real_name="青木 ゆうひ")
    slack.add_user(team, "U0SATO", "sato", real_name="佐藤 ゆうひ", is_admin=True)
    return team


def desk_of(sukima: AtWork) -> InstallDesk:
    return InstallDesk(sukima.house.store, sukima.house.vault, "slack")


async def names(sukima: AtWork) -> list[str]:
    return [each.key.name for each in await desk_of(sukima).all()]


async def bound(sukima: AtWork, workspace: str, key: str) -> None:
    """Whoever runs Sukima makes a school and binds the workspace to it."""
    name = Bilingual(f"{key}小学校", f"{key} School")
    await sukima.house.store.run(add_school, AddSchool(key=key, name=name, zone="Asia/Tokyo", lang="ja", country="JP"))
    schools = await sukima.house.store.look(list_schools, OfNoSchool())
    await sukima.house.keys.ensure(next(each.school.id for each in schools if each.school.key == key))
    bind = BindWorkspace(
        school=key, platform="slack", workspace=workspace, channel="C0GENERAL", lang=None, emoji=("white_flower",)
    )
    await sukima.house.store.run(bind_workspace, bind)


@TRANSPORTS
async def test_two_workspaces_with_equal_ids_install_the_app_and_stay_apart(
    slack: SlackLike, school: Team, other: Team, tmp_path: Path, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", slack.app.client_id)  # the kit looks there by itself, and must not act on it
    monkeypatch.setenv("SLACK_CLIENT_SECRET", slack.app.client_secret)
    async with at_many(slack, tmp_path, transport) as sukima:
        assert await sukima.slack.trouble() is None, "who installs it comes first"
        visitor = Visitor(sukima.origin)
        page = await visitor.agrees(slack, school)
        assert page.status == 200
        assert "「あさひ小学校」にSukimaが入りました" in page.text
        assert "T0ASAHI" in page.text
        assert all("Secure" in each and "HttpOnly" in each and "SameSite=lax" in each for each in visitor.set)
        assert visitor.cookies == {}
        assert (await Visitor(sukima.origin, "en").agrees(slack, other)).status == 200
        assert await names(sukima) == ["T0ASAHI", "T0YUHI"]
        for team in (school, other):
            team.channels["C0GENERAL"].members.append("U0SUKIMA")

        sato, aoki = slack.person("sato", school), slack.person("aoki", school)
        await sato.commands(f"claim {sukima.code}", where="general")
        assert await sato.modals.submits(SCHOOL) == {}
        await welcomed(aoki)

        stranger = slack.person("aoki", other)
        await stranger.commands("wallet", where="general")
        await stranger.sees("準備がまだ済んでいません", where="general")
        await stranger.says("こんにちは")
        await stranger.sees("準備がまだ済んでいません")
        schools = await sukima.house.store.look(list_schools, OfNoSchool())
        assert [[each.key for each in one.workspaces] for one in schools] == [["T0ASAHI"]], "nobody joins by installing"

        await bound(sukima, "T0YUHI", "yuhi")
        await welcomed(stranger)
        spoken = {(call.token.split("-")[1], call.args["channel"]) for call in slack.called("chat.postMessage")}
        assert {("T0ASAHI", aoki.dm.id), ("T0YUHI", stranger.dm.id)} <= spoken
        assert not [each for each in stranger.messages() if "あさひ" in stranger.words(each)]
        assert not [each for each in slack.deliveries.sent if not each.acknowledged]


async def test_the_workspace_that_takes_the_app_out_is_told_nothing_more_and_comes_back(
    slack: SlackLike, school: Team, other: Team, tmp_path: Path
) -> None:
    async with at_many(slack, tmp_path) as sukima:
        for team in (school, other):
            assert (await Visitor(sukima.origin).agrees(slack, team)).status == 200
        for team, key in ((school, "asahi"), (other, "yuhi")):
            await bound(sukima, team.id, key)
            await welcomed(slack.person("aoki", team))
        gone, stays = slack.person("aoki", other), slack.person("aoki", school)
        with capture_logs() as logs:
            await slack.admin(other).uninstalls()
        warned = [(each["event"], each.get("workspace")) for each in logs if each["log_level"] in ("warning", "error")]
        assert warned == [("slack.uninstalled", "T0YUHI")]
        assert await names(sukima) == ["T0ASAHI"]
        assert await sukima.slack.trouble() is None, "one of many does not speak for all"
        sent = len(slack.calls)
        await people_are_wished(sukima, "T0YUHI")
        assert not [call for call in slack.calls[sent:] if "T0YUHI" in call.token], "nothing goes there"
        await stays.commands("wallet")
        await stays.sees("バッジはまだありません")

        for grant in [each for each in slack.app.grants.values() if each.install and each.install.gone]:
            grant.revoked = True
        assert (await Visitor(sukima.origin).agrees(slack, other)).status == 200
        await sukima.house.engine.settle(sukima.house.world.now() + timedelta(minutes=3))
        await gone.sees("小テスト")
        asked = len(slack.called("users.info"))
        await gone.says("設定")
        assert len(slack.called("users.info")) == asked + 1, "what was known of people there was forgotten with it"
        subscriptions.deliver(slack, other, {"type": "app_uninstalled", "event_ts": "1.000000"})
        await slack.settled()
        assert await names(sukima) == ["T0ASAHI", "T0YUHI"], (
            "what Slack says late of the token before takes nothing away"
        )


async def people_are_wished(sukima: AtWork, workspace: str) -> None:
    """Something is promised to somebody in a workspace, and what can be kept of it is kept."""
    rows = await sukima.house.store.read(
        lambda scope: scope.all(
            select(t.account.c.person_id, t.account.c.school_id)
            .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
            .where(t.workspace.c.key == workspace, t.account.c.user_key == "U0AOKI")
        )
    )
    wish = Learn(school_id=rows[0].school_id, person_id=rows[0].person_id, topic="小テスト")
    await sukima.house.store.run(learn, wish)
    await sukima.house.engine.settle(sukima.house.world.now())


async def test_an_organisation_installs_it_for_all_its_workspaces(slack: SlackLike, tmp_path: Path) -> None:
    for id in ("T0KITA", "T0MINAMI"):
        team = slack.add_team(id, id, enterprise="E0BOARD")
        slack.add_user(team, f"U0{id}", "aoki", real_name=f"青木 {id}")
    kita, minami = slack.teams["T0KITA"], slack.teams["T0MINAMI"]
    async with at_many(slack, tmp_path) as sukima:
        page = await Visitor(sukima.origin).agrees(slack, kita, organisation=True, user="aoki")
        assert "組織「E0BOARD」にSukimaが入りました" in page.text
        assert await names(sukima) == ["E0BOARD/*"]
        await bound(sukima, "E0BOARD/T0KITA", "kita")
        await welcomed(slack.person("aoki", kita))
        await slack.person("aoki", minami).says("こんにちは")
        await slack.person("aoki", minami).sees("準備がまだ済んでいません")
        asked = {call.args.get("team_id") for call in slack.called("chat.postMessage")}
        assert asked == {"T0KITA", "T0MINAMI"}, "an organisation's token says for which workspace"
        await slack.admin(minami).uninstalls()
        assert await names(sukima) == []


async def test_the_workspace_of_the_environments_token_goes_on_beside_the_others(
    slack: SlackLike, school: Team, other: Team, tmp_path: Path
) -> None:
    own = slack.install(school)
    app = {"SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret}
    tokens = {"SLACK_BOT_TOKEN": own.token, "SUKIMA_PUBLIC_URL": PUBLIC, **app}
    async with at_work(slack, school, tmp_path, "socket", tokens=tokens) as sukima:
        await sukima.slack.returned()
        assert (await Visitor(sukima.origin).agrees(slack, other)).status == 200
        for team in (school, other):
            await slack.person("aoki", team).says("こんにちは")
            await slack.person("aoki", team).sees("準備がまだ済んでいません")
        spoken = [call.token for call in slack.called("chat.postMessage")]
        assert spoken[0] == own.token
        assert spoken[1].startswith("xoxb-T0YUHI")
        assert await sukima.slack.trouble() is None

        await slack.admin(school).uninstalls()
        assert await sukima.slack.trouble() == "slack.uninstalled"
        await slack.person("aoki", other).says("こんにちは")
        assert len(slack.called("chat.postMessage")) == 3, "the other goes on"
        assert (await Visitor(sukima.origin).agrees(slack, school)).status == 200
        await slack.person("aoki", school).says("こんにちは")
        assert slack.called("chat.postMessage")[-1].token.startswith("xoxb-T0ASAHI")
        assert slack.called("chat.postMessage")[-1].token != own.token
        assert await sukima.slack.trouble() is None


async def test_an_organisations_dead_token_goes_where_the_workspace_has_its_own(
    slack: SlackLike, tmp_path: Path
) -> None:
    kita = slack.add_team("T0KITA", "北", enterprise="E0BOARD")
    slack.add_user(kita, "U0AOKI", "aoki", real_name="青木 北")
    async with at_many(slack, tmp_path) as sukima:
        for organisation in (False, True):
            await Visitor(sukima.origin).agrees(slack, kita, organisation=organisation, user="aoki")
        assert sorted(await names(sukima)) == ["E0BOARD/*", "E0BOARD/T0KITA"]
        (wide,) = [each for each in slack.app.grants.values() if each.install and each.install.team_id is None]
        wide.revoked = True
        slack.tell(kita, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["W0SUKIMA"]}, "event_ts": "2.0"})
        await slack.settled()
        assert await names(sukima) == ["E0BOARD/T0KITA"]


async def test_the_environments_token_dies_unsaid_and_the_workspace_installs_the_app(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    own = slack.install(school)
    app = {"SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret}
    tokens = {"SLACK_BOT_TOKEN": own.token, "SUKIMA_PUBLIC_URL": PUBLIC, **app}
    async with at_work(slack, school, tmp_path, "socket", tokens=tokens) as sukima:
        await sukima.slack.returned()
        aoki = slack.person("aoki", school)
        own.revoked = True
        await aoki.commands("wallet", where="general")
        assert await sukima.slack.trouble() == "slack.token_refused"
        assert (await Visitor(sukima.origin).agrees(slack, school)).status == 200
        for number in (1, 2):
            await aoki.says("こんにちは")
            assert len(slack.called("chat.postMessage")) == number
            assert slack.called("chat.postMessage")[-1].token not in ("", own.token)
        assert await sukima.slack.trouble() is None
        assert len([call for call in slack.calls if call.token == own.token and call.method != "auth.test"]) == 1


# ---------------------------------------------------------------------- on the way to Slack and back


async def test_what_comes_back_counts_once_in_time_and_in_the_browser_that_set_out(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    async with at_many(slack, tmp_path, "http") as sukima:
        away, somebody, other = (Visitor(sukima.origin, lang) for lang in ("en", "ja", "ja"))
        asked = await away.sets_out()
        assert asked.startswith(f"{slack.url}/oauth/v2/authorize?")
        assert set(slack.agree(asked, school, "sato").partition("?")[0].split()) == {REDIRECT}
        (name,) = away.cookies
        assert name.startswith("__Host-")
        page = await away.opens(f"{REDIRECT}?error=access_denied&state={state_of(asked)}")
        assert (page.status, "Nothing was installed" in page.text, "/slack/install" in page.text) == (200, True, True)

        back = slack.agree(await somebody.sets_out(), school, "sato")
        again = slack.agree(await somebody.sets_out(), school, "sato")
        forged = back.replace("state=", "state=x")
        await other.sets_out()
        for visitor, address in (
            (other, back),
            (somebody, forged),
            (somebody, f"{REDIRECT}?error=access_denied"),
            (somebody, f"{REDIRECT}?error=access_denied&state={state_of(asked)}"),
            (somebody, REDIRECT),
            (Visitor(sukima.origin), back),
        ):
            kept = dict(visitor.cookies)
            page = await visitor.opens(address)
            assert (page.status, "もう使えません" in page.text) == (400, True)
            assert visitor.cookies == kept, "a link of somebody else's ends nothing"
        assert await names(sukima) == []
        assert not slack.called("oauth.v2.access"), "nothing is exchanged for who cannot show that they set out"

        kept = dict(somebody.cookies)
        assert (await somebody.opens(again)).status == 200, "the second of two windows counts, too"
        somebody.cookies = dict(kept)
        fresh = slack.agree(f"{slack.url}/?{asked.partition('?')[2]}", school, "sato").partition("code=")[2]
        code = fresh.partition("&")[0]
        replayed = f"{REDIRECT}?code={code}&state={state_of(again)}"
        assert (await somebody.opens(replayed)).status == 400, "once"
        somebody.cookies = dict(kept)
        slack.clock.move(601)
        assert (await somebody.opens(back)).status == 400, "within ten minutes"
        assert len(slack.called("oauth.v2.access")) == 1
        tokens = [each.token for each in slack.app.grants.values()]
        assert all(token.encode() not in content for token in tokens for content in files(tmp_path)), "sealed"


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_what_slack_does_not_give_is_told_kindly(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    async with at_many(slack, tmp_path) as sukima:
        visitor = Visitor(sukima.origin)
        told = []
        with capture_logs() as logs:
            slack.faults.refuses("oauth.v2.access", "bad_client_secret")
            told.append(await visitor.agrees(slack, school))
            slack.faults.refuses("oauth.v2.access", "invalid_code")
            told.append(await visitor.agrees(slack, school))
            slack.faults.resets("oauth.v2.access", effect=False)
            told.append(await visitor.agrees(slack, school))
            slack.faults.fails("oauth.v2.access", 500)
            told.append(await visitor.agrees(slack, school))
        assert [page.status for page in told] == [502, 400, 502, 502]
        for page, words in zip(
            told, ("受け付けませんでした", "もう使えません", "返事がありません", "受け付けません"), strict=True
        ):
            assert words in page.text
            assert "/slack/install" in page.text
        errors = [(each["event"], each.get("code")) for each in logs if each["event"].startswith("slack.install_r")]
        assert errors == [("slack.install_refused", "bad_client_secret"), ("slack.install_refused", "unreadable")]
        assert await names(sukima) == []


def answers_with(monkeypatch: pytest.MonkeyPatch, module: ModuleType, odd: dict[str, Any]) -> None:
    """From now on Slack answers a code, or a refresh token, with something odd in it."""

    async def access(*asked: Any, **more: Any) -> dict[str, Any]:
        return {**await real(*asked, **more), **odd}

    real = module.access
    monkeypatch.setattr(module, "access", access)


@pytest.mark.parametrize(
    "odd",
    [
        {"team": "T0ASAHI"},
        {"team": None},
        {"team": {"id": ["T0ASAHI"], "name": 5}},
        {"team": {"id": "T0\u0000ASAHI"}},
        {"team": {"id": "T0\ud800"}},
        {"team": {"id": "T0/../ASAHI"}},
        {"enterprise": "E0BOARD", "is_enterprise_install": True},
        {"access_token": "xoxb-\u0000"},
        {"refresh_token": "xoxe-1", "expires_in": 10**18},
        {"refresh_token": "xoxe-1", "expires_in": "soon"},
    ],
)
async def test_an_odd_answer_installs_nothing(
    slack: SlackLike, school: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    answers_with(monkeypatch, oauth, odd)
    async with at_many(slack, tmp_path, "http") as sukima:
        page = await Visitor(sukima.origin).agrees(slack, school)
        assert (page.status, "受け付けませんでした" in page.text) == (502, True)
        assert await names(sukima) == []


async def test_odd_names_are_shown_as_far_as_they_can_be(
    slack: SlackLike, school: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = {"team": {"id": "T0ASAHI", "name": "あさひ\ud800"}, "bot_user_id": ["U"], "app_id": "\ud800", "scope": 5}
    answers_with(monkeypatch, oauth, odd)
    async with at_many(slack, tmp_path, "http") as sukima:
        page = await Visitor(sukima.origin).agrees(slack, school)
        assert (page.status, "あさひ?" in page.text) == (200, True)
        assert await names(sukima) == ["T0ASAHI"]


# ---------------------------------------------------------------------- tokens that rotate


async def the_one(sukima: AtWork) -> Installed:
    (found,) = await desk_of(sukima).all()
    return found


async def turned(sukima: AtWork) -> None:
    """The clock comes by."""
    await sukima.slack.pulse()
    await sukima.slack.quiet()


async def test_a_token_is_exchanged_before_it_is_over(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima:
        await Visitor(sukima.origin).agrees(slack, school)
        first = await the_one(sukima)
        slack.clock.move(9 * 3600)
        await turned(sukima)
        assert await the_one(sukima) == first, "not earlier than needed"
        slack.clock.move(3600 + 1)
        await turned(sukima)
        second = await the_one(sukima)
        assert second.tokens.token != first.tokens.token
        assert second.kept.exchange_began_at is None
        slack.app.grants[first.tokens.token].revoked = True
        await slack.person("aoki").commands("wallet", where="general")
        await slack.person("aoki").says("こんにちは")
        await slack.person("aoki").sees("準備がまだ済んでいません")
        assert slack.called("chat.postMessage")[-1].token == second.tokens.token

        slack.clock.move(13 * 3600)  # the computer slept
        await slack.person("aoki").says("こんにちは")
        assert (await the_one(sukima)).tokens.token not in (first.tokens.token, second.tokens.token)
        assert len(slack.called("chat.postMessage")) == 2


async def test_two_who_exchange_at_once_use_the_refresh_token_once(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima, aiohttp.ClientSession() as session:
        await Visitor(sukima.origin).agrees(slack, school)
        slack.clock.move(11 * 3600)
        app = Client(slack.app.client_id, slack.app.client_secret)
        client = web_client(session, slack.api_url)
        processes = [Rotation(desk_of(sukima), client, app, slack.clock.moment) for _ in range(2)]
        held = slack.faults.holds("oauth.v2.access", grant_type="refresh_token")
        looks = [asyncio.create_task(each.look()) for each in (*processes, processes[0])]
        await held.met.wait()
        await asyncio.wait(looks[:2], return_when=asyncio.FIRST_COMPLETED)  # whoever came second
        assert held.gate is not None
        held.gate.set()
        await asyncio.gather(*looks)
        assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 1
        assert (await the_one(sukima)).tokens.expires_at == slack.clock.moment() + timedelta(hours=12)


async def test_who_wants_a_token_that_is_being_exchanged_waits_for_the_new_one(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima, aiohttp.ClientSession() as session:
        await Visitor(sukima.origin).agrees(slack, school)
        first = await the_one(sukima)
        slack.clock.move(13 * 3600)
        app = Client(slack.app.client_id, slack.app.client_secret)
        rotation = Rotation(desk_of(sukima), web_client(session, slack.api_url), app, slack.clock.moment)
        got = await asyncio.gather(*(rotation.renew(first) for _ in range(3)))
        assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 1
        assert {each.tokens.token for each in got} == {(await the_one(sukima)).tokens.token} != {first.tokens.token}


@pytest.mark.parametrize("was_taken", [False, True], ids=["not taken", "taken"])
async def test_an_exchange_that_broke_is_said_and_tried_again_and_installing_anew_heals(
    slack: SlackLike, school: Team, tmp_path: Path, was_taken: bool
) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima:
        await Visitor(sukima.origin).agrees(slack, school)
        first = await the_one(sukima)
        slack.clock.move(11 * 3600)
        slack.faults.resets("oauth.v2.access", effect=was_taken)
        with capture_logs() as logs:
            await turned(sukima)
            await turned(sukima)
            assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 1, "somebody may be at it"
            slack.clock.move(121)
            for _ in range(3):
                await turned(sukima)
        said = [each["event"] for each in logs if each["log_level"] in ("warning", "error")]
        assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 2
        if not was_taken:
            assert said == ["slack.exchange_in_doubt"]
            assert (await the_one(sukima)).tokens.token != first.tokens.token
            return
        assert said == ["slack.exchange_in_doubt", "slack.exchange_refused"]
        await slack.person("aoki").says("こんにちは")
        await slack.person("aoki").sees("準備がまだ済んでいません"), "until it is over, the former token works"
        await Visitor(sukima.origin).agrees(slack, school)
        slack.clock.move(11 * 3600)
        await turned(sukima)
        assert (await the_one(sukima)).tokens.expires_at == slack.clock.moment() + timedelta(hours=12)


async def test_a_pair_that_cannot_be_kept_is_not_used_and_not_lost(
    slack: SlackLike, school: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima:
        await Visitor(sukima.origin).agrees(slack, school)
        first = await the_one(sukima)
        slack.clock.move(11 * 3600)
        with monkeypatch.context() as broken:

            async def fails(*_: Any) -> bool:
                raise sqlite3.OperationalError("disk I/O error")

            broken.setattr(InstallDesk, "exchanged", fails)
            await turned(sukima)
        assert (await the_one(sukima)).tokens.token == first.tokens.token
        await turned(sukima)
        assert (await the_one(sukima)).tokens.token != first.tokens.token
        assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 1


@pytest.mark.parametrize("odd", [10**18, "soon", -5, [1]])
async def test_an_exchange_with_an_odd_answer_is_said_once_and_its_pair_is_kept(
    slack: SlackLike, school: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: object
) -> None:
    async with at_many(slack, tmp_path, rotates=True) as sukima:
        await Visitor(sukima.origin).agrees(slack, school)
        first = await the_one(sukima)
        slack.clock.move(11 * 3600)
        answers_with(monkeypatch, rotation, {"expires_in": odd})
        with capture_logs() as logs:
            for _ in range(2):
                await turned(sukima)
        warned = [(each["event"], each["reason"]) for each in logs if each["log_level"] in ("warning", "error")]
        assert warned == [("slack.exchange_in_doubt", "NoEnd")]
        now = await the_one(sukima)
        assert now.tokens.token != first.tokens.token
        assert now.tokens.expires_at == slack.clock.moment() + timedelta(hours=12)
        assert len(slack.called("oauth.v2.access", grant_type="refresh_token")) == 1


async def test_nothing_is_acknowledged_while_it_may_be_for_the_environments_workspace(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    """Where others may install the app, too, the house does not wait for that one: its events do."""
    own = slack.install(school)
    app = {"SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret}
    tokens = {"SLACK_BOT_TOKEN": own.token, "SUKIMA_PUBLIC_URL": PUBLIC, **app}
    held = slack.faults.holds("auth.test")
    event = {"type": "message", "channel_type": "im", "user": "U0AOKI", "text": "x", "ts": "1.1", "event_ts": "1.1"}
    async with at_work(slack, school, tmp_path, "http", tokens=tokens) as sukima:
        aoki = slack.person("aoki", school)
        told = {"type": "event_callback", "team_id": "T0ASAHI", "event_id": "Ev1", "event": event}
        body = json.dumps({**told, "event": {**event, "channel": aoki.dm.id}})
        assert (await slack.requests.post(body))[0] == 503
        assert held.gate is not None
        held.gate.set()
        await sukima.slack.returned()
        assert (await slack.requests.post(body))[0] == 200
        await sukima.settle()
        await aoki.sees("準備がまだ済んでいません")


@TRANSPORTS
async def test_who_acts_where_the_app_is_not_is_answered_behind_the_acknowledgement(
    slack: SlackLike, school: Team, other: Team, tmp_path: Path, transport: Transport
) -> None:
    async with at_many(slack, tmp_path, transport) as sukima:
        assert (await Visitor(sukima.origin).agrees(slack, school)).status == 200
        aoki, place = slack.person("aoki", school), school.channel("general")
        command = interactions.command(slack, school, "U0AOKI", place, "/sukima", "wallet")
        event = {"type": "reaction_added", "user": "U0AOKI", "reaction": "white_flower", "event_ts": "1.000000"}
        nowhere = {"team_id": "T0NOWHERE"}
        with capture_logs() as logs:
            forged = {**command, **nowhere, "response_url": "https://hooks.slack.com.invalid/commands/T/1"}
            assert (await aoki.interact(forged, COMMANDS)).acknowledged
            assert (await aoki.interact({**command, **nowhere}, COMMANDS)).acknowledged
            told = {"type": "event_callback", "event_id": "Ev1", "event": event, **nowhere}
            await slack.deliveries.over(slack.deliveries.send(EVENTS, told))
            await slack.settled()
        await aoki.sees("Sukima", where="general", last=1)
        assert not [each for each in logs if "hook" in each["event"]], "nobody was asked at a stranger's address"
        warned = [(each["event"], each["workspace"]) for each in logs if each["log_level"] in ("warning", "error")]
        assert warned == [("slack.not_installed", "T0NOWHERE")], "said once"

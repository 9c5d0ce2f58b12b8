"""What Slack says of people and of the app itself is followed: names, languages, time zones, who is gone, and back."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES
from structlog.testing import capture_logs

from bot.domain.people import Account, Person, Role
from bot.domain.spare import Planned
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.offers import Learn, learn
from bot.services.ports import Work
from bot.services.schools import all_schools
from slack.at_work import AtWork, Transport, at_work
from slack.first_steps import founded, learned, welcomed
from slack.server import SlackLike, Team, subscriptions
from slack.server.world import Json

QUESTION = "ICTの入口に詳しい人は？"


@dataclass(frozen=True)
class Kept:
    """What is kept of somebody."""

    person: Person
    accounts: tuple[Account, ...]
    zone: str
    planned: Planned | None


async def kept(sukima: AtWork, user: str) -> Kept:
    async def look(work: Work, command: OfSchool) -> Kept:
        (person,) = await work.people.with_user_key(user)
        rhythm = await work.people.rhythm(person.id)
        planned = await work.people.planned(person.id)
        return Kept(person, await work.people.accounts(person.id), rhythm.zone, planned)

    (school,) = await sukima.house.store.look(all_schools, OfNoSchool())
    return await sukima.house.store.look(look, OfSchool(school_id=school.id))


async def test_names_languages_and_time_zones_follow(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        aoki, admin = slack.person("aoki"), slack.admin()
        await welcomed(aoki)
        await admin.changes("aoki", real_name="青木 そら")
        now = await kept(sukima, aoki.id)
        assert (now.person.name, now.person.lang, now.zone) == ("青木 そら", "ja", "Asia/Tokyo")
        await aoki.commands("settings")
        await aoki.presses("English")
        await admin.changes("aoki", real_name="青木 はるか")
        assert (await kept(sukima, aoki.id)).person.lang == "en", "what was chosen here stays"
        await admin.changes("aoki", locale="en-GB", tz="Europe/London")
        await admin.changes("aoki", locale="ja-JP")
        now = await kept(sukima, aoki.id)
        assert (now.person.name, now.person.lang, now.zone) == ("青木 はるか", "ja", "Europe/London")
        await admin.changes("hall", real_name="Emma Stone")
        assert "U0HALL" not in [one.args.get("user") for one in slack.called("users.info")], "nobody asks for that"


async def test_who_is_gone_is_brought_nothing_and_keeps_everything(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall, admin = slack.person("aoki"), slack.person("hall"), slack.admin()
        told = await learned(aoki)
        await aoki.commands("settings")
        await aoki.presses("お届けをオンにする")
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees("青木 あさひ", NAMES[FIRST].ja, where="general")
        await hall.reacts(post, "white_flower")
        before = await kept(sukima, aoki.id)
        assert before.planned is not None

        await admin.deactivates("aoki")
        await admin.deactivates("hall")
        await sukima.house.reconcile()
        gone = await kept(sukima, aoki.id)
        assert (gone.planned, gone.person) == (None, before.person)
        assert gone.accounts[0].gone_at is not None
        sent = len(slack.called("chat.postMessage"))
        slack.clock.put(before.planned.offer_at + timedelta(minutes=1))
        await sukima.house.tick()
        await sukima.settle()
        assert len(slack.called("chat.postMessage")) == sent, "nothing is brought to nobody"

        await admin.changes("aoki", deleted=False)
        back = await kept(sukima, aoki.id)
        assert back.planned is not None
        assert back.person == before.person
        assert back.accounts[0].gone_at is None
        await aoki.commands("wallet")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1"), "what a colleague gave who is gone stays, too"


async def findable(sukima: AtWork) -> None:
    """青木 may be named for the first badge."""
    await founded(sukima)
    aoki = sukima.server.person("aoki")
    told = await learned(aoki)
    await aoki.presses("同僚に見せる", on=told)
    await aoki.presses("挙げてよい")


async def test_nobody_is_led_to_who_is_gone_and_everybody_to_who_is_back(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await findable(sukima)
        (aoki, sato, hall), admin = map(slack.person, ("aoki", "sato", "hall")), slack.admin()
        for asker in (sato, hall):
            await asker.commands(f"who {QUESTION}", where="general")
            await asker.sees("青木 あさひ", where="general")
        await sato.presses("紹介を頼む", where="general")
        asked = await aoki.sees("佐藤 あさひ", QUESTION)

        await admin.deactivates("aoki")
        await sato.sees(QUESTION, "今は連絡がつきません")
        before = len(aoki.messages())
        await hall.presses("Ask for an introduction", where="general")
        await hall.sees("I cannot reach this colleague at present", where="general")
        await hall.commands(f"who {QUESTION}", where="general")
        await hall.sees("Nobody yet", where="general", last=1)

        await admin.changes("aoki", deleted=False)
        await hall.commands(f"who {QUESTION}", where="general")
        await hall.sees("青木 あさひ", where="general", last=1)
        assert len(aoki.messages()) == before, "what was asked before still stands there, and is not asked twice"
        await admin.deactivates("sato")
        await aoki.presses("引き受ける", on=asked)
        await aoki.sees("尋ねた方に、今は連絡がつきません")
        await admin.changes("sato", deleted=False)
        await aoki.presses("引き受ける", on=asked)
        await sato.sees("青木 あさひさんが引き受けてくださいました")


async def test_what_waited_for_who_is_gone_is_brought_when_they_are_back(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await findable(sukima)
        (aoki, sato), admin = map(slack.person, ("aoki", "sato")), slack.admin()
        await sato.commands(f"who {QUESTION}", where="general")
        slack.faults.limits("chat.postMessage", 60, channel=aoki.dm.id)
        await sato.presses("紹介を頼む", where="general")
        await admin.deactivates("aoki")
        before = len(aoki.messages())
        slack.clock.move(90)
        await sukima.settle()
        await sato.sees(QUESTION, "今は連絡がつきません")
        assert len(aoki.messages()) == before
        await admin.changes("aoki", deleted=False)
        await aoki.sees("佐藤 あさひ", QUESTION)


@pytest.mark.parametrize("how", ["well", "limited", "refused"])
async def test_who_left_while_sukima_was_away_is_found_out_at_its_return(
    slack: SlackLike, school: Team, tmp_path: Path, how: str
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as before:
        await findable(before)
        await slack.person("sato").commands(f"who {QUESTION}", where="general")
        await slack.person("sato").sees("青木 あさひ", where="general")
    school.user("aoki").deleted = True
    school.user("sato").real_name = "佐藤 ひかり"
    slack.add_user(school, "U0NEW", "new", real_name="新人")
    if how == "limited":
        slack.faults.limits("users.list", 20)
    if how == "refused":
        slack.faults.refuses("users.list", "missing_scope", times=9)
    async with at_work(slack, school, tmp_path, "http", tokens=before.tokens) as sukima:
        await sukima.settle()
        assert ((await kept(sukima, "U0AOKI")).accounts[0].gone_at is not None) is (how != "refused")
        if how != "refused":
            assert (await kept(sukima, "U0SATO")).person.name == "佐藤 ひかり"
        with pytest.raises(ValueError, match="not enough values"):
            await kept(sukima, "U0NEW")
        hall = slack.person("hall")
        await hall.commands(f"who {QUESTION}", where="general")
        await hall.sees("Nobody yet" if how != "refused" else "青木 あさひ", where="general", last=1)


async def test_an_app_that_is_taken_out_waits_and_comes_back(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki = slack.person("aoki")
        await welcomed(aoki)
        (token,) = [grant.token for grant in slack.app.grants.values() if grant.install is not None]
        with capture_logs() as logs:
            await slack.admin().uninstalls()
            assert await sukima.slack.trouble() == "slack.uninstalled"
            person = (await kept(sukima, "U0AOKI")).person
            wish = Learn(school_id=person.school_id, person_id=person.id, topic="小テスト")
            await sukima.house.store.run(learn, wish)
            now = sukima.house.world.now()
            await sukima.house.engine.settle(now)
        assert [each["event"] for each in logs if each["log_level"] in ("warning", "error")] == ["slack.uninstalled"]

        slack.install(school, token=token)
        await sukima.slack.returned()
        assert await sukima.slack.trouble() is None
        await sukima.house.engine.settle(now + timedelta(minutes=3))
        await aoki.sees("小テスト")


@pytest.mark.parametrize("by", ["its event's stamp", "the user's own"])
async def test_what_slack_said_before_and_brings_later_changes_nothing(
    slack: SlackLike, school: Team, tmp_path: Path, by: str
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall, admin = slack.person("aoki"), slack.person("hall"), slack.admin()
        await welcomed(aoki)
        await admin.changes("aoki", real_name="青木 そら")
        await admin.changes("hall", is_admin=True)
        slack.clock.move(5)
        await admin.changes("aoki", deleted=True)
        await admin.changes("hall", is_admin=False)
        *_, sora, runs_it, gone, runs_nothing = [
            each.payload["event"] for each in slack.deliveries.events("user_change")
        ]
        for old, new in ((sora, gone), (runs_it, runs_nothing)):
            stamped: Json = {**old, "event_ts": new["event_ts"]}
            if by == "its event's stamp":
                stamped = {**old, "user": {**old["user"], "updated": new["user"]["updated"]}}
            slack.tell(school, stamped)
        await slack.settled()
        now = await kept(sukima, aoki.id)
        assert now.accounts[0].gone_at is not None
        await hall.commands("grant leader to <@U0AOKI|aoki>", where="general")
        assert now.person.roles == (await kept(sukima, aoki.id)).person.roles
        assert Role.LEADER not in now.person.roles
        await admin.changes("aoki", deleted=False)
        assert (await kept(sukima, aoki.id)).accounts[0].gone_at is None, "what follows counts, as ever"


async def test_what_slack_said_before_a_process_began_changes_nothing_in_it(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as before:
        await founded(before)
        await welcomed(slack.person("aoki"))
        await slack.admin().changes("aoki", real_name="青木 そら")
        (*_, sora) = [each.payload["event"] for each in slack.deliveries.events("user_change")]
    slack.clock.move(5)
    school.user("aoki").deleted, school.user("aoki").updated = True, int(slack.clock.now())
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        slack.tell(school, sora)
        await slack.settled()
        assert (await kept(sukima, "U0AOKI")).accounts[0].gone_at is not None


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_what_slack_says_late_of_a_token_before_takes_nothing_away(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, transport) as sukima:
        aoki = slack.person("aoki")
        with capture_logs() as logs:
            for event in ({"type": "tokens_revoked", "tokens": {"bot": ["U0SUKIMA"]}}, {"type": "app_uninstalled"}):
                subscriptions.deliver(slack, school, {**event, "event_ts": "1.000000"})
                await aoki.says("こんにちは")
                await aoki.sees("準備がまだ済んでいません")
        assert not [each for each in logs if each["log_level"] in ("warning", "error")]
        assert await sukima.slack.trouble() is None


async def test_what_comes_while_the_app_is_taken_out_is_not_acknowledged(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        aoki = slack.person("aoki")
        await aoki.says("こんにちは")
        await aoki.sees("準備がまだ済んでいません")
        said = slack.deliveries.events("message")[0]
        await slack.admin().uninstalls()
        body = json.dumps({**said.payload, "event_id": "Ev0LATE"})
        assert (await slack.requests.post(body))[0] == 503
        assert await sukima.slack.trouble() == "slack.uninstalled"

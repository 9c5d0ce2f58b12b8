"""A channel shared with another organisation, or another school, is no staff channel: nothing of a person goes there.

It is so from the beginning or from one moment to the next; whoever pressed is told, and nothing is lost.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from scenarios.shelf import FIRST, NAMES

from bot.handlers.slack.client import Calls, MissingScope, Refused
from bot.handlers.slack.installs import Install, Installs
from bot.handlers.slack.outsiders import FRESH, SlackOutsiders
from bot.handlers.slack.sharing import SharingNews, has_outsiders, sharing, sharing_news
from slack.at_work import Transport, at_work
from slack.first_steps import SCHOOL, founded, learned
from slack.server import SlackLike, Team

Json = Mapping[str, Any]
REFUSED = "職員チャンネルがほかの組織や学校とも共有されているため"
WAITS = "見せたバッジは、職員チャンネルに載せていません"


def seen_there(school: Team) -> str:
    """All that everybody in the channel can read."""
    messages = school.channels["C0GENERAL"].messages.values()
    return "".join(f"{each.text}{each.blocks}" for each in messages if not each.reader)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_press_is_refused_while_outsiders_are_in_the_channel_and_posts_after(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, transport) as sukima:
        await founded(sukima)
        aoki, admin = slack.person("aoki"), slack.admin()
        told = await learned(aoki)
        await admin.shares("general", "T0FOREIGN")
        await aoki.presses("同僚に見せる", on=told)
        await aoki.sees(REFUSED)
        assert "青木" not in seen_there(school)
        await admin.shares("general")
        await aoki.presses("同僚に見せる", on=told)
        await aoki.sees(NAMES[FIRST].ja, where="general")
        assert "青木" in seen_there(school)


async def test_what_waits_is_not_posted_where_outsiders_came_and_its_holder_hears_it_once(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, admin = slack.person("aoki"), slack.admin()
        told = await learned(aoki)
        await admin.archives("general")
        await aoki.presses("同僚に見せる", on=told)
        general.shared_with = {"T0FOREIGN"}  # and Slack's word of it is lost
        await admin.archives("general", archived=False)
        for _ in range(3):
            slack.clock.move(60 * 11)
            await sukima.settle()
        assert "青木" not in seen_there(school)
        heard = [aoki.words(each) for each in aoki.messages() if WAITS in aoki.words(each)]
        assert len(heard) == 1
        await admin.shares("general")
        slack.clock.move(60 * 11)
        await sukima.settle()
        await aoki.sees(NAMES[FIRST].ja, where="general")


async def test_what_stands_there_gains_nothing_and_can_be_taken_away(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        aoki, hall, admin = slack.person("aoki"), slack.person("hall"), slack.admin()
        told = await learned(aoki)
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees(NAMES[FIRST].ja, where="general")
        await admin.shares("general", "T0FOREIGN")
        before = seen_there(school)
        await hall.reacts(post, "white_flower")
        await sukima.settle()
        assert seen_there(school) == before
        await aoki.commands("wallet")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1")
        await aoki.presses("自分だけ", on=await aoki.sees("おめでとう"))
        await sukima.settle()
        assert "青木" not in seen_there(school)


async def test_no_school_is_opened_where_outsiders_are(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        sato = slack.person("sato")
        await sato.commands(f"claim {sukima.code}", where="general")
        general.shared_with = {"T0FOREIGN"}
        slack.clock.move(FRESH.total_seconds() + 1)
        assert "ほかの組織や学校とも共有されています" in str(await sato.modals.submits(SCHOOL))
        await sato.commands(f"claim {sukima.code}", where="general")
        await sato.sees("このチャンネルは、ほかの組織や学校とも共有されています", where="general")
        general.shared_with = set()
        slack.clock.move(FRESH.total_seconds() + 1)
        assert await sato.modals.submits(SCHOOL) == {}
        await sato.sees("運営担当になりました", where="general")


HERE = "E0BOARD/T0ASAHI"


@pytest.mark.parametrize(
    ("told", "own", "there"),
    [
        ({}, {HERE}, False),
        ({"is_ext_shared": True}, {HERE}, True),
        ({"is_pending_ext_shared": True}, {HERE}, True),
        ({"pending_shared": ["T0FOREIGN"]}, {HERE}, True),
        ({"is_shared": True}, {HERE}, True),
        ({"is_shared": True, "is_org_shared": True, "shared_team_ids": ["T0ASAHI", "T0B"]}, {HERE}, True),
        ({"is_org_shared": True, "shared_team_ids": ["T0ASAHI", "T0B"]}, {HERE, "E0BOARD/T0B"}, False),
        ({"is_org_shared": True, "shared_team_ids": ["T0ASAHI"], "is_ext_shared": True}, {HERE}, True),
        ({"is_org_shared": True}, {HERE}, True),
        ({"is_global_shared": True, "shared_team_ids": ["E0BOARD"]}, {HERE}, True),
    ],
)
def test_with_whom_a_channel_is_shared(told: Json, own: set[str], there: bool) -> None:
    assert has_outsiders(sharing(told), own) is there


@pytest.mark.parametrize(
    ("event", "is_external", "news"),
    [
        ({"type": "channel_shared", "channel": "C1"}, False, True),
        ({"type": "channel_unshared", "channel": "C1", "is_ext_shared": True}, False, True),
        ({"type": "channel_unshared", "channel": "C1"}, False, False),
        ({"type": "reaction_added", "item": {"channel": "C1"}}, True, True),
        ({"type": "app_mention", "channel": "C1"}, True, True),
        ({"type": "app_mention", "channel": "C1"}, False, None),
        ({"type": "user_change", "user": {}}, True, None),
        ({"type": "app_mention", "channel": 7}, True, None),
    ],
)
def test_what_an_event_says_of_its_channel(event: Json, is_external: bool, news: bool | None) -> None:
    body = {"team_id": "T0ASAHI", "event": event, "is_ext_shared_channel": is_external}
    assert sharing_news(body) == (None if news is None else SharingNews("T0ASAHI", "C1", news))


class Asked:
    """What Slack answers to `conversations.info`, one after another; the workspace `T0ASAHI` is a school's."""

    def __init__(self, *answers: Json | Exception) -> None:
        self.answers = list(answers)
        self.at = datetime(2026, 11, 23, tzinfo=UTC)
        self.during: Callable[[], None] = lambda: None
        self.outsiders = SlackOutsiders(cast(Calls, self), cast(Installs, self), lambda: self.at, self.own)

    async def call(self, home: str, token: str, method: str, **values: Any) -> Json:
        assert (home, token, method, values["channel"]) == ("T0ASAHI", "xoxb", "conversations.info", "C1")
        self.during()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"channel": answer}

    async def of(self, home: str) -> Install:
        return Install(home, "xoxb", "B1", "U1")

    async def own(self, home: str) -> tuple[str, ...]:
        return (home,)

    def told(self, kind: str) -> None:
        self.outsiders.notice({"team_id": "T0ASAHI", "event": {"type": kind, "channel": "C1"}})

    async def surely(self) -> bool:
        return await self.outsiders.surely_in("T0ASAHI", "C1")


SHARED, OWN = {"is_ext_shared": True}, {"is_ext_shared": False}
NO_LEAVE, TROUBLE = MissingScope("conversations.info", "channels:read"), Refused("conversations.info", "fatal_error")


async def test_an_answer_holds_for_minutes_and_what_slack_says_by_itself_at_once() -> None:
    slack = Asked(OWN, SHARED, OWN)
    assert [await slack.surely() for _ in range(2)] == [False, False]
    slack.at += FRESH
    assert await slack.surely() is True
    slack.told("channel_unshared")
    assert await slack.surely() is False
    slack.told("channel_shared")
    assert await slack.surely() is True
    assert not slack.answers


async def test_what_slack_says_while_it_is_asked_is_newer_than_its_answer() -> None:
    slack = Asked(OWN)
    slack.during = lambda: slack.told("channel_shared")
    assert await slack.surely() is True
    assert await slack.surely() is True


async def test_without_the_leave_to_ask_what_events_said_goes_on() -> None:
    slack = Asked(NO_LEAVE, NO_LEAVE, NO_LEAVE)
    assert await slack.surely() is False
    slack.told("channel_shared")
    slack.at += FRESH
    assert await slack.surely() is True
    slack.told("channel_unshared")
    assert await slack.surely() is False


async def test_while_slack_is_in_trouble_nothing_is_posted_on_an_old_word() -> None:
    slack = Asked(TROUBLE, TROUBLE, OWN, TROUBLE, SHARED, TROUBLE)
    with pytest.raises(Refused):
        await slack.surely()
    assert await slack.outsiders.are_in("T0ASAHI", "C1") is False, "it never raises"
    assert await slack.surely() is False
    slack.at += FRESH
    with pytest.raises(Refused):
        await slack.surely()
    assert await slack.surely() is True
    slack.at += FRESH
    assert await slack.surely() is True

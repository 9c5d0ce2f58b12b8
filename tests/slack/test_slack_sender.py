"""What Sukima sends on Slack: the contract of all platforms, and Slack's faults over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sending import BADGE, NEW, PNG, WITH_FILE, Cards, Place, SenderContract, edition, look, say

from bot.conversation.views import Notice, View
from bot.handlers.slack.client import ASKED_AGAIN, PAUSE, Calls, Refused, TokenRefused, web_client
from bot.handlers.slack.installs import Install
from bot.handlers.slack.lanes import Lanes
from bot.handlers.slack.sender import SlackSender
from bot.services.ports import Live, MessageRef, RetryLater, Unsendable
from slack.server import Clock, SlackLike, open_slack, shapes
from slack.server.world import Message


class OnSlack(Place):
    home, one, channel, bot = "T0ASAHI", "U0AOKI", "C0STAFF", "U0ROBOT"

    def __init__(self, slack: SlackLike, session: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.slept: list[float] = []
        self.tokens: dict[str, str] = {}
        self.unnamed: set[str] = set()
        for key in ("T0ASAHI", "T0OTHER"):
            team = slack.add_team(key)
            slack.add_user(team, "U0AOKI", "aoki", real_name="青木 あさひ")
            slack.add_user(team, "U0ROBOT", "robot", is_bot=True)
            self.tokens[key] = slack.install(team).token
            slack.add_channel(team, "C0STAFF", "staff", members=["U0SUKIMA", "U0AOKI", "U0ROBOT"])
        self.team = slack.teams["T0ASAHI"]
        self.session = session
        self.sender = self.new_sender()

    def new_sender(self) -> SlackSender:
        """As after a new start: nothing is remembered."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.slack.clock.move(seconds)

        self.lanes = Lanes(self.slack.clock.moment)
        calls = Calls(web_client(self.session, self.slack.api_url), self.lanes, sleep)
        return SlackSender(calls, self, Cards(), self.is_person, self.has_outsiders)

    async def of(self, home: str) -> Install | None:
        return Install(home, self.tokens[home], "", "U0SUKIMA") if home in self.tokens else None

    async def is_person(self, home: str, user: str) -> bool:
        if user in self.unnamed:
            raise Unsendable("user_not_visible")
        return not self.slack.teams[home].users[user].is_bot

    async def has_outsiders(self, home: str, channel: str) -> bool:
        return False

    def messages(self, *, direct: bool = False, home: str = "T0ASAHI") -> list[Any]:
        team = self.slack.teams[home]
        place = self.slack.open_direct(team, "U0SUKIMA", "U0AOKI") if direct else team.channels["C0STAFF"]
        return [each for each in place.lasting() if each.user == "U0SUKIMA"]

    def said(self, *, direct: bool) -> list[str]:
        return [each.blocks[0]["text"]["text"] for each in self.messages(direct=direct) if each.blocks]

    async def react(self, ref: MessageRef, user: str, emoji: str) -> None:
        message = self.team.channels[ref.channel].messages[ref.key]
        message.reactions.setdefault(emoji, []).append(user)

    async def take_away(self, ref: MessageRef) -> None:
        self.team.channels[ref.channel].messages[ref.key].deleted = True


@asynccontextmanager
async def a_slack() -> AsyncIterator[OnSlack]:
    async with open_slack(SlackLike(Clock())) as slack, aiohttp.ClientSession() as session:
        yield OnSlack(slack, session)


@pytest.fixture
async def here() -> AsyncIterator[OnSlack]:
    async with a_slack() as place:
        yield place


@pytest.fixture
def place(here: OnSlack) -> OnSlack:
    return here


class TestSlackSender(SenderContract):
    """The contract, on Slack."""


# ---------------------------------------------------------------------- messages on Slack


async def test_a_message_says_its_text_and_shows_no_previews(here: OnSlack) -> None:
    await say(here)
    (message,) = here.messages(direct=True)
    assert (message.text, message.unfurl) == ("new\nin ja", False)
    assert message.metadata["event_payload"]["token"] == "t1"


async def test_the_badge_arrives_byte_for_byte_and_once(here: OnSlack) -> None:
    await say(here, WITH_FILE)
    shared, told = here.messages(direct=True)
    assert [file.data for file in shared.files] == [PNG]
    assert shared.files[0].alt == "知識バッジの絵"
    assert told.blocks[0]["text"]["text"] == "file"


def below(here: OnSlack, ref: MessageRef) -> list[Any]:
    """What is there of the answers below a message."""
    return [each for each in here.messages(direct=True) if each.thread_ts == ref.key]


async def test_a_badge_that_is_issued_anew_comes_below_its_message_and_takes_the_place_of_the_one_before(
    here: OnSlack,
) -> None:
    ref = await say(here, WITH_FILE)
    first = here.messages(direct=True)[0].files[0]
    for number in (0, 0, 1, 1, 2):
        await here.sender.edit(ref, Notice("file", {"edition": number}), lang="ja")
    here.sender = here.new_sender()
    for number in (2, 3, 3):
        await here.sender.edit(ref, Notice("file", {"edition": number}), lang="en")
    (newest,) = below(here, ref)
    assert [file.data for file in newest.files] == [edition(3)]
    assert "in place of the one before" in newest.text
    assert first.data == PNG, "the first stays as it was"
    assert not first.deleted
    assert await look(here) == ref, "the message remembers its token"
    there = [file.data for file in here.team.files.values() if not file.deleted]
    assert there == [PNG, edition(3)], "and none between them stays"
    await here.sender.delete(ref)
    assert [file for file in here.team.files.values() if not file.deleted] == []
    assert here.said(direct=True) == []


async def test_a_newer_badge_is_brought_once_whatever_happens_on_the_way(here: OnSlack) -> None:
    ref = await say(here, WITH_FILE)
    newer = Notice("file", {"edition": 1})
    here.slack.faults.limits("chat.update", 5)
    with pytest.raises(RetryLater):
        await here.sender.edit(ref, newer, lang="ja")
    here.slack.clock.move(6)
    await here.sender.edit(ref, newer, lang="ja")
    (answer,) = below(here, ref)
    for number, trouble in ((2, "chat.update"), (3, "files.delete")):
        newer = Notice("file", {"edition": number})
        here.slack.faults.limits(trouble, 5)
        with pytest.raises(RetryLater):
            await here.sender.edit(ref, newer, lang="ja")
        here.slack.clock.move(6)
    await here.sender.edit(ref, newer, lang="ja")
    (last,) = below(here, ref)
    assert last is not answer
    assert [file.data for file in last.files] == [edition(3)]
    assert len(here.slack.called("files.completeUploadExternal")) == 4


async def test_a_message_whose_files_are_not_known_gets_no_others(here: OnSlack) -> None:
    ref = await say(here, WITH_FILE)
    here.messages(direct=True)[1].metadata = None
    here.sender = here.new_sender()
    await here.sender.edit(ref, Notice("file", {"edition": 1}), lang="ja")
    here.sender = here.new_sender()
    here.slack.faults.refuses("conversations.history", "missing_scope")
    await here.sender.edit(ref, Notice("file", {"edition": 1}), lang="ja")
    assert below(here, ref) == []


async def test_in_a_channel_the_picture_is_within_the_message_and_stays_there(here: OnSlack) -> None:
    ref = await say(here, WITH_FILE, direct=False)
    (message,) = here.messages()
    assert [block["type"] for block in message.blocks] == ["header", "image", "section", "actions"]
    file_id = message.blocks[1]["slack_file"]["id"]
    assert here.team.files[file_id].data == PNG
    here.sender = here.new_sender()
    await here.sender.edit(ref, NEW, lang="ja")
    assert message.blocks[1]["slack_file"]["id"] == file_id
    await here.sender.delete(ref)
    assert here.team.files[file_id].deleted


async def test_a_picture_that_is_not_ready_is_tried_again_and_then_left_out(here: OnSlack) -> None:
    here.slack.faults.refuses("chat.postMessage", "invalid_blocks")
    await say(here, WITH_FILE, direct=False)
    here.slack.faults.refuses("chat.postMessage", "invalid_blocks", times=3)
    await say(here, WITH_FILE, "t2", direct=False)
    first, second = here.messages()
    assert [block["type"] for block in first.blocks][1] == "image"
    assert [block["type"] for block in second.blocks] == ["header", "section", "actions"]


async def test_what_slack_finds_too_long_is_sent_shorter_and_at_last_as_text(here: OnSlack) -> None:
    here.slack.faults.refuses("chat.postMessage", "msg_blocks_too_long", times=1)
    await say(here)
    (message,) = here.messages(direct=True)
    assert (message.text, message.blocks) == ("new\nin ja", [])


# ---------------------------------------------------------------------- faults


async def test_a_pause_holds_up_its_own_place_only(here: OnSlack) -> None:
    here.slack.faults.limits("chat.postMessage", 30, channel="C0STAFF")
    with pytest.raises(RetryLater) as asked:
        await say(here, direct=False)
    assert asked.value.after == timedelta(seconds=30)
    calls = len(here.slack.calls)
    with pytest.raises(RetryLater):
        await say(here, direct=False)
    assert len(here.slack.called("chat.postMessage")) == 1
    assert len(here.slack.calls) == calls
    here.slack.faults.fails("conversations.open", 429)
    with pytest.raises(RetryLater) as unsaid:
        await say(here)
    assert unsaid.value.after == PAUSE, "where Slack does not say how long"
    here.slack.clock.move(31)
    await say(here)
    here.slack.clock.move(31)
    await say(here, direct=False)
    assert (here.said(direct=True), here.said(direct=False)) == (["new"], ["new"])


async def test_messages_of_a_channel_are_a_second_apart_and_none_waits_long(here: OnSlack) -> None:
    for number in range(4):
        await say(here, token=f"t{number}")
    assert len(here.slept) == 3
    assert sum(here.slept) == pytest.approx(3, abs=0.1)
    for _ in range(5):
        here.lanes.take("T0ASAHI", "C0STAFF")
    with pytest.raises(RetryLater) as far:
        await say(here, direct=False)
    assert far.value.after == timedelta(seconds=5)
    assert here.said(direct=False) == []
    lanes = Lanes(here.slack.clock.moment)
    waits = [lanes.take("T", f"C{number}") for number in range(260)]
    assert sum(wait == timedelta(0) for wait in waits) == 20
    assert waits[-1] == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=0.1))


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("view", [NEW, WITH_FILE], ids=["plain", "file"])
async def test_a_send_in_doubt_is_looked_up_and_nothing_is_doubled(here: OnSlack, effect: bool, view: View) -> None:
    here.slack.faults.resets("chat.postMessage", effect=effect)
    with pytest.raises(aiohttp.ClientError):
        await say(here, view)
    assert len(here.slack.called("chat.postMessage")) == 1
    here.sender = here.new_sender()
    found = await look(here)
    assert (found is not None) is effect
    if found is None:
        await say(here, view)
    assert len(here.said(direct=True)) == 1
    assert sum(len(each.files) for each in here.messages(direct=True)) == (1 if view is WITH_FILE else 0)


async def test_what_was_said_long_ago_is_found_and_what_was_said_before_it_is_not_read(here: OnSlack) -> None:
    staff = here.team.channels["C0STAFF"]

    def said(number: int) -> None:
        for _ in range(number):
            ts = staff.new_ts(here.slack.clock.now())
            staff.messages[ts] = Message(ts, "U0AOKI", "おはよう", "T0ASAHI")

    said(900)
    here.slack.clock.move(3600)
    since = here.slack.clock.moment()
    ref = await say(here, direct=False)
    here.slack.clock.move(3 * 24 * 3600)
    said(1100)
    here.sender = here.new_sender()
    assert await look(here, direct=False, since=since) == ref
    assert await look(here, "t2", direct=False, since=since) is None
    pages = [call.args.get("cursor", "next:0") for call in here.slack.called("conversations.history")]
    assert pages[-1] == "next:1000", "not the 900 before"


async def test_a_pause_between_the_file_and_its_message_sends_no_second_file(here: OnSlack) -> None:
    here.slack.faults.limits("chat.postMessage", 5)
    with pytest.raises(RetryLater):
        await say(here, WITH_FILE)
    here.slack.clock.move(6)
    await say(here, WITH_FILE)
    assert [len(each.files) for each in here.messages(direct=True)] == [1, 0]


async def test_files_of_other_messages_are_not_taken_for_ours(here: OnSlack) -> None:
    await say(here, WITH_FILE)
    here.sender = here.new_sender()
    assert await look(here, "t2") is None
    await say(here, WITH_FILE, "t2")
    assert [len(each.files) for each in here.messages(direct=True)] == [1, 0, 1, 0]


async def test_a_file_of_theirs_is_not_taken_for_ours(here: OnSlack) -> None:
    here.slack.faults.resets("chat.postMessage", effect=False)
    aoki = here.slack.person("aoki", here.team)
    aoki.waits = False
    await aoki.says("これは？", files=((BADGE.name, b"theirs"),))
    here.slack.faults.resets("files.completeUploadExternal", effect=False)
    with pytest.raises(aiohttp.ClientError):
        await say(here, WITH_FILE)
    here.sender = here.new_sender()
    assert await look(here) is None
    with pytest.raises(aiohttp.ClientError):
        await say(here, WITH_FILE)
    assert await look(here) is None
    await say(here, WITH_FILE)
    assert [file.data for each in here.messages(direct=True) for file in each.files] == [PNG]


async def test_an_archived_channel_and_a_deactivated_person_are_final(here: OnSlack) -> None:
    here.team.channels["C0STAFF"].archived = True
    with pytest.raises(Unsendable, match="is_archived"):
        await say(here, direct=False)
    here.team.users["U0AOKI"].deleted = True
    with pytest.raises(Unsendable, match="user_disabled"):
        await say(here)
    here.team.channels["C0STAFF"].archived = False
    here.team.channels["C0STAFF"].members.remove("U0SUKIMA")
    with pytest.raises(Unsendable, match="not_in_channel"):
        await say(here, direct=False)


async def test_a_token_that_stops_working_loses_nothing(here: OnSlack, caplog: pytest.LogCaptureFixture) -> None:
    here.slack.revoke(here.slack.app.grants[here.tokens["T0ASAHI"]])
    with pytest.raises(TokenRefused) as asked:
        await say(here)
    assert asked.value.after == ASKED_AGAIN
    here.tokens["T0ASAHI"] = here.slack.install(here.team).token
    await say(here)
    del here.tokens["T0ASAHI"]
    with pytest.raises(RetryLater):
        await say(here)


async def test_a_missing_scope_waits_and_reactions_are_unknown(here: OnSlack) -> None:
    ref = await say(here, direct=False)
    here.tokens["T0ASAHI"] = here.slack.install(here.team, scopes=["users:read"]).token
    with pytest.raises(RetryLater):
        await say(here, direct=False)
    assert await here.sender.reactions(ref) is None


async def test_an_error_that_says_nothing_leaves_it_in_doubt(here: OnSlack) -> None:
    here.slack.faults.fails("chat.postMessage", 500)
    with pytest.raises(Refused, match="http_500"):
        await say(here)
    here.slack.faults.refuses("chat.postMessage", "internal_error")
    with pytest.raises(Refused, match="internal_error"):
        await say(here)


async def test_reactions_that_are_not_all_told_are_unknown_and_skins_do_not_matter(here: OnSlack) -> None:
    ref = await say(here, direct=False)
    await here.react(ref, "U0AOKI", "clap::skin-tone-3")
    assert await here.sender.reactions(ref) == Live(frozenset({("U0AOKI", "clap")}))
    with pytest.MonkeyPatch.context() as patch:
        for user in ("U0AOKI", "U0ROBOT"):
            await here.react(ref, user, "white_flower")
        told = shapes.reactions
        patch.setattr(shapes, "reactions", lambda what, full: [{**each, "users": []} for each in told(what, full=full)])
        assert await here.sender.reactions(ref) is None
    here.slack.faults.limits("reactions.get", 9)
    assert await here.sender.reactions(ref) is None


async def test_whom_slack_does_not_name_keeps_nobody_elses_reaction_from_being_read(here: OnSlack) -> None:
    ref = await say(here, direct=False)
    here.unnamed.add("U0HIDDEN")
    for user in ("U0HIDDEN", "U0AOKI"):
        await here.react(ref, user, "white_flower")
    read = Live(frozenset({("U0AOKI", "white_flower")}), frozenset({"U0HIDDEN"}))
    assert await here.sender.reactions(ref) == read


async def test_workspaces_with_equal_ids_are_two(here: OnSlack) -> None:
    await say(here, direct=False)
    ref = await here.sender.send("T0OTHER", "U0AOKI", NEW, direct=True, token="t1", lang="ja")
    assert len(here.messages(direct=True, home="T0OTHER")) == 1
    assert here.messages(direct=True) == []
    assert (await here.sender.find("T0OTHER", "U0AOKI", direct=True, token="t1")) == ref
    assert await look(here) is None


async def test_what_is_gone_meanwhile_keeps_nothing_from_being_taken_back(here: OnSlack) -> None:
    for number in range(3):
        ref = await say(here, WITH_FILE, f"t{number}")
        await here.sender.edit(ref, Notice("file", {"edition": 1}), lang="ja")
    here.slack.faults.refuses("conversations.replies", "thread_not_found")
    here.slack.faults.refuses("chat.delete", "message_not_found")
    await here.sender.clear(here.home, here.one)
    assert len(here.said(direct=True)) <= 1
    assert len(here.messages(direct=True)) <= 2, "what only seemed to be gone"


async def test_much_is_taken_back_in_several_tries(here: OnSlack) -> None:
    for number in range(35):
        await say(here, token=f"t{number}")
    with pytest.raises(RetryLater):
        await here.sender.clear(here.home, here.one)
    assert len(here.said(direct=True)) == 5
    await here.sender.clear(here.home, here.one)
    assert here.messages(direct=True) == []

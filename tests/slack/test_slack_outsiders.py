"""Strangers of other organisations, guests, other apps: whatever they do, they hear one sentence or none."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scenarios.shelf import FIRST, NAMES

from bot.conversation.intents import Origin
from bot.handlers.slack.keys import is_foreign
from slack.at_work import AtWork, Transport, at_work
from slack.first_steps import founded, learned, welcomed
from slack.server import SlackLike, Team, happenings, interactions
from slack.server.actor import Actor
from slack.server.world import Json, Message
from slack.test_slack_followed import kept


@dataclass(frozen=True)
class Shared:
    """青木's badge is in the staff channel, where others are, too."""

    sukima: AtWork
    team: Team
    other: Actor
    post: Message

    def heard(self) -> list[str]:
        """What Sukima said that this other one sees, but for the badge that everybody sees."""
        places = [
            self.team.channels["C0GENERAL"],
            *(c for c in self.team.channels.values() if self.other.id in c.members),
        ]
        said = {id(each): each for place in places for each in self.other.messages(place)}
        return [self.other.words(each) for each in said.values() if each.user == "U0SUKIMA" and each is not self.post]


Act = Callable[[Shared], Awaitable[Any]]


async def presses(shared: Shared) -> None:
    await shared.other.presses("自分の裏書", on=shared.post)


async def reacts(shared: Shared) -> None:
    await shared.other.reacts(shared.post, "white_flower")


async def commands(shared: Shared) -> None:
    await shared.other.commands("who ICTの入口に詳しい人は？", where="general")


async def mentions(shared: Shared) -> None:
    await shared.other.mentions("誰がICTの入口に詳しい？", where="general")


async def mentions_in_thread(shared: Shared) -> None:
    await shared.other.mentions("ウォレット", where="general", thread=shared.post)


async def uses_shortcut(shared: Shared) -> None:
    await shared.other.uses_shortcut("endorse_badge", on=shared.post)


async def learns_now(shared: Shared) -> None:
    await shared.other.uses_shortcut("learn_now")


async def says(shared: Shared) -> None:
    await shared.other.says("export")


async def sends_file(shared: Shared) -> None:
    await shared.other.says("これを確かめて", files=(("badge.png", b"PNG"),))


async def sends_form(shared: Shared) -> None:
    """A window of somebody else's, sent as one's own."""
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": '["x","C0GENERAL",false,null]',
        "state": {"values": {}},
    }
    payload = interactions.submission(shared.sukima.server, shared.team, shared.other.id, view)
    await shared.other.interact(payload)


ASKING: tuple[Act, ...] = (
    presses, commands, mentions, mentions_in_thread, uses_shortcut, learns_now, says, sends_file,
)  # fmt: skip


async def shared_badge(slack: SlackLike, school: Team, sukima: AtWork, other: str) -> Shared:
    await founded(sukima)
    aoki = slack.person("aoki")
    told = await learned(aoki)
    await aoki.presses("同僚に見せる", on=told)
    await aoki.presses("挙げてよい")
    return Shared(sukima, school, slack.person(other), await aoki.sees(NAMES[FIRST].ja, where="general"))


async def nothing_counts(shared: Shared) -> None:
    await shared.sukima.house.reconcile()
    await shared.sukima.settle()
    aoki = shared.sukima.server.person("aoki")
    await aoki.commands("wallet")
    await aoki.sees(NAMES[FIRST].ja)
    assert "同僚 1" not in aoki.words(aoki.messages()[-1])
    with pytest.raises(ValueError, match="not enough values"):
        await kept(shared.sukima, shared.other.id)


@pytest.mark.parametrize(
    ("transport", "kind", "sentence"),
    [
        ("socket", {"team_id": "T0FOREIGN", "locale": "ja-JP"}, "ほかの組織のワークスペースの方ですね"),
        ("http", {"team_id": "T0FOREIGN", "locale": "en-GB"}, "You are in another organisation's workspace"),
        ("http", {"is_guest": True, "locale": "ja-JP"}, "ゲストとして参加されている方ですね"),
        ("socket", {"is_single_channel_guest": True, "locale": "en-GB"}, "You are a guest here"),
    ],
    ids=["stranger_ja", "stranger_en", "guest_ja", "guest_en"],
)
async def test_outsiders_hear_one_sentence_each_time_and_nothing_counts(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport, kind: Json, sentence: str
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    slack.add_team("T0FOREIGN")
    slack.add_user(school, "U0OTHER", "other", real_name="よその人", **kind)
    async with at_work(slack, school, tmp_path, transport) as sukima:
        shared = await shared_badge(slack, school, sukima, "other")
        general.shared_with = {"T0FOREIGN"}
        for number, act in enumerate(ASKING, 1):
            await act(shared)
            heard = shared.heard()
            assert len(heard) == number, (act.__name__, heard[-1:])
            assert heard[-1].startswith(sentence), act.__name__
            assert not any(word in heard[-1] for word in ("青木", NAMES[FIRST].ja, "あさひ")), act.__name__
        await sends_form(shared)
        await reacts(shared)
        assert all(each.startswith(sentence) for each in shared.heard()[len(ASKING) :])
        home = await shared.other.opens_home()
        assert home is None or "青木" not in str(home)
        await shared.other.opens_messages()
        assert not school.prompts
        await nothing_counts(shared)


async def test_whom_slack_does_not_name_loses_and_gives_nothing_and_holds_up_nobody(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    slack.add_user(school, "U0OTHER", "other", real_name="よその人", team_id="T0FOREIGN")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        shared = await shared_badge(slack, school, sukima, "hall")
        hall, sato, aoki = shared.other, slack.person("sato"), slack.person("aoki")
        await hall.reacts(shared.post, "white_flower")
        await sato.reacts(shared.post, "white_flower")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 2", where="general")
        shared.post.reactions["white_flower"] = ["U0HALL", "U0OTHER"]  # 佐藤's was taken off while we were away
        slack.clock.move(3601)
        for user in ("U0HALL", "U0OTHER"):
            slack.faults.refuses("users.info", "user_not_visible", times=99, user=user)
        await sukima.house.reconcile()
        await sukima.settle()
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        shared.post.reactions["white_flower"] = ["U0OTHER"]
        shared.post.reactions["clap"] = ["U0HALL"]
        await sukima.house.reconcile()
        await sukima.settle()
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")


async def test_a_colleague_who_becomes_a_guest_keeps_what_is_theirs_and_sees_no_more(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        shared = await shared_badge(slack, school, sukima, "hall")
        hall, aoki, admin = slack.person("hall"), slack.person("aoki"), slack.admin()
        await hall.reacts(shared.post, "white_flower")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        await admin.changes("hall", is_guest=True)
        await hall.commands("who ICTの入口に詳しい人は？", where="general")
        await hall.sees("two things left", where="general", last=1)
        await sukima.house.reconcile()
        await sukima.settle()
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        await hall.says("export")
        assert any(each.name.endswith(".zip") for message in hall.messages() for each in hall.files(message))
        await hall.unreacts(shared.post, "white_flower")
        await aoki.commands("wallet")
        assert "同僚 1" not in aoki.words(aoki.messages()[-1]), "what one gave, one may take back"
        await hall.reacts(shared.post, "white_flower")
        await sukima.house.reconcile()
        await sukima.settle()
        await aoki.commands("wallet")
        assert "同僚 1" not in aoki.words(aoki.messages()[-1])

        await admin.changes("aoki", is_guest=True)
        await slack.person("sato").commands("who ICTの入口に詳しい人は？", where="general")
        await slack.person("sato").sees("まだいません", where="general", last=1)
        await admin.changes("aoki", is_guest=False)
        await slack.person("sato").commands("who ICTの入口に詳しい人は？", where="general")
        await slack.person("sato").sees("青木 あさひ", where="general", last=1)


OTHERS: dict[str, Json] = {
    "workflow": {"subtype": "bot_message", "bot_id": "B0FLOW", "username": "申請"},
    "other app": {"bot_id": "B0OTHER", "app_id": "A0OTHER", "user": "U0ROBOT"},
    "slackbot": {"user": "USLACKBOT"},
    "nobody": {},
}


@pytest.mark.parametrize("other", OTHERS)
async def test_other_apps_and_workflows_are_answered_by_silence(
    slack: SlackLike, school: Team, tmp_path: Path, other: str
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    slack.add_user(school, "U0ROBOT", "robot", is_bot=True)
    slack.add_user(school, "USLACKBOT", "slackbot")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        await welcomed(slack.person("aoki"))
        before = len(slack.called("chat.postMessage")) + len(slack.called("chat.postEphemeral"))
        stamp = general.new_ts(slack.clock.now())
        said = {"text": "<@U0SUKIMA> wallet", "ts": stamp, "event_ts": stamp, **OTHERS[other]}
        for event in (
            {"type": "app_mention", "channel": general.id, **said},
            {"type": "message", "channel_type": "im", "channel": slack.person("aoki").dm.id, **said},
        ):
            slack.tell(school, event)
        await sukima.settle()
        assert all(each.acknowledged for each in slack.deliveries.sent)
        assert len(slack.called("chat.postMessage")) + len(slack.called("chat.postEphemeral")) == before


@pytest.mark.parametrize(
    ("body", "home", "foreign"),
    [
        ({"event": {"user_team": "T0FAR"}}, "T0ASAHI", True),
        ({"event": {"source_team": "E0FAR"}}, "T0ASAHI", True),
        ({"event": {"user_team": "T0ASAHI", "source_team": "T0ASAHI"}}, "T0ASAHI", False),
        ({"user": {"id": "U1", "team_id": "T0FAR"}}, "T0ASAHI", True),
        ({"user": {"id": "U1", "team_id": "T0ASAHI"}}, "T0ASAHI", False),
        ({"user": {"id": "U1", "team_id": "T0FAR"}}, "E0BOARD/T0ASAHI", False),
        ({"user": "U1", "event": "?"}, "T0ASAHI", False),
    ],
)
def test_a_payload_says_by_itself_who_is_of_another_organisation(body: Json, home: str, foreign: bool) -> None:
    assert is_foreign(body, home) is foreign


def test_nobody_is_more_than_a_member_until_the_platform_says_so() -> None:
    assert Origin("slack", "T", "U", None, "C", False).standing == "member"


async def test_whom_slack_does_not_show_but_calls_foreign_hears_the_sentence(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        user = slack.add_user(school, "U0HIDDEN", "hidden", real_name="?", team_id="T0FAR")
        message = Message(ts=general.new_ts(slack.clock.now()), user=user.id, text="<@U0SUKIMA> map", team_id="T0FAR")
        general.shared_with = {"T0FAR"}
        general.members.append(user.id)
        slack.faults.refuses("users.info", "user_not_visible", times=5)
        happenings.posted(slack, school, general, message)
        await sukima.settle()
        (told,) = [each for each in general.messages.values() if each.reader == "U0HIDDEN"]
        assert told.text.startswith("You are in another organisation")

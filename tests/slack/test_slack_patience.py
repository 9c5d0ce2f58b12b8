"""Slack is in trouble for a moment, at whatever it is asked just then: what somebody waits for comes all the same."""

from pathlib import Path

from structlog.testing import capture_logs

from slack.alone import alone
from slack.at_work import at_work
from slack.first_steps import founded, welcomed
from slack.server import SlackLike, Team
from slack.server.faults import Fault

PERSON, PAGE, PROMPTS = "users.info", "views.publish", "assistant.threads.setSuggestedPrompts"
ASKED, GIVEN = "files.getUploadURLExternal", "files.completeUploadExternal"


def in_trouble(slack: SlackLike, method: str) -> list[Fault]:
    """Tries in vain, each for another reason."""
    return [slack.faults.limits(method, 1), slack.faults.fails(method, 503), slack.faults.resets(method, effect=False)]


async def test_who_somebody_is_is_asked_again(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "socket") as here:
        aoki = slack.person("aoki")
        with capture_logs() as lines:
            in_trouble(slack, PERSON)
            await aoki.commands("learn")
            slack.faults.limits(PERSON, 1)
            hall = slack.person("hall")
            await hall.says("hello")
        assert len(here.said()) == 2
        assert [len(here.said(each.dm)) for each in (aoki, hall)] == [1, 1]
        assert not [line for line in lines if line["log_level"] == "error"], "it is no failure"


async def test_what_sukima_may_not_see_is_said_kindly_and_once_in_the_log(slack: SlackLike, school: Team) -> None:
    slack.faults.refuses(PERSON, "missing_scope", times=2)
    async with alone(slack, school, "http") as here:
        aoki = slack.person("aoki")
        with capture_logs() as lines:
            await aoki.commands("learn")
            await aoki.commands("learn")
        assert ["権限" in message.text for message in here.said()] == [True, True]
        assert [(line["event"], line["log_level"]) for line in lines] == [("slack.missing_scope", "warning")]
        await aoki.commands("learn")
        assert len(here.router.heard) == 1


async def test_pages_files_and_proposals_come_all_the_same(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki = slack.person("aoki")
        await welcomed(aoki)
        met = [fault for method in (PAGE, PROMPTS, ASKED) for fault in in_trouble(slack, method)]
        met += [slack.faults.limits(GIVEN, 1), slack.faults.fails("upload")]
        assert await aoki.opens_home() is not None
        await aoki.sees_at_home("設定")
        await aoki.opens_messages()
        assert slack.called(PROMPTS)[-1].answer["ok"]
        await aoki.commands("マップ", where="general")
        await aoki.sees("バッジマップ", where="general")
        assert [file.name for message in aoki.messages() for file in message.files] == ["map.png"]
        assert not [fault for fault in met if fault.times], "each trouble was met"

"""Many reactions in a moment are one change of a message; a pause that Slack asks for holds up one channel only."""

from pathlib import Path

from scenarios.shelf import FIRST, NAMES

from slack.at_work import at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team


async def test_ten_reactions_are_one_edit_and_a_pause_is_one_lanes(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    colleagues = [slack.person("hall")]
    for number in range(4):
        slack.add_user(school, f"U0C{number}", f"c{number}", real_name=f"同僚{number}", locale="ja-JP", tz="Asia/Tokyo")
        colleagues.append(slack.person(f"c{number}"))
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        aoki = slack.person("aoki")
        await aoki.presses("同僚に見せる", on=await learned(aoki))
        post = await aoki.sees("青木 あさひ", NAMES[FIRST].ja, where="general")
        slack.faults.limits("chat.update", 30, channel=general.id)
        for each in colleagues:
            each.waits = False
            await each.reacts(post, "white_flower")
            await each.reacts(post, "white_check_mark")
        paused = slack.clock.now()
        await sukima.settle()
        edits = slack.called("chat.update", channel=general.id)
        assert [each.status for each in edits] == [429]
        for each in colleagues:
            await each.sees("青木 あさひ")
        assert slack.clock.now() < paused + 30, "their receipts did not wait for the channel"
        slack.clock.move(31)
        await sukima.settle()
        edits = slack.called("chat.update", channel=general.id)
        assert [each.status for each in edits] == [429, 200]
        assert edits[-1].at >= paused + 30
        await aoki.sees("裏書：同僚 5", where="general")

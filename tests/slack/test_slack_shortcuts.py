"""The shortcut on messages: the badge in a message is endorsed from there, wherever somebody sees it."""

from pathlib import Path

from scenarios.shelf import FIRST, NAMES

from slack.at_work import at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team

ENDORSE = "endorse_badge"
NO_BADGE = "裏書できるバッジは見あたりません"


async def test_a_badge_is_endorsed_from_its_message(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        told = await learned(aoki)
        await aoki.uses_shortcut(ENDORSE, on=told)
        await aoki.sees("ご自分")
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees("青木 あさひ", NAMES[FIRST].ja, where="general")
        await hall.uses_shortcut(ENDORSE, on=post)
        await hall.sees("You endorse 青木 あさひ", NAMES[FIRST].en)
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        await hall.uses_shortcut(ENDORSE, on=post)
        await hall.sees("already", where="general")
        assert not [one for one in aoki.messages("general") if "already" in aoki.words(one)], "for their eyes only"

        lunch = await hall.says("Lunch?", where="general")
        await aoki.uses_shortcut(ENDORSE, on=lunch)
        await aoki.sees(NO_BADGE, where="general")


async def test_where_sukima_is_not_it_answers_all_the_same(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        between = slack.open_direct(school, aoki.id, hall.id)
        note = await hall.says("hello", where=between)
        await aoki.uses_shortcut(ENDORSE, on=note)
        await aoki.sees(NO_BADGE, where=between)
        assert NO_BADGE not in "".join(hall.words(one) for one in hall.messages(between))
        await aoki.commands("help", where=between)
        await aoki.sees("青木 あさひさん")
        assert "青木 あさひさん" not in "".join(hall.words(one) for one in hall.messages(between))

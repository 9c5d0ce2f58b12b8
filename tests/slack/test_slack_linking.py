"""Two accounts in Slack become one person, by the code and the press as people do it there, and two again."""

from pathlib import Path

from sqlalchemy import select

from bot.handlers.slack.manifest import manifest
from bot.wording import Wording
from slack.at_work import at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team
from storage import tables as t


async def test_two_accounts_become_one_person_and_two_again(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    slack.app.follow(manifest(Wording("ja"), None))
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        await learned(aoki)

        async def whose() -> dict[str, int]:
            rows = await sukima.house.store.read(lambda scope: scope.all(select(t.account)))
            return {row.user_key: row.person_id for row in rows}

        await aoki.commands("連携", where="general")
        shown = aoki.words(await aoki.sees("連携コード：", where="general"))
        code = shown.partition("連携コード：")[2][:9]
        await hall.commands(f"link {code.lower()}", where="general")
        await hall.sees("Make the two accounts one person", "1 badges", where="general")
        assert len(set((await whose()).values())) == 3, "nothing is done before the press"
        await hall.presses("Make them one person", where="general")
        await sukima.settle()
        await aoki.sees("別のアカウントとひとりにまとめられました")
        assert (await whose())["U0HALL"] == (await whose())["U0AOKI"]
        await hall.commands("wallet", where="general")
        await hall.sees("ICTの入口", where="general")
        await hall.commands("accounts", where="general")
        await hall.presses("連携を解除：Slack：Emma Hall", where="general")
        await hall.presses("連携を解除する", where="general")
        await sukima.settle()
        assert (await whose())["U0HALL"] != (await whose())["U0AOKI"]

"""App Home: what stands there, that it says what is true after a press, and that it holds whatever somebody has."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import aiohttp
import pytest
from scenarios.shelf import BREATH, FIRST, NAMES
from structlog.testing import capture_logs

from bot.conversation.actions import Actions
from bot.conversation.cards import Cards
from bot.conversation.intents import Origin
from bot.conversation.views import HomeView, IntroductionAsked, View, WalletLine, WalletView
from bot.domain.awards import Level
from bot.domain.language import Bilingual
from bot.handlers.slack.client import Calls, web_client
from bot.handlers.slack.home import HomePages
from bot.handlers.slack.installs import Install, OneInstall
from bot.handlers.slack.lanes import Lanes
from bot.handlers.slack.prompts import prompts
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.ports import Counts, Work
from bot.services.schools import all_schools
from bot.wording import Wording
from slack.alone import ANSWER, alone
from slack.at_work import AtWork, at_work
from slack.first_steps import founded, learned, welcomed
from slack.limits import view_complaints
from slack.server import SlackLike, Team
from slack.server.sight import blocks_words

ORIGIN = Origin("slack", "T0ASAHI", "U0AOKI", "青木 あさひ", "U0AOKI", direct=True)
LONG = "とても長い名前のバッジ" * 30


async def names(sukima: AtWork) -> list[str]:
    """Who is known."""

    async def known(work: Work, command: OfSchool) -> list[str]:
        return [person.name for person in await work.people.all()]

    (school,) = await sukima.house.store.look(all_schools, OfNoSchool())
    return await sukima.house.store.look(known, OfSchool(school_id=school.id))


async def test_home_shows_what_is_next_and_mine_and_asked_of_me(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        aoki, hall = slack.person("aoki"), slack.person("hall")
        await aoki.opens_home()
        await aoki.sees_at_home("準備がまだ済んでいません")
        await founded(sukima)
        await aoki.opens_home()
        await aoki.sees_at_home("青木 あさひさん", "日本語", "English")
        await learned(aoki)
        await aoki.opens_home()
        await aoki.sees_at_home("次に学べる教材", BREATH.title.ja, NAMES[FIRST].ja, "自分だけ", "設定")

        await aoki.presses_at_home(f"同僚に見せる：{NAMES[FIRST].ja}")
        await aoki.sees_at_home("同僚に見せています")
        await aoki.presses("挙げてよい")
        await hall.commands("who knows the whiteboard?", where="general")
        await hall.presses("Ask for an introduction", where="general")
        await aoki.opens_home()
        await aoki.sees_at_home("返事を待っている質問が1件", "Emma Hall", "引き受ける")
        await aoki.presses_at_home("引き受ける")
        home = await aoki.sees_at_home("次に学べる教材")
        assert "Emma Hall" not in blocks_words(school, home["blocks"]), "what is answered waits no more"
        await hall.sees("青木 あさひ")

        await aoki.presses_at_home("English")
        await aoki.sees_at_home("Next to learn", "Your settings")
        await aoki.presses_at_home("Learn this")
        await aoki.sees(BREATH.title.en)


async def test_a_page_that_changed_while_it_was_drawn_is_drawn_again(slack: SlackLike, school: Team) -> None:
    async with alone(slack, school, "socket") as here:
        here.router.at_home = ANSWER
        aoki = slack.person("aoki")
        aoki.waits = False
        held = slack.faults.holds("views.publish")
        await aoki.opens_home()
        await held.met.wait()
        for _ in range(2):
            await aoki.opens_home()
            await slack.deliveries.over(slack.deliveries.sent[-1])
        assert held.gate is not None
        held.gate.set()
        await here.settle()
        assert here.router.homes == len(slack.called("views.publish")) == 2, "once more, not twice"


async def test_who_only_looks_is_not_kept(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    slack.add_user(school, "U0GUEST", "guest", real_name="Stranger", team_id="T0ELSEWHERE", locale="en-US")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, guest = slack.person("aoki"), slack.person("guest")
        await aoki.opens_home()
        await aoki.sees_at_home("青木 あさひさん")
        assert "青木" not in await names(sukima)
        await guest.opens_home()
        home = await guest.sees_at_home("another organisation")
        assert not [each for each in home["blocks"] if each["type"] == "actions"], "and strangers press nothing"
        slack.faults.refuses("views.publish", "not_enabled")
        await aoki.opens_home()
        await aoki.presses_at_home("日本語")
        assert "青木 あさひ" in await names(sukima), "a press is an act"


async def test_the_conversation_proposes_what_to_say(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        await aoki.opens_messages()
        assert [each["title"] for each in school.prompts[aoki.dm.id]] == [
            each["title"] for each in prompts(Wording("ja"))
        ]
        await welcomed(aoki)
        await aoki.says(next(each["message"] for each in school.prompts[aoki.dm.id] if "バッジ" in each["title"]))
        await aoki.sees("バッジはまだありません")
        slack.faults.refuses("assistant.threads.setSuggestedPrompts", "missing_scope", times=9)
        with capture_logs() as logs:
            for _ in range(3):
                await hall.opens_messages()
        assert hall.dm.id not in school.prompts
        assert len([each for each in logs if each["event"] == "slack.missing_scope"]) == 1, "said once"
        assert len(slack.called("assistant.threads.setSuggestedPrompts")) == 2, "and not asked for again"
        slack.faults.clear()
        slack.clock.move(60 * 60)
        await hall.opens_messages()
        assert school.prompts[hall.dm.id], "until the leave may have been given"


def lines(number: int, name: str) -> tuple[WalletLine, ...]:
    line = WalletLine(
        award="0123456789abcdef",
        name=Bilingual(name, name),
        level=Level.KNOWLEDGE,
        on=date(2026, 11, 2),
        counts=Counts(),
        displayed=True,
        findable=False,
        published=False,
        address=None,
    )
    return tuple(replace(line, award=f"{n:016x}") for n in range(number))


@pytest.mark.parametrize("name", ["入口", LONG])
@pytest.mark.parametrize("number", [1, 20, 300])
@pytest.mark.parametrize("asked", [0, 5])
async def test_home_holds_any_number_of_badges(
    slack: SlackLike, school: Team, number: int, name: str, asked: int
) -> None:
    token = slack.install(school).token
    installs = OneInstall()
    installs.install = Install("T0ASAHI", token, "B0SUKIMA", "U0SUKIMA")
    question = IntroductionAsked("fedcba9876543210", "Emma Hall", "分数の導入は？" * 60, Bilingual(name, name))
    views: tuple[View, ...] = (HomeView(None, asked), *(question,) * asked, WalletView(lines(number, name)))
    async with aiohttp.ClientSession() as session:
        calls = Calls(web_client(session, slack.api_url), Lanes(slack.clock.moment))
        pages = HomePages(calls, installs, Cards(Actions(b"s" * 32), slack.clock.moment))
        await pages.show(ORIGIN, views, "ja")
    home = school.homes["U0AOKI"]
    assert view_complaints({"type": "home", "blocks": home["blocks"]}) == []
    said = blocks_words(school, home["blocks"])
    assert f"バッジ{number}個" in said
    assert said.count("Emma Hall") == asked, "what is long gives way to what is short"

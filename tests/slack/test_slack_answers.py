"""Where answers are shown: in a thread when asked in one, from windows, and what becomes of files for one person."""

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import Intent, Pressed, Submitted
from bot.conversation.views import ExportReady, Notice, PickDate, TextQuestion, UnitCompleted, View
from bot.domain.language import Bilingual
from slack.alone import Alone, alone
from slack.server import SlackLike, Team, interactions
from slack.server.delivery import COMMANDS
from slack.server.sight import blocks_words
from slack.server.world import Message

TITLE = Bilingual("電子黒板", "The whiteboard")
COMPLETED = UnitCompleted("0123456789abcdef", TITLE, Bilingual("入口", "The door"), 2)
ANSWER = Notice("notice.skipped")
ASKED = TextQuestion("0123456789abcdef", Bilingual("なぜですか", "Why?"), 10)
ZIP = b"PK" + bytes(range(256)) * 9
EXPORT = ExportReady("sukima.zip", ZIP)
IN_DM, NOT_SENT = "ダイレクトメッセージでお届けします", "ファイルをお送りできませんでした"


@pytest.fixture
async def here(slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    async with alone(slack, school, "socket") as opened:
        yield opened


def answering(here: Alone, view: View) -> None:
    here.router.views = (view,)


def last(here: Alone) -> Message:
    return here.said()[-1]


def heard(here: Alone) -> Intent:
    return here.router.heard[-1]


async def asked_in_a_thread(here: Alone, view: View) -> Message:
    """青木 mentions Sukima in a thread, and is answered there for their eyes only."""
    aoki = here.server.person("aoki")
    first = await aoki.says("みなさん、聞いてください", where="general")
    answering(here, view)
    await aoki.mentions("学ぶ", thread=first)
    told = last(here)
    assert (told.thread_ts, told.reader) == (first.ts, "U0AOKI")
    return told


async def test_what_is_pressed_in_a_thread_is_answered_there(here: Alone) -> None:
    aoki = here.server.person("aoki")
    told = await asked_in_a_thread(here, COMPLETED)
    answering(here, ANSWER)
    await aoki.presses("とばす", on=told)
    assert isinstance(heard(here), Pressed)
    assert (last(here).thread_ts, last(here).reader) == (told.thread_ts, "U0AOKI")


async def test_what_others_answer_to_is_pressed_where_it_stands(here: Alone) -> None:
    aoki = here.server.person("aoki")
    answering(here, COMPLETED)
    await aoki.says("こんにちは")
    told = last(here)
    await aoki.says("ありがとう", thread=told)
    answering(here, ANSWER)
    await aoki.presses("とばす", on=told)
    assert heard(here).origin.thread is None
    assert last(here).thread_ts is None


@pytest.mark.parametrize("how", ["sent", "closed"])
async def test_a_window_answers_where_it_was_opened(here: Alone, how: str) -> None:
    aoki = here.server.person("aoki")
    told = await asked_in_a_thread(here, COMPLETED)
    answering(here, COMPLETED)
    await aoki.presses("とばす", on=told)
    view = await aoki.modals.open("気づき", "電子黒板")
    answering(here, ANSWER)
    if how == "sent":
        assert await aoki.modals.submits({"reflection": "間が大切"}) == {}
        assert isinstance(heard(here), Submitted)
    else:
        assert view["close"]["text"] == "とばす"
        await aoki.modals.closes()
        assert isinstance(heard(here), Pressed)
    assert heard(here).origin.channel == "C0GENERAL"
    assert (last(here).thread_ts, last(here).reader) == (told.thread_ts, "U0AOKI")


async def test_closing_a_window_that_asks_for_nothing_says_nothing(here: Alone) -> None:
    aoki = here.server.person("aoki")
    answering(here, ASKED)
    await aoki.commands("学ぶ", where="general")
    await aoki.modals.open("なぜですか")
    before = len(here.router.heard)
    await aoki.modals.closes()
    await here.settle()
    assert len(here.router.heard) == before
    assert here.said() == []


async def test_a_file_for_one_person_comes_directly_and_they_are_told_so(here: Alone) -> None:
    aoki = here.server.person("aoki")
    answering(here, EXPORT)
    await aoki.commands("書き出す", where="general")
    (aside,) = here.said(here.team.channels["C0GENERAL"])
    assert aside.reader == "U0AOKI"
    assert IN_DM in aoki.words(aside)
    assert IN_DM in aoki.hears(aside)
    (sent,) = here.said(aoki.dm)
    assert [file.data for file in sent.files] == [ZIP]
    await aoki.says("書き出す")
    assert IN_DM not in aoki.words(last(here)), "where it is anyway"


@pytest.mark.parametrize("trouble", ["no leave", "broken", "limited"])
async def test_a_file_outlasts_troubles_or_its_reader_is_told(here: Alone, trouble: str) -> None:
    aoki = here.server.person("aoki")
    answering(here, EXPORT)
    faults = here.server.faults
    match trouble:
        case "no leave":
            faults.refuses("files.getUploadURLExternal", "missing_scope")
        case "broken":
            faults.resets("files.completeUploadExternal", effect=False)
        case "limited":
            faults.limits("files.getUploadURLExternal", 20)
    await aoki.commands("書き出す", where="general")
    asides = "\n".join(aoki.words(each) for each in here.said(here.team.channels["C0GENERAL"]))
    assert (NOT_SENT in asides) == (trouble == "no leave")
    assert len(here.said(aoki.dm)) == (0 if trouble == "no leave" else 1)


async def test_where_nothing_can_be_said_the_file_comes_once_with_its_words(here: Alone) -> None:
    aoki, general = here.server.person("aoki"), here.team.channels["C0GENERAL"]
    answering(here, EXPORT)
    gate, aoki.waits = here.router.hold(), False
    await aoki.mentions("書き出す")
    await here.router.trying.wait()
    general.members.remove("U0SUKIMA")
    gate.set()
    await here.settle()
    assert [file.data for each in here.said(aoki.dm) for file in each.files] == [ZIP]
    assert [IN_DM in aoki.words(each) for each in here.said(aoki.dm)] == [False, False]


async def test_a_day_that_cannot_be_read_is_said_beside_the_field(here: Alone) -> None:
    aoki = here.server.person("aoki")
    answering(here, PickDate("0123456789abcdef"))
    await aoki.commands("学ぶ", where="general")
    window = await aoki.modals.open("日を選ぶ")
    here.router.views = (Notice("refused.date_not_understood"), PickDate("0123456789abcdef"))
    errors = await aoki.modals.submits({"日付": "きのうのあした"})
    assert "日付を読み取れませんでした" in errors["日付"]
    assert aoki.modals.top is window


async def test_a_refusal_in_a_window_keeps_it_open_with_what_was_typed(here: Alone) -> None:
    aoki = here.server.person("aoki")
    answering(here, ASKED)
    await aoki.commands("学ぶ", where="general")
    await aoki.modals.open("なぜですか")
    (label,) = aoki.modals.inputs()
    answering(here, Notice("refused.forgotten"))
    errors = await aoki.modals.submits({label: "わかりません"})
    assert list(errors) == [label]
    assert aoki.modals.top is not None


async def test_no_answer_goes_to_an_address_that_is_not_slacks(here: Alone) -> None:
    answering(here, ANSWER)
    payload = interactions.command(here.server, here.team, "U0AOKI", here.team.channel("general"), "/sukima", "x")
    with capture_logs() as lines:
        forged = {**payload, "response_url": "https://hooks.slack.com.invalid/commands/T/1"}
        await here.server.person("aoki").interact(forged, COMMANDS)
    assert "slack.hook_broke" not in {line["event"] for line in lines}, "nobody was asked"
    assert last(here).reader == "U0AOKI", "it is said all the same"


async def test_an_older_page_never_covers_a_newer_one(here: Alone) -> None:
    aoki = here.server.person("aoki")
    aoki.waits = False
    first, second = Notice("notice.skipped"), Notice("notice.reflection_saved")
    here.router.at_home = first
    held = here.server.faults.holds("views.publish")
    await aoki.opens_home()
    await held.met.wait()
    here.router.at_home = second
    await aoki.opens_home()
    await here.server.deliveries.quiet()
    assert here.router.homes == 1, "one is drawn at a time"
    assert held.gate is not None
    held.gate.set()
    await here.settle()
    assert "保存しました" in blocks_words(here.team, here.team.homes["U0AOKI"]["blocks"])
    assert len(here.server.called("views.publish")) == 2

"""The terminal face through its front door: a process whose pipes a script drives, and a console with line editing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_stage import MORNING, SCHOOL, FakeRouter, FakeVoice, nothing, open_room, set_stage
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.conversation.card import Card, Link
from bot.conversation.views import Notice
from bot.domain.language import Lang
from bot.handlers.local import terminal
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.console import Left, PromptConsole
from bot.handlers.local.paint import Paint
from bot.handlers.local.room_types import PLATFORM, SUKIMA, Attachment, Message
from bot.handlers.local.screen import Screen
from bot.handlers.local.terminal import Terminal, completions
from bot.handlers.local.text import columns, harmless
from bot.services.ports import MessageRef
from tests import warm

ROOT = Path(__file__).parents[2]
STAGE = Path(__file__).with_name("local_stage.py")


def started(folder: Path, **environ: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, str(STAGE), str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def typed(*lines: str) -> bytes:
    """As they are typed."""
    return "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"


def play(folder: Path, *lines: str, **environ: str) -> str:
    """What a session shows that types these lines and ends."""
    done = warm.done("local_stage", (str(folder),), folder, environ, typed(*lines))
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_order(text: str, *parts: str) -> None:
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is missing after:\n{text[:at][-300:]}\n...in:\n{text[at:]}"
        at = found + len(part)


def test_a_file_from_this_computer_goes_to_sukima_alone(tmp_path: Path) -> None:
    (tmp_path / "my badge 証.png").write_bytes(b"x")
    shown = play(
        tmp_path,
        f'/send "{tmp_path}/my badge 証.png" ＶＥＲＩＦＹ this',
        "/staff",
        f"／ｓｅｎｄ {tmp_path}",
        "/send",
        "/send ~nobody/badge.png",
        f'/send "{tmp_path}/my badge 証.png"',
        "/show",
        "/quit",
    )
    in_order(
        shown,
        "heard text=ＶＥＲＩＦＹ this",
        "<problem.room.no_such_file",
        "<problem.room.send_how>",
        "~nobody/badge.png>",
        "heard text=",
        "<room.only_you>",
        "📎 my badge 証.png",
    )


def test_a_day_in_the_staff_room(tmp_path: Path) -> None:
    shown = play(
        tmp_path,
        "/as",
        "/sukima offer",
        "2",
        "a thought",
        "who can teach fractions?",
        "/clock 10:05",
        "/staff",
        "/react 1 💮",
        "/unreact 1 white_flower",
        "good morning",
        "/as 青木",
        "/staff",
        "/files",
        "/dm",
        "/quit",
    )
    in_order(
        shown,
        "<room.welcome people=3>",
        "── Lee Carter (ALT) · <room.place_direct> · 2026-11-25 08:00 ─",
        "<room.nothing_yet>",
        "▸  1  Lee Carter\n      ALT · <language.en>",
        "   2  青木 美咲\n      teacher · <language.ja>",
        "#1 Sukima  08:00",
        "[1] Open   [2] Done   [3] Later",
        "□ Reflection <room.optional>",
        "[1] ✎ Save   [2] Skip",
        "submitted action=reflect:c1, reflection=a thought",
        "heard text=who can teach fractions?",
        "<room.clock_now day=2026-11-25 time=10:05>",
        "A badge",
        "▣ ../../badge 1.png — A round badge",
        str(tmp_path / "room" / "files"),
        "<room.unread_staff count=1>",
        "Lee Carter · <room.place_direct> · 10:05 ●1 › /staff",
        "Lee earned a badge",
        "<room.reacted emoji=💮>",
        "· <room.only_you>",
        "ReactionAdded emoji=white_flower",
        "<room.unreacted emoji=💮>",
        "ReactionRemoved emoji=white_flower",
        "── 青木 美咲 (teacher)",
        "<room.unread_staff count=2>",
        "Lee Carter  10:05",
        "good morning",
        "<room.no_files>",
        "<room.bye>",
    )
    assert "\x1b" not in shown
    (picture,) = (tmp_path / "room" / "files").iterdir()
    assert picture.suffix == ".png"


def test_reactions_show_who_gave_them(tmp_path: Path) -> None:
    shown = play(
        tmp_path, "/clock 10:05", "/staff", "/react 1 💮", "/as 青木", "/staff", "/react 1 💮", "/show 1", "/react 1 💮"
    )
    in_order(shown, "<room.reacted emoji=💮>", "💮 Lee Carter · 青木 美咲", "<room.reacted_before emoji=💮>")


def test_who_comes_late_sees_the_last_and_may_see_all(tmp_path: Path) -> None:
    lines = [f"message {number} :white_flower: :nothing: 10:35:20" for number in range(1, 9)]
    shown = play(tmp_path, "/staff", *lines, "/as 青木", "/staff", "/show all")
    arrived = shown.split("/as 青木")[1]
    in_order(arrived, "<room.earlier count=3>", "message 4 💮 :nothing: 10:35:20", "/show all", "message 1 💮")
    assert "message 3" not in arrived.split("/show all")[0]


def test_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    play(tmp_path, "/sukima offer", "/clock 10:05")
    shown = play(tmp_path, "/show", "1", "/clock 10:00")
    in_order(
        shown, "2026-11-25 10:05", "#1 Sukima  08:00", "[1] Open", "pressed action=open:o1", "day=2026-11-26 time=10:00"
    )


def test_a_form_line_by_line(tmp_path: Path) -> None:
    shown = play(
        tmp_path,
        "/sukima survey",
        "",
        "a name too long",
        "Bo",
        "9",
        "blue",
        "Blue",
        "line one",
        "line two",
        "",
        "",
    )
    in_order(
        shown,
        "<room.field_needed>",
        "<room.field_long limit=10 length=15>",
        "  1 Red\n  2 Blue",
        "<room.field_choice count=2>",
        "<room.field_choice count=2>",
        "<room.field_lines>",
        "<room.field_default value=here>",
        "submitted action=survey:1, name=Bo, colour=b, story=line one\n    line two, place=here",
    )


@pytest.mark.parametrize("cancel", ["/cancel", "／やめる"])
def test_a_form_may_be_left(tmp_path: Path, cancel: str) -> None:
    shown = play(tmp_path, "/sukima survey", "Bo", cancel, "1", "Bo", "/staff", "/quit")
    in_order(shown, "<room.form_cancelled>", "Name › Bo", "<room.form_left>", "· <room.place_staff> ·", "<room.bye>")
    assert "submitted" not in shown


def test_leaving_a_form_by_its_label_presses_that(tmp_path: Path) -> None:
    in_order(play(tmp_path, "/sukima reflect", "/cancel"), "pressed action=skip:c1")
    in_order(play(tmp_path, "/sukima reflect", "", "/quit"), "pressed action=skip:c1")


def test_people_in_an_answer_have_their_own_buttons(tmp_path: Path) -> None:
    shown = play(tmp_path, "/sukima people", "2", "/sukima people", "3")
    in_order(
        shown, "Kim\n", "[1] Ask", "Lee\n", "[2] Ask", "[3] Not what I meant", "action=intro:2", "action=not_meant:1"
    )


def test_a_units_page_is_laid_out(tmp_path: Path) -> None:
    shown = play(tmp_path, "/sukima page", COLUMNS="50")
    in_order(
        shown,
        "    Thirty seconds\n    6 minutes\n\n",
        "    A child comes to you and says something\n    important, and you have no time at all.\n\n",
        "      • Stop. Put the pen down.\n",
        "    [1] Done",
    )
    assert "the page, plainly" not in shown


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/frobnicate", "<problem.room.unknown_command name=frobnicate>"),
        ("/as Nobody", "<problem.room.no_such_user user=Nobody>"),
        ("/as 青", "<problem.room.several_users names=青木 美咲 · 青山 健>"),
        ("/react 1", "<problem.room.react_how>"),
        ("/react 7 💮", "<problem.room.no_such_message number=7>"),
        ("/clock 11-24 10:00", "<problem.room.clock_backwards>"),
        ("/clock now", "<problem.room.clock_unclear>"),
        ("/clock +999999d", "<problem.room.clock_unclear>"),
        ("/clock +9999d", "<problem.room.clock_far days=400>"),
        ("/show 99", "<problem.room.no_such_message number=99>"),
        ("/show x", "<problem.room.no_such_message number=x>"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, line: str, sentence: str) -> None:
    shown = play(tmp_path, line, "/quit")
    assert shown.count("<problem.") == 1
    in_order(shown, sentence, "<room.bye>")


def test_hostile_words_are_shown_harmlessly(tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07 \x1b[2J \u202egnp.exe \x9b31m <!channel>"
    shown = play(tmp_path, "/staff", hostile, "@Sukima " + hostile, "/show", "\udcff\udc80", "x" * 10_000)
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    in_order(shown, "<U+001B>]0;owned<U+0007> <U+001B>[2J <U+202E>gnp.exe", "<!channel>")


@pytest.mark.parametrize("columns_", ["20", "40", "0", "99999", "x"])
def test_narrow_and_odd_widths(tmp_path: Path, columns_: str) -> None:
    shown = play(tmp_path, "/sukima people", "/sukima page", "/help", COLUMNS=columns_)
    width = {"20": 20, "40": 40}.get(columns_, 80)
    for line in shown.splitlines():
        assert columns(line) <= width or "›" in line, line


def test_output_that_cannot_say_japanese_does_not_break(tmp_path: Path) -> None:
    process = started(tmp_path, PYTHONIOENCODING="ascii")
    out, trouble = process.communicate(typed("/as"), timeout=60)
    assert process.returncode == 0, trouble.decode()
    in_order(out.decode(), "Lee Carter", "<room.bye>")


def test_ctrl_c_ends_politely(tmp_path: Path) -> None:
    with warm.at_work("local_stage", (str(tmp_path),), tmp_path, {}) as process:
        while (shown := process.stdout.read(1)) != "›":
            assert shown, process.stderr.read()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert process.stderr.read() == ""
        assert "<room.bye>" in process.stdout.read()


def test_a_closed_input_ends_the_session(tmp_path: Path) -> None:
    with warm.at_work("local_stage", (str(tmp_path),), tmp_path, {}) as process:
        process.stdin.write(b"/sukima survey\nBo")
        process.stdin.close()
        assert (process.wait(), process.stderr.read()) == (0, "")
        assert "submitted" not in process.stdout.read()


class FakeConsole:
    """A live console in the same process: lines are handed in, what is written is kept."""

    colour = False
    live = True

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        for line in lines:
            self.lines.put_nowait(line)
        self.written = asyncio.Event()
        self.text = ""

    async def line(self, prompt: str) -> str:
        line = await self.lines.get()
        if line == "^D":
            raise Left
        if line == "^C":
            raise Left(interrupted=True)
        return line

    def write(self, text: str) -> None:
        self.text += text
        self.written.set()

    async def shown(self, part: str) -> None:
        """Wait until this is on the screen."""
        while part not in self.text:
            self.written.clear()
            await self.written.wait()

    def interrupt(self) -> None:
        self.lines.put_nowait("^C")

    def width(self) -> int:
        return 80


async def test_what_arrives_meanwhile_is_shown_at_once(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    console = FakeConsole(["/sukima offer"])
    session = asyncio.ensure_future(Terminal(stage.chairs, console, FakeVoice()).run())
    await console.shown("[3] Later")
    await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="a", lang="en")
    await console.shown("A badge")
    # Somebody may be typing the 1 of [1] Open just now: it stays what it was.
    assert "[4] Share with colleagues" in console.text
    console.lines.put_nowait("1")
    console.lines.put_nowait("^D")
    await session
    in_order(console.text, "pressed action=open:o1", "<room.bye>")


async def test_a_form_that_an_act_brought_opens_though_news_came_after_it(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)

    async def settle() -> None:
        """The unit completed a module: the badge follows the form."""
        if stage.router.heard:
            await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="a", lang="en")

    chairs = Chairs(stage.room, stage.adapter, settle, SCHOOL)
    console = FakeConsole(["/sukima reflect", "a thought", "^D"])
    await Terminal(chairs, console, FakeVoice()).run()
    in_order(console.text, "Done!", "A badge", "<room.form_hint", "action=reflect:c1, reflection=a thought")


async def test_a_form_that_waited_is_not_opened_by_the_clock(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)

    async def advance(moment: datetime) -> None:
        stage.room.put_clock(moment)
        await stage.sender.send(SCHOOL, "lee", Notice("reflect"), direct=True, token="r", lang="en")

    chairs = Chairs(stage.room, stage.adapter, nothing, SCHOOL, advance)
    console = FakeConsole(["/clock 10:00", "hello", "^D"])
    await Terminal(chairs, console, FakeVoice()).run()
    in_order(console.text, "Done!", "heard text=hello")
    assert "<room.form_hint" not in console.text


async def test_a_clock_that_takes_long_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    stage = set_stage(tmp_path)
    console = FakeConsole(["/clock 10:00", "^D"])

    async def advance(moment: datetime) -> None:
        stage.room.put_clock(MORNING + timedelta(hours=1))
        await console.shown("<room.clock_going day=2026-11-25 time=09:00>")
        stage.room.put_clock(moment)

    chairs = Chairs(stage.room, stage.adapter, nothing, SCHOOL, advance)
    await Terminal(chairs, console, FakeVoice()).run()
    in_order(console.text, "<room.clock_now day=2026-11-25 time=10:00>", "<room.bye>")


async def test_much_that_came_with_the_clock_is_shown_by_its_newest(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)

    async def advance(moment: datetime) -> None:
        stage.room.put_clock(moment)
        for number in range(8):
            news = Notice(f"news{number}")
            await stage.sender.send(SCHOOL, "lee", news, direct=True, token=f"n{number}", lang="en")

    chairs = Chairs(stage.room, stage.adapter, nothing, SCHOOL, advance)
    console = FakeConsole(["/clock 10:00", "^D"])
    await Terminal(chairs, console, FakeVoice()).run()
    in_order(console.text, "<room.earlier count=3>", "news3", "news7")
    assert "news2" not in console.text


async def test_a_clock_ahead_of_real_time_is_told_once(tmp_path: Path) -> None:
    stage = set_stage(tmp_path, room=open_room(tmp_path, now=lambda: MORNING))
    stage.room.begin_at(MORNING - timedelta(hours=3))
    console = FakeConsole(["/clock +1h", "/clock", "/clock +3h", "/clock +1h", "^D"])
    await Terminal(stage.chairs, console, FakeVoice()).run()
    in_order(console.text, "time=06:00>", "time=06:00>", "<room.clock_ahead>", "time=09:00>", "time=10:00>")
    assert console.text.count("<room.clock_ahead>") == 1


@pytest.mark.parametrize(("lang", "name"), [("en", "Lee Carter"), ("ja", "青木 美咲")])
async def test_the_first_chair_is_of_somebody_who_speaks_the_language(tmp_path: Path, lang: Lang, name: str) -> None:
    class Voice(FakeVoice):
        pass

    Voice.lang = lang
    console = FakeConsole(["^D"])
    await Terminal(set_stage(tmp_path).chairs, console, Voice()).run()
    in_order(console.text, f"── {name} (")


async def test_an_event_that_sukima_cannot_take_is_said_to_be_kept(tmp_path: Path) -> None:
    stage = set_stage(tmp_path, router=FakeRouter(fail=lambda intent: RuntimeError("no")))
    console = FakeConsole(["hello", "/sukima wallet", "^C"])
    await Terminal(stage.chairs, console, FakeVoice()).run()
    in_order(console.text, "<room.waiting>", "room.trouble", "<room.bye>")


async def test_ctrl_c_in_a_form_leaves_the_form_only(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    console = FakeConsole(["/sukima survey", "Bo", "^C", "hello", "^D"])
    await Terminal(stage.chairs, console, FakeVoice()).run()
    in_order(console.text, "<room.form_cancelled>", "heard text=hello", "<room.bye>")


async def test_a_surprise_is_one_sentence_and_the_session_goes_on(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)

    async def breaks() -> None:
        raise RuntimeError("a secret detail")

    stage.chairs.settle = breaks  # type: ignore[method-assign]
    console = FakeConsole(["/clock +1h", "hello", "^D"])
    await Terminal(stage.chairs, console, FakeVoice()).run()
    in_order(console.text, "<room.trouble>", "heard text=hello", "<room.bye>")
    assert "secret" not in console.text


@pytest.mark.parametrize(("typed", "ends"), [("\x04", False), ("\x03", True)])
async def test_line_editing(typed: str, ends: bool) -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        console = PromptConsole(colour=True, words=lambda: ["/sukima learn"])
        keys.send_text("hellp\x7fo\r")
        assert await console.line("\x1b[1mLee\x1b[0m › ") == "hello"
        keys.send_text("/suk\t\r")
        assert (await console.line("› ")).startswith("/suk")
        keys.send_text(typed)
        with pytest.raises(Left) as left:
            await console.line("› ")
        assert left.value.interrupted is ends
        console.interrupt()
        with pytest.raises(Left):
            await console.line("› ")


def test_tab_knows_commands_and_people(tmp_path: Path) -> None:
    words = completions(open_room(tmp_path).users(SCHOOL))
    assert {"/sukima learn", "/as 青木 美咲", "/clock ", "/quit"} <= set(words)


def seen(card: Card, width: int) -> tuple[str, ...]:
    ref = MessageRef(PLATFORM, SCHOOL, "staff", "m")
    message = Message(ref, 1, SUKIMA, card, (), (), MORNING, False, False, False, "", 1)
    screen = Screen(FakeVoice(), Paint(on=False), ZoneInfo("Asia/Tokyo"), {SUKIMA: "Sukima"}, width, date(2026, 11, 25))
    return screen.message(message, 1).lines


def test_a_link_shows_its_label_and_its_whole_address() -> None:
    url = "https://sukima.example/in/" + "t" * 60
    lines = seen(Card("Your pages", links=(Link("My\x1b[2J page", url),)), 40)
    assert lines[-2].strip() == "↗ My<U+001B>[2J page"
    assert lines[-1].strip() == url


@given(st.text(max_size=60), st.text(max_size=60), st.integers(20, 100))
def test_any_message_fits_the_screen(title: str, line: str, width: int) -> None:
    card = Card(title, (line, title + line))
    ref = MessageRef(PLATFORM, SCHOOL, "staff", "m")
    picture = Attachment("map.png", "image/png", Path("map.png"), "長" * 500)
    message = Message(ref, 1, SUKIMA, card, (picture,), (), MORNING, False, False, False, "", 1)
    screen = Screen(FakeVoice(), Paint(on=False), ZoneInfo("Asia/Tokyo"), {SUKIMA: "Sukima"}, width, date(2026, 11, 25))
    assert sum(line.count("長") for line in screen.files(message)) == 500
    assert len(list(screen.files(message, most_lines=3))) == 4
    for shown in screen.message(message, 1).lines[:-1]:
        assert columns(shown) <= width
        assert harmless(shown) == shown

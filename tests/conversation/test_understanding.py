"""What plain words and subcommands ask for."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.conversation.understanding import (
    LONGEST_WORDS,
    LearnRequest,
    Look,
    NotANumber,
    Place,
    Request,
    Unknown,
    WhoRequest,
    plain,
    understand,
    understand_command,
)

BOTH: list[tuple[str, Request]] = [
    ("learn", LearnRequest()),
    ("LEARN", LearnRequest()),
    ("学ぶ", LearnRequest()),
    ("まなぶ", LearnRequest()),
    ("learn 5", LearnRequest(minutes=5)),
    ("ｌｅａｒｎ ５", LearnRequest(minutes=5)),
    ("learn 5 minutes", LearnRequest(minutes=5)),
    ("learn 5min", LearnRequest(minutes=5)),
    ("学ぶ 10分", LearnRequest(minutes=10)),
    ("learn 特別支援", LearnRequest(topic="特別支援")),
    ("learn special needs", LearnRequest(topic="special needs")),
    ("学ぶ 学級経営", LearnRequest(topic="学級経営")),
    ("learn 0", NotANumber("0")),
    ("learn -3", NotANumber("-3")),
    ("learn 3.5", NotANumber("3.5")),
    ("learn ten minutes", NotANumber("ten minutes")),
    ("学ぶ 三分", NotANumber("三分")),
    ("learn 1000", NotANumber("1000")),
    ("learn " + "9" * 5000, NotANumber("9" * 5000)),
    ("wallet", Look(Place.WALLET)),
    ("Wallet ", Look(Place.WALLET)),
    ("ウォレット", Look(Place.WALLET)),
    ("ｳｫﾚｯﾄ", Look(Place.WALLET)),
    ("map", Look(Place.MAP)),
    ("マップ", Look(Place.MAP)),
    ("記録", Look(Place.RECORD)),
    ("settings", Look(Place.SETTINGS)),
    ("設定", Look(Place.SETTINGS)),
    ("help", Look(Place.HELP)),
    ("ヘルプ", Look(Place.HELP)),
    ("", Look(Place.HELP)),
    ("\u200b", Look(Place.HELP)),
    ("10", LearnRequest(minutes=10)),
    ("10分", LearnRequest(minutes=10)),
]
WORDS: list[tuple[str, Request]] = [
    ("10分で学べるものは？", LearnRequest(minutes=10)),
    ("１０分あるんだけど何かある？", LearnRequest(minutes=10)),
    ("I have 5 minutes", LearnRequest(minutes=5)),
    ("something for 15 min?", LearnRequest(minutes=15)),
    ("I want to learn about feedback", LearnRequest(topic="feedback")),
    ("teach me classroom ICT!", LearnRequest(topic="classroom ict")),
    ("特別支援について学びたい", LearnRequest(topic="特別支援")),
    ("保護者対応を学びたいです", LearnRequest(topic="保護者対応")),
    ("who can teach fractions?", WhoRequest("who can teach fractions?")),
    ("分数を教えられる人は？", WhoRequest("分数を教えられる人は？")),
    ("誰かICTに詳しい人いますか", WhoRequest("誰かICTに詳しい人いますか")),
    ("電子黒板に詳しい先生", WhoRequest("電子黒板に詳しい先生")),
    ("wallet.", Look(Place.WALLET)),
    ("ヘルプ。", Look(Place.HELP)),
    ("my badges", Look(Place.WALLET)),
    ("\u2f00\u2f08", Unknown("一人")),
    ("hello", Unknown("hello")),
    ("<!channel>", Unknown("<!channel>")),
]
COMMANDS: list[tuple[str, Request]] = [
    ("who ICT", WhoRequest("ICT")),
    ("誰 特別支援", WhoRequest("特別支援")),
    ("who", WhoRequest("")),
    ("lern", Unknown("lern")),
    ("submit", Unknown("submit")),
]


@pytest.mark.parametrize(("text", "request_"), [*BOTH, *WORDS])
def test_words(text: str, request_: Request) -> None:
    assert understand(text) == request_


@pytest.mark.parametrize(("text", "request_"), [*BOTH, *COMMANDS])
def test_commands(text: str, request_: Request) -> None:
    assert understand_command(text) == request_


@pytest.mark.parametrize("text", ["who can teach fractions?", "10分で学べるものは？", "teach me classroom ICT!"])
def test_a_command_understands_plain_words_too(text: str) -> None:
    assert not isinstance(understand_command(text), Unknown)


@given(st.text(max_size=300))
@example("\ud800")
@example("1" * 5000)
def test_any_text_is_some_request(text: str) -> None:
    for request in (understand(text), understand_command(text)):
        assert isinstance(request, LearnRequest | WhoRequest | Look | NotANumber | Unknown)
        if isinstance(request, LearnRequest) and request.minutes is not None:
            assert 1 <= request.minutes <= 999
        assert request in (understand(text), understand_command(text)), "the same words, the same request"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_plain_words_stay_as_they_are(text: str) -> None:
    words = plain(text)
    assert plain(words) == words
    assert "\n" not in words
    assert len(plain(text * 200)) <= LONGEST_WORDS


PIECES = (
    "学びたい",
    "1",
    "!",
    "teach me ",
    "。",
    "?",
    "m",
    "分",
    "誰",
    " ",
    "教えて",
    "learn ",
    "\u200b",
    "１",
    ".",
    "ﷺ",
    "できる",
    "人",
    "-",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3), st.sampled_from(PIECES), st.sampled_from(PIECES))
@example(["teach me "], "!", "a")
@example([""], "1", "x")
@example([""], "1", "")
def test_no_text_takes_long(head: list[str], body: str, tail: str) -> None:
    """Ten thousand characters, made to lead expressions astray."""
    text = ("".join(head) + body * 10_000)[:9_990] + tail
    started = time.process_time()
    understand(text)
    understand_command(text)
    assert time.process_time() - started < 0.5

"""What plain words and subcommands ask for."""

import re
import time
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.understanding import (
    LONGEST_WORDS,
    AddressRequest,
    LearnRequest,
    LinkRequest,
    Look,
    NotANumber,
    Place,
    Request,
    TakeInRequest,
    Unknown,
    VerifyRequest,
    WhoRequest,
    code_alone,
    plain,
    understand,
    understand_command,
)
from bot.domain.language import Lang
from bot.wording.catalogues import catalogue
from bot.wording.wording import Wording

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
    ("learn 5 special needs", LearnRequest(minutes=5, topic="special needs")),
    ("learn 5 ICT", LearnRequest(minutes=5, topic="ICT")),
    ("Learn 5 Minutes on Straße", LearnRequest(minutes=5, topic="Straße")),
    ("learn Straße in 5 min", LearnRequest(minutes=5, topic="Straße")),
    ("learn 5 math", LearnRequest(minutes=5, topic="math")),
    ("学ぶ 5 特別支援", LearnRequest(minutes=5, topic="特別支援")),
    ("学ぶ 5分特別支援", LearnRequest(minutes=5, topic="特別支援")),
    ("学ぶ 特別支援 5分", LearnRequest(minutes=5, topic="特別支援")),
    ("学ぶ 5 分数", LearnRequest(minutes=5, topic="分数")),
    ("学ぶ 5 時間割", LearnRequest(minutes=5, topic="時間割")),
    ("学ぶ 分数", LearnRequest(topic="分数")),
    ("learn grade 5", LearnRequest(topic="grade 5")),
    ("learn 3D printing", LearnRequest(topic="3D printing")),
    ("learn 2025 curriculum", LearnRequest(topic="2025 curriculum")),
    ("I have 5 minutes for special needs", LearnRequest(minutes=5, topic="special needs")),
    ("5 minutes on special needs please", LearnRequest(minutes=5, topic="special needs")),
    ("特別支援を5分で学びたい", LearnRequest(minutes=5, topic="特別支援")),
    ("learn 0 special needs", NotANumber("0")),
    ("learn 3.5 special needs", NotANumber("3.5")),
    ("learn 5 hours", NotANumber("5 hours")),
    ("学ぶ 5時間", NotANumber("5時間")),
    ("I have 0 minutes for special needs", NotANumber("0")),
    ("-5分", NotANumber("-5分")),
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
    ("anything on ICT for 10 minutes?", LearnRequest(minutes=10, topic="ict")),
    ("what can I learn in 5 minutes?", LearnRequest(minutes=5)),
    ("I have 5 minutes to learn something", LearnRequest(minutes=5)),
    ("I have 5 minutes to learn about feedback", LearnRequest(minutes=5, topic="feedback")),
    ("teach me ICT in 5 minutes", LearnRequest(minutes=5, topic="ict")),
    ("I want to learn fractions in 10 minutes", LearnRequest(minutes=10, topic="fractions")),
    ("5分で特別支援について教えて", LearnRequest(minutes=5, topic="特別支援")),
    ("特別支援について10分で学べるものは？", LearnRequest(minutes=10, topic="特別支援")),
    ("何かを5分で学びたい", LearnRequest(minutes=5)),
    ("今日10分で学べるものは？", LearnRequest(minutes=10)),
    ("5分で教えて", LearnRequest(minutes=5)),
    ("会議は30分で終わる", Unknown("会議は30分で終わる")),
    ("the meeting on Monday for 30 minutes", Unknown("the meeting on Monday for 30 minutes")),
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
    ("hello", Look(Place.HELP)),
    ("<!channel>", Unknown("<!channel>")),
]
COMMANDS: list[tuple[str, Request]] = [
    ("who ICT", WhoRequest("ICT")),
    ("誰 特別支援", WhoRequest("特別支援")),
    ("who", WhoRequest("")),
    ("lern", Unknown("lern")),
    ("submit", Look(Place.ME)),
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


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("アドレス", AddressRequest()),
        ("メールアドレスを確認したい", AddressRequest()),
        ("my addresses", AddressRequest()),
        ("address <mailto:a.b@old.example.jp|a.b@old.example.jp>", AddressRequest("a.b@old.example.jp")),
        ("アドレス　ａ@old.example.jp。", AddressRequest("a@old.example.jp")),
        ("アドレスは a@old.example.jp です", AddressRequest("a@old.example.jp")),
        ("my e-mail address is a@old.example.jp.", AddressRequest("a@old.example.jp")),
        ("コード １２３４－５６７８", AddressRequest(code="1234-5678")),
        ("code: 12345678", AddressRequest(code="12345678")),
        ("確認コードは 1234 5678 です", AddressRequest(code="1234 5678")),
        ("コード ２２２６ー９４４２", AddressRequest(code="2226ー9442")),
    ],
)
def test_addresses_and_their_codes(text: str, request_: Request) -> None:
    assert understand(text) == understand_command(text) == request_


NOT_ABOUT_ADDRESSES: list[tuple[str, type]] = [
    ("誰に連絡すれば？ a@b.example", WhoRequest),
    ("誰が保護者へのメールの書き方に詳しい？ 返事は parent@family.example.jp の件です", WhoRequest),
    ("who can teach e-mail etiquette? tell me at bob@x.example", WhoRequest),
    ("who address bob@x.example", WhoRequest),
    ("学ぶ メール sato@x.example", LearnRequest),
    ("learn e-mail address bob@x.example", LearnRequest),
    ("Please prove to bob@x.example that I learnt this", Unknown),
    ("前の学校のメールは a@old.example.jp です", Unknown),
    ("アドレス a@b.example と c@d.example", Unknown),
    ("address a@b.example is not mine", Unknown),
    ("code 5", Unknown),
    ("コード進行を学びたい", LearnRequest),
    ("12345678", NotANumber),
]


@pytest.mark.parametrize(("text", "kind"), NOT_ABOUT_ADDRESSES)
def test_what_is_not_about_addresses(text: str, kind: type) -> None:
    """Whoever is asked about, or what is to be learned, may have an address in it."""
    assert isinstance(understand(text), kind)


HELP_EXAMPLES: dict[Lang, dict[str, list[Request]]] = {
    "ja": {
        "help.learn_means": [LearnRequest(minutes=5), LearnRequest(topic="特別支援"), LearnRequest(minutes=10)],
        "help.who_means": [WhoRequest("特別支援"), WhoRequest("ICTに詳しい人は?")],
        "help.take_in_means": [TakeInRequest("https://example.org/badge")],
        "help.address_means": [AddressRequest("name@example.org")],
        "help.verify_means": [VerifyRequest("https://example.org/badge")],
    },
    "en": {
        "help.learn_means": [LearnRequest(minutes=5), LearnRequest(topic="feedback"), LearnRequest(minutes=10)],
        "help.who_means": [WhoRequest("classroom ICT"), WhoRequest("can teach fractions?")],
        "help.take_in_means": [TakeInRequest("https://example.org/badge")],
        "help.address_means": [AddressRequest("name@example.org")],
        "help.verify_means": [VerifyRequest("https://example.org/badge")],
    },
}
HEADINGS: dict[str, Request] = {
    "help.learn": LearnRequest(),
    "help.who": WhoRequest(""),
    "help.wallet": Look(Place.WALLET),
    "help.map": Look(Place.MAP),
    "help.record": Look(Place.RECORD),
    "help.settings": Look(Place.SETTINGS),
    "help.take_in": TakeInRequest(),
    "help.address": AddressRequest(),
    "help.verify": VerifyRequest(),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_the_help_quotes_is_understood_as_it_says(lang: Lang) -> None:
    """Each quoted sentence, in the order of the help text; no quote in any help text goes untested."""
    found = {
        key: quoted
        for key in sorted(catalogue(lang).single)
        if key.startswith("help.") and (quoted := re.findall(r"[「“](.+?)[」”]", Wording(lang).say(key)))
    }
    assert found.keys() == HELP_EXAMPLES[lang].keys()
    for key, meant in HELP_EXAMPLES[lang].items():
        for listen in (understand, understand_command):
            assert [_without_who(listen(quoted)) for quoted in found[key]] == meant


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("key", "meant"), list(HEADINGS.items()))
def test_the_words_that_head_the_help_are_commands(lang: Lang, key: str, meant: Request) -> None:
    assert understand_command(Wording(lang).say(key)) == meant


def _without_who(request: Request) -> Request:
    """A message keeps its "who", a subcommand's is cut off: what is searched for is the same."""
    if not isinstance(request, WhoRequest):
        return request
    return WhoRequest(re.sub(r"^(?:who|誰) ", "", plain(request.question)))


@given(st.text(max_size=300))
@example("\ud800")
@example("1" * 5000)
def test_any_text_is_some_request(text: str) -> None:
    for request in (understand(text), understand_command(text)):
        assert isinstance(request, get_args(Request))
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


@pytest.mark.parametrize("words", ["提出", "submit", "Submit"])
def test_submitting_leads_to_ones_own_pages(words: str) -> None:
    assert understand_command(words) == Look(Place.ME)


@pytest.mark.parametrize(
    "text", ["こんにちは", "おはようございます！", "ありがとうございます。", "Hello", "hi, Sukima!", "Good morning"]
)
def test_a_greeting_is_answered_with_what_one_can_say(text: str) -> None:
    assert understand(text) == Look(Place.HELP)


@pytest.mark.parametrize("text", ["こんにちはの言い方", "thanks to whom", "hi-fi"])
def test_what_only_begins_like_a_greeting_is_none(text: str) -> None:
    assert understand(text) != Look(Place.HELP)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1234-5678", "1234-5678"),
        ("12345678", "12345678"),
        (" 1234 5678。\n", "1234 5678"),
        ("１２３４－５６７８", "1234-5678"),
        ("２２２６ー９４４２", "2226ー9442"),
        ("2226—9442", "2226—9442"),
        ("1234567", None),
        ("123456789", None),
        ("123 45678", None),
        ("2026-06-10", None),
        ("1234-5678 です", None),
        ("5", None),
        ("٠١٢٣٤٥٦٧", None),
    ],
)
def test_digits_alone_may_be_the_code_of_a_mail(typed: str, code: str | None) -> None:
    assert code_alone(typed) == code


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("link", LinkRequest()),
        ("連携", LinkRequest()),
        ("つなぐ", LinkRequest()),
        ("アカウントを連携したい", LinkRequest()),
        ("link my account", LinkRequest()),
        ("link ABCD-2345", LinkRequest("ABCD-2345")),
        ("連携コードは ＡＢＣＤ－２３４５ です", LinkRequest("ABCD-2345")),
        ("unlink", Look(Place.ACCOUNTS)),
        ("連携を解除", Look(Place.ACCOUNTS)),
        ("家庭との連携", Unknown("家庭との連携")),
        ("link learning to life", Unknown("link learning to life")),
    ],
)
def test_linking_is_asked_for_in_plain_words(words: str, wanted: object) -> None:
    assert understand(words) == wanted


def test_what_follows_link_in_a_command_is_the_code() -> None:
    assert understand_command("link abcd 2345") == LinkRequest("abcd 2345")
    assert understand_command("連携") == LinkRequest()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("/sukima 学ぶ 5", LearnRequest(5)),
        ("／sukima　アカウント", Look(Place.ACCOUNTS)),
        (" /Sukima link ABCD-EFGH", LinkRequest("abcd-efgh")),
        ("/sukima 異動", understand_command("異動")),
        ("/sukima", Look(Place.HELP)),
        ("/sukima " * 1_000, Look(Place.HELP)),
        ("/sukimano", Unknown("/sukimano")),
    ],
)
def test_a_command_written_as_words_is_the_command(words: str, wanted: object) -> None:
    found = understand(words)
    if isinstance(wanted, LinkRequest):
        assert isinstance(found, LinkRequest)
        assert found.code.casefold() == wanted.code
    else:
        assert found == wanted

"""Questions are shown and carried on as they were typed; misspelt subcommands find the one that was meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.understanding import (
    LONGEST_WORDS,
    WhoRequest,
    nearest_command,
    own_words,
    plain,
    understand,
    understand_command,
)


@pytest.mark.parametrize("text", ["分数を教えられる人は？", "ＩＣＴに詳しい先生！", "who knows ﬁne art & ①？"])
def test_a_question_keeps_its_own_words(text: str) -> None:
    assert understand(text) == WhoRequest(text)
    assert understand_command(f"who {text}") == WhoRequest(text)
    assert understand_command(f"誰\u3000{text}") == WhoRequest(text)


def test_a_question_loses_what_cannot_be_seen() -> None:
    assert understand("who\u202e can\n teach\u200b\x00 ICT？") == WhoRequest("who can teach ICT？")


@given(st.text(max_size=80))
def test_own_words_lose_nothing_but_blanks_and_what_cannot_be_seen(text: str) -> None:
    seen = [char for char in text if unicodedata.category(char)[0] not in "CZ"]
    assert [char for char in own_words(text) if unicodedata.category(char)[0] not in "CZ"] == seen
    assert own_words(own_words(text)) == own_words(text)


def test_words_are_bounded() -> None:
    assert len(own_words("あ" * 20_000)) == LONGEST_WORDS
    assert len(plain("ﷺ" * 20_000)) <= LONGEST_WORDS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lern", "learn"), ("Lern 5", "learn"), ("walet", "wallet"), ("マプ", "マップ"), ("ウォレト", "ウォレット")],
)
def test_a_slip_finds_the_subcommand(typed: str, meant: str) -> None:
    assert nearest_command(typed) == meant


@pytest.mark.parametrize("typed", ["hello", "こんにちは", "", "explode", "🌸"])
def test_other_words_find_none(typed: str) -> None:
    assert nearest_command(typed) is None


def test_the_command_word_is_no_part_of_a_question_said_in_words() -> None:
    request = understand("誰 危険に気づく")
    assert isinstance(request, WhoRequest)
    assert request.question == "危険に気づく"
